// SPDX-License-Identifier: GPL-2.0
/*
 * What is due to whom: by hand, and against a search for the level that fills
 * the engine.
 */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <cmocka.h>

#include "../../kmod/vgpu/tree.c"
#include "../../kmod/vgpu/level.c"
#include "random.h"

#define NR	60
#define PERCENT	(LEVEL_ONE / 100)

static struct level_client clients[NR];
static bool is_in[NR];

static unsigned int settle(struct level *level)
{
	struct level_move move;
	unsigned int moves = 0;

	while (level_peek(level, &move)) {
		assert_int_not_equal(move.client->place, move.to);
		level_apply(level, &move);
		moves++;
	}
	return moves;
}

static double rate(const struct level *level, const struct level_client *client)
{
	switch (client->place) {
	case LEVEL_FLOOR:
		return client->minimum;
	case LEVEL_CEILING:
		return client->cap;
	default:
		return (double)level_spare(level) * client->weight / (double)level->weight;
	}
}

static double wanted_at(const struct level_client *client, double height)
{
	return fmin(client->cap, fmax(client->minimum, client->weight * height));
}

static double total_at(double height)
{
	double total = 0;

	for (int i = 0; i < NR; i++)
		if (is_in[i])
			total += wanted_at(&clients[i], height);
	return total;
}

/* The least height at which the engine is used up, or one at which all are at their caps. */
static double search_height(void)
{
	double low = 0, high = LEVEL_ONE;

	for (int i = 0; i < 100; i++) {
		double middle = (low + high) / 2;

		if (total_at(middle) < LEVEL_ONE)
			low = middle;
		else
			high = middle;
	}
	return high;
}

static void check(const struct level *level)
{
	double height = search_height();

	for (int i = 0; i < NR; i++)
		if (is_in[i])
			assert_true(fabs(rate(level, &clients[i]) - wanted_at(&clients[i], height)) < 1);
}

static void enter(struct level *level, int i, u32 weight, u32 minimum, u32 cap)
{
	clients[i] = (struct level_client){ .weight = weight, .minimum = minimum, .cap = cap };
	is_in[i] = true;
	level_enter(level, &clients[i]);
}

static void leave(struct level *level, int i)
{
	is_in[i] = false;
	level_leave(level, &clients[i]);
}

static void test_weights_share_the_engine(void **state)
{
	struct level level = { 0 };

	(void)state;
	enter(&level, 0, 100, 0, LEVEL_ONE);
	enter(&level, 1, 300, 0, LEVEL_ONE);
	assert_int_equal(settle(&level), 0);
	assert_true(rate(&level, &clients[0]) == 25 * PERCENT);
	assert_true(rate(&level, &clients[1]) == 75 * PERCENT);
	leave(&level, 0);
	leave(&level, 1);
}

static void test_a_minimum_lifts_and_a_cap_holds_down(void **state)
{
	struct level level = { 0 };

	(void)state;
	enter(&level, 0, 1, 30 * PERCENT, LEVEL_ONE);
	enter(&level, 1, 100, 0, 20 * PERCENT);
	enter(&level, 2, 100, 0, LEVEL_ONE);
	settle(&level);
	assert_int_equal(clients[0].place, LEVEL_FLOOR);
	assert_int_equal(clients[1].place, LEVEL_CEILING);
	assert_true(rate(&level, &clients[2]) == 50 * PERCENT);
	leave(&level, 2);
	settle(&level);
	/* Nobody else wants it. */
	assert_int_equal(clients[0].place, LEVEL_ELASTIC);
	assert_true(rate(&level, &clients[0]) == 80 * PERCENT);
	leave(&level, 0);
	settle(&level);
	assert_int_equal(clients[1].place, LEVEL_CEILING);
	leave(&level, 1);
	assert_int_equal(level.nr, 0);
	assert_int_equal(level.weight, 0);
	assert_int_equal(level.fixed, 0);
	assert_null(level.passed);
}

static void test_minimums_may_be_the_whole_engine(void **state)
{
	struct level level = { 0 };

	(void)state;
	enter(&level, 0, 1, 60 * PERCENT, LEVEL_ONE);
	enter(&level, 1, 10000, 40 * PERCENT, 40 * PERCENT);
	enter(&level, 2, 10000, 0, LEVEL_ONE);
	settle(&level);
	check(&level);
	assert_true(rate(&level, &clients[2]) == 0);
	for (int i = 0; i < 3; i++)
		leave(&level, i);
}

static u32 random_share(u32 least, u32 most)
{
	return least + (u32)random_below(most - least + 1);
}

/* Whole percents now and then, so that steps fall together. */
static void enter_random(struct level *level, int i)
{
	u32 room = LEVEL_ONE, minimum, cap;

	for (int j = 0; j < NR; j++)
		room -= is_in[j] ? clients[j].minimum : 0;
	minimum = random_below(2) ? 0 : random_share(0, room / 4);
	cap = random_below(2) ? LEVEL_ONE : random_share(minimum ? minimum : 1, LEVEL_ONE);
	if (random_below(3) == 0) {
		minimum -= minimum % PERCENT;
		cap = (cap / PERCENT + 1) * PERCENT;
		cap = cap > LEVEL_ONE ? LEVEL_ONE : cap;
	}
	enter(level, i, 1 + (u32)random_below(random_below(2) ? 4 : LEVEL_WEIGHT_MAX), minimum, cap);
}

static void test_finds_the_level_that_fills_the_engine(void **state)
{
	(void)state;
	for (int round = 0; round < 40; round++) {
		struct level level = { 0 };

		random_seed();
		memset(is_in, 0, sizeof(is_in));
		for (int step = 0; step < 200; step++) {
			int i = (int)random_below(NR);

			if (is_in[i])
				leave(&level, i);
			else
				enter_random(&level, i);
			/* Now and then several come and go before it is looked after. */
			if (random_below(3))
				continue;
			settle(&level);
			check(&level);
		}
		for (int i = 0; i < NR; i++)
			if (is_in[i])
				leave(&level, i);
		assert_int_equal(level.weight + level.fixed + level.nr, 0);
	}
}

/* One that comes to many alike moves few. */
static void test_a_change_moves_few(void **state)
{
	struct level level = { 0 };
	unsigned int most = 0;

	(void)state;
	memset(is_in, 0, sizeof(is_in));
	for (int i = 0; i < NR; i++) {
		unsigned int moves;

		enter(&level, i, 100, 0, 50 * PERCENT);
		moves = settle(&level);
		most = moves > most ? moves : most;
	}
	assert_in_range(most, 1, 2);
	for (int i = 0; i < NR; i++)
		leave(&level, i);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_weights_share_the_engine),
		cmocka_unit_test(test_a_minimum_lifts_and_a_cap_holds_down),
		cmocka_unit_test(test_minimums_may_be_the_whole_engine),
		cmocka_unit_test(test_finds_the_level_that_fills_the_engine),
		cmocka_unit_test(test_a_change_moves_few),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
