// SPDX-License-Identifier: GPL-2.0
#include "math.h"
#include "sched.h"

/* The clocks of all places, and what stands on them, are in such fractions of a nanosecond. */
#define SHIFT		CREDIT_SHIFT

/* No job is charged with more at once, and no start is further from its clock. */
#define CHARGE_MAX	(1ULL << 40)
#define FAR		(1ULL << 61)

/* So many clients change their place at most at one decision. */
#define MOVES_MAX	8

/* -- Clocks and lags -------------------------------------------------------- */

static struct sched_client *client_of(struct tree_node *node)
{
	return (struct sched_client *)((char *)node - offsetof(struct sched_client, fair.node));
}

static struct sched_client *client_at(struct level_client *level)
{
	return (struct sched_client *)((char *)level - offsetof(struct sched_client, fair.level));
}

static u64 clock_of(const struct fair *fair, const struct fair_client *fc)
{
	return fc->level.place == LEVEL_ELASTIC ? fair->elastic : fair->steady;
}

/* Of one that is not elastic, in ppm. */
static u32 rate_of(const struct fair_client *fc)
{
	return fc->level.place == LEVEL_FLOOR ? fc->level.minimum : fc->level.cap;
}

/* How far its clock goes until @ns are due to it. */
static u64 clock_for(const struct fair_client *fc, u64 ns)
{
	u64 far;

	if (ns > CHARGE_MAX)
		ns = CHARGE_MAX;
	if (fc->level.place == LEVEL_ELASTIC)
		return (ns << SHIFT) / fc->level.weight;
	far = mul_div(ns << SHIFT, LEVEL_ONE, rate_of(fc));
	return far < FAR ? far : FAR;
}

/* What is due to it while its clock goes so far. */
static u64 due_in(const struct fair_client *fc, u64 distance)
{
	if (fc->level.place == LEVEL_ELASTIC)
		return mul_div(distance, fc->level.weight, 1ULL << SHIFT);
	return mul_div(distance, rate_of(fc), (u64)LEVEL_ONE << SHIFT);
}

/* In nanoseconds: what was due to it and what it did not get; below 0 it is ahead. */
static s64 lag_of(const struct fair *fair, const struct fair_client *fc)
{
	s64 distance = (s64)(clock_of(fair, fc) - fc->node.start);

	return distance < 0 ? -(s64)due_in(fc, -distance) : (s64)due_in(fc, distance);
}

static void set_lag(const struct fair *fair, struct fair_client *fc, s64 lag)
{
	u64 clock = clock_of(fair, fc);

	fc->node.start = lag < 0 ? clock + clock_for(fc, -lag) : clock - clock_for(fc, lag);
}

/*
 * The elastic get @amount of the engine's time more, or less: nanoseconds times
 * ppm, in proportion to their weights.
 */
static void give_elastic(struct fair *fair, s64 amount)
{
	u64 size = amount < 0 ? -(u64)amount : (u64)amount;

	if (!fair->level.weight)
		return;
	size = mul_div(size, 1ULL << SHIFT, fair->level.weight * LEVEL_ONE);
	fair->elastic += amount < 0 ? -size : size;
}

/* While somebody runs the engine's time is shared out; what is fixed is due always. */
static void advance(struct fair *fair, u64 now)
{
	u32 fixed = LEVEL_ONE - level_spare(&fair->level);
	u64 elapsed = now - fair->now;

	if (elapsed > CHARGE_MAX)
		elapsed = CHARGE_MAX;
	fair->now = now;
	fair->steady += elapsed << SHIFT;
	credit_advance(&fair->credits, elapsed);
	give_elastic(fair, (s64)elapsed * ((fair->runs ? LEVEL_ONE : 0) - (s64)fixed));
}

/* -- Competing and asleep --------------------------------------------------- */

/* At its cap it does not run before it is due: when that will be. */
static u64 held_until(const struct fair *fair, const struct fair_client *fc)
{
	if (fc->level.place != LEVEL_CEILING || !tree_before(fair->steady, fc->node.start))
		return fair->now;
	return fair->now + ((fc->node.start - fair->steady) >> SHIFT);
}

static void enqueue(struct fair *fair, struct sched_client *client)
{
	struct fair_client *fc = &client->fair;

	fc->queued = true;
	fc->since = fair->now;
	fc->held = held_until(fair, fc);
	fc->node.key = fc->node.start + clock_for(fc, fc->request);
	tree_insert(&fair->queues[fc->level.place], &fc->node);
}

static void dequeue(struct fair *fair, struct sched_client *client)
{
	struct fair_client *fc = &client->fair;

	if (!fc->queued)
		return;
	tree_erase(&fair->queues[fc->level.place], &fc->node);
	fc->queued = false;
	client->stats.throttled += (fc->held < fair->now ? fc->held : fair->now) - fc->since;
}

