// SPDX-License-Identifier: GPL-2.0
/* The fair policy in any window of time, whatever others do, and what overshoot costs. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <cmocka.h>

#include "vgpu_engine.h"

/* -- Any window ---------------------------------------------------------------- */

/*
 * What is more than @rate of the time less what it got, over the window in
 * which that is largest: no window may leave a client further behind its due.
 */
struct measured {
	double rate;
	double least;
	double most;
	double worst_behind;
	double worst_ahead;
};

static struct measured windows[NR];

static void watch_windows(struct sim *s, struct sim_client *client, u64 ran, void *arg)
{
	(void)client;
	(void)ran;
	(void)arg;
	for (u32 i = 0; i < s->nr; i++) {
		struct measured *w = &windows[i];
		double behind = w->rate * (double)s->now - (double)s->clients[i].got;

		w->least = fmin(w->least, behind);
		w->most = fmax(w->most, behind);
		w->worst_behind = fmax(w->worst_behind, behind - w->least);
		w->worst_ahead = fmax(w->worst_ahead, w->most - behind);
	}
}

static void open_windows(void)
{
	open_engine();
	memset(windows, 0, sizeof(windows));
	sim.on_slice = watch_windows;
}

static void test_a_minimum_holds_in_any_window(void **state)
{
	(void)state;
	for (int round = 0; round < 10; round++) {
		random_seed();
		open_windows();
		windows[0].rate = 0.3;
		add(1, 30, 100, SCHED_MS, 0);
		windows[1].rate = 0.2;
		add(1, 20, 100, 7 * SCHED_MS, 0);
		for (int i = 0; i < 5; i++)
			add(1000, 0, 100, SCHED_MS, 0);
		add_sleepers(20);
		sim_run(&sim, 3 * SECOND);
		assert_true(windows[0].worst_behind <= 2 * SLICE);
		assert_true(windows[1].worst_behind <= 2 * SLICE);
	}
}

/* Of one that is busy, and of one that sleeps and saves. */
static void test_a_cap_holds_in_any_window(void **state)
{
	(void)state;
	for (int round = 0; round < 10; round++) {
		random_seed();
		open_windows();
		windows[0].rate = 0.25;
		add(1000, 0, 25, SCHED_MS, 0);
		windows[1].rate = 0.1;
		add(1000, 0, 10, 5 * SCHED_MS, 40 * SCHED_MS);
		windows[2].rate = 0.05;
		add(1000, 5, 5, 300 * SCHED_US, 3 * SCHED_MS);
		if (round % 2)
			add_sleepers(10);
		sim_run(&sim, 3 * SECOND);
		for (int i = 0; i < 3; i++)
			assert_true(windows[i].worst_ahead <= 2 * SLICE);
	}
}

/* It sleeps after each slice, and has saved less than the next one needs. */
static void test_a_cap_holds_for_who_sleeps_in_between(void **state)
{
	struct sim_client *client;

	(void)state;
	open_engine();
	client = add(10000, 0, 5, SLICE, 0);
	client->think = 8 * SCHED_MS;
	add(100, 0, 100, SCHED_MS, 0);
	sim_run(&sim, 20 * SECOND);
	assert_in_range(client->got, SECOND - 20 * SCHED_MS, SECOND + 20 * SCHED_MS);
}

/* Of two that are always busy and alike neither gets more, whatever others do. */
static void test_twins_stay_together(void **state)
{
	(void)state;
	for (int round = 0; round < 10; round++) {
		double apart = 0;

		random_seed();
		open_engine();
		add(300, 0, 100, 5 * SCHED_MS, 0);
		add(300, 0, 100, 700 * SCHED_US, 0);
		add(300, 10, 100, SCHED_MS, 0);
		add_sleepers(20);
		for (u64 until = 0; until < 3 * SECOND; until += SLICE) {
			sim_run(&sim, until);
			apart = fmax(apart, fabs((double)clients[0].got - (double)clients[1].got));
		}
		assert_true(apart <= 2 * SLICE);
		assert_true(clients[0].got > SECOND / 20);
	}
}

