// SPDX-License-Identifier: GPL-2.0
#include "math.h"
#include "place.h"

#define CLOCK_SHIFT	20
#define WEIGHT_SHIFT	48

/* So many debts are settled at one call at most. */
#define SETTLED_MAX	8

/* -- Units ------------------------------------------------------------------ */

/* The one division by what a client was given. */
void place_weigh(struct place *place, u32 weight)
{
	place->weight = weight;
	place->per_weight = (1ULL << WEIGHT_SHIFT) / weight;
}

/* How far it moves by @ns. */
u64 place_way(const struct place *place, u64 ns)
{
	return mul_shift(charge_bounded(ns), place->per_weight, WEIGHT_SHIFT - CLOCK_SHIFT);
}

/* The nanoseconds of so far a way, at most CHARGE_MAX. */
u64 place_time(const struct place *place, u64 way)
{
	return charge_bounded(mul_shift(way, place->weight, CLOCK_SHIFT));
}

/* In how many nanoseconds the mean is at @at, while all that count share the engine. */
u64 places_time(const struct places *places, u64 at)
{
	s64 way = (s64)(at - places->mean);

	return charge_bounded(mul_shift(way < 0 ? 0 : (u64)way, places->weight, CLOCK_SHIFT));
}

/* -- The mean --------------------------------------------------------------- */

/* The sum is kept small: the mean goes where it says. */
static void centre(struct places *places)
{
	s64 weight = (s64)places->weight, way;

	if (!weight) {
		places->rest = 0;
		return;
	}
	way = places->rest / weight;
	places->mean += (u64)way;
	places->rest -= way * weight;
}

static s64 torque(const struct places *places, const struct place *place)
{
	return (s64)(place->at - places->mean) * (s64)place->weight;
}

static void count(struct places *places, struct place *place)
{
	place->counts = true;
	places->rest += torque(places, place);
	places->weight += place->weight;
	centre(places);
}

static void uncount(struct places *places, struct place *place)
{
	place->counts = false;
	places->rest -= torque(places, place);
	places->weight -= place->weight;
	centre(places);
}

/* Nanoseconds by which it is behind the mean; below 0 it is ahead. */
s64 places_lag(const struct places *places, const struct place *place)
{
	s64 way = (s64)(places->mean - place->at);

	return way < 0 ? -(s64)place_time(place, -(u64)way) : (s64)place_time(place, way);
}

/* It does not count. */
void places_set_lag(const struct places *places, struct place *place, s64 lag)
{
	place->at = lag < 0 ? places->mean + place_way(place, (u64)-lag) :
			      places->mean - place_way(place, (u64)lag);
}

/* It counts, and owes nothing. */
void places_move(struct places *places, struct place *place, u64 at)
{
	places->rest += (s64)(at - place->at) * (s64)place->weight;
	place->at = at;
	centre(places);
}

/* -- Who counts ------------------------------------------------------------- */

static struct place *who_owes(struct tree_node *node)
{
	return (struct place *)((char *)node - offsetof(struct place, debt));
}

static void owe(struct places *places, struct place *place)
{
	place->owes = true;
	place->debt.key = place->at;
	place->debt.start = 0;
	tree_insert(&places->debts, &place->debt);
}

static void owe_no_more(struct places *places, struct place *place)
{
	if (!place->owes)
		return;
	place->owes = false;
	tree_erase(&places->debts, &place->debt);
}

/* Who comes to count claims no more than @claim, and owes no more than there can be. */
static void bound(const struct places *places, struct place *place, u64 claim)
{
	u64 least = places->mean - place_way(place, claim);
	u64 most = places->mean + place_way(place, CHARGE_MAX);

	if (tree_before(place->at, least))
		place->at = least;
	if (tree_before(most, place->at))
		place->at = most;
}

/**
 * places_join() - a client waits or runs from now on
 * @places: the engine's
 * @place: its own
 * @claim: by so much may it be behind, in nanoseconds, where it did not count
 */
void places_join(struct places *places, struct place *place, u64 claim)
{
	owe_no_more(places, place);
	if (place->counts)
		return;
	bound(places, place, claim);
	count(places, place);
}

/* It neither waits nor runs from now on. */
void places_part(struct places *places, struct place *place)
{
	if (tree_before(places->mean, place->at))
		owe(places, place);
	else
		uncount(places, place);
	places_settle(places);
}

/* It counts no more, whatever it owes. */
void places_drop(struct places *places, struct place *place)
{
	owe_no_more(places, place);
	if (place->counts)
		uncount(places, place);
}

/* Debts that the others have caught up with, as many as a decision has time for. */
void places_settle(struct places *places)
{
	struct tree_node *first;
	int i;

	for (i = 0; i < SETTLED_MAX; i++) {
		first = tree_first(&places->debts);
		if (!first || tree_before(places->mean, first->key))
			break;
		owe_no_more(places, who_owes(first));
		uncount(places, who_owes(first));
	}
}

/* By how many nanoseconds it is ahead of the others, if there are any; it counts. */
u64 places_debt(struct places *places, struct place *place)
{
	s64 lag;

	uncount(places, place);
	lag = places->weight ? places_lag(places, place) : 0;
	count(places, place);
	return lag < 0 ? (u64)-lag : 0;
}

/* -- Who runs --------------------------------------------------------------- */

/*
 * Whoever comes while somebody runs finds the mean where it is by now: a job that
 * began long ago was alone until then.
 */
void places_advance(struct places *places, struct place *running, u64 elapsed)
{
	u64 way;

	elapsed = charge_bounded(elapsed);
	if (elapsed <= places->counted)
		return;
	way = place_way(running, elapsed - places->counted);
	places_move(places, running, running->at + way);
	places->counted = elapsed;
	places->way += way;
}

/* What was counted of it until now is taken back. */
void places_retract(struct places *places, struct place *running)
{
	places_move(places, running, running->at - places->way);
	places->counted = 0;
	places->way = 0;
}