/* Clients to where the level is now, as many as a decision has time for. */
static void follow_level(struct fair *fair)
{
	struct level_move move;
	int i;

	for (i = 0; i < MOVES_MAX && level_peek(&fair->level, &move); i++) {
		struct sched_client *client = client_at(move.client);
		bool queued = client->fair.queued;
		s64 lag = lag_of(fair, &client->fair);

		dequeue(fair, client);
		level_apply(&fair->level, &move);
		set_lag(fair, &client->fair, lag);
		if (queued)
			enqueue(fair, client);
	}
}

/* The lags of all add up to 0: what one brings or takes is the loss or gain of the elastic. */
static void compete(struct fair *fair, struct sched_client *client, s64 lag)
{
	struct fair_client *fc = &client->fair;

	fc->competes = true;
	fc->level.weight = client->params.weight;
	fc->level.minimum = client->params.minimum;
	fc->level.cap = client->params.cap;
	/* The others', before it is one of them: it shall not get back what it pays. */
	give_elastic(fair, -lag * LEVEL_ONE);
	level_enter(&fair->level, &fc->level);
	set_lag(fair, fc, lag);
}

/* Returns its lag; it waits or runs no more. */
static s64 compete_no_more(struct fair *fair, struct sched_client *client)
{
	struct fair_client *fc = &client->fair;
	s64 lag = lag_of(fair, fc);

	dequeue(fair, client);
	fc->competes = false;
	level_leave(&fair->level, &fc->level);
	give_elastic(fair, lag * LEVEL_ONE);
	return lag;
}

static void save(struct fair *fair, struct sched_client *client, s64 balance, u64 now)
{
	const struct sched_params *params = &client->params;

	if (balance > (s64)params->slice)
		balance = (s64)params->slice;
	credit_sleep(&fair->credits, &client->fair.credit, balance, params->slice,
		     params->weight, now);
}

static void fall_asleep(struct fair *fair, struct sched_client *client, u64 now)
{
	struct fair_client *fc = &client->fair;
	s64 lag;

	/* What is still to be charged is charged now. */
	fc->node.start += clock_for(fc, fc->overshoot);
	fc->overshoot = 0;
	fc->burst = fc->stretch;
	fc->stretch = 0;
	lag = compete_no_more(fair, client);
	save(fair, client, lag, now);
	follow_level(fair);
}

/*
 * Who comes back asks for what it ran the last time, not for a slice: that is
 * due to it sooner, and where it has saved as much, at once.
 */
static u64 first_request(const struct sched_client *client)
{
	u64 need = client->fair.burst;

	if (need < SCHED_SLICE_MIN)
		need = SCHED_SLICE_MIN;
	return need < client->params.slice ? need : client->params.slice;
}

/* -- Coming, changing, going ------------------------------------------------ */

static void fair_start(struct sched_engine *engine, u64 now)
{
	struct fair *fair = &engine->fair;
	int place;

	*fair = (struct fair) { .now = now };
	/* Nobody shall know how the trees come to stand. */
	fair->credits.full.drawn = (u32)now;
	for (place = 0; place < LEVEL_PLACES; place++)
		fair->queues[place].drawn = (u32)now;
}

static void fair_enter(struct sched_engine *engine, struct sched_client *client, u64 now)
{
	advance(&engine->fair, now);
	client->fair = (struct fair_client) { 0 };
	save(&engine->fair, client, 0, now);
}

static void fair_leave(struct sched_engine *engine, struct sched_client *client, u64 now)
{
	advance(&engine->fair, now);
	credit_leave(&engine->fair.credits, &client->fair.credit);
}

static void wake(struct fair *fair, struct sched_client *client, u64 now)
{
	credit_wake(&fair->credits, &client->fair.credit, client->params.cap,
		    client->params.slice, now);
}

static void fair_wake(struct sched_engine *engine, struct sched_client *client, u64 now)
{
	struct fair *fair = &engine->fair;

	advance(fair, now);
	wake(fair, client, now);
	client->fair.request = first_request(client);
	compete(fair, client, client->fair.credit.balance);
	enqueue(fair, client);
	follow_level(fair);
}

static void fair_sleep(struct sched_engine *engine, struct sched_client *client, u64 now)
{
	advance(&engine->fair, now);
	fall_asleep(&engine->fair, client, now);
}

/* One that sleeps owes @ns more. Returns what it has now; its account goes on from there. */
static s64 book(struct fair *fair, struct sched_client *client, u64 ns, u64 now)
{
	s64 balance;

	advance(fair, now);
	wake(fair, client, now);
	balance = client->fair.credit.balance - (s64)ns;
	save(fair, client, balance, now);
	return balance;
}

static void fair_owe(struct sched_engine *engine, struct sched_client *client, u64 now, u64 ns)
{
	book(&engine->fair, client, ns < CHARGE_MAX ? ns : CHARGE_MAX, now);
}

static u64 fair_owes(struct sched_engine *engine, struct sched_client *client, u64 now)
{
	s64 balance = book(&engine->fair, client, 0, now);

	return balance < 0 ? -(u64)balance : 0;
}

