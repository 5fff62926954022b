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

/*
 * The maps of what is there; 0, -ENOENT where nothing is, -ESTALE where another version's is, or
 * another negative errno.
 */
int guard_pinned(struct guard_maps *maps);
void guard_maps_close(struct guard_maps *maps);
/* Are these still the ones that are there? */
bool guard_is_pinned(const struct guard_maps *maps);

/**
 * guard_pin() - the programs of this version run, and stay
 * @programs: what is off in them; unloaded again, which ends nothing
 * @apply: has profiles hold, before they run; NULL: none, or those that there are
 * @arg: of @apply
 *
 * Those that were there before go when these are attached: at no time is there none.  What held
 * holds still where it is laid out as this version has it, with the marks of processes.
 *
 * Return: 0; -ENOTSUP where the BPF file system is not mounted; -EOPNOTSUPP where the kernel asks
 * no such programs; or another negative errno, and what was there is there still.
 */
int guard_pin(struct programs *programs, void (*apply)(const struct guard_maps *maps, void *arg), void *arg);
/* VMMs that are there already have the profiles of their programs, as these are now. */
void guard_adopt_pinned(void);
/* 0, also where nothing was there; or a negative errno. */
int guard_unpin(void);

/* The boot option kvmshare.guard=off is there. */
bool guard_is_off_at_boot(void);

#endif
