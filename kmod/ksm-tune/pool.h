/* SPDX-License-Identifier: GPL-2.0 */
/*
 * How many huge pages of a size shall a NUMA node set aside for hugetlb?  Pure.
 *
 * Enough for what is in use and reserved, and for what is asked for mostly; ahead
 * of it, since such pages are hard to come by when memory has been in use for
 * long.  It grows in steps, which may compact memory for minutes, and never so
 * far that others would be short.  It shrinks after it has been larger than
 * needed for a while, and never below what is in use.
 */
#ifndef _KVMSHARE_MEM_POOL_H
#define _KVMSHARE_MEM_POOL_H

#include "../compat/types.h"

enum pool_reason {
	POOL_FITS,
	POOL_GROWS,
	POOL_SHORT,		/* it would grow, but others need the memory */
	POOL_IDLE,		/* it shrinks */
	POOL_WAITS,		/* it is larger than needed, but not for long yet */
};

/**
 * struct pool_policy - an administrator's, or the defaults
 * @bytes: of a page
 * @step: so many pages more at once, at most
 * @spare: so many free ones beyond what is asked for mostly
 * @least: never fewer
 * @most: never more
 * @idle: windows that it has to be too large before it shrinks
 * @headroom: bytes of the node that are to stay available to others
 */
struct pool_policy {
	u64 bytes;
	u64 step;
	u64 spare;
	u64 least;
	u64 most;
	u32 idle;
	u64 headroom;
};

/**
 * struct pool_facts - of a size on a node, in this window
 * @all: pages that are set aside
 * @used: of them
 * @reserved: promised, beyond those
 * @asked: pages that are in use at most times but few, as far as was seen
 * @available: bytes of the node that could be had
 */
struct pool_facts {
	u64 all;
	u64 used;
	u64 reserved;
	u64 asked;
	u64 available;
};

/**
 * struct pool - all zeroes is a new one
 * @idle: windows in a row in which it was too large
 * @reason: of what was decided last
 */
struct pool {
	u32 idle;
	enum pool_reason reason;
};

bool pool_policy_valid(const struct pool_policy *policy);
u64 pool_decide(struct pool *pool, const struct pool_policy *policy,
		const struct pool_facts *facts);

#endif /* _KVMSHARE_MEM_POOL_H */
