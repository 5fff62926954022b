/* SPDX-License-Identifier: GPL-2.0 */
/* What the verbs of engine and vgpu have in common. */
#ifndef KVMSHARE_CMD_VGPU_COMMON_H
#define KVMSHARE_CMD_VGPU_COMMON_H

#include <json-c/json.h>
#include <stdint.h>
#include <uapi/kvmshare_vgpu.h>

#include "cmd.h"

enum vgpu_kind {
	VGPU_ENGINES,
	VGPU_CLIENTS,
};

/* All that sysfs shows of one, with its name as "name" or "id"; NULL where there is none. */
json_object *vgpu_object(enum vgpu_kind kind, const char *name);
/* An array of all of them; NULL with *@err where it cannot be read. */
json_object *vgpu_objects(enum vgpu_kind kind, int *err);
/* Print why they cannot be read; the exit code. */
int vgpu_read_fail(int err);

/* Write a file of one; 0, or the exit code with the error printed. */
int vgpu_write(enum vgpu_kind kind, const char *name, const char *file, const char *value);
/* Print why a call failed, 0 to be left as it is; the exit code. */
int vgpu_call_fail(unsigned long request, int err, const char *object);

/* A number of an option within bounds, if it is there: 0, or EXIT_USAGE. */
int vgpu_take(const struct cmd_line *line, const char *option, uint64_t least, uint64_t most,
	      uint64_t *value, uint32_t *flags, uint32_t flag);

/* Verbs that have a file of their own: engine_bench.c, vgpu_top.c, vgpu_trace.c. */
int cmd_engine_bench(const struct cmd_line *line);
int cmd_vgpu_top(const struct cmd_line *line);
int cmd_vgpu_trace(const struct cmd_line *line);

#endif
