// SPDX-License-Identifier: GPL-2.0
/*
 * What was decided is done: VMs are let in, and taken apart.
 */
#include <linux/delay.h>
#include <linux/mm.h>
#include <linux/timekeeping.h>

#include "mem.h"
#include "memcg.h"
#include "trace.h"

/* As long as there is memory to be taken apart: so long, and then so long nothing. */
#define APART_NS	(50 * NSEC_PER_MSEC)
#define REST_NS		(50 * NSEC_PER_MSEC)

/* Of that, for a VM, before others have their turn. */
#define TURN_NS		(5 * NSEC_PER_MSEC)

/* The last one, when the module goes. */
#define LAST_TRIES	50
#define LAST_TRY_MS	20

/* In the host, and in the VM's cgroup. */
static bool fits(struct mm_struct *mm, u64 pages)
{
	u64 available = (u64)max(si_mem_available(), 0L) << PAGE_SHIFT;

	return chunk_fits(available, mem_policy.headroom, min_t(u64, pages, U32_MAX), PAGE_SIZE) &&
	       mem_memcg_room(mm) >= pages;
}

/* -- In, and not any more --------------------------------------------------- */

static int let_in(struct mem_vm *vm, struct mm_struct *mm)
{
	int rc;

	vm->apart.owed = true;
	rc = mem_advise_in(mm);
	if (!rc)
		vm->apart.goes_on = false;
	return rc;
}

/*
 * Not before there is memory for all of it: to stop in the midst of it is worse than not
 * to begin.  What is guarded is not merged any further all the same.
 */
static int let_out(struct mem_vm *vm, struct mm_struct *mm)
{
	if (!vm->plan.guarded && !fits(mm, vm->plan.merging + vm->plan.zero))
		return -ENOMEM;
	/* Its pages come from wherever this runs. */
	if (num_online_nodes() > 1)
		vm->node = NUMA_NO_NODE;
	return mem_advise_stop(mm, &vm->apart);
}

/*
 * Who is guarded has been promised that somebody looks, for as long as it may be merged:
 * where the module goes already, it is not.
 */
static bool may_be_in(struct mem_vm *vm)
{
	const struct plan_vm *plan = &vm->plan;
	bool looks = mem_vms_hold(vm, plan->guarded && (plan->merge.in || plan->advised));

	return plan->merge.in && (looks || !plan->guarded);
}

/*
 * What is decided is done as long as it is not so: a VMM may advise its memory itself,
 * give the VM more, and an attempt may have failed.
 */
static void apply_to(struct mem_vm *vm, struct mm_struct *mm)
{
	if (may_be_in(vm)) {
		if (vm->rc || vm->apart.goes_on || vm->facts.advised < vm->facts.bytes[MEM_MERGES])
			WRITE_ONCE(vm->rc, let_in(vm, mm));
	} else if (mem_look_advised(vm)) {
		WRITE_ONCE(vm->rc, let_out(vm, mm));
	} else if (!vm->apart.goes_on) {
		WRITE_ONCE(vm->rc, 0);
	}
}

static void apply_to_all(bool guarded)
{
	struct mm_struct *mm;
	struct mem_vm *vm;

	list_for_each_entry(vm, &mem_vms, list) {
		if (vm->plan.guarded != guarded)
			continue;
		mm = vm->first ? NULL : mem_vms_get(vm);
		if (!mm) {
			mem_vms_hold(vm, false);
			continue;
		}
		if (vm->plan.changes)
			trace_kvmshare_mem_vm(vm);
		apply_to(vm, mm);
		mem_vms_put(mm);
		cond_resched();
	}
}

void mem_apply(void)
{
	if (!mem_policy.observe) {
		/* Locks that others hold take a while: no longer than these alone for who was promised. */
		apply_to_all(true);
		apply_to_all(false);
	}
	mem_knobs_turn();
}

/* -- Apart ------------------------------------------------------------------ */

/* Until the VM is apart, or its turn is over. */
static void take_apart(struct mem_vm *vm)
{
	u64 began = ktime_get_ns(), until = began + TURN_NS;
	struct mm_struct *mm;
	int rc = 0;

	do {
		mm = mem_vms_get(vm);
		if (!mm) {
			vm->apart.goes_on = false;
			break;
		}
		rc = fits(mm, chunk_pages(&vm->apart.chunk)) ?
			     mem_advise_out(mm, &vm->apart, mem_policy.hold_ns) : -ENOMEM;
		mem_vms_put(mm);
		cond_resched();
	} while (vm->apart.goes_on && !rc && ktime_get_ns() < until);
	WRITE_ONCE(vm->rc, rc);
	vm->served += ktime_get_ns() - began;
}

/* Who is exposed comes first, and then who has had least. */
static bool is_before(const struct mem_vm *vm, const struct mem_vm *other)
{
	if (!vm->plan.exposed != !other->plan.exposed)
		return vm->plan.exposed;
	return vm->served < other->served;
}

/* What could not be done waits for the next window. */
static struct mem_vm *next_apart(void)
{
	struct mem_vm *vm, *next = NULL;

	list_for_each_entry(vm, &mem_vms, list) {
		if (vm->apart.goes_on && !vm->rc && (!next || is_before(vm, next)))
			next = vm;
	}
	return next;
}

static void try_again(void)
{
	struct mem_vm *vm;

	list_for_each_entry(vm, &mem_vms, list) {
		if (vm->apart.goes_on)
			WRITE_ONCE(vm->rc, 0);
	}
}

static bool is_walked(const struct mem_moves *moves)
{
	const struct mem_vm *vm;

	list_for_each_entry(vm, &mem_vms, list) {
		if (vm->apart.goes_on && vm->apart.moves == moves)
			return true;
	}
	return false;
}

/* Returns in how many nanoseconds there is more of it, or U64_MAX. */
u64 mem_apply_apart(void)
{
	static u64 windows;
	u64 until = ktime_get_ns() + APART_NS;
	struct mem_vm *vm;

	if (windows != mem_state.windows)
		try_again();
	windows = mem_state.windows;
	while ((vm = next_apart()) && ktime_get_ns() < until)
		take_apart(vm);
	mem_moves_sweep(is_walked);
	return vm ? REST_NS : U64_MAX;
}

/* -- The end ---------------------------------------------------------------- */

/* Its lock is had by somebody else, seldom for long. */
static void let_in_at_last(struct mem_vm *vm, struct mm_struct *mm)
{
	int tries = LAST_TRIES;

	while (let_in(vm, mm) == -EBUSY && --tries)
		msleep(LAST_TRY_MS);
	if (!tries)
		pr_warn("VM %llu: its memory could not be made mergeable again: it cannot be swapped where it was\n",
			vm->id);
}

/*
 * What is merged stays so, since to take it apart may need memory.  What was begun to be
 * taken apart would be forgotten: it is mergeable again, as it was.
 */
void mem_apply_end(void)
{
	struct mm_struct *mm;
	struct mem_vm *vm;

	list_for_each_entry(vm, &mem_vms, list) {
		mm = vm->apart.goes_on ? mem_vms_get(vm) : NULL;
		if (!mm)
			continue;
		let_in_at_last(vm, mm);
		mem_vms_put(mm);
	}
	mem_moves_end();
}
