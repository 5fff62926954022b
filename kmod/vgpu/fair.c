// SPDX-License-Identifier: GPL-2.0
#include "math.h"
#include "sched.h"

/* The virtual clock is in such fractions of a nanosecond at a weight of 1. */
#define SHIFT		20
#define WEIGHT_SHIFT	48
#define SHARE_SHIFT	32

/* No job is charged with more at once, and no account holds more. */
#define CHARGE_MAX	(1ULL << 34)

/* What the turn of a client costs, however little it does with it. */
#define CHARGE_LEAST	(20 * SCHED_US)

/* So many clients that were held come back at most at one decision. */
#define MOVES_MAX	8

/*
 * Early turns: for so much time at once, or as long as others run at once, and
 * for this part of all that is run.
 */
#define BUCKET_LEAST	SCHED_SLICE_DEFAULT
#define BUCKET_PART	8

/* -- Units ------------------------------------------------------------------ */

static struct sched_client *client_of(struct tree_node *node)
{
	return (struct sched_client *)((char *)node - offsetof(struct sched_client, fair.node));
}

static struct sched_client *promised_to(struct tree_node *node)
{
	return (struct sched_client *)((char *)node - offsetof(struct sched_client, fair.promise));
}

static struct sched_client *who_owes(struct tree_node *node)
{
	return (struct sched_client *)((char *)node - offsetof(struct sched_client, fair.debt));
}

static u64 bounded(u64 ns)
{
	return ns < CHARGE_MAX ? ns : CHARGE_MAX;
}

/* How far a client's place moves by @ns. */
static u64 virtual(const struct fair_client *fc, u64 ns)
{
	return mul_shift(bounded(ns), fc->per_weight, WEIGHT_SHIFT - SHIFT);
}

/* The nanoseconds of so far a way, at most CHARGE_MAX. */
static u64 real(const struct sched_client *client, u64 distance)
{
	return bounded(mul_shift(distance, client->params.weight, SHIFT));
}

/* In which time its cap lets it run for @ns. */
static u64 by_cap(const struct fair_client *fc, u64 ns)
{
	return mul_shift(bounded(ns), fc->per_cap, SHARE_SHIFT);
}

/* In which time its minimum makes it run for @ns. */
static u64 by_minimum(const struct fair_client *fc, u64 ns)
{
	return mul_shift(bounded(ns), fc->per_minimum, SHARE_SHIFT);
}

/* All divisions by what a client was given are here, when it is. */
static void set_rates(struct sched_client *client)
{
	const struct sched_params *params = &client->params;
	struct fair_client *fc = &client->fair;

	fc->per_weight = (1ULL << WEIGHT_SHIFT) / params->weight;
	fc->per_cap = ((u64)LEVEL_ONE << SHARE_SHIFT) / params->cap;
	fc->per_minimum = params->minimum ?
		((u64)LEVEL_ONE << SHARE_SHIFT) / params->minimum : 0;
}

/* -- The mean --------------------------------------------------------------- */

/* Nanoseconds by which it is behind the mean; below 0 it is ahead. */
static s64 lag_of(const struct fair *fair, const struct sched_client *client)
{
	s64 distance = (s64)(fair->mean - client->fair.place);

	return distance < 0 ? -(s64)real(client, -(u64)distance) : (s64)real(client, distance);
}

/* The sum is kept small: the mean goes where it says. */
static void centre(struct fair *fair)
{
	s64 weight = (s64)fair->weight, way;

	if (!weight) {
		fair->rest = 0;
		return;
	}
	way = fair->rest / weight;
	fair->mean += (u64)way;
	fair->rest -= way * weight;
}

static void count(struct fair *fair, const struct sched_client *client)
{
	fair->rest += (s64)(client->fair.place - fair->mean) * (s64)client->params.weight;
	fair->weight += client->params.weight;
	centre(fair);
}

static void uncount(struct fair *fair, const struct sched_client *client)
{
	fair->rest -= (s64)(client->fair.place - fair->mean) * (s64)client->params.weight;
	fair->weight -= client->params.weight;
	centre(fair);
}

/* It counts, and is in no queue. */
static void move_to(struct fair *fair, struct sched_client *client, u64 place)
{
	fair->rest += (s64)(place - client->fair.place) * (s64)client->params.weight;
	client->fair.place = place;
	centre(fair);
}

/*
 * Whoever comes while somebody runs finds the mean where it is by now: a job that
 * began long ago was alone until then.
 */
static void advance(struct sched_engine *engine, u64 now)
{
	struct fair *fair = &engine->fair;
	struct sched_client *client = engine->running;
	u64 elapsed, way;

	fair->now = now;
	if (!client)
		return;
	elapsed = bounded(now - fair->picked);
	if (elapsed <= fair->counted)
		return;
	way = virtual(&client->fair, elapsed - fair->counted);
	move_to(fair, client, client->fair.place + way);
	fair->counted = elapsed;
	fair->way += way;
}

