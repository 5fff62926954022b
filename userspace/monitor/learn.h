/* SPDX-License-Identifier: GPL-2.0 */
/* A profile of what a VMM was seen to do.  Pure. */
#ifndef KVMSHARE_MONITOR_LEARN_H
#define KVMSHARE_MONITOR_LEARN_H

#include "profile.h"

/**
 * struct learned - what was seen so far
 * @profile: in which that is allowed, and all else denied
 * @met: how often each rule was
 */
struct learned {
	struct profile profile;
	__u64 met[GUARD_RULES];
};

/* 0 or -ENOMEM. */
int learn_begin(struct learned *learned, const char *name);
/* Of the VMM that is learned, or of what it started. 0 or -ENOMEM. */
int learn_event(struct learned *learned, const struct guard_event *event);
/* The profile, with what its reader has to look at. */
void learn_print(const struct learned *learned, FILE *to);
void learn_end(struct learned *learned);

#endif
