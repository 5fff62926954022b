/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Who runs next on an engine, and for how long: pure.  The engine's driver says
 * what happens (a client has work, a slice began, it ended), with the time of
 * each in nanoseconds of one clock that does not go back; a policy answers.
 *
 * All calls for one engine are serialised by the caller; nothing here sleeps or
 * allocates.
 */
#ifndef _KVMSHARE_VGPU_SCHED_H
#define _KVMSHARE_VGPU_SCHED_H

#include "../../compat/types.h"
#include "fair.h"
#include "fifo.h"
#include "window.h"

#define SCHED_US		1000ULL
#define SCHED_MS		(1000 * SCHED_US)
#define SCHED_SLICE_MIN		(100 * SCHED_US)
#define SCHED_SLICE_MAX		(30 * SCHED_MS)
#define SCHED_SLICE_DEFAULT	(2 * SCHED_MS)
#define SCHED_AVERAGING_MAX	60
#define SCHED_SHARE_LEAST	1000	/* ppm, of a minimum or a cap */

struct sched_client;
struct sched_engine;

/**
 * struct sched_params - how a client shares an engine
 * @weight: 1 to LEVEL_WEIGHT_MAX
 * @minimum: part of the engine in ppm, 0 or SCHED_SHARE_LEAST to @cap
 * @cap: part of the engine in ppm, SCHED_SHARE_LEAST to LEVEL_ONE
 * @averaging: over so many slices overshoot is paid back, 1 to SCHED_AVERAGING_MAX
 * @slice: nanoseconds, SCHED_SLICE_MIN to SCHED_SLICE_MAX
 */
struct sched_params {
	u32 weight;
	u32 minimum;
	u32 cap;
	u32 averaging;
	u64 slice;
};

/**
 * struct sched_pick - a policy's answer
 * @client: who runs, or NULL
 * @budget: for how long, in nanoseconds
 * @again: without a client: when to ask again, or SCHED_NEVER: when one has work
 */
struct sched_pick {
	struct sched_client *client;
	u64 budget;
	u64 again;
};

#define SCHED_NEVER	(~0ULL)

/**
 * struct sched_debt - what a client had before it was due, in nanoseconds
 * @ahead: of what is due to it by weight, or by its cap, whichever is more
 * @promised: of its minimum
 */
struct sched_debt {
	u64 ahead;
	u64 promised;
};

/**
 * struct sched_ops - a policy
 * @name: how an administrator calls it
 * @start: of an engine on which nobody has work
 * @enter: a client is there; it has no work
 * @wake: it has work
 * @sleep: it has none any more; it was not running
 * @pick: who is next; who is picked runs from now on
 * @ran: it does no more; @more says whether it still has work
 * @change: its params are to be these; it may be in any state
 * @leave: it goes; it has no work
 * @owe: it, which sleeps, owes so much more; NULL where a policy knows no debts
 * @owes: how much it owes, while it sleeps; likewise
 */
struct sched_ops {
	const char *name;
	void (*start)(struct sched_engine *engine, u64 now);
	void (*enter)(struct sched_engine *engine, struct sched_client *client, u64 now);
	void (*wake)(struct sched_engine *engine, struct sched_client *client, u64 now);
	void (*sleep)(struct sched_engine *engine, struct sched_client *client, u64 now);
	void (*pick)(struct sched_engine *engine, u64 now, struct sched_pick *pick);
	void (*ran)(struct sched_engine *engine, struct sched_client *client, u64 now,
		    u64 ran, u64 budget, bool more);
	void (*change)(struct sched_engine *engine, struct sched_client *client,
		       const struct sched_params *params, u64 now);
	void (*leave)(struct sched_engine *engine, struct sched_client *client, u64 now);
	void (*owe)(struct sched_engine *engine, struct sched_client *client, u64 now,
		    const struct sched_debt *debt);
	struct sched_debt (*owes)(struct sched_engine *engine, struct sched_client *client,
				  u64 now);
};

extern const struct sched_ops sched_fair;
extern const struct sched_ops sched_fifo;

enum sched_state {
	SCHED_ASLEEP,
	SCHED_RUNNABLE,
	SCHED_RUNNING,
};

#define SCHED_WAIT_BUCKETS	32

/**
 * struct sched_stats - what became of a client's time, in nanoseconds
 * @run: it ran
 * @wait: it had work and did not run
 * @throttled: of that, its cap held it back
 * @overshoot: it ran longer than its budgets
 * @slices: how often it ran
 * @waits: how often it waited, by the log2 of the nanoseconds
 */
struct sched_stats {
	u64 run;
	u64 wait;
	u64 throttled;
	u64 overshoot;
	u64 slices;
	u64 waits[SCHED_WAIT_BUCKETS];
};

/**
 * struct sched_client - one that shares an engine
 * @params: see there
 * @state: what it does
 * @since: when its state began
 * @stats: see there
 * @window: what it did in the last second
 * @prev: among those of its engine
 * @next: among those of its engine
 * @fair: the policy's
 * @fifo: the policy's
 */
struct sched_client {
	struct sched_params params;
	enum sched_state state;
	u64 since;
	struct sched_stats stats;
	struct window_client window;
	struct sched_client *prev;
	struct sched_client *next;
	union {
		struct fair_client fair;
		struct fifo_client fifo;
	};
};

/**
 * struct sched_engine - what is shared
 * @ops: its policy
 * @wanted: the policy to come when the running slice ends, or NULL
 * @clients: all of them
 * @runnable: how many have work and do not run
 * @faults: how often a policy's answer could not be right
 * @running: who runs, or NULL
 * @budget: of the slice that runs
 * @minimums: of all clients together, in ppm
 * @busy: nanoseconds in which somebody ran
 * @now: the last time that was told
 * @fair: the policy's
 * @fifo: the policy's
 */
struct sched_engine {
	const struct sched_ops *ops;
	const struct sched_ops *wanted;
	struct sched_client *clients;
	u32 runnable;
	u32 faults;
	struct sched_client *running;
	u64 budget;
	u32 minimums;
	u64 busy;
	u64 now;
	union {
		struct fair fair;
		struct fifo fifo;
	};
};

bool sched_params_valid(const struct sched_params *params);
void sched_init(struct sched_engine *engine, const struct sched_ops *ops, u64 now);
bool sched_add(struct sched_engine *engine, struct sched_client *client,
	       const struct sched_params *params, u64 now);
void sched_remove(struct sched_engine *engine, struct sched_client *client, u64 now);
bool sched_change(struct sched_engine *engine, struct sched_client *client,
		  const struct sched_params *params, u64 now);
void sched_owe(struct sched_engine *engine, struct sched_client *client,
	       const struct sched_debt *debt, u64 now);
struct sched_debt sched_owes(struct sched_engine *engine, struct sched_client *client, u64 now);
void sched_set_policy(struct sched_engine *engine, const struct sched_ops *ops, u64 now);
void sched_wake(struct sched_engine *engine, struct sched_client *client, u64 now);
void sched_sleep(struct sched_engine *engine, struct sched_client *client, u64 now);
bool sched_next(struct sched_engine *engine, u64 now, struct sched_pick *pick);
void sched_ran(struct sched_engine *engine, u64 now, u64 ran, bool more);

#endif /* _KVMSHARE_VGPU_SCHED_H */
