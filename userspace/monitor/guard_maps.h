/* SPDX-License-Identifier: GPL-2.0 */
/* What the rules' programs look at, and count: ebpf/guard_*.h. */
#ifndef KVMSHARE_MONITOR_GUARD_MAPS_H
#define KVMSHARE_MONITOR_GUARD_MAPS_H

#include <sys/types.h>

#include "profile.h"
#include "programs.h"

/**
 * struct guard_maps - descriptors, each below 0 where there is none
 * @policies: struct guard_policy by the number of its profile
 * @paths: what profiles list of paths
 * @numbers: and of ports and devices
 * @programs: profiles' numbers by a VMM's path
 * @marks: struct guard_mark by process
 * @serials: struct guard_serials
 * @events: the ring
 * @counts: struct guard_counts
 */
struct guard_maps {
	int policies;
	int paths;
	int numbers;
	int programs;
	int marks;
	int serials;
	int events;
	int counts;
};

/* All of these: 0 or a negative errno. */

void guard_maps_of(const struct programs *programs, struct guard_maps *maps);
int guard_count(const struct guard_maps *maps, struct guard_counts *counts);
/* What holds for a process, and what it starts. */
int guard_mark_set(const struct guard_maps *maps, pid_t pid, const struct guard_mark *mark);
int guard_mark_get(const struct guard_maps *maps, pid_t pid, struct guard_mark *mark);

int guard_policy_set(const struct guard_maps *maps, __u32 profile, const struct guard_policy *policy);
/* The next behind @profile, which becomes its number; begin with no @profile. -ENOENT: there is none. */
int guard_policy_next(const struct guard_maps *maps, const __u32 *profile, __u32 *next,
		      struct guard_policy *policy);
/* Its number, or -ENOENT. */
int guard_policy_find(const struct guard_maps *maps, const char *name, __u32 *profile,
		      struct guard_policy *policy);

/**
 * guard_apply() - a profile holds, instead of one of its name
 * @maps: of whom
 * @profile: it
 * @until: nanoseconds since boot until which it does if it is not confirmed; then again what did
 *	   before; 0: for ever
 *
 * What it lists is there before it holds, and what the other listed is taken away after
 * that: nobody is judged by a half.  Where it fails the other holds still.  For VMMs that are there
 * already it does once they are adopted: guard_pin.h.
 *
 * Return: 0; -EEXIST: one of its programs is another's; -ESTALE: it is to end by itself, and is not for
 * the same programs as what held before; or another negative errno.
 */
int guard_apply(const struct guard_maps *maps, const struct profile *profile, __u64 until);
/* It holds for ever; -ENOENT: there is none of that name, -EALREADY: it does, -ETIME: it has ended. */
int guard_confirm(const struct guard_maps *maps, const char *name, __u64 now);
/*
 * For all that no other is for, a profile that tells of everything, and denies it only to those that were
 * started so.  No administrator's has its name.
 */
int guard_common(const struct guard_maps *maps);
/* It holds no more: what is common does. */
int guard_remove(const struct guard_maps *maps, const char *name);

#endif
