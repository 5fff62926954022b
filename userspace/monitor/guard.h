/* SPDX-License-Identifier: GPL-2.0 */
/* The rules, while the programs run: ebpf/guard.bpf.c. */
#ifndef KVMSHARE_MONITOR_GUARD_H
#define KVMSHARE_MONITOR_GUARD_H

#include "../../ebpf/guard.h"
#include "programs.h"

/**
 * struct guard - rules that are watched
 * @programs: with what is off
 * @ring: of events
 * @left: events until it looks up
 * @each: gets every one
 * @arg: of @each
 */
struct guard {
	struct programs programs;
	struct ring_buffer *ring;
	int left;
	void (*each)(const struct guard_event *event, void *arg);
	void *arg;
};

/* @each, @arg are set. 0 or a negative errno, with what is off in @programs. */
int guard_begin(struct guard *guard, const struct guard_policy *policy);
/* For so long, or until a signal; 0 or a negative errno. */
int guard_wait(struct guard *guard, int ms);
/* 0 or a negative errno. */
int guard_count(const struct guard *guard, struct guard_counts *counts);
void guard_end(struct guard *guard);

#endif
