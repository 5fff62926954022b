/* SPDX-License-Identifier: GPL-2.0 */
/*
 * A VM's memory is made mergeable, at once, or taken apart again, in chunks.
 *
 * To be taken apart it is made not mergeable first, so that ksmd merges nothing of it
 * any more; then what is merged is given memory of its own.  In between ksmd forgets
 * such pages, and the kernel can neither move nor swap them: who begins that goes on
 * with it, and whoever gives up makes the memory mergeable again.
 */
#ifndef _KVMSHARE_MEM_ADVISE_H
#define _KVMSHARE_MEM_ADVISE_H

#include <linux/mm_types.h>
#include <linux/types.h>

#include "chunk.h"
#include "moves.h"

/**
 * struct mem_apart - how far a VM's memory is taken apart; all zeroes: it never was merged
 * @owed: some of it may be merged, until a walk has found all of it apart
 * @goes_on: a walk does
 * @at: where its next chunk begins
 * @left: the first mapping below that could not be taken apart, or ULONG_MAX
 * @blocked: there was such a one when the last walk ended
 * @moves: since the walk began; while it goes on
 * @chunk: how large the next one is
 * @held: the longest time that the mm's lock was held, ever, in nanoseconds
 */
struct mem_apart {
	bool owed;
	bool goes_on;
	unsigned long at;
	unsigned long left;
	bool blocked;
	struct mem_moves *moves;
	struct chunk chunk;
	u64 held;
};

/* 0; -EBUSY: the lock could not be had, to be tried again; or what the kernel said. */
int mem_advise_in(struct mm_struct *mm);
/* Nothing of it is merged from now on; mem_advise_out() is to follow. 0, -EBUSY, -ENOMEM. */
int mem_advise_stop(struct mm_struct *mm, struct mem_apart *apart);
/**
 * mem_advise_out() - take one chunk apart
 * @mm: whose
 * @apart: how far it is
 * @bound: nanoseconds that the lock may be held
 *
 * A mapping that the VMM moves meanwhile is found by another walk.
 *
 * Return: likewise; -EBUSY also where a mapping is such that it cannot be done now;
 * @apart->goes_on: it is to be called again.
 */
int mem_advise_out(struct mm_struct *mm, struct mem_apart *apart, u64 bound);

#endif /* _KVMSHARE_MEM_ADVISE_H */
