// SPDX-License-Identifier: GPL-2.0
#include "sched.h"

/* -- Time ------------------------------------------------------------------- */

/* The engine's time never goes back, whatever the caller's clock does. */
static u64 told(struct sched_engine *engine, u64 now)
{
	if ((s64)(now - engine->now) > 0)
		engine->now = now;
	return engine->now;
}

static u32 bucket_of(u64 ns)
{
	u32 bucket = 0;

	while (ns >>= 1)
		bucket++;
	return bucket < SCHED_WAIT_BUCKETS ? bucket : SCHED_WAIT_BUCKETS - 1;
}

static void turn(struct sched_engine *engine, struct sched_client *client,
		 enum sched_state state, u64 now)
{
	u64 passed = now - client->since;

	engine->runnable -= client->state == SCHED_RUNNABLE;
	engine->runnable += state == SCHED_RUNNABLE;

	if (client->state == SCHED_RUNNABLE)
		client->stats.wait += passed;
	if (client->state == SCHED_RUNNABLE && state == SCHED_RUNNING)
		client->stats.waits[bucket_of(passed)]++;
	if (state == SCHED_ASLEEP)
		client->window.absent = true;
	client->state = state;
	client->since = now;
}

/* -- Who shares an engine --------------------------------------------------- */

/**
 * sched_params_valid() - can a client be given these?
 * @params: from an administrator
 */
bool sched_params_valid(const struct sched_params *params)
{
	return params->weight >= 1 && params->weight <= LEVEL_WEIGHT_MAX &&
	       params->cap >= SCHED_SHARE_LEAST && params->cap <= LEVEL_ONE &&
	       params->minimum <= params->cap &&
	       (!params->minimum || params->minimum >= SCHED_SHARE_LEAST) &&
	       params->averaging >= 1 && params->averaging <= SCHED_AVERAGING_MAX &&
	       params->slice >= SCHED_SLICE_MIN && params->slice <= SCHED_SLICE_MAX;
}

/**
 * sched_init() - an engine that nobody shares yet
 * @engine: it
 * @ops: its policy
 * @now: the time
 */
void sched_init(struct sched_engine *engine, const struct sched_ops *ops, u64 now)
{
	*engine = (struct sched_engine) { .ops = ops, .now = now };
	ops->start(engine, now);
}

static void link_client(struct sched_engine *engine, struct sched_client *client)
{
	client->prev = NULL;
	client->next = engine->clients;
	if (engine->clients)
		engine->clients->prev = client;
	engine->clients = client;
}

static void unlink_client(struct sched_engine *engine, struct sched_client *client)
{
	if (client->next)
		client->next->prev = client->prev;
	if (client->prev)
		client->prev->next = client->next;
	else
		engine->clients = client->next;
}

/**
 * sched_add() - a client shares the engine from now on; it has no work
 * @engine: the engine
 * @client: it; what it holds is written over
 * @params: how
 * @now: the time
 *
 * Return: false, with nothing done, where the params are not valid or the
 * minimums of all would be more than the engine.
 */
bool sched_add(struct sched_engine *engine, struct sched_client *client,
	       const struct sched_params *params, u64 now)
{
	if (!sched_params_valid(params) || engine->minimums + params->minimum > LEVEL_ONE)
		return false;
	now = told(engine, now);
	*client = (struct sched_client) { .params = *params, .since = now };
	client->window.absent = true;
	engine->minimums += params->minimum;
	link_client(engine, client);
	engine->ops->enter(engine, client, now);
	return true;
}

/**
 * sched_remove() - it shares the engine no more
 * @engine: the engine
 * @client: in any state but running
 * @now: the time
 */
void sched_remove(struct sched_engine *engine, struct sched_client *client, u64 now)
{
	sched_sleep(engine, client, now);
	engine->ops->leave(engine, client, engine->now);
	engine->minimums -= client->params.minimum;
	unlink_client(engine, client);
}

/**
 * sched_change() - it shares the engine otherwise from now on
 * @engine: the engine
 * @client: in any state
 * @params: how
 * @now: the time
 *
 * Return: as sched_add().
 */
bool sched_change(struct sched_engine *engine, struct sched_client *client,
		  const struct sched_params *params, u64 now)
{
	u32 others = engine->minimums - client->params.minimum;

	if (!sched_params_valid(params) || others + params->minimum > LEVEL_ONE)
		return false;
	engine->minimums = others + params->minimum;
	engine->ops->change(engine, client, params, told(engine, now));
	return true;
}

/**
 * sched_owe() - a client begins with what its user's others owed
 * @engine: the engine
 * @client: it sleeps
 * @debt: how much
 * @now: the time
 */
