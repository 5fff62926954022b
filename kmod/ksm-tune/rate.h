/* SPDX-License-Identifier: GPL-2.0 */
/*
 * How fast shall ksmd look at memory?  Pure.
 *
 * Never faster than its cap of a CPU.  Where nothing is to be gained it stops, for a
 * while.
 * Where a VM has just started, its memory is looked at twice soon, which a page
 * needs to merge; where memory is going to be short, all of it before that is
 * so.  Else slowly, as long as that finds anything, and then seldom: to wake it for
 * a few pages costs more than to look at them.
 */
#ifndef _KVMSHARE_MEM_RATE_H
#define _KVMSHARE_MEM_RATE_H

#include "../compat/types.h"

#define RATE_SLEEP_LEAST	20U	/* ms between two parts, as the kernel's own default */
#define RATE_SLEEP_MOST		1000U
#define RATE_PAGES_LEAST	32U	/* of a part, rather than to sleep less */
#define RATE_PAGES_MOST		100000U	/* of a part */
#define RATE_NEVER	(~0U)		/* memory will not be short */

enum rate_reason {
	RATE_NOTHING,		/* nobody's memory is mergeable */
	RATE_USELESS,		/* what it finds is not worth looking for */
	RATE_STEADY,
	RATE_STARTED,		/* a VM has just started */
	RATE_PRESSURE,		/* memory is going to be short */
};

/**
 * struct rate_policy - an administrator's, or the defaults
 * @cpu_percent: of one CPU, at most
 * @steady: seconds in which all is looked at once
 * @started: seconds in which all is looked at twice where something is new: ksmd can not
 *           be told where to begin
 * @yield_least: pages merged of a million looked at, below which it is useless
 */
struct rate_policy {
	u32 cpu_percent;
	u32 steady;
	u32 started;
	u32 yield_least;
};

/**
 * struct rate_facts - of this window
 * @mergeable: pages that may be merged
 * @fresh: pages of them that have not been looked at twice
 * @yield: pages merged of a million looked at lately; ~0: that is not known yet
 * @cost: nanoseconds of a CPU that ksmd takes for a page; 0: not known yet
 * @short_in: seconds until memory is short, or RATE_NEVER
 */
struct rate_facts {
	u64 mergeable;
	u64 fresh;
	u32 yield;
	u32 cost;
	u32 short_in;
};

/**
 * struct rate - what ksmd is to do
 * @pages: of a part; 0: it stops
 * @sleep_ms: between two parts
 * @reason: why
 */
struct rate {
	u32 pages;
	u32 sleep_ms;
	enum rate_reason reason;
};

bool rate_policy_valid(const struct rate_policy *policy);
bool rate_decide(struct rate *rate, const struct rate_policy *policy,
		 const struct rate_facts *facts);

#endif /* _KVMSHARE_MEM_RATE_H */
