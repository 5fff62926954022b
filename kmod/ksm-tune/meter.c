// SPDX-License-Identifier: GPL-2.0
#include "counter.h"
#include "meter.h"

#define NS_PER_SEC	1000000000ULL
#define MILLION		1000000U
#define PARTS_OF_PASS	4

static u64 product(u64 a, u64 b)
{
	return b && a > ~0ULL / b ? ~0ULL : a * b;
}

/**
 * meter_guess() - how many pages did ksmd look at?
 * @work: since the last window
 *
 * A part ends with a pass, though it had been for more pages.
 */
u64 meter_guess(const struct meter_work *work)
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

static void measure_cost(struct meter *meter, const struct meter_counters *now, u64 looked)
{
	u64 cost = grown(now->ns, meter->last.ns) / looked;

	meter->cost = smooth(meter->cost, cost, meter->costs);
	meter->costs = true;
}

static void measure_yield(struct meter *meter, const struct meter_counters *now, u64 least)
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
 * meter_add() - a window is over
 * @meter: what is measured
 * @now: of this window
 * @pass: pages of a whole pass, which has rich and poor parts: the yield is that of
 *        several of them
 * @forget: seconds without a page looked at, after which nothing is known of the yield:
 *          memory changes
 */
void meter_add(struct meter *meter, const struct meter_counters *now, u64 pass, u64 forget)
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

/**
 * meter_anew() - from now on other memory is looked at
 * @meter: of whose yield nothing is known then
 *
 * What is looked at for the first time and the second yields more than it ever does again.
 */
void meter_anew(struct meter *meter)
{
	meter->yields = false;
	meter->part = meter->last;
}

/* As struct rate_facts has it. */
u32 meter_yield(const struct meter *meter)
{
	return meter->yields ? meter->yield : ~0U;
}

u32 meter_cost(const struct meter *meter)
{
	return meter->costs ? meter->cost : 0;
}
