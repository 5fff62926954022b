/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The fair policy: what is due to each client that has work (level.h), one slice
 * at a time, so that nobody is behind or ahead by more than about a slice.
 *
 * Three clocks stand for weight, minimum and cap.
 *
 * By weight: a client has a place on a virtual clock (place.h).  Of those that
 * are not ahead of the mean the one runs whose next request would be due in full
 * soonest: EEVDF (Stoica and Abdel-Wahab, "Earliest eligible virtual deadline
 * first", 1995).
 *
 * A minimum is a promise in real time (rate.h): until when it has been kept.  Who
 * is behind that asks for a slice of it, the earliest deadline first, and has it
 * before all whose requests by weight are due later; what it runs by weight
 * counts for its promise.  A cap is the same from above: until when it is used
 * up.  Until then the client is held, and shares nothing.  So each holds by its
 * own clock, whatever the others do (H-FSC: Stoica, Zhang and Ng, "A hierarchical
 * fair service curve algorithm", 1997).
 *
 * A minimum that is changed, or ends and begins again, gives no more than one that
 * stays: what was had of it too early goes along.
 *
 * No clock carries a claim of more than a slice, or than the longest job where
 * jobs cannot be preempted, from one state into another: who was held, slept,
 * or had more than its weight by its minimum begins there.  Debts stay.
 *
 * One that sleeps has an earlier turn for it (early.h), not more time.
 *
 * What a job ran over its budget is charged over @averaging slices, from the
 * first on; never is more than one such job, or a slice, outstanding.
 */
#ifndef _KVMSHARE_VGPU_FAIR_H
#define _KVMSHARE_VGPU_FAIR_H

#include "early.h"
#include "place.h"
#include "rate.h"
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
 * @node: in the queue by place and deadline, or among the held by @cap
 * @promise: among those with a minimum, while it is queued
 * @place: by weight
 * @minimum: until when it has been kept
 * @promised: nanoseconds of a minimum that it had too early, while it has none
 * @cap: until when it is used up
 * @early: what it saved asleep
 * @since: when it began to be held
 * @request: how much it asks for: its next budget
 * @length: how long a job of it is that does not stop, as far as is known
 * @overshoot: nanoseconds still to be charged
 * @behind: nanoseconds that it was behind when it fell asleep
 * @slept: the mean when it fell asleep
 */
struct fair_client {
	enum fair_where where;
	struct tree_node node;
	struct tree_node promise;
	struct place place;
	struct rate minimum;
	u64 promised;
	struct rate cap;
	struct early_client early;
	u64 since;
	u64 request;
	u64 length;
	u64 overshoot;
	u64 behind;
	u64 slept;
};

/**
 * struct fair - an engine's part
 * @queue: those that wait, by deadline
 * @promises: of those the ones with a minimum, by its deadline
 * @held: those whose cap is used up, by when it is not any more
 * @places: where all stand by weight
 * @early: early turns
 * @longest: about the longest that anybody ran lately at once
 * @length: the same of jobs that did not stop
 * @picked: since when somebody runs
 * @by_promise: because of its minimum
 * @now: the last time that was told
 */
struct fair {
	struct tree queue;
	struct tree promises;
	struct tree held;
	struct places places;
	struct early early;
	u64 longest;
	u64 length;
	u64 picked;
	bool by_promise;
	u64 now;
};

#endif /* _KVMSHARE_VGPU_FAIR_H */
