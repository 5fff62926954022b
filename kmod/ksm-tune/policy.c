// SPDX-License-Identifier: GPL-2.0
/*
 * The window: what is seen, what is decided, what is done (apply.c).
 */
#include <linux/math64.h>
#include <linux/mm.h>
#include <linux/slab.h>
#include <linux/timekeeping.h>

#include "counter.h"
#include "mem.h"
#include "memcg.h"
#include "others.h"
#include "trace.h"

/* What is ahead: seconds. */
#define HORIZON		30

struct mem_policy mem_policy = {
	.plan = {
		.merge = { .page = PAGE_SIZE, .huge_pages = 1 << (PMD_SHIFT - PAGE_SHIFT),
			   .huge_price = 128, .items_most = 64, .rest = 30,
			   .rest_most = 600, .retry = 3600, .kept = 30 },
		.loop = { .least = 8, .windows = 2, .huge_price = 128 },
		.domain = { .better = 20, .windows = 30 },
		.rate = { .cpu_percent = 20, .steady = 600, .started = 10, .yield_least = 50 },
		.guess = 10,
	},
	.window_ms = 1000,
	.hold_ns = 10 * NSEC_PER_MSEC,
};
struct mem_state mem_state;

static struct workqueue_struct *worker;
static void tick(struct work_struct *work);
static DECLARE_DELAYED_WORK(work, tick);

static struct plan_vm **plans;		/* the worker's, as all that follows */
static struct domain_tenant *room;
static unsigned int room_for;
static u64 next_window;

/* -- What was seen ---------------------------------------------------------- */

static u64 items_of_all(const struct mem_host *host)
{
	return host->shared + host->sharing + host->unshared + host->volatile_pages;
}

/* Pages of processes other than VMs, and of those that were one. */
static u64 items_of_others(const struct mem_host *host)
{
	u64 all = items_of_all(host);
	u64 ours = 0, left = 0;
	bool guarded = false;
	struct mem_vm *vm;

	list_for_each_entry(vm, &mem_vms, list) {
		if (vm->left && vm->plan.advised)
			left += max(vm->plan.items, 1ULL);
		if (!vm->first)
			ours += vm->plan.items;
		guarded |= vm->plan.guarded;
	}
	/* Near to it: the two are not read at the same time. */
	return guarded ? left + mem_others_count() : grown(all, grown(ours, left));
}

static void measure_ksmd(const struct mem_host *host)
{
	const struct meter_counters now = {
		.at = host->at,
		.looked = host->looked,
		.found = host->shared + host->sharing + host->zero + host->cow_ksm,
		.ns = host->ksmd_ns,
	};

	meter_add(&mem_state.ksmd, &now, items_of_all(host), 2ULL * mem_policy.plan.rate.steady);
}

static u32 short_in(const struct mem_host *host)
{
	struct forecast *available = &mem_state.available;
	u32 ticks;

	forecast_add(available, host->available >> 10, (u32)(ktime_get_real_seconds() % 86400));
	ticks = forecast_ticks_to(available, mem_policy.headroom >> 10);
	if (ticks == FORECAST_NEVER)
		return RATE_NEVER;
	return min_t(u64, (u64)ticks * mem_policy.window_ms / MSEC_PER_SEC, RATE_NEVER - 1);
}

static void note_history(const struct mem_host *host)
{
	const struct history_sample sample = {
		.available = host->available,
		.sharing = host->sharing + host->zero,
		.ksmd_ns = host->ksmd_ns,
		.khugepaged_ns = host->khugepaged_ns,
		.splits = host->splits,
		.collapses = host->collapses,
	};

	history_add(&mem_state.history, div_u64(host->at, NSEC_PER_SEC), &sample);
}

static struct plan_host facts_of(const struct mem_host *host)
{
	measure_ksmd(host);
	return (struct plan_host){
		.loop = { host->splits, host->collapses, host->sharing },
		.passes = host->passes,
		.others = items_of_others(host),
		.yield = meter_yield(&mem_state.ksmd),
		.cost = meter_cost(&mem_state.ksmd),
		.short_in = short_in(host),
	};
}

