// SPDX-License-Identifier: GPL-2.0
#include "counter.h"
#include "loop.h"

bool loop_policy_valid(const struct loop_policy *policy)
{
	return policy->least && policy->windows && policy->huge_price;
}

/* What was merged meanwhile is not worth the huge pages that it went through. */
static bool is_in_vain(const struct loop *loop, const struct loop_policy *policy,
		       const struct loop_facts *facts)
{
	u64 gained = grown(facts->sharing, loop->before.sharing);

	return loop->turned >= policy->least && gained / loop->turned < policy->huge_price;
}

/**
 * loop_look() - a window is over
 * @loop: it
 * @policy: valid
 * @facts: of now
 *
 * Return: does it go round and round?
 */
bool loop_look(struct loop *loop, const struct loop_policy *policy, const struct loop_facts *facts)
{
	u64 splits = grown(facts->splits, loop->before.splits);
	u64 collapses = grown(facts->collapses, loop->before.collapses);

	loop->turned = splits < collapses ? splits : collapses;
	if (!loop->seen || !is_in_vain(loop, policy, facts))
		loop->windows = 0;
	else if (loop->windows < policy->windows)
		loop->windows++;
	loop->seen = true;
	loop->before = *facts;
	return loop->windows >= policy->windows;
}

/**
 * loop_takes_out() - on which side it ends, for a VM
 * @policy: valid
 * @saved: pages of the VM that are merged
 * @huge: huge pages that it would have without that
 *
 * Return: whether the VM costs less out of merging; elsewhere khugepaged is to leave
 * shared pages alone.
 */
bool loop_takes_out(const struct loop_policy *policy, u64 saved, u64 huge)
{
	return huge && saved / huge < policy->huge_price;
}
