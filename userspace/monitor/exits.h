/* SPDX-License-Identifier: GPL-2.0 */
/* Exits of guests while the programs run: ebpf/exits.bpf.c. */
#ifndef KVMSHARE_MONITOR_EXITS_H
#define KVMSHARE_MONITOR_EXITS_H

#include "../../ebpf/exits.h"
#include "programs.h"

/**
 * struct exits - what was read
 * @reasons: what the places stand for
 * @vcpus: each thread that runs a vCPU, or did
 * @nr: how many
 */
struct exits {
	struct exits_reasons reasons;
	struct exits_vcpu *vcpus;
	size_t nr;
};

/* 0 or a negative errno, with what is off in @programs. */
int exits_begin(struct programs *programs);
/*
 * All since exits_begin(); 0 or a negative errno.  Of threads that have ended there is room for
 * so many: who goes on takes them away, and they are not there the next time.
 */
int exits_read(const struct programs *programs, struct exits *exits);
int exits_take(const struct programs *programs, struct exits *exits);
void exits_free(struct exits *exits);

#endif
