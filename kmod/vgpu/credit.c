// SPDX-License-Identifier: GPL-2.0
#include "math.h"
#include "credit.h"
#include "level.h"

/* So many accounts are closed at most when the clock moves; others later. */
#define CLOSE_MAX	16

static struct credit *to_credit(struct tree_node *node)
{
	return (struct credit *)((char *)node - offsetof(struct credit, node));
}

static void stop_filling(struct credit_clock *clock, struct credit *credit)
{
	tree_erase(&clock->full, &credit->node);
	credit->filling = false;
}

static void share(struct credit_clock *clock, struct credit *credit)
{
	if (!credit->shares)
		clock->weight += credit->weight;
	credit->shares = true;
}

static void part(struct credit_clock *clock, struct credit *credit)
{
	if (credit->shares)
		clock->weight -= credit->weight;
	credit->shares = false;
}

/**
 * credit_advance() - time has passed
 * @clock: of the engine
 * @elapsed: nanoseconds, below 2^43
 */
void credit_advance(struct credit_clock *clock, u64 elapsed)
{
	struct tree_node *first;
	u64 takes;
	int i;

	for (i = 0; i < CLOSE_MAX; i++) {
		first = tree_first(&clock->full);
		if (!first)
			break;
		takes = tree_before(first->key, clock->clock) ? 0 :
			mul_div(first->key - clock->clock, clock->weight, 1ULL << CREDIT_SHIFT);
		if (takes > elapsed)
			break;
		elapsed -= takes;
		if (tree_before(clock->clock, first->key))
			clock->clock = first->key;
		stop_filling(clock, to_credit(first));
		part(clock, to_credit(first));
	}
	if (clock->weight)
		clock->clock += (elapsed << CREDIT_SHIFT) / clock->weight;
}

static void start_filling(struct credit_clock *clock, struct credit *credit, u64 lacks)
{
	credit->node.key = clock->clock + (lacks << CREDIT_SHIFT) / credit->weight;
	credit->node.start = 0;
	tree_insert(&clock->full, &credit->node);
	credit->filling = true;
}

/**
 * credit_sleep() - a client sleeps; until now it shared the clock, or is new
 * @clock: of its engine
 * @credit: its account
 * @balance: what it has, or owes; not above 2^40
 * @most: what it may save
 * @weight: its weight
 * @now: the time
 */
void credit_sleep(struct credit_clock *clock, struct credit *credit, s64 balance,
		  u64 most, u32 weight, u64 now)
{
	part(clock, credit);
	credit->balance = balance;
	credit->weight = weight;
	credit->since = now;
	credit->since_clock = clock->clock;
	if (balance < (s64)most) {
		share(clock, credit);
		start_filling(clock, credit, (s64)most - balance);
	}
}

static s64 saved(const struct credit_clock *clock, const struct credit *credit,
		 u32 cap, u64 now)
{
	u64 by_weight = mul_div(clock->clock - credit->since_clock, credit->weight,
				1ULL << CREDIT_SHIFT);
	u64 by_cap = mul_div(now - credit->since, cap, LEVEL_ONE);

	return (s64)(by_weight < by_cap ? by_weight : by_cap);
}

/**
 * credit_wake() - a client that slept shares the clock again, its balance counted
 * @clock: of its engine
 * @credit: its account
 * @cap: part of the engine in ppm that bounds what it saved
 * @most: what it may save; a balance that was above stays
 * @now: the time
 */
void credit_wake(struct credit_clock *clock, struct credit *credit, u32 cap, u64 most, u64 now)
{
	if (credit->balance < (s64)most) {
		credit->balance += saved(clock, credit, cap, now);
		if (credit->balance > (s64)most)
			credit->balance = (s64)most;
	}
	if (credit->filling)
		stop_filling(clock, credit);
	share(clock, credit);
}

/**
 * credit_leave() - a client goes
 * @clock: of its engine
 * @credit: its account
 */
void credit_leave(struct credit_clock *clock, struct credit *credit)
{
	if (credit->filling)
		stop_filling(clock, credit);
	part(clock, credit);
}
