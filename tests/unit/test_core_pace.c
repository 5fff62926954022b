// SPDX-License-Identifier: GPL-2.0
/*
 * When discovery looks again: by hand, and over hours of passes whose costs
 * are random, or chosen to look cheap.  A failure prints its seed;
 * KVMSHARE_SEED=seed repeats it.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>
#include <cmocka.h>

#include "../../kmod/core/pace.c"

#define MS	(PACE_SECOND / 1000)
#define US	(MS / 1000)
#define HOUR	(3600 * PACE_SECOND)
#define START	(HOUR)	/* of the clock; it runs since the host's boot */

/* -- By hand --------------------------------------------------------------- */

static void cheap_looks_are_broad_and_deep_at_every_interval(void **state)
{
	struct pace pace = { 0 };
	u64 now = START;
	int i;

	(void)state;
	for (i = 0; i < 1000; i++) {
		pace_broad_done(&pace, now, 10 * MS);
		assert_true(pace_deep_is_due(&pace, now));
		pace_deep_done(&pace, now, 9 * MS);
		assert_int_equal(pace_rest(&pace, now, PACE_SECOND), PACE_SECOND);
		now += PACE_SECOND;
	}
}

static void a_slow_look_by_chance_delays_nothing(void **state)
{
	struct pace pace = { 0 };
	u64 now = START;

	(void)state;
	pace_broad_done(&pace, now, 90 * MS);
	pace_deep_done(&pace, now, 90 * MS);
	assert_int_equal(pace_rest(&pace, now, PACE_SECOND), PACE_SECOND);
	assert_true(pace_deep_is_due(&pace, now + PACE_SECOND));
}

static void a_dear_deep_look_delays_the_next_and_no_broad_one(void **state)
{
	struct pace pace = { 0 };
	u64 now = START;

	(void)state;
	pace_deep_done(&pace, now, 200 * MS);
	assert_int_equal(pace_rest(&pace, now, PACE_SECOND), PACE_SECOND);
	/* 20 s to wait, of which 10 s were saved up. */
	assert_false(pace_deep_is_due(&pace, now + 10 * PACE_SECOND - 1));
	assert_true(pace_deep_is_due(&pace, now + 10 * PACE_SECOND));
}

static void broad_looks_that_take_a_tenth_come_later(void **state)
{
	struct pace pace = { 0 };
	u64 now = START;

	(void)state;
	pace_broad_done(&pace, now, 3 * PACE_SECOND);
	assert_int_equal(pace_rest(&pace, now, PACE_SECOND), 20 * PACE_SECOND);
	assert_true(pace_deep_is_due(&pace, now));
}

/* Whatever the clock or the cost says, nothing wraps and nothing is put off for ever. */
static void the_ends_of_the_numbers(void **state)
{
	const u64 costs[] = {
		0, 1, PACE_OWED_MAX, UINT64_MAX / PACE_BROAD_SHARE + 1,
		UINT64_MAX / PACE_DEEP_SHARE + 1, UINT64_MAX
	};
	const u64 nows[] = { 0, 1, PACE_SAVED_MAX, START };
	struct pace pace;
	unsigned int c, n;

	(void)state;
	for (c = 0; c < sizeof(costs) / sizeof(costs[0]); c++) {
		for (n = 0; n < sizeof(nows) / sizeof(nows[0]); n++) {
			pace = (struct pace){ 0 };
			pace_broad_done(&pace, nows[n], costs[c]);
			pace_deep_done(&pace, nows[n], costs[c]);
			assert_true(pace_rest(&pace, nows[n], 1) <= PACE_OWED_MAX);
			assert_true(pace_deep_is_due(&pace, nows[n] + PACE_OWED_MAX));
			if (costs[c] < PACE_OWED_MAX)
				continue;
			assert_int_equal(pace_rest(&pace, nows[n], 1), PACE_OWED_MAX);
			assert_false(pace_deep_is_due(&pace, nows[n] + PACE_OWED_MAX - 1));
		}
	}
}

/* -- Hours of passes ------------------------------------------------------- */

/* What the machine and its users make of the cost of a look, up to @max. */
typedef u64 (*cost_fn)(unsigned int look, u64 max);

static u64 steady(unsigned int look, u64 max)
{
	(void)look;
	return max;
}

static u64 any(unsigned int look, u64 max)
{
	(void)look;
	return (u64)rand() % (max + 1);
}

/* Every other one is dear, and every fourth: as a table that changes between looks. */
static u64 alternating(unsigned int look, u64 max)
{
	return look & 1 ? max : 0;
}

static u64 every_fourth(unsigned int look, u64 max)
{
	return look & 3 ? 0 : max;
}

