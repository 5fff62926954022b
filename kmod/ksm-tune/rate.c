// SPDX-License-Identifier: GPL-2.0
#include "counter.h"
#include "merge.h"
#include "rate.h"

#define NS_PER_SEC	1000000000ULL
#define MILLION		1000000U
#define PARTS_OF_PASS	4

/* A change of less than an eighth is none: each is a write to a file of the kernel's. */
#define LEAST_CHANGE	8

bool rate_policy_valid(const struct rate_policy *policy)
{
	return policy->cpu_percent && policy->cpu_percent <= 100 && policy->steady &&
	       policy->started && policy->started <= policy->steady;
}

/* Pages a second so that so many are looked at in so many seconds. */
static u64 within(u64 pages, u32 seconds)
{
	return pages / (seconds ? seconds : 1) + 1;
}

static void wish(struct rate *rate, u64 *wanted, u64 pages, enum rate_reason reason)
{
	if (pages <= *wanted)
		return;
	*wanted = pages;
	rate->reason = reason;
}

/* Pages a second, without the cap. */
static u64 want(struct rate *rate, const struct rate_policy *policy, const struct rate_facts *facts)
{
	u64 wanted = 0;

	rate->reason = RATE_NOTHING;
	if (!facts->mergeable)
		return 0;
	if (facts->yield < policy->yield_least)
		rate->reason = RATE_USELESS;
	else
		wish(rate, &wanted, within(facts->mergeable, policy->steady), RATE_STEADY);
	/* What was never looked at may be worth it, whatever came of the rest. */
	if (facts->fresh)
		wish(rate, &wanted, within(2 * facts->mergeable, policy->started), RATE_STARTED);
	if (facts->short_in != RATE_NEVER && facts->yield)
		wish(rate, &wanted, within(2 * facts->mergeable, facts->short_in), RATE_PRESSURE);
	return wanted;
}

/* Pages a second that the cap allows; while the cost is not known, the kernel's default. */
static u64 allowed(const struct rate_policy *policy, const struct rate_facts *facts)
{
	if (!facts->cost)
		return 100 * (1000U / RATE_SLEEP_LEAST);
	return policy->cpu_percent * (NS_PER_SEC / 100) / facts->cost;
}

static u32 between(u64 number, u32 least, u32 most)
{
	if (number < least)
		return least;
	return number > most ? most : (u32)number;
}

static struct rate in_parts(u64 a_second, enum rate_reason reason)
{
	struct rate rate = { .sleep_ms = RATE_SLEEP_LEAST, .reason = reason };

	if (!a_second)
		return rate;
	rate.sleep_ms = between(1000U * RATE_PAGES_LEAST / a_second, RATE_SLEEP_LEAST,
				RATE_SLEEP_MOST);
	if (a_second > 1000ULL * RATE_PAGES_MOST)
		a_second = 1000ULL * RATE_PAGES_MOST;
	rate.pages = between(a_second * rate.sleep_ms / 1000U, 1, RATE_PAGES_MOST);
	return rate;
}

static u64 a_second_of(const struct rate *rate)
{
	return rate->sleep_ms ? rate->pages * 1000ULL / rate->sleep_ms : 0;
}

static bool is_other(const struct rate *rate, const struct rate *before)
{
	u64 now = a_second_of(rate), then = a_second_of(before);
	u64 apart = now > then ? now - then : then - now;

	/* From and to nothing always is. */
	return !rate->pages != !before->pages || apart > then / LEAST_CHANGE;
}

/**
 * rate_fresh() - how much of a VM's memory is new to ksmd?
 * @vm: what is remembered of it
 * @pages: that it has now
 * @passes: of ksmd over all memory, ever
 *
 * A VM that begins gets its memory little by little, and would be old before it has it.
 *
 * Return: pages that were not looked at twice.
 */
u64 rate_fresh(struct rate_vm *vm, u64 pages, u64 passes)
{
	if (passes - vm->since >= PASSES_TO_MERGE)
		vm->known = vm->newest;
	if (vm->newest > pages)
		vm->newest = pages;
	if (vm->known > pages)
		vm->known = pages;
	/* Less is not worth a pace of its own. */
	if (pages - vm->newest > vm->newest / 8) {
		vm->newest = pages;
		vm->since = passes;
	}
	return vm->newest - vm->known;
}

static u64 product(u64 a, u64 b)
{
	return b && a > ~0ULL / b ? ~0ULL : a * b;
}

/**
 * rate_guess() - how many pages did ksmd look at?
 * @work: since the last window
 *
 * A part ends with a pass, though it had been for more pages.
 */
u64 rate_guess(const struct rate_work *work)
{
	u64 looked = product(work->sleeps, work->pages);
	u64 most = product(work->items, work->passes + 1);

	return looked < most ? looked : most;
}

/* A quarter of what is new. */
static u32 smooth(u32 before, u64 now, bool known)
{
	u32 most = now < ~0U - 1 ? (u32)now : ~0U - 1;

	return known ? (u32)((3ULL * before + most) / 4) : most;
}

static u64 per_million(u64 part, u64 all)
{
	if (part >= all)
		return MILLION;
	return part > ~0ULL / MILLION ? part / (all / MILLION) : part * MILLION / all;
}

static void measure_cost(struct rate_meter *meter, const struct rate_counters *now, u64 looked)
{
	u64 cost = grown(now->ns, meter->last.ns) / looked;

	meter->cost = smooth(meter->cost, cost, meter->costs);
	meter->costs = true;
}

static void measure_yield(struct rate_meter *meter, const struct rate_counters *now, u64 least)
{
	u64 looked = grown(now->looked, meter->part.looked);
	u64 found = grown(now->found, meter->part.found);

	if (!looked || looked < least)
		return;
	meter->yield = smooth(meter->yield, per_million(found, looked), meter->yields);
	meter->yields = true;
	meter->part = *now;
}

/**
 * rate_measure() - a window is over
 * @meter: what is measured
 * @now: of this window
 * @pass: pages of a whole pass, which has rich and poor parts: the yield is that of
 *        several of them
 * @forget: seconds without a page looked at, after which nothing is known of the yield:
 *          memory changes
 */
void rate_measure(struct rate_meter *meter, const struct rate_counters *now, u64 pass, u32 forget)
{
	u64 looked = grown(now->looked, meter->last.looked);

	/* A counter that went back is another one. */
	if (!meter->begun || now->looked < meter->last.looked) {
		meter->last = meter->part = *now;
		meter->begun = true;
	} else if (looked) {
		measure_cost(meter, now, looked);
		measure_yield(meter, now, pass / PARTS_OF_PASS);
		meter->last = *now;
	} else if (grown(now->at, meter->last.at) / NS_PER_SEC > forget) {
		meter->yields = false;
		meter->part = *now;
	}
}

/* As struct rate_facts has it. */
u32 rate_yield(const struct rate_meter *meter)
{
	return meter->yields ? meter->yield : ~0U;
}

u32 rate_cost(const struct rate_meter *meter)
{
	return meter->costs ? meter->cost : 0;
}

/**
 * rate_decide() - a window is over
 * @rate: what it was; what it is to be from now on
 * @policy: valid
 * @facts: of this window
 *
 * Return: is it another?
 */
bool rate_decide(struct rate *rate, const struct rate_policy *policy, const struct rate_facts *facts)
{
	u64 wanted = want(rate, policy, facts), most = allowed(policy, facts);
	struct rate next = in_parts(wanted < most ? wanted : most, rate->reason);

	if (!is_other(&next, rate))
		return false;
	*rate = next;
	return true;
}
