// SPDX-License-Identifier: GPL-2.0
/*
 * The kernel's knobs that the policy turns, and leaves alone once somebody else did.
 *
 * On a worker of their own: to stop ksmd is to wait until it has got the lock of the memory
 * that it is at, which a VMM can hold for as long as it likes.
 */
#include <linux/string.h>
#include <linux/workqueue.h>

#include "files.h"
#include "mem.h"
#include "trace.h"

/* Windows between two writes to a knob. */
#define KNOB_REST	5

static const struct {
	const char *name;
	const char *path;
} names[MEM_KNOBS] = {
	[MEM_KSM_RUN]	= { "ksm/run", "kernel/mm/ksm/run" },
	[MEM_KSM_PAGES]	= { "ksm/pages_to_scan", "kernel/mm/ksm/pages_to_scan" },
	[MEM_KSM_SLEEP]	= { "ksm/sleep_millisecs", "kernel/mm/ksm/sleep_millisecs" },
	[MEM_KSM_SMART]	= { "ksm/smart_scan", "kernel/mm/ksm/smart_scan" },
	[MEM_KHUGEPAGED_SHARED] = { "khugepaged/max_ptes_shared",
				    "kernel/mm/transparent_hugepage/khugepaged/max_ptes_shared" },
};

static struct knob knobs[MEM_KNOBS];	/* mem_lock */

static struct workqueue_struct *worker;
static void turn(struct work_struct *work);
static DECLARE_WORK(work, turn);

const char *mem_knob_name(enum mem_knob nr)
{
	return names[nr].name;
}

const struct knob *mem_knob(enum mem_knob nr)
{
	lockdep_assert_held(&mem_lock);
	return &knobs[nr];
}

/* An administrator wants a knob to be the policy's again. */
int mem_knob_reclaim(const char *name)
{
	int i;

	lockdep_assert_held(&mem_lock);
	for (i = 0; i < MEM_KNOBS; i++) {
		if (!strcmp(names[i].name, name)) {
			knob_reclaim(&knobs[i]);
			return 0;
		}
	}
	return -EINVAL;
}

/* -- One knob --------------------------------------------------------------- */

static void tell_theirs(enum mem_knob nr, u64 value)
{
	pr_info("%s: somebody else wrote %llu, and it is left alone\n", names[nr].name, value);
}

static enum knob_act decide(enum mem_knob nr, u64 now, u64 wanted)
{
	enum knob_act act;

	mutex_lock(&mem_lock);
	act = knob_decide(&knobs[nr], now, wanted);
	mutex_unlock(&mem_lock);
	return act;
}

/*
 * The kernel may have rounded it, or refused.  Whoever wrote to it while this waited for the
 * lock is found in the next window; nothing tells of a write between this look and ours.
 */
static bool write(enum mem_knob nr, u64 now, u64 wanted, u32 rest)
{
	u64 wrote;

	if (mem_file_read_u64(names[nr].path, &wrote) || wrote != now ||
	    mem_file_write_u64(names[nr].path, wanted))
		return false;
	/* It was written, and is to be put back one day, whatever can be read. */
	if (mem_file_read_u64(names[nr].path, &wrote))
		wrote = wanted;
	mutex_lock(&mem_lock);
	knob_wrote(&knobs[nr], now, wanted, wrote, rest);
	mutex_unlock(&mem_lock);
	trace_kvmshare_mem_knob(names[nr].name, now, wrote);
	if (knobs[nr].state == KNOB_THEIRS)
		tell_theirs(nr, wrote);
	return wrote == wanted;
}

/* What it should be; written where it is ours to write. Whether it is so. */
static bool want(enum mem_knob nr, u64 wanted, u32 rest)
{
	u64 now;

	if (mem_file_read_u64(names[nr].path, &now))
		return false;
	/* All is being unmerged, or was: that is an administrator's last word. */
	if (nr == MEM_KSM_RUN && now == KSM_RUN_UNMERGE)
		return false;
	switch (decide(nr, now, wanted)) {
	case KNOB_WRITE:
		return write(nr, now, wanted, rest);
	case KNOB_STEPPED_ASIDE:
		tell_theirs(nr, now);
		return false;
	default:
		return now == wanted;
	}
}