/* Sleepers take no more than their part by weight from who is always busy. */
static void test_the_busy_keep_their_part(void **state)
{
	(void)state;
	for (int round = 0; round < 10; round++) {
		random_seed();
		open_windows();
		windows[0].rate = 100.0 / 2100;
		add(100, 0, 100, 5 * SCHED_MS, 0);
		add_sleepers(20);
		sim_run(&sim, 5 * SECOND);
		/*
		 * From a slice ahead to one behind, while one runs; and each of the
		 * 20 may have saved a slice, of which a 21st is its loss.
		 */
		assert_true(windows[0].worst_behind <= 4 * SLICE);
	}
}

static void test_an_engine_never_idles_while_somebody_may_run(void **state)
{
	(void)state;
	for (int round = 0; round < 10; round++) {
		random_seed();
		open_engine();
		add_sleepers(30);
		add(1, 0, 100, SECOND, 0)->whole = random_below(2);
		for (int i = 0; i < 20; i++)
			add(1 + (u32)random_below(9999), (u32)random_below(5), 5 + (u32)random_below(96),
			    SCHED_MS + random_below(9 * SCHED_MS), 0);
		sim_run(&sim, 3 * SECOND);
		assert_int_equal(sim.idle, 0);
	}
}

/* What passes between slices is not counted as anybody's. */
static void test_time_between_slices_is_nobodys(void **state)
{
	(void)state;
	open_windows();
	sim.cost = 500 * SCHED_US;
	windows[0].rate = 0.3;
	add(1, 30, 100, SCHED_MS, 0);
	windows[1].rate = windows[2].rate = 0.25;
	add(100, 0, 100, SCHED_MS, 0);
	add(100, 0, 100, SCHED_MS, 0);
	sim_run(&sim, 5 * SECOND);
	assert_true(windows[0].worst_behind <= 2 * SLICE);
	assert_true(fabs((double)clients[1].got - (double)clients[2].got) <= 2 * SLICE);
}

/* -- Overshoot ------------------------------------------------------------------ */

/* Jobs of 20 ms among slices of 2: nobody else loses by them in the end. */
static void test_overshoot_is_paid_back(void **state)
{
	(void)state;
	for (u32 averaging = 1; averaging <= SCHED_AVERAGING_MAX; averaging += 20) {
		struct sched_params long_jobs = params(100, 0, 100);
		struct sim_client *client;

		open_engine();
		long_jobs.averaging = averaging;
		client = sim_add(&sim, &long_jobs, 20 * SCHED_MS, 0);
		client->whole = true;
		add(100, 0, 100, SCHED_MS, 0);
		add(100, 0, 100, SCHED_MS, 0);
		sim_run(&sim, 30 * SECOND);
		assert_in_range(client->got, 10 * SECOND - 40 * SCHED_MS, 10 * SECOND + 40 * SCHED_MS);
		assert_true(client->sched.stats.overshoot > 8 * SECOND);
	}
}

/* Sleeping after each long job forgives nothing. */
static void test_overshoot_is_paid_back_asleep(void **state)
{
	struct sim_client *client;

	(void)state;
	open_engine();
	client = add(100, 0, 100, 20 * SCHED_MS, 0);
	client->whole = true;
	client->think = 10 * SCHED_US;
	add(100, 0, 100, SCHED_MS, 0);
	add(100, 0, 100, SCHED_MS, 0);
	sim_run(&sim, 30 * SECOND);
	/* A third, less what it did not want while it slept. */
	assert_in_range(client->got, 9500 * SCHED_MS, 10 * SECOND + 60 * SCHED_MS);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_a_minimum_holds_in_any_window),
		cmocka_unit_test(test_a_cap_holds_in_any_window),
		cmocka_unit_test(test_a_cap_holds_for_who_sleeps_in_between),
		cmocka_unit_test(test_twins_stay_together),
		cmocka_unit_test(test_the_busy_keep_their_part),
		cmocka_unit_test(test_an_engine_never_idles_while_somebody_may_run),
		cmocka_unit_test(test_time_between_slices_is_nobodys),
		cmocka_unit_test(test_overshoot_is_paid_back),
		cmocka_unit_test(test_overshoot_is_paid_back_asleep),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
