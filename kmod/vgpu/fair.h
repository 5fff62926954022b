/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The fair policy.  level.h says what is due to each client that has work; this
 * gives it to them, one slice at a time, so that nobody is behind or ahead by
 * more than about a slice.
 *
 * A client's lag is what was due to it since it has work, less what it ran.  Of
 * those that are not ahead (lag >= 0) the one runs whose next slice would be
 * due in full soonest: EEVDF (Stoica and Abdel-Wahab, "Earliest eligible
 * virtual deadline first", 1995), which is WF2Q for jobs of unknown length.
 * Where all are ahead, which rounding can bring about, the elastic one that is
 * least ahead runs: no engine idles while somebody below its cap has work.
 *
 * Two clocks carry the lags of all without touching each: @steady moves with
 * time, for those whose rate is their minimum or their cap, and @elastic by
 * what is left of the engine's time to a weight of 1.  A client stands in the
 * queue of its place with the clock's time at which its lag is 0, its start,
 * and by when a slice more will be due, its key.
 *
 * One that slept has saved (credit.h) and comes back with that lag; one that
 * went to sleep ahead of its due has paid that back asleep, or comes back
 * behind.  It asks for what it ran the last time: who has saved as much is due
 * that at once, so that an interactive client waits for the running slice only.
 *
 * What a job ran over its budget is charged over the next @averaging slices;
 * what is over one slice in all is charged at once.
 */
#ifndef _KVMSHARE_VGPU_FAIR_H
#define _KVMSHARE_VGPU_FAIR_H

#include "credit.h"
#include "level.h"

/**
 * struct fair_client - a client's part
 * @level: its rate, while it competes
 * @node: in a queue while it waits; its start holds also while it runs
 * @credit: its account, while it sleeps
 * @competes: it waits or runs
 * @queued: it waits
 * @since: when it began to wait
 * @held: until when its cap holds it back, or @since
 * @request: how much it asks for: its next budget
 * @overshoot: nanoseconds still to be charged
 * @stretch: how long it has run since it woke
 * @burst: the same of the time before: what it may need this time
 */
struct fair_client {
	struct level_client level;
	struct tree_node node;
	struct credit credit;
	bool competes;
	bool queued;
	u64 since;
	u64 held;
	u64 request;
	u64 overshoot;
	u64 stretch;
	u64 burst;
};

/**
 * struct fair - an engine's part
 * @level: of those that compete
 * @queues: those that wait, by place
 * @credits: the clock of all accounts
 * @steady: nanoseconds, in 2^-CREDIT_SHIFT
 * @elastic: the same of a weight of 1
 * @runs: somebody runs
 * @picked: since when
 * @now: until when the clocks have moved
 */
struct fair {
	struct level level;
	struct tree queues[LEVEL_PLACES];
	struct credit_clock credits;
	u64 steady;
	u64 elastic;
	bool runs;
	u64 picked;
	u64 now;
};

#endif /* _KVMSHARE_VGPU_FAIR_H */
