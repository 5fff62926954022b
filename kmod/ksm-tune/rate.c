// SPDX-License-Identifier: GPL-2.0
#include "rate.h"

#define NS_PER_SEC	1000000000ULL

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