/* Nothing else is wanted of it; whether somebody else has turned it is seen all the same. */
static void keep(enum mem_knob nr)
{
	if (knobs[nr].state == KNOB_OURS)
		want(nr, knobs[nr].ours, 0);
}

/* Likewise; where it is ours it is as it was before. */
static void rest(enum mem_knob nr)
{
	if (knobs[nr].state == KNOB_OURS)
		want(nr, knobs[nr].before, 0);
}

/* What was before is put back, where it is still ours. */
static void let_go(enum mem_knob nr)
{
	struct knob *knob = &knobs[nr];
	u64 now;

	if (knob->state != KNOB_OURS || mem_file_read_u64(names[nr].path, &now))
		return;
	if (knob_restores(knob, now) && mem_file_write_u64(names[nr].path, knob->before))
		pr_warn("%s: it could not be made %llu again\n", names[nr].name, knob->before);
	mutex_lock(&mem_lock);
	knob_let_go(knob, now);
	mutex_unlock(&mem_lock);
}

static void let_go_of_all(void)
{
	int i;

	for (i = 0; i < MEM_KNOBS; i++)
		let_go(i);
}

/* -- All of them ------------------------------------------------------------ */

/**
 * struct wishes - what a window has come to
 * @rate: of ksmd
 * @fresh: there is memory that ksmd has not looked at twice
 * @advised: the kernel's own advisor is at it
 * @leaves_shared: khugepaged is to leave shared pages alone
 * @none: nothing is to be done, only shown
 */
struct wishes {
	struct rate rate;
	bool fresh;
	bool advised;
	bool leaves_shared;
	bool none;
};

static struct wishes wishes_now(void)
{
	struct wishes wishes;

	mutex_lock(&mem_lock);
	wishes = (struct wishes){
		.rate = mem_state.plan.rate,
		.fresh = mem_state.plan.fresh,
		.advised = mem_state.host.advised,
		.leaves_shared = mem_state.plan.leaves_shared,
		.none = mem_policy.observe,
	};
	mutex_unlock(&mem_lock);
	return wishes;
}

/* Where the kernel's own advisor is at it, the pace is its. */
static void turn_pace(const struct wishes *wishes)
{
	const struct rate *rate = &wishes->rate;

	if (wishes->advised) {
		keep(MEM_KSM_SLEEP);
		keep(MEM_KSM_PAGES);
	} else if (!rate->pages) {
		rest(MEM_KSM_SLEEP);
		rest(MEM_KSM_PAGES);
	} else if (want(MEM_KSM_SLEEP, rate->sleep_ms, KNOB_REST)) {
		want(MEM_KSM_PAGES, rate->pages, KNOB_REST);
	} else if (knobs[MEM_KSM_SLEEP].state == KNOB_THEIRS) {
		rest(MEM_KSM_PAGES);
	}
}

static void turn(struct work_struct *unused)
{
	const struct wishes wishes = wishes_now();

	if (wishes.none) {
		let_go_of_all();
		return;
	}
	turn_pace(&wishes);
	/*
	 * From 6.7 on ksmd passes over pages that it has often found nothing for, up to eight
	 * times: what is new would not be told that it is like them.
	 */
	if (wishes.fresh)
		want(MEM_KSM_SMART, 0, KNOB_REST);
	else
		let_go(MEM_KSM_SMART);
	if (wishes.leaves_shared)
		want(MEM_KHUGEPAGED_SHARED, 0, KNOB_REST);
	else
		let_go(MEM_KHUGEPAGED_SHARED);
	/* To stop is to leave it as it was: somebody else may have it run for others. */
	if (wishes.rate.pages)
		want(MEM_KSM_RUN, KSM_RUN_MERGE, 0);
	else
		rest(MEM_KSM_RUN);
}

void mem_knobs_turn(void)
{
	queue_work(worker, &work);
}

int mem_knobs_init(void)
{
	worker = alloc_workqueue("kvmshare_mem_knobs", WQ_UNBOUND | WQ_FREEZABLE, 1);
	return worker ? 0 : -ENOMEM;
}

void mem_knobs_exit(void)
{
	destroy_workqueue(worker);
	let_go_of_all();
}
