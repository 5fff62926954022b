/* SPDX-License-Identifier: GPL-2.0 */
/* Between the files of kvmshare guard, and kvmshare watch. */
#ifndef KVMSHARE_CMD_GUARD_COMMON_H
#define KVMSHARE_CMD_GUARD_COMMON_H

#include "cmd.h"
#include "../monitor/guard_maps.h"
#include "../monitor/monitor.h"
#include "../monitor/programs.h"

int cmd_guard_apply(const struct cmd_line *line);	/* guard_apply.c */
int cmd_guard_confirm(const struct cmd_line *line);
int cmd_guard_remove(const struct cmd_line *line);
int cmd_guard_learn(const struct cmd_line *line);	/* guard_learn.c */
int cmd_guard_events(const struct cmd_line *line);	/* guard_events.c */
int cmd_guard_diff(const struct cmd_line *line);	/* guard_diff.c */

int cmd_watch_check(const struct cmd_line *line);	/* watch_check.c */

/* Why programs do not load; an exit code. */
int guard_refuse(const char *object, const struct programs *programs, int err);
/* Those that are off, each with its reason. */
void guard_tell_off(const struct programs *programs);
/* The maps of the programs that stay; 0, or an exit code, printed. */
int guard_take_pinned(struct guard_maps *maps);
/* What a monitor tells, as it comes. */
void guard_print(json_object *event, const char *text, void *arg);
/* So long, or until Ctrl-C where that is 0; an exit code. */
int guard_follow(struct monitor *monitor, const char *object, uint64_t length_s);
/* "90", "90s", "5m", "2h": seconds up to a day, at least @least. */
bool guard_length(const char *text, uint64_t least, uint64_t *seconds);

#endif