/* What it has, or owes, it keeps. */
static void fair_change(struct sched_engine *engine, struct sched_client *client,
			const struct sched_params *params, u64 now)
{
	struct fair *fair = &engine->fair;
	struct fair_client *fc = &client->fair;
	bool competes = fc->competes, queued = fc->queued;
	s64 lag;

	advance(fair, now);
	if (!competes)
		wake(fair, client, now);
	lag = competes ? compete_no_more(fair, client) : fc->credit.balance;
	client->params = *params;
	save(fair, client, lag, now);
	if (!competes)
		return;
	/* It shares the clock of the accounts by its new weight. */
	wake(fair, client, now);
	fc->request = params->slice;
	compete(fair, client, fc->credit.balance);
	if (queued)
		enqueue(fair, client);
}

/* -- Picking ---------------------------------------------------------------- */

/* Of those at a fixed rate that are not ahead, the one whose request is due first. */
static struct tree_node *first_fixed(const struct fair *fair)
{
	struct tree_node *floor = tree_first_started(&fair->queues[LEVEL_FLOOR], fair->steady);
	struct tree_node *ceiling = tree_first_started(&fair->queues[LEVEL_CEILING], fair->steady);

	if (!floor || !ceiling)
		return floor ? floor : ceiling;
	return tree_before(ceiling->key, floor->key) ? ceiling : floor;
}

/*
 * How long until the clock of the elastic has come to @key, on the other one;
 * below 0 where it is past that.
 */
static s64 steady_until(const struct fair *fair, u64 key)
{
	u64 all = fair->level.weight * LEVEL_ONE;
	u32 spare = level_spare(&fair->level);
	bool past = !tree_before(fair->elastic, key);
	u64 distance = past ? fair->elastic - key : key - fair->elastic;
	u64 time = spare ? mul_div(distance, all, spare) : FAR;

	if (time > FAR)
		time = FAR;
	return past ? -(s64)time : (s64)time;
}

/* Of those that are not ahead, the one whose request is due first. */
static struct tree_node *eligible(const struct fair *fair)
{
	struct tree_node *fixed = first_fixed(fair);
	struct tree_node *elastic = tree_first_started(&fair->queues[LEVEL_ELASTIC], fair->elastic);

	if (!fixed || !elastic)
		return fixed ? fixed : elastic;
	return (s64)(fixed->key - fair->steady) <= steady_until(fair, elastic->key) ? fixed : elastic;
}

static struct tree_node *choose(const struct fair *fair)
{
	struct tree_node *node = eligible(fair);

	/* Nobody below its cap waits while the engine idles. */
	if (!node)
		node = tree_earliest(&fair->queues[LEVEL_ELASTIC]);
	if (!node)
		node = tree_earliest(&fair->queues[LEVEL_FLOOR]);
	return node;
}

static void fair_pick(struct sched_engine *engine, u64 now, struct sched_pick *pick)
{
	struct fair *fair = &engine->fair;
	struct tree_node *node;

	advance(fair, now);
	follow_level(fair);
	node = choose(fair);
	if (!node) {
		node = tree_earliest(&fair->queues[LEVEL_CEILING]);
		if (node)
			pick->again = now + ((node->start - fair->steady) >> SHIFT) + 1;
		return;
	}
	pick->client = client_of(node);
	pick->budget = pick->client->fair.request;
	dequeue(fair, pick->client);
	fair->runs = true;
	fair->picked = now;
}

/* What of a slice that ran is charged now; see fair.h. */
static u64 charge_of(struct sched_client *client, u64 ran, u64 budget)
{
	struct fair_client *fc = &client->fair;
	u32 averaging = client->params.averaging;
	u64 over = ran > budget ? ran - budget : 0;
	u64 pays = (fc->overshoot + averaging - 1) / averaging;
	u64 most = client->params.slice;

	fc->overshoot += over - pays;
	if (fc->overshoot > most) {
		pays += fc->overshoot - most;
		fc->overshoot = most;
	}
	return ran - over + pays;
}

static void fair_ran(struct sched_engine *engine, struct sched_client *client, u64 now,
		     u64 ran, u64 budget, bool more)
{
	struct fair *fair = &engine->fair;
	struct fair_client *fc = &client->fair;

	if (ran > CHARGE_MAX)
		ran = CHARGE_MAX;
	advance(fair, now);
	/* What passed without its running was nobody's. */
	give_elastic(fair, (s64)(ran - (now - fair->picked)) * LEVEL_ONE);
	fair->runs = false;
	fc->stretch += ran;
	fc->node.start += clock_for(fc, charge_of(client, ran, budget));
	fc->request = client->params.slice;
	if (more)
		enqueue(fair, client);
	else
		fall_asleep(fair, client, now);
}

const struct sched_ops sched_fair = {
	.name = "fair",
	.start = fair_start,
	.enter = fair_enter,
	.wake = fair_wake,
	.sleep = fair_sleep,
	.pick = fair_pick,
	.ran = fair_ran,
	.change = fair_change,
	.leave = fair_leave,
	.owe = fair_owe,
	.owes = fair_owes,
};
