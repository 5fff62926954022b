// SPDX-License-Identifier: GPL-2.0
/* How even the last second was, and for how long a cap held a client back. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <cmocka.h>

#include "../../kmod/vgpu/sched/window.c"
#include "vgpu_engine.h"

static struct window window;

static int set_up(void **state)
{
	(void)state;
	random_seed();
	open_engine();
	window_start(&window, 0);
	return 0;
}

static void look_after(u64 until)
{
	sim_run(&sim, until);
	window_look(&window, &sim.engine, sim.now);
}

static void test_nobody(void **state)
{
	(void)state;
	look_after(2 * SECOND);
	assert_int_equal(window.load, 0);
	assert_int_equal(window.busy_clients, 0);
	assert_int_equal(window.jain, WINDOW_ONE);
	assert_int_equal(window.minmax, WINDOW_ONE);
}

static void test_even(void **state)
{
	(void)state;
	/* By their weights. */
	add(100, 0, 100, 30 * SECOND, 0);
	add(200, 0, 100, 30 * SECOND, 0);
	add(400, 0, 100, 30 * SECOND, 0);
	look_after(SECOND + 5 * SCHED_MS);
	/* They came into the first one. */
	assert_int_equal(window.busy_clients, 0);
	look_after(3 * SECOND);
	assert_int_equal(window.busy_clients, 3);
	assert_in_range(window.load, WINDOW_ONE - WINDOW_ONE / 100, WINDOW_ONE);
	assert_in_range(window.jain, 999000, WINDOW_ONE);
	assert_in_range(window.minmax, 980000, WINDOW_ONE);
}

static void test_uneven(void **state)
{
	(void)state;
	/* 1:3 of the engine at equal weights: (1+3)^2 / (2 * (1+9)) = 0.8. */
	add(100, 0, 25, 30 * SECOND, 0);
	add(100, 0, 100, 30 * SECOND, 0);
	look_after(SECOND + SCHED_MS);
	look_after(3 * SECOND);
	assert_int_equal(window.busy_clients, 2);
	assert_in_range(window.jain, 790000, 810000);
	assert_in_range(window.minmax, 325000, 340000);
}

static void test_sleeper_is_no_part(void **state)
{
	(void)state;
	add(100, 0, 100, 30 * SECOND, 0);
	add(100, 0, 100, 30 * SECOND, 0);
	add(100, 0, 100, SCHED_MS, 100 * SCHED_MS);
	look_after(SECOND + SCHED_MS);
	look_after(3 * SECOND);
	assert_int_equal(window.busy_clients, 2);
	assert_in_range(window.jain, 999000, WINDOW_ONE);
}

static void test_load(void **state)
{
	(void)state;
	add(100, 0, 100, 30 * SCHED_MS, 100 * SCHED_MS);
	look_after(SECOND);
	look_after(2 * SECOND + 50 * SCHED_MS);
	assert_in_range(window.load, 270000, 330000);
}

static void test_open_window_says_nothing(void **state)
{
	(void)state;
	add(100, 0, 100, 30 * SECOND, 0);
	look_after(SECOND / 2);
	assert_int_equal(window.load, 0);
	look_after(SECOND);
	assert_in_range(window.load, WINDOW_ONE - WINDOW_ONE / 100, WINDOW_ONE);
}

static void test_thousands(void **state)
{
	static struct sim_client many[4096];
	struct sched_params p = params(1, 0, 100);

	(void)state;
	sim_init(&sim, &sched_fair, many);
	for (int i = 0; i < 4096; i++)
		assert_non_null(sim_add(&sim, &p, 30 * SECOND, 0));
	/* At this many one slice each is more than a second. */
	look_after(9 * SECOND);
	for (int i = 0; i < 4096; i++)
		many[i].sched.window = (struct window_client){ 0 };
	window_look(&window, &sim.engine, sim.now + 2 * WINDOW_LENGTH);
	assert_int_equal(window.busy_clients, 4096);
	assert_in_range(window.jain, 900000, WINDOW_ONE);
}

static void test_throttled(void **state)
{
	struct sim_client *held, *free;

	(void)state;
	/* Alone at a quarter: three quarters of its time its cap holds it back. */
	held = add(100, 0, 25, 30 * SECOND, 0);
	sim_run(&sim, 4 * SECOND);
	assert_in_range(held->sched.stats.throttled, 29 * SECOND / 10, 31 * SECOND / 10);
	assert_in_range(held->sched.stats.wait - held->sched.stats.throttled, 0, SECOND / 100);
	/* Who is not capped waits for others, and is not held back. */
	free = add(100, 0, 100, 30 * SECOND, 0);
	sim_run(&sim, 8 * SECOND);
	assert_int_equal(free->sched.stats.throttled, 0);
	assert_true(free->sched.stats.wait > SECOND / 2);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup(test_nobody, set_up),
		cmocka_unit_test_setup(test_even, set_up),
		cmocka_unit_test_setup(test_uneven, set_up),
		cmocka_unit_test_setup(test_sleeper_is_no_part, set_up),
		cmocka_unit_test_setup(test_load, set_up),
		cmocka_unit_test_setup(test_open_window_says_nothing, set_up),
		cmocka_unit_test_setup(test_thousands, set_up),
		cmocka_unit_test_setup(test_throttled, set_up),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