void sched_owe(struct sched_engine *engine, struct sched_client *client,
	       const struct sched_debt *debt, u64 now)
{
	if ((debt->ahead || debt->promised) && engine->ops->owe)
		engine->ops->owe(engine, client, told(engine, now), debt);
}

/**
 * sched_owes() - what a client ran ahead of its due and has not paid back
 * @engine: the engine
 * @client: it sleeps
 * @now: the time
 *
 * Return: how much.
 */
struct sched_debt sched_owes(struct sched_engine *engine, struct sched_client *client, u64 now)
{
	if (!engine->ops->owes)
		return (struct sched_debt) { 0 };
	return engine->ops->owes(engine, client, told(engine, now));
}

/* All begin anew under it: what a client saved, or owed, is forgotten. */
static void switch_policy(struct sched_engine *engine, u64 now)
{
	struct sched_client *client;

	engine->ops = engine->wanted;
	engine->wanted = NULL;
	engine->ops->start(engine, now);
	for (client = engine->clients; client; client = client->next) {
		engine->ops->enter(engine, client, now);
		if (client->state == SCHED_RUNNABLE)
			engine->ops->wake(engine, client, now);
	}
}

/**
 * sched_set_policy() - another policy, from the end of the running slice on
 * @engine: the engine
 * @ops: the policy
 * @now: the time
 */
void sched_set_policy(struct sched_engine *engine, const struct sched_ops *ops, u64 now)
{
	now = told(engine, now);
	engine->wanted = ops == engine->ops ? NULL : ops;
	if (engine->wanted && !engine->running)
		switch_policy(engine, now);
}

/* -- Work ------------------------------------------------------------------- */

/**
 * sched_wake() - a client has work; nothing happens where it had
 * @engine: the engine
 * @client: it
 * @now: the time
 */
void sched_wake(struct sched_engine *engine, struct sched_client *client, u64 now)
{
	now = told(engine, now);
	if (client->state != SCHED_ASLEEP)
		return;
	turn(engine, client, SCHED_RUNNABLE, now);
	engine->ops->wake(engine, client, now);
}

/**
 * sched_sleep() - a client that waits has no work any more
 * @engine: the engine
 * @client: it; nothing happens where it does not wait
 * @now: the time
 */
void sched_sleep(struct sched_engine *engine, struct sched_client *client, u64 now)
{
	now = told(engine, now);
	if (client->state != SCHED_RUNNABLE)
		return;
	turn(engine, client, SCHED_ASLEEP, now);
	engine->ops->sleep(engine, client, now);
}

static void ask(struct sched_engine *engine, u64 now, struct sched_pick *pick)
{
	*pick = (struct sched_pick) { .again = SCHED_NEVER };
	engine->ops->pick(engine, now, pick);
}

/* Can this be an answer? Nobody waits for ever, and nobody runs who has nothing to do. */
static bool is_right(const struct sched_engine *engine, const struct sched_pick *pick)
{
	if (!pick->client)
		return !engine->runnable || pick->again != SCHED_NEVER;
	return pick->client->state == SCHED_RUNNABLE &&
	       pick->budget && pick->budget <= SCHED_SLICE_MAX;
}

/**
 * sched_next() - who runs next
 * @engine: the engine, on which nobody runs
 * @now: the time
 * @pick: the answer
 *
 * A policy whose answer cannot be right is replaced by first come, first served.
 *
 * Return: does somebody run from now on?
 */
bool sched_next(struct sched_engine *engine, u64 now, struct sched_pick *pick)
{
	now = told(engine, now);
	ask(engine, now, pick);
	if (!is_right(engine, pick)) {
		engine->faults++;
		engine->wanted = &sched_fifo;
		switch_policy(engine, now);
		ask(engine, now, pick);
	}
	if (!pick->client)
		return false;
	engine->running = pick->client;
	engine->budget = pick->budget;
	turn(engine, pick->client, SCHED_RUNNING, now);
	return true;
}

/**
 * sched_ran() - who runs does so no more
 * @engine: the engine
 * @now: the time
 * @ran: for how long it had the engine, in nanoseconds
 * @more: does it still have work?
 */
void sched_ran(struct sched_engine *engine, u64 now, u64 ran, bool more)
{
	struct sched_client *client = engine->running;

	now = told(engine, now);
	engine->running = NULL;
	engine->busy += ran;
	client->stats.run += ran;
	client->stats.slices++;
	if (ran > engine->budget)
		client->stats.overshoot += ran - engine->budget;
	turn(engine, client, more ? SCHED_RUNNABLE : SCHED_ASLEEP, now);
	if (engine->wanted)
		switch_policy(engine, now);
	else
		engine->ops->ran(engine, client, now, ran, engine->budget, more);
}
