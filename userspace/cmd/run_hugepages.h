/* SPDX-License-Identifier: GPL-2.0 */
/* Huge pages that a command finds set aside when it begins. */
#ifndef KVMSHARE_CMD_RUN_HUGEPAGES_H
#define KVMSHARE_CMD_RUN_HUGEPAGES_H

#include "cmd.h"

/* --hugepages, before anything is taken; 0 or an exit code, printed. */
int run_hugepages_check(const struct cmd_line *line, const char *untouched);
/* They are there when this returns 0. */
int run_hugepages_wait(const struct cmd_line *line);

#endif
