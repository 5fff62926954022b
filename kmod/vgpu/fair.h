/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The fair policy: what is due to each client that has work (level.h), one slice
 * at a time, so that nobody is behind or ahead by more than about a slice.
 *
 * Three clocks stand for weight, minimum and cap.
 *
 * By weight: a client has a place on a virtual clock, which moves by what it
 * runs over its weight.  The mean of all places, by weight, is the clock's time:
 * who stands before it is behind the others, who stands after it is ahead, and
 * what all are behind and ahead adds up to nothing, whoever comes and goes.  One
 * that stops being ahead of its due counts until the others have caught up.  Of
 * those that are not ahead the one runs whose next request would be due in full
 * soonest: EEVDF (Stoica and Abdel-Wahab, "Earliest eligible virtual deadline
 * first", 1995).
 *
 * A minimum is a promise in real time: until when it has been kept.  Who is
 * behind that asks for a slice of it, the earliest deadline first, and has it
 * before all whose requests by weight are due later; what it runs by weight counts
 * for its promise.  A cap is the same from
 * above: until when it is used up.  Until then the client is held, and shares
 * nothing.  So each holds by its own clock, whatever the others do (H-FSC:
 * Stoica, Zhang and Ng, "A hierarchical fair service curve algorithm", 1997).
 *
 * No clock carries a claim of more than a slice, or than the longest job where
 * jobs cannot be preempted, from one state into another: who was held, slept,
 * or had more than its weight by its minimum begins there.  Debts stay.
 *
 * One that sleeps saves what would have been due to it, up to a slice.  That
 * buys it an earlier turn, not more time: it asks for what it ran the last time,
 * and its request counts as due so much sooner.  All that have saved share a
 * bucket of such turns, so that many of them do not hold up those that work.
 *
 * What a job ran over its budget is charged over @averaging slices, from the
 * first on; never is more than one such job, or a slice, outstanding.
 */
#ifndef _KVMSHARE_VGPU_FAIR_H
#define _KVMSHARE_VGPU_FAIR_H

#include "level.h"
#include "tree.h"

enum fair_where {
	FAIR_ASLEEP,
	FAIR_QUEUED,
	FAIR_HELD,
	FAIR_RUNS,
};

/**
 * struct fair_client - a client's part
 * @where: what it does
 * @node: in the queue by place and deadline, or among the held by @held
 * @promise: among those with a minimum, while it is queued
 * @debt: among the debts, by @place
 * @owes: it is there
 * @place: on the virtual clock
 * @promised: until when its minimum has been kept, in nanoseconds
 * @held: until when its cap is used up, in nanoseconds
 * @per_weight: 2^48 / weight
 * @per_minimum: 2^32 / minimum, as a part of 1
 * @per_cap: 2^32 / cap, as a part of 1
 * @since: when it began to be held
 * @request: how much it asks for: its next budget
 * @length: how long a job of it is that does not stop, as far as is known
 * @overshoot: nanoseconds still to be charged
 * @behind: nanoseconds that it was behind when it fell asleep
 * @slept: the mean when it fell asleep
 * @saved: nanoseconds
 * @stretch: how long it has run since it woke
 * @burst: the same of the time before: what it may need this time
 */
struct fair_client {
	enum fair_where where;
	struct tree_node node;
	struct tree_node promise;
	struct tree_node debt;
	bool owes;
	u64 place;
	u64 promised;
	u64 held;
	u64 per_weight;
	u64 per_minimum;
	u64 per_cap;
	u64 since;
	u64 request;
	u64 length;
	u64 overshoot;
	u64 behind;
	u64 slept;
	u64 saved;
	u64 stretch;
	u64 burst;
};

/**
 * struct fair - an engine's part
 * @queue: those that wait, by deadline
 * @promises: of those the ones with a minimum, by its deadline
 * @held: those whose cap is used up, by when it is not any more
 * @debts: those that sleep or are held, and are ahead of their due, by place
 * @mean: of the places of those that wait, run, or have debts
 * @rest: the sum of what they are after it, times their weights
 * @weight: of all of them
 * @bucket: nanoseconds of early turns that are left
 * @longest: about the longest that anybody ran lately at once
 * @length: the same of jobs that did not stop
 * @picked: since when somebody runs
 * @counted: so much of that its place has moved by already, in nanoseconds
 * @way: the same on the virtual clock
 * @by_promise: because of its minimum
 * @now: the last time that was told
 */
struct fair {
	struct tree queue;
	struct tree promises;
	struct tree held;
	struct tree debts;
	u64 mean;
	s64 rest;
	u64 weight;
	u64 bucket;
	u64 longest;
	u64 length;
	u64 picked;
	u64 counted;
	u64 way;
	bool by_promise;
	u64 now;
};

#endif /* _KVMSHARE_VGPU_FAIR_H */
