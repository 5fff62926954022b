// SPDX-License-Identifier: GPL-2.0
#include "math.h"
#include "sched.h"

/* What the turn of a client costs, however little it does with it. */
#define CHARGE_LEAST	(20 * SCHED_US)

/* So many clients that were held come back at most at one decision. */
#define MOVES_MAX	8

/* -- Who is who ------------------------------------------------------------- */

static struct sched_client *client_of(struct tree_node *node)
{
	return (struct sched_client *)((char *)node - offsetof(struct sched_client, fair.node));
}

static struct sched_client *promised_to(struct tree_node *node)
{
	return (struct sched_client *)((char *)node - offsetof(struct sched_client, fair.promise));
}

/* All divisions by what a client was given are here, when it is. */
static void set_params(struct sched_client *client, const struct sched_params *params)
{
	struct fair_client *fc = &client->fair;

	client->params = *params;
	place_weigh(&fc->place, params->weight);
	rate_set(&fc->minimum, params->minimum);
	rate_set(&fc->cap, params->cap);
}

static u64 longer(u64 a, u64 b)
{
	return a > b ? a : b;
}

/* The engine's time is @now. */
static void advance(struct sched_engine *engine, u64 now)
{
	struct fair *fair = &engine->fair;

	fair->now = now;
	if (engine->running)
		places_advance(&fair->places, &engine->running->fair.place, now - fair->picked);
}

/* -- Queues ----------------------------------------------------------------- */

static void enqueue_promise(struct fair *fair, struct sched_client *client)
{
	struct fair_client *fc = &client->fair;
	u64 claim = longer(fair->longest, client->params.slice);

	if (!client->params.minimum)
		return;
	rate_at_least(&fc->minimum, fair->now - rate_time(&fc->minimum, claim));
	fc->promise.start = fc->minimum.until;
	fc->promise.key = fc->minimum.until + rate_time(&fc->minimum, fc->request);
	tree_insert(&fair->promises, &fc->promise);
}

/* It counts. @early: nanoseconds by which its turn comes sooner. */
static void enqueue(struct fair *fair, struct sched_client *client, u64 early)
{
	struct fair_client *fc = &client->fair;

	fc->where = FAIR_QUEUED;
	fc->node.start = fc->place.at - place_way(&fc->place, early);
	fc->node.key = fc->node.start + place_way(&fc->place, longer(fc->length, fc->request));
	tree_insert(&fair->queue, &fc->node);
	enqueue_promise(fair, client);
}

static void dequeue(struct fair *fair, struct sched_client *client)
{
	tree_erase(&fair->queue, &client->fair.node);
	if (client->params.minimum)
		tree_erase(&fair->promises, &client->fair.promise);
}

static bool at_its_cap(const struct fair *fair, const struct sched_client *client)
{
	return client->params.cap < LEVEL_ONE && tree_before(fair->now, client->fair.cap.until);
}

/* It is in no queue, and counts. */
static void hold(struct fair *fair, struct sched_client *client)
{
	struct fair_client *fc = &client->fair;

	fc->where = FAIR_HELD;
	fc->since = fair->now;
	fc->node.key = fc->cap.until;
	fc->node.start = 0;
	tree_insert(&fair->held, &fc->node);
	places_part(&fair->places, &fc->place);
}

static void unhold(struct fair *fair, struct sched_client *client)
{
	struct fair_client *fc = &client->fair;
	u64 until = tree_before(fc->cap.until, fair->now) ? fc->cap.until : fair->now;

	tree_erase(&fair->held, &fc->node);
	client->stats.throttled += until - fc->since;
}

/* It is in no queue any more, and counts. */
static void take(struct fair *fair, struct sched_client *client)
{
	struct fair_client *fc = &client->fair;
	/* What a cap kept from it is no claim: that clock makes up for its waits. */
	u64 claim = fc->where == FAIR_ASLEEP ? fc->behind : 0;

	if (fc->where == FAIR_QUEUED)
		dequeue(fair, client);
	if (fc->where == FAIR_HELD)
		unhold(fair, client);
	places_join(&fair->places, &fc->place, claim);
}

/* Where it waits: in no queue yet, and it counts. */
static void put(struct fair *fair, struct sched_client *client)
{
	if (at_its_cap(fair, client))
		hold(fair, client);
	else
		enqueue(fair, client, 0);
}