static u64 rarely(unsigned int look, u64 max)
{
	(void)look;
	return rand() % 100 ? max / 1000 : max;
}

static const cost_fn costs[] = { steady, any, alternating, every_fourth, rarely };

struct spent {
	u64 broad;
	u64 deep;
	u64 longest_rest;
	u64 longest_without_deep;
	u64 over;	/* the time */
};

static struct spent simulate(cost_fn broad_cost, u64 broad_max, cost_fn deep_cost,
			     u64 deep_max, u64 interval)
{
	struct spent spent = { 0 };
	struct pace pace = { 0 };
	u64 now = START, last_deep = START, cost, rest;
	unsigned int look, deep = 0;

	for (look = 0; now < START + 2 * HOUR; look++) {
		cost = broad_cost(look, broad_max);
		now += cost;
		spent.broad += cost;
		pace_broad_done(&pace, now, cost);
		if (pace_deep_is_due(&pace, now)) {
			if (now - last_deep > spent.longest_without_deep)
				spent.longest_without_deep = now - last_deep;
			last_deep = now;
			cost = deep_cost(deep++, deep_max);
			now += cost;
			spent.deep += cost;
			pace_deep_done(&pace, now, cost);
		}
		rest = pace_rest(&pace, now, interval);
		assert_true(rest >= interval);
		if (rest > spent.longest_rest)
			spent.longest_rest = rest;
		now += rest;
	}
	spent.over = now - START;
	return spent;
}

/* No kind takes more than its share: what was saved, and the last look, aside. */
static void check_shares(const struct spent *spent, u64 broad_max, u64 deep_max)
{
	assert_true(spent->broad * PACE_BROAD_SHARE <=
		    spent->over + PACE_SAVED_MAX + broad_max * PACE_BROAD_SHARE);
	assert_true(spent->deep * PACE_DEEP_SHARE <=
		    spent->over + PACE_SAVED_MAX + deep_max * PACE_DEEP_SHARE);
}

/* Deep looks, whatever they cost, change nothing about when passes come. */
static void check_broad(const struct spent *spent, u64 broad_max, u64 interval)
{
	if (broad_max * PACE_BROAD_SHARE <= interval)
		assert_int_equal(spent->longest_rest, interval);
	assert_true(spent->longest_rest <= PACE_OWED_MAX);
}

/* At the latest when all that may be owed is paid, with the pass that follows. */
static void check_deep(const struct spent *spent, u64 broad_max, u64 deep_max, u64 interval)
{
	u64 late = spent->longest_rest + broad_max + deep_max;

	if (deep_max * PACE_DEEP_SHARE <= interval)
		assert_true(spent->longest_without_deep <= late);
	assert_true(spent->longest_without_deep <= PACE_OWED_MAX + 2 * late);
}

static void shares_hold_however_costs_differ(void **state)
{
	const u64 intervals[] = { 50 * MS, PACE_SECOND, 60 * PACE_SECOND };
	const char *given = getenv("KVMSHARE_SEED");
	unsigned int seed = given ? strtoul(given, NULL, 0) : (unsigned int)time(NULL);
	unsigned int i, n = sizeof(costs) / sizeof(costs[0]);
	u64 broad_max, deep_max, interval;
	struct spent spent;

	(void)state;
	print_message("# seed %u\n", seed);
	srand(seed);
	for (i = 0; i < 40 * n * n; i++) {
		interval = intervals[rand() % 3];
		/* What can still be owed in full: see PACE_OWED_MAX. */
		broad_max = 1 + (u64)rand() * US % (2 * PACE_SECOND);
		deep_max = 1 + (u64)rand() * US % (300 * MS);
		if (rand() % 2)
			broad_max = broad_max % (interval / PACE_BROAD_SHARE) + 1;
		if (rand() % 2)
			deep_max = deep_max % (interval / PACE_DEEP_SHARE) + 1;
		spent = simulate(costs[i % n], broad_max, costs[i / n % n], deep_max, interval);
		check_shares(&spent, broad_max, deep_max);
		check_broad(&spent, broad_max, interval);
		check_deep(&spent, broad_max, deep_max, interval);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(cheap_looks_are_broad_and_deep_at_every_interval),
		cmocka_unit_test(a_slow_look_by_chance_delays_nothing),
		cmocka_unit_test(a_dear_deep_look_delays_the_next_and_no_broad_one),
		cmocka_unit_test(broad_looks_that_take_a_tenth_come_later),
		cmocka_unit_test(the_ends_of_the_numbers),
		cmocka_unit_test(shares_hold_however_costs_differ),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
