/* SPDX-License-Identifier: GPL-2.0 */
/* The rules, while the programs run: ebpf/guard.bpf.c. */
#ifndef KVMSHARE_MONITOR_GUARD_H
#define KVMSHARE_MONITOR_GUARD_H

#include <sys/types.h>

#include "guard_maps.h"
#include "programs.h"

/**
 * struct guard - rules that are watched
 * @programs: with what is off
 * @maps: theirs
 * @ring: of events
 * @left: events until it looks up
 * @each: gets every one
 * @arg: of @each
 */
struct guard {
	struct programs programs;
	struct guard_maps maps;
	struct ring_buffer *ring;
	int left;
	void (*each)(const struct guard_event *event, void *arg);
	void *arg;
};

/*
 * Programs of this process's own, that end with it, and spare it.  @each, @arg are set;
 * @policy is that of all.  0 or a negative errno, with what is off in @programs.
 */
int guard_begin(struct guard *guard, const struct guard_policy *policy);
/* Of programs that are loaded: 0, or a negative errno. */
int guard_attach(struct programs *programs);
/* VMMs that are there already: read by an iterator of the programs, which is closed. */
void guard_adopt(int iterator);
/* To read the events of those that stay: guard_pin.h. @each, @arg are set. */
int guard_listen(struct guard *guard);
/* For so long, or until a signal; 0 or a negative errno. */
int guard_wait(struct guard *guard, int ms);
/* No more events come, of this process's own programs; what there was is given to @each. */
void guard_stop(struct guard *guard);
/* All that is there; it does not wait. */
void guard_drain(struct guard *guard);
void guard_end(struct guard *guard);

/* Does the kernel ask such programs? Where that cannot be told, it may. */
bool guard_is_asked(void);

#endif
