// SPDX-License-Identifier: GPL-2.0
#include "pace.h"

static void pay(u64 *paid, u64 now, u64 cost, u64 share)
{
	u64 saved_from = now > PACE_SAVED_MAX ? now - PACE_SAVED_MAX : 0;
	u64 most = now + PACE_OWED_MAX;

	if (*paid < saved_from)
		*paid = saved_from;
	/* So that the product fits: it is cut below anyway. */
	if (cost > PACE_OWED_MAX)
		cost = PACE_OWED_MAX;
	*paid += cost * share;
	if (*paid > most)
		*paid = most;
}

/**
 * pace_broad_done() - a broad look has ended
 * @pace: the accounts
 * @now: the time
 * @cost: how long it took
 */
void pace_broad_done(struct pace *pace, u64 now, u64 cost)
{
	pay(&pace->broad_paid, now, cost, PACE_BROAD_SHARE);
}

/**
 * pace_deep_done() - a deep look has ended
 * @pace: the accounts
 * @now: the time
 * @cost: how long it took
 */
void pace_deep_done(struct pace *pace, u64 now, u64 cost)
{
	pay(&pace->deep_paid, now, cost, PACE_DEEP_SHARE);
}

/**
 * pace_deep_is_due() - does the pass that is under way look deep?
 * @pace: the accounts
 * @now: the time
 */
bool pace_deep_is_due(const struct pace *pace, u64 now)
{
	return pace->deep_paid <= now;
}

/**
 * pace_rest() - how long until the next pass, which looks broadly
 * @pace: the accounts
 * @now: the time
 * @interval: how long it is where that is paid for
 */
u64 pace_rest(const struct pace *pace, u64 now, u64 interval)
{
	u64 owed = pace->broad_paid > now ? pace->broad_paid - now : 0;

	return owed > interval ? owed : interval;
}