/* What was counted of it until now is taken back. */
static void retract(struct fair *fair, struct sched_client *client)
{
	move_to(fair, client, client->fair.place - fair->way);
	fair->counted = 0;
	fair->way = 0;
}

/* Who comes to count claims no more than @claim, and owes no more than there can be. */
static void bound_place(const struct fair *fair, struct fair_client *fc, u64 claim)
{
	u64 least = fair->mean - virtual(fc, claim);
	u64 most = fair->mean + virtual(fc, CHARGE_MAX);

	if (tree_before(fc->place, least))
		fc->place = least;
	if (tree_before(most, fc->place))
		fc->place = most;
}

/* -- Queues ----------------------------------------------------------------- */

static void enqueue_promise(struct fair *fair, struct sched_client *client)
{
	struct fair_client *fc = &client->fair;
	u64 slice = client->params.slice;
	u64 claim = fair->longest > slice ? fair->longest : slice;
	u64 least = fair->now - by_minimum(fc, claim);

	if (!client->params.minimum)
		return;
	if (tree_before(fc->promised, least))
		fc->promised = least;
	fc->promise.start = fc->promised;
	fc->promise.key = fc->promised + by_minimum(fc, fc->request);
	tree_insert(&fair->promises, &fc->promise);
}

/* It counts. @early: nanoseconds by which its turn comes sooner. */
static void enqueue(struct fair *fair, struct sched_client *client, u64 early)
{
	struct fair_client *fc = &client->fair;
	u64 length = fc->length > fc->request ? fc->length : fc->request;

	fc->where = FAIR_QUEUED;
	fc->node.start = fc->place - virtual(fc, early);
	fc->node.key = fc->node.start + virtual(fc, length);
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
	return client->params.cap < LEVEL_ONE && tree_before(fair->now, client->fair.held);
}

static void unhold(struct fair *fair, struct sched_client *client)
{
	struct fair_client *fc = &client->fair;
	u64 until = tree_before(fc->held, fair->now) ? fc->held : fair->now;

	tree_erase(&fair->held, &fc->node);
	client->stats.throttled += until - fc->since;
}

/* -- Counting --------------------------------------------------------------- */

/* It is in no queue any more, and counts. */
static void take(struct fair *fair, struct sched_client *client)
{
	struct fair_client *fc = &client->fair;
	/* What a cap kept from it is no claim: @held makes up for its waits. */
	u64 claim = fc->where == FAIR_ASLEEP ? fc->behind : 0;

	if (fc->where == FAIR_QUEUED)
		dequeue(fair, client);
	if (fc->where == FAIR_HELD)
		unhold(fair, client);
	if (fc->where == FAIR_QUEUED || fc->where == FAIR_RUNS)
		return;
	if (fc->owes) {
		fc->owes = false;
		tree_erase(&fair->debts, &fc->debt);
	} else {
		bound_place(fair, fc, claim);
		count(fair, client);
	}
}

/* Debts that the others have caught up with, as many as a decision has time for. */
static void settle(struct fair *fair)
{
	struct tree_node *first;
	int i;

	for (i = 0; i < MOVES_MAX; i++) {
		first = tree_first(&fair->debts);
		if (!first || tree_before(fair->mean, first->key))
			break;
		who_owes(first)->fair.owes = false;
		tree_erase(&fair->debts, first);
		uncount(fair, who_owes(first));
	}
}

/* It neither waits nor runs: it counts for as long as it is ahead of its due. */
static void part(struct fair *fair, struct sched_client *client)
{
	struct fair_client *fc = &client->fair;

	if (tree_before(fair->mean, fc->place)) {
		fc->owes = true;
		fc->debt.key = fc->place;
		fc->debt.start = 0;
		tree_insert(&fair->debts, &fc->debt);
	} else {
		uncount(fair, client);
	}
	settle(fair);
}

