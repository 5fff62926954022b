// SPDX-License-Identifier: GPL-2.0
/*
 * What is seen of each VM's memory, each window.
 */
#include <linux/mm.h>

#include "../compat/ksm.h"
#include "mem.h"

/* Of so many entries of page tables a window, some VMs after others, each of so many. */
#define HUGE_AT_ONCE	4096
#define HUGE_SHARE	1024

/* So many windows a VM's memory counts as mergeable after it was seen to have been. */
#define SUSPECT		30

/*
 * A VMM may advise its memory just after a look, and take that back before the next:
 * what ksmd has of it grows all the same, and would not where it is not let in.
 */
static void suspect(struct mem_vm *vm, u64 items, u64 merging)
{
	if (vm->out && (items > vm->items || merging > vm->merging)) {
		vm->suspect = SUSPECT;
		vm->apart.owed = true;
	} else if (vm->suspect) {
		vm->suspect--;
	}
	vm->items = items;
	vm->merging = merging;
}

/* ksmd counts what it found merged until it comes by again, which may be never. */
static void look_at_counters(struct mem_vm *vm, struct mm_struct *mm)
{
	struct plan_vm *plan = &vm->plan;

	suspect(vm, READ_ONCE(mm->ksm_rmap_items), READ_ONCE(mm->ksm_merging_pages));
	plan->items = vm->items;
	plan->merging = vm->apart.owed ? vm->merging : 0;
	plan->zero = vm->apart.owed ? kvmshare_ksm_zero_pages(mm) : 0;
}

/* Memory that was never touched has nothing that could be alike. */
static u64 pages_of(const struct mem_vm *vm, struct mm_struct *mm)
{
	return min_t(u64, vm->facts.bytes[MEM_MERGES] >> PAGE_SHIFT,
		     get_mm_counter(mm, MM_ANONPAGES));
}

/* False: its lock is held, by whom may be anything. */
static bool look_at_mappings(struct mem_vm *vm, struct mm_struct *mm)
{
	struct plan_vm *plan = &vm->plan;
	u64 locked;

	if (!mmap_read_trylock(mm))
		return false;
	mem_vma_look(mm, &vm->facts);
	vm->apart.owed |= vm->facts.mergeable;
	plan->mergeable = vm->facts.mergeable;
	locked = (u64)mm->locked_vm << PAGE_SHIFT;
	mmap_read_unlock(mm);
	plan->pages = pages_of(vm, mm);
	/* VFIO counts what it pins among what is locked. */
	plan->pinned = locked > vm->facts.locked || atomic64_read(&mm->pinned_vm);
	return true;
}

static void look_at(struct mem_vm *vm, struct mm_struct *mm)
{
	struct plan_vm *plan = &vm->plan;
	bool seen = look_at_mappings(vm, mm);

	look_at_counters(vm, mm);
	vm->resident = (u64)get_mm_rss(mm) << PAGE_SHIFT;
	/* Until all of it is apart, others could be merged with what is not. */
	if (seen)
		plan->advised = vm->apart.owed || vm->suspect;
	else if (kvmshare_mm_mergeable(mm))
		plan->advised = true;
	plan->apart = vm->apart.goes_on;
	vm->out = seen && !plan->merge.in && !vm->apart.owed;
}

/* Is it to be taken apart, if it is not to be merged? */
bool mem_look_advised(const struct mem_vm *vm)
{
	return vm->facts.advised || (vm->apart.owed && !vm->apart.goes_on);
}

static void count_huge(struct mem_vm *vm, struct mm_struct *mm, u64 *left)
{
	u64 share = min_t(u64, *left, HUGE_SHARE), rest = share;
	int rc;

	if (vm->counted || !share)
		return;
	rc = mem_huge_count(mm, &vm->huge, &rest);
	*left -= share - rest;
	vm->counted = rc != -EBUSY;
	if (rc)
		return;
	vm->plan.huge = vm->huge.found;
	vm->huge = (struct mem_huge){ 0 };
}

/* Each has had its turn: all begin anew. */
static void begin_turns(void)
{
	struct mem_vm *vm;

	list_for_each_entry(vm, &mem_vms, list)
		vm->counted = false;
}

void mem_look(void)
{
	struct mem_vm *vm;
	struct mm_struct *mm;
	u64 left = HUGE_AT_ONCE;

	list_for_each_entry(vm, &mem_vms, list) {
		mm = vm->first ? NULL : mem_vms_get(vm);
		if (!mm)
			continue;
		look_at(vm, mm);
		mem_scopes_look(vm, mm);
		count_huge(vm, mm, &left);
		mem_vms_put(mm);
		cond_resched();
	}
	if (left)
		begin_turns();
}