/* Those whose cap is not used up any more, as many as a decision has time for. */
static void let_go(struct fair *fair)
{
	struct tree_node *first;
	int i;

	for (i = 0; i < MOVES_MAX; i++) {
		first = tree_first(&fair->held);
		if (!first || tree_before(fair->now, first->key))
			break;
		take(fair, client_of(first));
		enqueue(fair, client_of(first), 0);
	}
}

/* It is in no queue, and counts. */
static void fall_asleep(struct fair *fair, struct sched_client *client)
{
	struct fair_client *fc = &client->fair;
	struct place *place = &fc->place;
	s64 lag;

	/* What is still to be charged is charged now. */
	places_move(&fair->places, place, place->at + place_way(place, fc->overshoot));
	fc->overshoot = 0;
	early_sleeps(&fc->early);
	lag = places_lag(&fair->places, place);
	fc->behind = lag > 0 ? (u64)lag : 0;
	if (fc->behind > client->params.slice)
		fc->behind = client->params.slice;
	fc->slept = fair->places.mean;
	fc->where = FAIR_ASLEEP;
	places_part(&fair->places, place);
}

/* -- Coming, changing, going ------------------------------------------------ */

static void fair_start(struct sched_engine *engine, u64 now)
{
	struct fair *fair = &engine->fair;

	/* Nobody shall know how the trees come to stand. */
	*fair = (struct fair) {
		.queue.drawn = (u32)now,
		.promises.drawn = (u32)now,
		.held.drawn = (u32)now,
		.places.debts.drawn = (u32)now,
		.now = now,
	};
	early_start(&fair->early);
}

static void fair_enter(struct sched_engine *engine, struct sched_client *client, u64 now)
{
	struct fair *fair = &engine->fair;

	advance(engine, now);
	client->fair = (struct fair_client) {
		.place.at = fair->places.mean,
		.slept = fair->places.mean,
		.minimum.until = now,
		.cap.until = now,
		/* Until it is known, its jobs are taken for as long as others'. */
		.length = fair->length,
	};
	set_params(client, &client->params);
}

static void fair_leave(struct sched_engine *engine, struct sched_client *client, u64 now)
{
	struct places *places = &engine->fair.places;

	advance(engine, now);
	take(&engine->fair, client);
	places_drop(places, &client->fair.place);
	places_settle(places);
}

/* What would have been due to it asleep, in nanoseconds. */
static u64 missed(const struct fair *fair, const struct fair_client *fc)
{
	u64 mean = fair->places.mean;

	return tree_before(fc->slept, mean) ? place_time(&fc->place, mean - fc->slept) : 0;
}

static void fair_wake(struct sched_engine *engine, struct sched_client *client, u64 now)
{
	struct fair *fair = &engine->fair;
	struct fair_client *fc = &client->fair;

	advance(engine, now);
	fc->request = early_wakes(&fc->early, missed(fair, fc), client->params.slice);
	/* A promise builds no claim asleep. */
	rate_at_least(&fc->minimum, now);
	take(fair, client);
	if (at_its_cap(fair, client))
		hold(fair, client);
	else
		enqueue(fair, client, early_turn(&fair->early, &fc->early, fc->request));
}

static void fair_sleep(struct sched_engine *engine, struct sched_client *client, u64 now)
{
	struct fair *fair = &engine->fair;

	advance(engine, now);
	take(fair, client);
	fall_asleep(fair, client);
}

/* Nanoseconds of its minimum that it had before they were due; less than 0: that it lacks. */
static s64 promised(const struct fair *fair, const struct sched_client *client)
{
	const struct fair_client *fc = &client->fair;
	u32 minimum = client->params.minimum;

	if (!minimum)
		return (s64)fc->promised;
	if (tree_before(fc->minimum.until, fair->now))
		return -(s64)mul_div(fair->now - fc->minimum.until, minimum, LEVEL_ONE);
	return (s64)mul_div(fc->minimum.until - fair->now, minimum, LEVEL_ONE);
}

