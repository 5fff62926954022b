/* SPDX-License-Identifier: GPL-2.0 */
/*
 * How others share an engine, each written from its description, for comparison
 * only.  They look at all clients for a decision, which none of them would.
 */
#ifndef KVMSHARE_TESTS_SIM_OTHERS_H
#define KVMSHARE_TESTS_SIM_OTHERS_H

#include "sim.h"

/* -- What the three have in common ------------------------------------------ */

static inline void other_start(struct sched_engine *engine, u64 now)
{
	struct sim *sim = sim_of(engine);

	sim->other.at = 0;
	sim->other.stage = 0;
	sim->other.until = now;
}

static inline void other_enter(struct sched_engine *engine, struct sched_client *client, u64 now)
{
	(void)engine;
	sim_client_of(client)->other.left = 0;
	sim_client_of(client)->other.debt = 0;
	sim_client_of(client)->other.last = now;
}

static inline void other_nothing(struct sched_engine *engine, struct sched_client *client, u64 now)
{
	(void)engine;
	(void)client;
	(void)now;
}

static inline void other_change(struct sched_engine *engine, struct sched_client *client,
				const struct sched_params *params, u64 now)
{
	(void)engine;
	(void)now;
	client->params = *params;
}

#define OTHER_OPS	.start = other_start, .enter = other_enter, .wake = other_nothing, \
			.sleep = other_nothing, .leave = other_nothing, .change = other_change

/* -- Plain round robin -------------------------------------------------------- */

static inline void robin_pick(struct sched_engine *engine, u64 now, struct sched_pick *pick)
{
	struct sim *sim = sim_of(engine);

	(void)now;
	for (u32 n = 1; n <= sim->nr; n++) {
		u32 at = (sim->other.at + n) % sim->nr;

		if (sim->clients[at].sched.state != SCHED_RUNNABLE)
			continue;
		sim->other.at = at;
		pick->client = &sim->clients[at].sched;
		pick->budget = pick->client->params.slice;
		return;
	}
}

static inline void robin_ran(struct sched_engine *engine, struct sched_client *client, u64 now,
			     u64 ran, u64 budget, bool more)
{
	(void)engine;
	(void)client;
	(void)now;
	(void)ran;
	(void)budget;
	(void)more;
}

static const struct sched_ops sim_robin = {
	.name = "robin", OTHER_OPS, .pick = robin_pick, .ran = robin_ran,
};

/* -- NVIDIA's strict round robin ---------------------------------------------- */

/*
 * Each has its slot in turn, used or not.  What it ran beyond its slots is added
 * up, and each next slot of it is shorter by that over the averaging factor.
 */
static inline void strict_next_slot(struct sim *sim, u64 now)
{
	struct sim_client *client;
	u64 pays;

	sim->other.at = (sim->other.at + 1) % sim->nr;
	client = &sim->clients[sim->other.at];
	pays = client->other.debt / client->sched.params.averaging;
	if (pays > client->sched.params.slice)
		pays = client->sched.params.slice;
	client->other.debt -= pays;
	sim->other.until = now + client->sched.params.slice - pays;
}

static inline void strict_pick(struct sched_engine *engine, u64 now, struct sched_pick *pick)
{
	struct sim *sim = sim_of(engine);

	if (!sim->nr)
		return;
	for (u32 n = 0; n < sim->nr && now >= sim->other.until; n++)
		strict_next_slot(sim, now);
	if (sim->clients[sim->other.at].sched.state == SCHED_RUNNABLE && now < sim->other.until) {
		pick->client = &sim->clients[sim->other.at].sched;
		pick->budget = sim->other.until - now;
	} else {
		pick->again = now < sim->other.until ? sim->other.until : now + 1;
	}
}

static inline void strict_ran(struct sched_engine *engine, struct sched_client *client, u64 now,
			      u64 ran, u64 budget, bool more)
{
	(void)engine;
	(void)now;
	(void)more;
	if (ran > budget)
		sim_client_of(client)->other.debt += ran - budget;
}

static const struct sched_ops sim_strict = {
	.name = "strict", OTHER_OPS, .pick = strict_pick, .ran = strict_ran,
};

/* -- GVT-g's -------------------------------------------------------------------- */

#define GVT_TICK	SCHED_MS
#define GVT_PERIOD	(100 * SCHED_MS)
#define GVT_STAGES	10

/*
 * Every 100 ms each gets its part of them by weight, whether it has work or not;
 * every second what was left over, or owed, is forgotten.
 */
static inline void gvt_balance(struct sim *sim)
{
	u64 weights = 0;

	for (u32 i = 0; i < sim->nr; i++)
		weights += sim->clients[i].sched.params.weight;
	for (u32 i = 0; i < sim->nr; i++) {
		s64 part = (s64)(GVT_PERIOD * sim->clients[i].sched.params.weight / weights);
		s64 *left = &sim->clients[i].other.left;

		*left = sim->other.stage ? *left + part : part;
	}
	sim->other.stage = (sim->other.stage + 1) % GVT_STAGES;
	sim->other.until += GVT_PERIOD;
}

static inline void gvt_pick(struct sched_engine *engine, u64 now, struct sched_pick *pick)
{
	struct sim *sim = sim_of(engine);
	struct sim_client *oldest = NULL;

	while (sim->nr && now >= sim->other.until)
		gvt_balance(sim);
	for (u32 i = 0; i < sim->nr; i++) {
		struct sim_client *client = &sim->clients[i];

		if (client->sched.state == SCHED_RUNNABLE && client->other.left > 0 &&
		    (!oldest || client->other.last < oldest->other.last))
			oldest = client;
	}
	if (oldest) {
		pick->client = &oldest->sched;
		pick->budget = GVT_TICK;
	} else {
		pick->again = sim->other.until;
	}
}

static inline void gvt_ran(struct sched_engine *engine, struct sched_client *client, u64 now,
			   u64 ran, u64 budget, bool more)
{
	struct sim *sim = sim_of(engine);

	(void)budget;
	(void)more;
	/* Its timer went on while the job ran; what that had is charged at its end. */
	while (sim->nr && now >= sim->other.until)
		gvt_balance(sim);
	sim_client_of(client)->other.left -= (s64)ran;
	sim_client_of(client)->other.last = now;
}

static const struct sched_ops sim_gvt = {
	.name = "gvt", OTHER_OPS, .pick = gvt_pick, .ran = gvt_ran,
};

#endif
