/* SPDX-License-Identifier: GPL-2.0 */
/* What the programs count of guests' doings, by VMM: ebpf/abuse.bpf.c. */
#ifndef KVMSHARE_MONITOR_ABUSE_COUNTS_H
#define KVMSHARE_MONITOR_ABUSE_COUNTS_H

#include "../../ebpf/abuse.h"
#include "../../ebpf/exits.h"
#include "abuse.h"
#include "programs.h"

/* 0 or a negative errno, with what is off in @programs. */
int abuse_begin(struct programs *programs);
/* @each gets every VMM there is; 0 or a negative errno. */
int abuse_read(const struct programs *programs, void (*each)(const struct abuse_row *row, void *arg), void *arg);

/* Adds what the programs counted of a VMM to a sample of it. */
void abuse_add_counts(struct abuse_sample *sample, const struct abuse_counts *counts);
/* Likewise exits for a reason. */
void abuse_add_exits(struct abuse_sample *sample, const struct exits_reason *reason, uint64_t count);

#endif
