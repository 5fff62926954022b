// SPDX-License-Identifier: GPL-2.0
#include <linux/err.h>
#include <linux/mm.h>
#include <linux/slab.h>

#include "moves.h"

static LIST_HEAD(watches);	/* the worker's */

static int note_move(struct mmu_notifier *notifier, const struct mmu_notifier_range *range)
{
	struct mem_moves *moves = container_of(notifier, struct mem_moves, notifier);

	/* Whatever moves holds the lock; who reclaims memory does not, and moves nothing. */
	if (range->event == MMU_NOTIFY_UNMAP && range->end > READ_ONCE(moves->done) &&
	    range->start < READ_ONCE(moves->end))
		WRITE_ONCE(moves->seen, true);
	return 0;
}

static void free_watch(struct mmu_notifier *notifier)
{
	kfree(container_of(notifier, struct mem_moves, notifier));
}

static const struct mmu_notifier_ops ops = {
	.invalidate_range_start = note_move,
	.free_notifier = free_watch,
};

struct mem_moves *mem_moves_begin(struct mm_struct *mm)
{
	struct mem_moves *moves = kzalloc(sizeof(*moves), GFP_KERNEL);
	int rc;

	if (!moves)
		return ERR_PTR(-ENOMEM);
	moves->notifier.ops = &ops;
	rc = __mmu_notifier_register(&moves->notifier, mm);
	if (rc) {
		kfree(moves);
		return ERR_PTR(rc);
	}
	list_add(&moves->list, &watches);
	return moves;
}

void mem_moves_sweep(bool (*is_needed)(const struct mem_moves *moves))
{
	struct mem_moves *moves, *next;

	list_for_each_entry_safe(moves, next, &watches, list) {
		if (is_needed && is_needed(moves))
			continue;
		list_del(&moves->list);
		mmu_notifier_put(&moves->notifier);
	}
}

void mem_moves_end(void)
{
	mem_moves_sweep(NULL);
	/* They are freed later, by a function of this module. */
	mmu_notifier_synchronize();
}