/* It has had so much of the one that it has now; without one it lacks nothing. */
static void set_promised(const struct fair *fair, struct sched_client *client, s64 ns)
{
	struct fair_client *fc = &client->fair;
	u64 had = ns > 0 ? (u64)ns : 0, lacks = ns < 0 ? (u64)-ns : 0;

	fc->promised = client->params.minimum ? 0 : charge_bounded(had);
	fc->minimum.until = fair->now + rate_time(&fc->minimum, had) -
			    rate_time(&fc->minimum, lacks);
}

/*
 * What it is behind or ahead it stays, by its new weight; and what its cap and its
 * minimum have had.  It counts.
 */
static void change(struct fair *fair, struct sched_client *client,
		   const struct sched_params *params)
{
	struct fair_client *fc = &client->fair;
	u64 left = at_its_cap(fair, client) ? fc->cap.until - fair->now : 0;
	bool other = params->minimum != client->params.minimum;
	s64 had = promised(fair, client);
	s64 lag;

	places_drop(&fair->places, &fc->place);
	lag = places_lag(&fair->places, &fc->place);
	if (params->cap != client->params.cap)
		fc->cap.until = fair->now + mul_div(left, client->params.cap, params->cap);
	set_params(client, params);
	if (other)
		set_promised(fair, client, had);
	places_set_lag(&fair->places, &fc->place, lag);
	places_join(&fair->places, &fc->place, CHARGE_MAX);
}

static void fair_change(struct sched_engine *engine, struct sched_client *client,
			const struct sched_params *params, u64 now)
{
	struct fair *fair = &engine->fair;
	struct fair_client *fc = &client->fair;
	enum fair_where where = fc->where;

	advance(engine, now);
	if (where == FAIR_RUNS)
		places_retract(&fair->places, &fc->place);
	take(fair, client);
	change(fair, client, params);
	if (where == FAIR_RUNS)
		return;
	if (where == FAIR_ASLEEP) {
		places_part(&fair->places, &fc->place);
		return;
	}
	fc->request = params->slice;
	put(fair, client);
}

/* -- Debts ------------------------------------------------------------------ */

/* What it ran ahead of the others; where nobody else has work, nobody is owed anything. */
static struct sched_debt fair_owes(struct sched_engine *engine, struct sched_client *client,
				   u64 now)
{
	struct fair *fair = &engine->fair;
	struct fair_client *fc = &client->fair;
	u64 ahead, capped = 0;
	s64 had;

	advance(engine, now);
	take(fair, client);
	ahead = places_debt(&fair->places, &fc->place);
	places_part(&fair->places, &fc->place);
	if (at_its_cap(fair, client))
		capped = mul_div(fc->cap.until - now, client->params.cap, LEVEL_ONE);
	had = promised(fair, client);
	return (struct sched_debt) {
		.ahead = longer(ahead, capped), .promised = had > 0 ? (u64)had : 0,
	};
}

static void fair_owe(struct sched_engine *engine, struct sched_client *client, u64 now,
		     const struct sched_debt *debt)
{
	struct fair *fair = &engine->fair;
	struct fair_client *fc = &client->fair;

	advance(engine, now);
	take(fair, client);
	places_drop(&fair->places, &fc->place);
	fc->place.at += place_way(&fc->place, debt->ahead);
	places_join(&fair->places, &fc->place, 0);
	places_part(&fair->places, &fc->place);
	rate_at_least(&fc->cap, now);
	rate_use(&fc->cap, debt->ahead);
	set_promised(fair, client, promised(fair, client) + (s64)charge_bounded(debt->promised));
}

/* -- Picking ---------------------------------------------------------------- */

/* Is what a promise asks for due before what is asked for by weight? */
static bool is_sooner(const struct fair *fair, const struct tree_node *promise,
		      const struct tree_node *node)
{
	return (s64)(promise->key - fair->now) <= (s64)places_time(&fair->places, node->key);
}

static struct sched_client *choose(struct fair *fair)
{
	struct tree_node *promise = tree_first_started(&fair->promises, fair->now);
	struct tree_node *node = tree_first_started(&fair->queue, fair->places.mean);

	/* Rounding may put all ahead of the mean. */
	if (!node)
		node = tree_earliest(&fair->queue);
	fair->by_promise = promise && is_sooner(fair, promise, node);
	if (fair->by_promise)
		return promised_to(promise);
	return node ? client_of(node) : NULL;
}

