/* SPDX-License-Identifier: GPL-2.0 */
/* What the two ways of kvmshare exits have in common. */
#ifndef KVMSHARE_CMD_EXITS_COMMON_H
#define KVMSHARE_CMD_EXITS_COMMON_H

#include <json-c/json.h>
#include <stdbool.h>
#include <stdint.h>

#include "cmd.h"
#include "../monitor/programs.h"

/**
 * struct exits_wish - what is asked for
 * @pid: of that VMM alone; 0: of all
 * @length_s: for so long; 0: until a signal
 * @by_vcpu: each vCPU for itself
 * @histogram: how long they take, in powers of two
 */
struct exits_wish {
	uint32_t pid;
	uint64_t length_s;
	bool by_vcpu;
	bool histogram;
};

/* Those that do not run are told; none at all is an error, which is printed. An exit code. */
int exits_tell(const struct programs *programs, int err);
/* As long as is wished for, or until a signal. */
void exits_wait(const struct exits_wish *wish);
/* Whose VM that is, as the modules have it, and which process. @vms may be NULL. */
void exits_put_vm(json_object *row, json_object *vms, uint32_t pid);

/* The process of --vm, if that is there: 0, or an exit code with the error printed. */
int exits_take_vm(const struct cmd_line *line, uint32_t *pid);

/* exits_detail.c */
int exits_detail(const struct exits_wish *wish);

#endif
