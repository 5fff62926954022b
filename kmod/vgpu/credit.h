/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What a client that sleeps may save, and what one that owes pays back: at
 * most one slice, at the rate of its weight among all that run or save.
 *
 * All of these share one clock, which a nanosecond moves by 1/weight of them
 * together.  One whose account is full shares no more.  So what all save in a
 * time is never more than that time, and those that always run lose to the
 * sleepers no more than the part that is the sleepers' by weight.
 */
#ifndef _KVMSHARE_VGPU_CREDIT_H
#define _KVMSHARE_VGPU_CREDIT_H

#include "tree.h"

/* So many fractions of a nanosecond have the clocks of the scheduler. */
#define CREDIT_SHIFT	20

/**
 * struct credit_clock - of an engine; all zeroes is one that nobody shares
 * @clock: what one of weight 1 would have saved until now, in 2^-CREDIT_SHIFT ns
 * @weight: of all that share it
 * @full: the accounts that fill, by when they will be full on @clock
 */
struct credit_clock {
	u64 clock;
	u64 weight;
	struct tree full;
};

/**
 * struct credit - a client's account
 * @balance: nanoseconds; below 0 it owes
 * @weight: of its client
 * @shares: the clock, because its client has work, or it fills
 * @filling: it is in the tree
 * @since: when it fell asleep
 * @since_clock: the same on the clock
 * @node: in the tree
 */
struct credit {
	s64 balance;
	u32 weight;
	bool shares;
	bool filling;
	u64 since;
	u64 since_clock;
	struct tree_node node;
};

void credit_advance(struct credit_clock *clock, u64 elapsed);
void credit_sleep(struct credit_clock *clock, struct credit *credit, s64 balance,
		  u64 most, u32 weight, u64 now);
void credit_wake(struct credit_clock *clock, struct credit *credit, u32 cap, u64 most, u64 now);
void credit_leave(struct credit_clock *clock, struct credit *credit);

#endif /* _KVMSHARE_VGPU_CREDIT_H */