static void fair_pick(struct sched_engine *engine, u64 now, struct sched_pick *pick)
{
	struct fair *fair = &engine->fair;
	struct tree_node *first;

	fair->now = now;
	let_go(fair);
	places_settle(&fair->places);
	pick->client = choose(fair);
	if (!pick->client) {
		first = tree_first(&fair->held);
		if (first)
			pick->again = first->key;
		return;
	}
	dequeue(fair, pick->client);
	pick->client->fair.where = FAIR_RUNS;
	pick->budget = pick->client->fair.request;
	fair->picked = now;
}

/* -- Charging --------------------------------------------------------------- */

/* What of a slice that ran is charged to its place now; see fair.h. */
static u64 charge_of(struct sched_client *client, u64 ran, u64 budget)
{
	struct fair_client *fc = &client->fair;
	u32 averaging = client->params.averaging;
	u64 over = ran > budget ? ran - budget : 0;
	u64 most = longer(over, client->params.slice);
	u64 owed = fc->overshoot + over;
	u64 pays = (owed + averaging - 1) / averaging;

	if (owed - pays > most)
		pays = owed - most;
	fc->overshoot = owed - pays;
	return ran - over + pays;
}

/* How long one that does not stop in time may last the next time. */
static void learn(struct fair *fair, struct fair_client *fc, u64 ran, u64 budget)
{
	u64 over = ran > budget ? ran : 0;

	fc->length = longer(over, fc->length / 2);
	fair->length = longer(over, fair->length / 2);
	fair->longest = longer(ran, fair->longest - fair->longest / 64);
}

/* By its minimum it may have had more than by its weight: that is no debt beyond a slice. */
static void forgive(struct fair *fair, struct sched_client *client, u64 ran)
{
	struct place *place = &client->fair.place;
	u64 most = fair->places.mean + place_way(place, longer(ran, client->params.slice));

	if (fair->by_promise && tree_before(most, place->at))
		places_move(&fair->places, place, most);
}

static void charge_weight(struct fair *fair, struct sched_client *client, u64 ran, u64 budget)
{
	struct place *place = &client->fair.place;
	u64 charge = charge_of(client, ran, budget);

	places_retract(&fair->places, place);
	places_move(&fair->places, place, place->at + place_way(place, charge));
	forgive(fair, client, ran);
}

static void charge_rates(struct fair *fair, struct sched_client *client, u64 ran)
{
	struct rate *cap = &client->fair.cap, *minimum = &client->fair.minimum;
	u64 slice = client->params.slice;

	/*
	 * Who waited for its turn below its cap may make up for that: for more than
	 * it may have waited by chance, or one to whom little less than its cap is
	 * due would be held for what it did not have.
	 */
	rate_at_least(cap, fair->picked - rate_time(cap, 2 * slice));
	rate_use(cap, ran);
	/* What it had beyond its minimum counts for one slice of it. */
	rate_use(minimum, ran);
	rate_at_most(minimum, fair->now + rate_time(minimum, longer(ran, slice)));
}

/* Where it has saved more than it needed the last time, it need not wait for a slice. */
static u64 next_turn(struct fair *fair, struct sched_client *client)
{
	struct fair_client *fc = &client->fair;
	u64 early;

	fc->request = early_goes_on(&fc->early);
	early = early_turn(&fair->early, &fc->early, fc->request);
	if (!early)
		fc->request = client->params.slice;
	return early;
}

static void fair_ran(struct sched_engine *engine, struct sched_client *client, u64 now,
		     u64 ran, u64 budget, bool more)
{
	struct fair *fair = &engine->fair;
	struct fair_client *fc = &client->fair;

	ran = charge_bounded(longer(ran, CHARGE_LEAST));
	fair->now = now;
	learn(fair, fc, ran, budget);
	early_ran(&fair->early, &fc->early, ran, fair->longest);
	charge_weight(fair, client, ran, budget);
	charge_rates(fair, client, ran);
	if (!more) {
		fall_asleep(fair, client);
	} else if (at_its_cap(fair, client)) {
		fc->request = client->params.slice;
		hold(fair, client);
	} else {
		enqueue(fair, client, next_turn(fair, client));
	}
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
