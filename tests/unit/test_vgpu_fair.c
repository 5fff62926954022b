// SPDX-License-Identifier: GPL-2.0
/* The fair policy, by what clients get in a simulation, and its parts. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <cmocka.h>

#include "vgpu_engine.h"

/* -- Who strays from what is due -------------------------------------------- */

/* Of clients that are always busy: their part of the time, told by the test. */
static double due_part[NR];
static double worst_lag;

static void watch_lag(struct sim *s, struct sim_client *client, u64 ran, void *arg)
{
	(void)client;
	(void)ran;
	(void)arg;
	for (u32 i = 0; i < s->nr; i++)
		worst_lag = fmax(worst_lag, fabs((double)s->clients[i].got -
						 due_part[i] * (double)s->now));
}

static void open_watched(void)
{
	open_engine();
	sim.on_slice = watch_lag;
	worst_lag = 0;
}

static void expect_parts(u64 until, double slices)
{
	sim_run(&sim, until);
	if (worst_lag > slices * (double)SLICE)
		print_error("worst lag %.3f slices\n", worst_lag / (double)SLICE);
	assert_true(worst_lag <= slices * (double)SLICE);
}

static void test_equal_weights(void **state)
{
	(void)state;
	for (int nr = 1; nr <= NR; nr *= 2) {
		open_watched();
		for (int i = 0; i < nr; i++) {
			add(100, 0, 100, SCHED_MS, 0);
			due_part[i] = 1.0 / nr;
		}
		expect_parts(10 * SECOND, 1.01);
	}
}

static void test_weights_1_2_4_8(void **state)
{
	(void)state;
	for (int nr = 4; nr <= NR; nr *= 2) {
		open_watched();
		for (int i = 0; i < nr; i++) {
			add(100U << (i % 4), 0, 100, 3 * SCHED_MS + 7, 0);
			due_part[i] = (double)(1 << (i % 4)) / (15.0 * nr / 4);
		}
		expect_parts(20 * SECOND, 2);
	}
}

static void test_jobs_that_cannot_be_preempted(void **state)
{
	(void)state;
	open_watched();
	for (int i = 0; i < 8; i++) {
		add(100, 0, 100, SCHED_MS * (u64)(1 + i), 0)->whole = true;
		due_part[i] = 1.0 / 8;
	}
	/* Two of the longest jobs, which are four slices. */
	expect_parts(60 * SECOND, 8);
}

static void test_minimum_beside_heavy_neighbours(void **state)
{
	(void)state;
	open_watched();
	add(100, 30, 100, SCHED_MS, 0);
	due_part[0] = 0.3;
	for (int i = 1; i < NR; i++) {
		add(1000, 0, 100, SCHED_MS, 0);
		due_part[i] = 0.7 / (NR - 1);
	}
	expect_parts(20 * SECOND, 2);
}

static void test_cap_on_an_idle_engine(void **state)
{
	(void)state;
	open_watched();
	add(100, 0, 25, SCHED_MS, 0);
	due_part[0] = 0.25;
	expect_parts(20 * SECOND, 2);
	assert_true(sim.idle > 14 * SECOND);
}

static void test_all_three_together(void **state)
{
	(void)state;
	open_watched();
	add(1, 20, 100, SCHED_MS, 0);
	add(100, 0, 10, SCHED_MS, 0);
	add(100, 0, 100, SCHED_MS, 0);
	add(300, 0, 100, SCHED_MS, 0);
	due_part[0] = 0.2;
	due_part[1] = 0.1;
	due_part[2] = 0.7 / 4;
	due_part[3] = 0.7 * 3 / 4;
	expect_parts(20 * SECOND, 2);
}

/* -- Sleepers ---------------------------------------------------------------- */

static void test_an_interactive_client_waits_a_slice_at_most(void **state)
{
	struct sim_client *quick;

	(void)state;
	open_engine();
	for (int i = 0; i < 7; i++)
		add(100, 0, 100, 50 * SCHED_MS, 0);
	quick = add(100, 0, 100, 200 * SCHED_US, 10 * SCHED_MS);
	quick->next = 13 * SCHED_MS + 77 * SCHED_US;
	sim_run(&sim, 10 * SECOND);
	assert_true(quick->worst <= SLICE + 100 * SCHED_US);
	assert_in_range(quick->got, 190 * SCHED_MS, 200 * SCHED_MS);
}

/* Beside many its part is small, and what it needs is below it still. */
static void test_it_waits_no_longer_beside_many(void **state)
{
	struct sim_client *quick;

	(void)state;
	open_engine();
	for (int i = 0; i < 30; i++)
		add(100, 0, 100, 50 * SCHED_MS, 0);
	quick = add(100, 0, 100, 200 * SCHED_US, 10 * SCHED_MS);
	sim_run(&sim, SECOND);
	quick->worst = 0;
	sim_run(&sim, 10 * SECOND);
	assert_true(quick->worst <= SLICE + 100 * SCHED_US);
}

/* Irregular: of what it has saved one job leaves enough for the next. */
static void come_in_pairs(struct sim *s, struct sim_client *client, u64 ran, void *arg)
{
	u64 *jobs = arg;

	if (client != &s->clients[0] || client->left || !ran)
		return;
	client->next = s->now + (++*jobs % 2 ? 5 : 45) * SCHED_MS;
}

static void test_a_second_job_waits_no_longer(void **state)
{
	struct sim_client *quick;
	u64 jobs = 0;

	(void)state;
	open_engine();
	sim.on_slice = come_in_pairs;
	sim.arg = &jobs;
	quick = add(100, 0, 100, 500 * SCHED_US, SECOND);
	for (int i = 0; i < 30; i++)
		add(100, 0, 100, 50 * SCHED_MS, 0);
	sim_run(&sim, SECOND);
	quick->worst = 0;
	sim_run(&sim, 10 * SECOND);
	assert_true(quick->worst <= SLICE + 100 * SCHED_US);
}

/* A day asleep is worth one slice. */
static void test_sleep_builds_no_claim(void **state)
{
	struct sim_client *sleeper;

	(void)state;
	open_engine();
	add(100, 0, 100, SCHED_MS, 0);
	sleeper = add(100, 0, 100, SECOND, 0);
	sleeper->next = 5 * SECOND;
	sim_run(&sim, 5 * SECOND);
	sim_arrivals(&sim, sim.now);
	assert_in_range(sleeper->sched.fair.early.saved, 1, SLICE);
	sim_run(&sim, 5 * SECOND + 200 * SCHED_MS);
	assert_in_range(sleeper->got, 98 * SCHED_MS, 100 * SCHED_MS + 2 * SLICE);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_equal_weights),
		cmocka_unit_test(test_weights_1_2_4_8),
		cmocka_unit_test(test_jobs_that_cannot_be_preempted),
		cmocka_unit_test(test_minimum_beside_heavy_neighbours),
		cmocka_unit_test(test_cap_on_an_idle_engine),
		cmocka_unit_test(test_all_three_together),
		cmocka_unit_test(test_an_interactive_client_waits_a_slice_at_most),
		cmocka_unit_test(test_it_waits_no_longer_beside_many),
		cmocka_unit_test(test_a_second_job_waits_no_longer),
		cmocka_unit_test(test_sleep_builds_no_claim),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
