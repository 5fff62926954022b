/* SPDX-License-Identifier: GPL-2.0 */
/*
 * How much of a VM's memory has ksmd looked at twice, which a page needs to merge?  Pure.
 *
 * ksmd comes to who is new in the pass that is under way or in the next one, and does not
 * say which.  But what it has of a VM grows while it looks at it for the first time: that
 * pass and the one after are the two.  Where nothing grows, one more is waited for.
 */
#ifndef _KVMSHARE_MEM_LOOKS_H
#define _KVMSHARE_MEM_LOOKS_H

#include "../compat/types.h"

/* Passes after which it has looked twice at who has come: one may have been past it then. */
#define LOOKS_PASSES	3

/**
 * struct looks - at a VM; all zeroes is one that is not mergeable
 * @known: pages that ksmd has looked at twice
 * @newest: pages that were there when it had grown last
 * @since: passes of ksmd then
 * @items: what ksmd had of it when that had grown last
 * @met: passes of ksmd then
 * @is_met: that was since @since
 * @begun: passes of ksmd when it became mergeable
 */
struct looks {
	u64 known;
	u64 newest;
	u64 since;
	u64 items;
	u64 met;
	bool is_met;
	u64 begun;
};

void looks_begin(struct looks *looks, u64 pages, u64 items, u64 passes);
void looks_add(struct looks *looks, u64 pages, u64 items, u64 passes);
u64 looks_fresh(const struct looks *looks);
bool looks_tell(const struct looks *looks, u64 passes, bool fresh);

#endif /* _KVMSHARE_MEM_LOOKS_H */