/* It is in no queue, and counts. */
static void hold(struct fair *fair, struct sched_client *client)
{
	struct fair_client *fc = &client->fair;

	fc->where = FAIR_HELD;
	fc->since = fair->now;
	fc->node.key = fc->held;
	fc->node.start = 0;
	tree_insert(&fair->held, &fc->node);
	part(fair, client);
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

/* -- Asleep ----------------------------------------------------------------- */

/* It is in no queue, and counts. */
static void fall_asleep(struct fair *fair, struct sched_client *client)
{
	struct fair_client *fc = &client->fair;
	s64 lag;

	/* What is still to be charged is charged now. */
	move_to(fair, client, fc->place + virtual(fc, fc->overshoot));
	fc->overshoot = 0;
	fc->burst = fc->stretch;
	fc->stretch = 0;
	lag = lag_of(fair, client);
	fc->behind = lag > 0 ? (u64)lag : 0;
	if (fc->behind > client->params.slice)
		fc->behind = client->params.slice;
	fc->slept = fair->mean;
	fc->where = FAIR_ASLEEP;
	part(fair, client);
}

/* Who comes back asks for what it ran the last time, not for a slice: that is due to it sooner. */
static u64 first_request(const struct sched_client *client)
{
	u64 need = client->fair.burst;

	if (need < SCHED_SLICE_MIN)
		need = SCHED_SLICE_MIN;
	return need < client->params.slice ? need : client->params.slice;
}

/* What would have been due to it asleep, at most a slice with what it had. */
static void save(const struct fair *fair, struct sched_client *client)
{
	struct fair_client *fc = &client->fair;

	if (tree_before(fc->slept, fair->mean))
		fc->saved += real(client, fair->mean - fc->slept);
	if (fc->saved > client->params.slice)
		fc->saved = client->params.slice;
}

/* Returns by how much its turn comes sooner. */
static u64 take_from_bucket(struct fair *fair, struct fair_client *fc)
{
	if (!fc->saved || fc->request > fair->bucket)
		return 0;
	fair->bucket -= fc->request;
	return fc->saved;
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
		.debts.drawn = (u32)now,
		.bucket = BUCKET_LEAST,
		.now = now,
	};
}

static void fair_enter(struct sched_engine *engine, struct sched_client *client, u64 now)
{
	struct fair *fair = &engine->fair;

	advance(engine, now);
	client->fair = (struct fair_client) {
		.place = fair->mean,
		.slept = fair->mean,
		.promised = now,
		.held = now,
		/* Until it is known, its jobs are taken for as long as others'. */
		.length = fair->length,
	};
	set_rates(client);
}

static void fair_leave(struct sched_engine *engine, struct sched_client *client, u64 now)
{
	advance(engine, now);
	take(&engine->fair, client);
	uncount(&engine->fair, client);
	settle(&engine->fair);
}

static void fair_wake(struct sched_engine *engine, struct sched_client *client, u64 now)
{
	struct fair *fair = &engine->fair;
	struct fair_client *fc = &client->fair;

	advance(engine, now);
	save(fair, client);
	fc->request = first_request(client);
	/* A promise builds no claim asleep. */
	if (tree_before(fc->promised, now))
		fc->promised = now;
	take(fair, client);
	if (at_its_cap(fair, client))
		hold(fair, client);
	else
		enqueue(fair, client, take_from_bucket(fair, fc));
}

static void fair_sleep(struct sched_engine *engine, struct sched_client *client, u64 now)
{
	struct fair *fair = &engine->fair;

	advance(engine, now);
	take(fair, client);
	fall_asleep(fair, client);
}

/* What it is behind or ahead it stays, by its new weight; and what its cap has had. */
static void change_rates(struct fair *fair, struct sched_client *client,
			 const struct sched_params *params)
{
	struct fair_client *fc = &client->fair;
	u64 left = at_its_cap(fair, client) ? fc->held - fair->now : 0;
	s64 lag = lag_of(fair, client);

	if (params->cap != client->params.cap)
		fc->held = fair->now + mul_div(left, client->params.cap, params->cap);
	if (params->minimum != client->params.minimum)
		fc->promised = fair->now;
	client->params = *params;
	set_rates(client);
	fc->place = lag < 0 ? fair->mean + virtual(fc, (u64)-lag) : fair->mean - virtual(fc, (u64)lag);
}

static void fair_change(struct sched_engine *engine, struct sched_client *client,
			const struct sched_params *params, u64 now)
{
	struct fair *fair = &engine->fair;
	struct fair_client *fc = &client->fair;
	enum fair_where where = fc->where;

	advance(engine, now);
	if (where == FAIR_RUNS)
		retract(fair, client);
	take(fair, client);
	uncount(fair, client);
	change_rates(fair, client, params);
	count(fair, client);
	if (where == FAIR_RUNS)
		return;
	if (where == FAIR_ASLEEP) {
		part(fair, client);
		return;
	}
	fc->request = params->slice;
	if (at_its_cap(fair, client))
		hold(fair, client);
	else
		enqueue(fair, client, 0);
}

/* -- Debts ------------------------------------------------------------------ */

/* What it ran ahead of the others; where nobody else has work, nobody is owed anything. */
static u64 fair_owes(struct sched_engine *engine, struct sched_client *client, u64 now)
{
	struct fair *fair = &engine->fair;
	u64 ahead = 0, capped = 0;

	advance(engine, now);
	take(fair, client);
	uncount(fair, client);
	if (fair->weight && lag_of(fair, client) < 0)
		ahead = (u64)-lag_of(fair, client);
	count(fair, client);
	part(fair, client);
	if (at_its_cap(fair, client))
		capped = mul_div(client->fair.held - now, client->params.cap, LEVEL_ONE);
	return ahead > capped ? ahead : capped;
}