/* -- Deciding --------------------------------------------------------------- */

/* Of all VMs; there was no memory for more: the others wait for a window. */
static unsigned int make_room(void)
{
	unsigned int wanted = mem_nr_vms + mem_nr_vms / 4 + 8;
	struct plan_vm **more;
	struct domain_tenant *tenants;

	if (mem_nr_vms <= room_for)
		return mem_nr_vms;
	more = kvcalloc(wanted, sizeof(*more), GFP_KERNEL);
	tenants = kvcalloc(wanted, sizeof(*tenants), GFP_KERNEL);
	if (!more || !tenants) {
		kvfree(more);
		kvfree(tenants);
		return room_for;
	}
	kvfree(plans);
	kvfree(room);
	plans = more;
	room = tenants;
	room_for = wanted;
	return mem_nr_vms;
}

/* What could not be kept apart is told, at once and as long as the VM is there. */
static void note_exposure(struct mem_vm *vm, u64 now)
{
	struct mem_exposure *exposure = &vm->exposure;

	if (!vm->plan.exposed) {
		exposure->since = 0;
		return;
	}
	if (!exposure->since) {
		exposure->since = now;
		exposure->pages = 0;
		exposure->times++;
		trace_kvmshare_mem_exposed(vm);
	}
	exposure->pages = max(exposure->pages, vm->plan.merging + vm->plan.zero);
}

static void decide(void)
{
	unsigned int nr = 0, most = make_room();
	struct mem_host host;
	struct mem_vm *vm;
	bool fresh;

	mem_host_sample(&host, &mem_state.host);
	mutex_lock(&mem_lock);
	mem_scopes_set(host.across);
	mem_state.facts = facts_of(&host);
	mem_state.host = host;
	note_history(&host);
	list_for_each_entry(vm, &mem_vms, list) {
		if (!vm->mm || vm->first || vm->left)
			continue;
		if (nr < most)
			plans[nr++] = &vm->plan;
		else
			mem_state.facts.others++;	/* strangers, to whom is guarded */
	}
	mem_state.windows++;
	fresh = mem_state.plan.fresh;
	plan_window(&mem_state.plan, &mem_policy.plan, &mem_state.facts, plans, nr, room);
	/* Nor does the rest of it say what that yields. */
	if (!fresh != !mem_state.plan.fresh)
		meter_anew(&mem_state.ksmd);
	list_for_each_entry(vm, &mem_vms, list)
		note_exposure(vm, host.at);
	mutex_unlock(&mem_lock);
}

/* -- The worker ------------------------------------------------------------- */

static void window(void)
{
	mem_vms_collect();
	mem_look();
	decide();
	mem_apply();
}

/* What was begun to be taken apart is so in the end, whatever is wanted meanwhile. */
static void tick(struct work_struct *unused)
{
	u64 now = ktime_get_ns(), wait;

	if (now >= next_window) {
		next_window = now + (u64)mem_policy.window_ms * NSEC_PER_MSEC;
		window();
		mem_state.window_ns += ktime_get_ns() - now;
	}
	wait = mem_apply_apart();
	now = ktime_get_ns();
	wait = min(wait, next_window > now ? next_window - now : 0);
	queue_delayed_work(worker, &work, nsecs_to_jiffies(wait) + 1);
}

int mem_policy_init(void)
{
	mem_policy.headroom = max_t(u64, ((u64)totalram_pages() << PAGE_SHIFT) / 20, SZ_64M);
	forecast_start(&mem_state.available, HORIZON);
	worker = alloc_workqueue("kvmshare_mem", WQ_UNBOUND | WQ_FREEZABLE, 1);
	return worker ? 0 : -ENOMEM;
}

void mem_policy_exit(void)
{
	destroy_workqueue(worker);
	kvfree(plans);
	kvfree(room);
}

void mem_policy_start(void)
{
	queue_delayed_work(worker, &work, 0);
}

void mem_policy_stop(void)
{
	cancel_delayed_work_sync(&work);
	mem_apply_end();
}
