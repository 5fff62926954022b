// SPDX-License-Identifier: GPL-2.0
#include "pool.h"

bool pool_policy_valid(const struct pool_policy *policy)
{
	return policy->bytes && policy->step && policy->least <= policy->most;
}

static u64 larger(u64 a, u64 b)
{
	return a > b ? a : b;
}

static u64 smaller(u64 a, u64 b)
{
	return a < b ? a : b;
}

/* Without regard to what there is. */
static u64 need(const struct pool_policy *policy, const struct pool_facts *facts)
{
	u64 held = facts->used + facts->reserved;
	u64 wanted = larger(held, facts->asked) + policy->spare;

	wanted = smaller(larger(wanted, policy->least), policy->most);
	/*
	 * What an administrator allows does not take it from who has it; what was had beyond
	 * that is not set aside for it.
	 */
	return larger(wanted, smaller(held, facts->all));
}

/* How many more the node can give. */
static u64 room(const struct pool_policy *policy, const struct pool_facts *facts)
{
	if (facts->available <= policy->headroom)
		return 0;
	return (facts->available - policy->headroom) / policy->bytes;
}

static u64 grow(struct pool *pool, const struct pool_policy *policy, const struct pool_facts *facts,
		u64 wanted)
{
	u64 more = smaller(smaller(wanted - facts->all, policy->step), room(policy, facts));

	pool->reason = more ? POOL_GROWS : POOL_SHORT;
	return facts->all + more;
}

/* Giving back is cheap: all at once. */
static u64 shrink(struct pool *pool, const struct pool_policy *policy,
		  const struct pool_facts *facts, u64 wanted)
{
	if (pool->idle < policy->idle)
		pool->idle++;
	if (pool->idle < policy->idle) {
		pool->reason = POOL_WAITS;
		return facts->all;
	}
	pool->idle = 0;
	pool->reason = POOL_IDLE;
	return wanted;
}

/**
 * pool_decide() - a window is over
 * @pool: it
 * @policy: valid
 * @facts: of this window
 *
 * Return: how many pages are to be set aside from now on.
 */
u64 pool_decide(struct pool *pool, const struct pool_policy *policy, const struct pool_facts *facts)
{
	u64 wanted = need(policy, facts);

	if (facts->all > wanted)
		return shrink(pool, policy, facts, wanted);
	pool->idle = 0;
	if (facts->all < wanted)
		return grow(pool, policy, facts, wanted);
	pool->reason = POOL_FITS;
	return facts->all;
}
