// SPDX-License-Identifier: GPL-2.0
#include "rate.h"

#define NS_PER_SEC	1000000000ULL
#define PARTS_PER_SEC	(1000U / RATE_SLEEP_MS)

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
		wish(rate, &wanted, within(2 * facts->fresh, policy->started), RATE_STARTED);
	if (facts->short_in != RATE_NEVER && facts->yield)
		wish(rate, &wanted, within(2 * facts->mergeable, facts->short_in), RATE_PRESSURE);
	return wanted;
}

/* Pages a second that the cap allows; while the cost is not known, the kernel's default. */
static u64 allowed(const struct rate_policy *policy, const struct rate_facts *facts)
{
	if (!facts->cost)
		return 100 * PARTS_PER_SEC;
	return policy->cpu_percent * (NS_PER_SEC / 100) / facts->cost;
}

static u32 part_of(u64 a_second)
{
	u64 pages = a_second / PARTS_PER_SEC;

	if (!a_second)
		return 0;
	if (pages > RATE_PAGES_MAX)
		return RATE_PAGES_MAX;
	return pages ? (u32)pages : 1;
}

static bool is_other(u32 pages, u32 before)
{
	u32 apart = pages > before ? pages - before : before - pages;

	/* From and to nothing always is. */
	return !pages != !before || apart > before / LEAST_CHANGE;
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
	u32 pages = part_of(wanted < most ? wanted : most), before = rate->pages;

	if (!is_other(pages, before))
		return false;
	rate->pages = pages;
	return true;
}
