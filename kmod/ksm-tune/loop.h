/* SPDX-License-Identifier: GPL-2.0 */
/*
 * ksmd splits huge pages for what it merges in them, and khugepaged puts them
 * together again; which undoes the merging, and so on: pure.
 *
 * No counter of either shows it: both are busy, and nothing comes of it.  It is
 * seen where many huge pages are split and many are made, window after window,
 * and what is merged hardly grows.  It ends on the side that costs less: a VM
 * is taken out of merging, or khugepaged leaves what is shared alone.
 */
#ifndef _KVMSHARE_MEM_LOOP_H
#define _KVMSHARE_MEM_LOOP_H

#include "../compat/types.h"

/**
 * struct loop_policy - an administrator's, or the defaults
 * @least: so many huge pages split and made in a window are a loop at all
 * @windows: so many of those in a row are one
 * @huge_price: pages that a huge page is worth, as for a VM
 */
struct loop_policy {
	u32 least;
	u32 windows;
	u32 huge_price;
};

/**
 * struct loop_facts - counters of the whole host, which only grow but @sharing
 * @splits: huge pages that were split
 * @collapses: that were made of small ones
 * @sharing: pages that are merged at the moment
 */
struct loop_facts {
	u64 splits;
	u64 collapses;
	u64 sharing;
};

/**
 * struct loop - all zeroes has seen nothing
 * @seen: there was a window before
 * @before: of that one
 * @turned: in the last window, so many huge pages were both split and made
 * @windows: so many in a row had one
 */
struct loop {
	bool seen;
	struct loop_facts before;
	u64 turned;
	u32 windows;
};

bool loop_policy_valid(const struct loop_policy *policy);
bool loop_look(struct loop *loop, const struct loop_policy *policy,
	       const struct loop_facts *facts);
bool loop_takes_out(const struct loop_policy *policy, u64 saved, u64 huge);

#endif /* _KVMSHARE_MEM_LOOP_H */
