/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Rules that hold without a process: the programs and what they look at are pinned in the
 * BPF file system, and are there until that is taken away, or the next boot.
 */
#ifndef KVMSHARE_MONITOR_GUARD_PIN_H
#define KVMSHARE_MONITOR_GUARD_PIN_H

#include <stdbool.h>

#include "guard_maps.h"

#define GUARD_PINS	"/sys/fs/bpf/kvmshare/guard"
/* The lock of who reads the events: lib/lock.h. */
#define GUARD_READER	"guard-events"

/* The maps of what is there; 0, -ENOENT where nothing is, or a negative errno. */
int guard_pinned(struct guard_maps *maps);
void guard_maps_close(struct guard_maps *maps);

/**
 * guard_pin() - the programs of this version run, and stay
 * @programs: what is off in them; unloaded again, which ends nothing
 * @kept: profiles and marks of those that were there before hold still: they are of the same layout
 *
 * Those that were there before go when these are attached: at no time is there none.
 *
 * Return: 0; -ENOTSUP where the BPF file system is not mounted; -EOPNOTSUPP where the kernel asks
 * no such programs; or another negative errno.
 */
int guard_pin(struct programs *programs, bool *kept);
/* 0, also where nothing was there; or a negative errno. */
int guard_unpin(void);

/* The boot option kvmshare.guard=off is there. */
bool guard_is_off_at_boot(void);

#endif
