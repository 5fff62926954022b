/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Does a VMM move its memory while that is taken apart?
 *
 * What was mergeable and is not any more is moved as it is, merged pages and all: from
 * where they are to be taken apart to where that has been done.  The kernel tells its
 * notifiers before it moves or unmaps anything, with the mm's lock held for writing.
 */
#ifndef _KVMSHARE_MEM_MOVES_H
#define _KVMSHARE_MEM_MOVES_H

#include <linux/list.h>
#include <linux/mmu_notifier.h>

/**
 * struct mem_moves - a watch of an mm
 * @notifier: in the mm
 * @list: of all watches
 * @done: all below this has been taken apart; the mm's lock, as the next ones
 * @end: nothing that could have merged lies beyond this
 * @seen: something between the two was moved, or unmapped
 */
struct mem_moves {
	struct mmu_notifier notifier;
	struct list_head list;
	unsigned long done;
	unsigned long end;
	bool seen;
};

/*
 * A watch of the mm, whose lock is held for writing, and whose memory as well; or an error.
 * It ends by mem_moves_sweep(), once nobody needs it, or by mem_moves_end().
 */
struct mem_moves *mem_moves_begin(struct mm_struct *mm);
/* Those are ended that @is_needed does not want. For the worker. */
void mem_moves_sweep(bool (*is_needed)(const struct mem_moves *moves));
/* All are, and nothing of them runs any more. There is no worker. */
void mem_moves_end(void);

#endif /* _KVMSHARE_MEM_MOVES_H */
