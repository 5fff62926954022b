// SPDX-License-Identifier: GPL-2.0
#include <linux/delay.h>
#include <linux/err.h>
#include <linux/mm.h>
#include <linux/mman.h>
#include <linux/sched/mm.h>
#include <linux/timekeeping.h>

#include "../compat/ksm.h"
#include "../compat/vma.h"
#include "advise.h"
#include "vma.h"

/*
 * Who has the lock may not let go of it for as long as a VMM likes, and nobody could
 * interrupt who waits for it here: it is tried so often.
 */
#define TRIES		5
#define TRY_US		200

static int lock(struct mm_struct *mm)
{
	int i;

	for (i = 0; i < TRIES; i++) {
		if (kvmshare_mmap_write_trylock(mm))
			return 0;
		usleep_range(TRY_US, 2 * TRY_US);
	}
	return -EBUSY;
}

/* -- In --------------------------------------------------------------------- */

static int advise_in(struct vm_area_struct *vma)
{
	vm_flags_t flags = vma->vm_flags;
	int rc = ksm_madvise(vma, vma->vm_start, vma->vm_end, MADV_MERGEABLE, &flags);

	if (!rc)
		kvmshare_vma_reset(vma, flags);
	return rc;
}

int mem_advise_in(struct mm_struct *mm)
{
	struct vm_area_struct *vma;
	int rc = lock(mm);

	if (rc)
		return rc;
	for (vma = find_vma(mm, 0); vma && !rc; vma = find_vma(mm, vma->vm_end)) {
		if (mem_vma_merges(vma))
			rc = advise_in(vma);
	}
	mmap_write_unlock(mm);
	return rc;
}

/* -- Out -------------------------------------------------------------------- */

/* Which of them were mergeable is not known any more: none but these ever are. */
static bool may_have_merged(const struct vm_area_struct *vma)
{
	return vma->anon_vma && mem_vma_could_merge(vma);
}

static struct vm_area_struct *next_of(struct mm_struct *mm, struct mem_apart *apart)
{
	struct vm_area_struct *vma = find_vma(mm, apart->at);

	for (; vma; vma = find_vma(mm, vma->vm_end)) {
		if (!may_have_merged(vma))
			continue;
		if (!mem_vma_is_blocked(vma))
			break;
		apart->left = min(apart->left, vma->vm_start);
	}
	return vma;
}

/* What lies below is apart, and may be moved. */
static void note_done(struct mem_apart *apart)
{
	WRITE_ONCE(apart->moves->done, min(apart->at, apart->left));
}

static void note_held(struct mem_apart *apart, u64 since)
{
	WRITE_ONCE(apart->held, max(apart->held, ktime_get_ns() - since));
}

/* The kernel goes by the flags that it is given, not by the mapping's. */
static int out_of(struct vm_area_struct *vma, struct mem_apart *apart, u64 bound)
{
	unsigned long from = max(apart->at, vma->vm_start);
	unsigned long most = (unsigned long)chunk_pages(&apart->chunk) << PAGE_SHIFT;
	unsigned long to = from + min(most, vma->vm_end - from);
	vm_flags_t flags = vma->vm_flags | VM_MERGEABLE;
	u64 began = ktime_get_ns();
	int rc = ksm_madvise(vma, from, to, MADV_UNMERGEABLE, &flags);

	chunk_took(&apart->chunk, (to - from) >> PAGE_SHIFT, ktime_get_ns() - began, bound);
	if (!rc)
		apart->at = to;
	return rc;
}

/* What a VMM does elsewhere in its memory moves nothing of it. */
static void walk_begins(struct mm_struct *mm, struct mem_apart *apart, unsigned long at)
{
	struct vm_area_struct *vma;
	unsigned long from = ULONG_MAX, end = 0;

	for (vma = find_vma(mm, at); vma; vma = find_vma(mm, vma->vm_end)) {
		if (!may_have_merged(vma))
			continue;
		from = min(from, vma->vm_start);
		end = vma->vm_end;
	}
	apart->at = max(at, from);
	apart->left = ULONG_MAX;
	WRITE_ONCE(apart->moves->seen, false);
	WRITE_ONCE(apart->moves->end, end);
	note_done(apart);
}

/* What is blocked is let alone as long as it is. */
static void stop_merging(struct mm_struct *mm)
{
	struct vm_area_struct *vma;

	for (vma = find_vma(mm, 0); vma; vma = find_vma(mm, vma->vm_end)) {
		if ((vma->vm_flags & VM_MERGEABLE) && !mem_vma_is_blocked(vma))
			kvmshare_vma_reset(vma, vma->vm_flags & ~VM_MERGEABLE);
	}
}

int mem_advise_stop(struct mm_struct *mm, struct mem_apart *apart)
{
	struct mem_moves *moves;
	int rc = lock(mm);
	u64 began;

	if (rc)
		return rc;
	began = ktime_get_ns();
	/* One that goes on has its watch. */
	moves = apart->goes_on ? apart->moves : mem_moves_begin(mm);
	rc = PTR_ERR_OR_ZERO(moves);
	if (rc)
		goto out;
	apart->moves = moves;
	apart->goes_on = true;
	stop_merging(mm);
	walk_begins(mm, apart, 0);
out:
	note_held(apart, began);
	mmap_write_unlock(mm);
	return rc;
}

/* Is that all?  Else there is another walk, a while later. */
static int walk_ends(struct mm_struct *mm, struct mem_apart *apart)
{
	WRITE_ONCE(apart->blocked, apart->left != ULONG_MAX);
	if (READ_ONCE(apart->moves->seen))
		walk_begins(mm, apart, 0);
	else if (apart->blocked)
		walk_begins(mm, apart, apart->left);
	else
		apart->owed = apart->goes_on = false;
	return apart->goes_on ? -EBUSY : 0;
}

int mem_advise_out(struct mm_struct *mm, struct mem_apart *apart, u64 bound)
{
	struct vm_area_struct *vma;
	int rc = lock(mm);
	u64 began;

	if (rc)
		return rc;
	began = ktime_get_ns();
	vma = next_of(mm, apart);
	rc = vma ? out_of(vma, apart, bound) : walk_ends(mm, apart);
	note_done(apart);
	note_held(apart, began);
	mmap_write_unlock(mm);
	return rc;
}
