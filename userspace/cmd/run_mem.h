/* SPDX-License-Identifier: GPL-2.0 */
/* What becomes of a command's memory: whether it is merged, and with whose. */
#ifndef KVMSHARE_CMD_RUN_MEM_H
#define KVMSHARE_CMD_RUN_MEM_H

#include "cmd.h"

/* --mem, before anything is taken; 0 or an exit code, printed. */
int run_mem_check(const struct cmd_line *line, const char *untouched);
/* Told of the VM that this process is about to make; likewise. */
int run_mem_tell(const struct cmd_line *line, uint64_t id);

#endif
