/* SPDX-License-Identifier: GPL-2.0 */
/*
 * An engine and its clients under a clock that only counts: the scheduler that
 * runs is the file that the module has.  Header only, for the unit tests and
 * kvmshare-sim alike.
 */
#ifndef KVMSHARE_TESTS_SIM_SIM_H
#define KVMSHARE_TESTS_SIM_SIM_H

#include "../../kmod/vgpu/sched/sched.h"

/**
 * struct sim_client - a client and its load: jobs, one after another
 * @sched: the scheduler's
 * @job: how long a job takes
 * @period: when a job comes, from one to the next; 0: when one is done
 * @think: how long after that it comes
 * @whole: its jobs cannot be preempted
 * @left: of the job at hand
 * @queued: jobs that came and have not begun
 * @next: when the next one comes; SCHED_NEVER: none
 * @got: nanoseconds that it ran, as the engine saw it
 * @came: when the job at hand could first have run
 * @worst: the longest from there to its first slice
 * @other: what the policies of others.h keep
 */
struct sim_client {
	struct sched_client sched;
	u64 job;
	u64 period;
	u64 think;
	bool whole;
	u64 left;
	u64 queued;
	u64 next;
	u64 got;
	u64 came;
	u64 worst;
	struct {
		s64 left;
		u64 last;
		u64 debt;
	} other;
};

/**
 * struct sim - an engine at work
 * @engine: the scheduler's
 * @clients: all of them
 * @nr: how many
 * @now: the clock, in nanoseconds
 * @idle: of it, with nobody running
 * @cost: nanoseconds that pass from one slice to the next
 * @lost: nanoseconds of each slice in which its client does not run
 * @on_slice: called after each slice, or NULL
 * @arg: for it
 * @other: what the policies of others.h keep
 */
struct sim {
	struct sched_engine engine;
	struct sim_client *clients;
	u32 nr;
	u64 now;
	u64 idle;
	u64 cost;
	u64 lost;
	void (*on_slice)(struct sim *sim, struct sim_client *client, u64 ran, void *arg);
	void *arg;
	struct {
		u32 at;
		u32 stage;
		u64 until;
	} other;
};

static inline struct sim *sim_of(struct sched_engine *engine)
{
	return (struct sim *)((char *)engine - offsetof(struct sim, engine));
}

static inline struct sim_client *sim_client_of(struct sched_client *client)
{
	return (struct sim_client *)((char *)client - offsetof(struct sim_client, sched));
}

static inline bool sim_has_work(const struct sim_client *client)
{
	return client->left || client->queued;
}

static inline void sim_begin_job(struct sim_client *client)
{
	if (client->left || !client->queued)
		return;
	client->queued--;
	client->left = client->job;
}

/* Jobs that come until @until wake their clients at their own times. */
static inline void sim_arrivals(struct sim *sim, u64 until)
{
	for (;;) {
		struct sim_client *first = NULL;

		for (u32 i = 0; i < sim->nr; i++)
			if (sim->clients[i].next <= until &&
			    (!first || sim->clients[i].next < first->next))
				first = &sim->clients[i];
		if (!first)
			return;
		if (!sim_has_work(first) && first->sched.state == SCHED_ASLEEP)
			first->came = first->next;
		first->queued++;
		sched_wake(&sim->engine, &first->sched, first->next);
		first->next = first->period ? first->next + first->period : SCHED_NEVER;
	}
}

static inline u64 sim_next_arrival(const struct sim *sim)
{
	u64 next = SCHED_NEVER;

	for (u32 i = 0; i < sim->nr; i++)
		if (sim->clients[i].next < next)
			next = sim->clients[i].next;
	return next;
}

static inline void sim_slice(struct sim *sim, const struct sched_pick *pick)
{
	struct sim_client *client = sim_client_of(pick->client);
	u64 ran;

	sim_begin_job(client);
	if (sim->now - client->came > client->worst)
		client->worst = sim->now - client->came;
	ran = client->whole || client->left < pick->budget ? client->left : pick->budget;
	client->left -= ran;
	client->got += ran;
	sim->now += ran + sim->lost;
	if (!client->left && !client->period)
		client->next = sim->now + client->think;
	sim_arrivals(sim, sim->now);
	client->came = sim->now;
	sched_ran(&sim->engine, sim->now, ran, sim_has_work(client));
	if (sim->on_slice)
		sim->on_slice(sim, client, ran, sim->arg);
	sim->now += sim->cost;
}

/* Until @until, or a little later: the last slice ends. */
static inline void sim_run(struct sim *sim, u64 until)
{
	struct sched_pick pick;

	while (sim->now < until) {
		u64 next;

		sim_arrivals(sim, sim->now);
		if (sched_next(&sim->engine, sim->now, &pick)) {
			sim_slice(sim, &pick);
			continue;
		}
		next = sim_next_arrival(sim);
		next = pick.again < next ? pick.again : next;
		next = next < until ? next : until;
		sim->idle += next - sim->now;
		sim->now = next;
	}
}

static inline void sim_init(struct sim *sim, const struct sched_ops *ops,
			    struct sim_client *clients)
{
	*sim = (struct sim){ .clients = clients };
	sched_init(&sim->engine, ops, 0);
}

/* The first job comes at once; for a later one set @next afterwards. */
static inline struct sim_client *sim_add(struct sim *sim, const struct sched_params *params,
					 u64 job, u64 period)
{
	struct sim_client *client = &sim->clients[sim->nr++];

	*client = (struct sim_client){ .job = job, .period = period, .next = sim->now };
	return sched_add(&sim->engine, &client->sched, params, sim->now) ? client : NULL;
}

#endif