static void fair_owe(struct sched_engine *engine, struct sched_client *client, u64 now, u64 ns)
{
	struct fair *fair = &engine->fair;
	struct fair_client *fc = &client->fair;

	advance(engine, now);
	take(fair, client);
	uncount(fair, client);
	fc->place += virtual(fc, ns);
	bound_place(fair, fc, 0);
	count(fair, client);
	part(fair, client);
	if (tree_before(fc->held, now))
		fc->held = now;
	fc->held += by_cap(fc, ns);
}

/* -- Picking ---------------------------------------------------------------- */

/*
 * Is what a promise asks for due before what is asked for by weight? While all
 * that count share the engine, a nanosecond moves the mean by 1 over their weight.
 */
static bool is_sooner(const struct fair *fair, const struct tree_node *promise,
		      const struct tree_node *node)
{
	s64 way = (s64)(node->key - fair->mean);
	u64 ns = bounded(mul_shift(way < 0 ? 0 : (u64)way, fair->weight, SHIFT));

	return (s64)(promise->key - fair->now) <= (s64)ns;
}

static struct sched_client *choose(struct fair *fair)
{
	struct tree_node *promise = tree_first_started(&fair->promises, fair->now);
	struct tree_node *node = tree_first_started(&fair->queue, fair->mean);

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
	settle(fair);
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

/* What of a slice that ran is charged to its place now; see fair.h. */
static u64 charge_of(struct sched_client *client, u64 ran, u64 budget)
{
	struct fair_client *fc = &client->fair;
	u32 averaging = client->params.averaging;
	u64 over = ran > budget ? ran - budget : 0;
	u64 most = over > client->params.slice ? over : client->params.slice;
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

	fc->length = over > fc->length / 2 ? over : fc->length / 2;
	fair->length = over > fair->length / 2 ? over : fair->length / 2;
	fair->longest -= fair->longest / 64;
	if (ran > fair->longest)
		fair->longest = ran;
}

/* Its cap and its minimum have had @ran. */
static void charge_rates(struct fair *fair, struct sched_client *client, u64 ran)
{
	struct fair_client *fc = &client->fair;
	u64 slice = client->params.slice;
	u64 slack = fair->picked - by_cap(fc, slice);
	u64 most = fair->now + by_minimum(fc, ran > slice ? ran : slice);

	/* Who waited for its turn below its cap may make up for a slice of that. */
	if (tree_before(fc->held, slack))
		fc->held = slack;
	fc->held += by_cap(fc, ran);
	/* What it had beyond its minimum counts for one slice of it. */
	fc->promised += by_minimum(fc, ran);
	if (tree_before(most, fc->promised))
		fc->promised = most;
}

/* By its minimum it may have had more than by its weight: that is no debt beyond a slice. */
static void forgive(struct fair *fair, struct sched_client *client, u64 ran)
{
	u64 slice = client->params.slice;
	u64 most = fair->mean + virtual(&client->fair, ran > slice ? ran : slice);

	if (fair->by_promise && tree_before(most, client->fair.place))
		move_to(fair, client, most);
}

static void fill_bucket(struct fair *fair, u64 ran)
{
	u64 most = fair->longest > BUCKET_LEAST ? fair->longest : BUCKET_LEAST;

	fair->bucket += ran / BUCKET_PART;
	if (fair->bucket > most)
		fair->bucket = most;
}

/* Where it needed more than the last time, and has saved it, it need not wait for a slice. */
static u64 next_turn(struct fair *fair, struct sched_client *client)
{
	struct fair_client *fc = &client->fair;
	u64 early;

	fc->request = fc->saved > SCHED_SLICE_MIN ? fc->saved : SCHED_SLICE_MIN;
	early = take_from_bucket(fair, fc);
	if (!early)
		fc->request = client->params.slice;
	return early;
}

static void fair_ran(struct sched_engine *engine, struct sched_client *client, u64 now,
		     u64 ran, u64 budget, bool more)
{
	struct fair *fair = &engine->fair;
	struct fair_client *fc = &client->fair;

	ran = bounded(ran < CHARGE_LEAST ? CHARGE_LEAST : ran);
	fair->now = now;
	learn(fair, fc, ran, budget);
	fill_bucket(fair, ran);
	fc->saved -= fc->saved < ran ? fc->saved : ran;
	fc->stretch += ran;
	retract(fair, client);
	move_to(fair, client, fc->place + virtual(fc, charge_of(client, ran, budget)));
	forgive(fair, client, ran);
	charge_rates(fair, client, ran);
	if (!more)
		fall_asleep(fair, client);
	else if (at_its_cap(fair, client))
		hold(fair, client);
	else
		enqueue(fair, client, next_turn(fair, client));
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
