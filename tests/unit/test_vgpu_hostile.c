// SPDX-License-Identifier: GPL-2.0
/* The fair policy against clients that sleep, come, ask and last as suits them. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "vgpu_due.h"

#define FOREVER		(100000 * SECOND)

static double part_of(const struct sim_client *client)
{
	return (double)client->got / (double)sim.now;
}

/* How long from now until it first runs. */
static u64 waits(const struct sim_client *client)
{
	u64 began = sim.now, got = client->got;

	while (client->got == got && sim.now < began + 100 * SECOND)
		sim_run(&sim, sim.now + SCHED_MS);
	return sim.now - began;
}

/* -- Whatever is due -------------------------------------------------------- */

static double behind[NR], ahead[NR], lowest[NR], highest[NR], level;

static void watch_due(struct sim *s, struct sim_client *client, u64 ran, void *arg)
{
	(void)client;
	(void)ran;
	(void)arg;
	for (u32 i = 0; i < s->nr; i++) {
		double lag = due(&s->clients[i], level) * (double)s->now - (double)s->clients[i].got;

		lowest[i] = fmin(lowest[i], lag);
		highest[i] = fmax(highest[i], lag);
		behind[i] = fmax(behind[i], lag - lowest[i]);
		ahead[i] = fmax(ahead[i], highest[i] - lag);
	}
}

static void add_at_random(bool promises)
{
	u32 minimum = !promises || random_below(3) ? 0 : 1 + (u32)random_below(4);
	u32 cap = !promises || random_below(3) ? 100 : 4 + (u32)random_below(40);

	add(1 + (u32)random_below(1000), minimum, cap, FOREVER, 0);
}

static void check_windows(bool promises, u64 most)
{
	for (int round = 0; round < 20; round++) {
		random_seed();
		open_engine();
		for (int i = 2 + (int)random_below(20); i; i--)
			add_at_random(promises);
		for (int i = 0; i < NR; i++)
			behind[i] = ahead[i] = lowest[i] = highest[i] = 0;
		level = due_level();
		sim.on_slice = watch_due;
		sim_run(&sim, 5 * SECOND);
		for (u32 i = 0; i < sim.nr; i++) {
			assert_true(behind[i] <= most);
			assert_true(ahead[i] <= most);
		}
	}
}

static void test_any_window_of_any_weights(void **state)
{
	(void)state;
	check_windows(false, 2 * SLICE);
}

/*
 * Minimums and caps that are due at once crowd out the others for a little: of
 * some 200,000 clients one in a thousand strayed by more than two slices, the
 * worst by 3.5.
 */
static void test_any_window_of_any_params(void **state)
{
	(void)state;
	check_windows(true, 4 * SLICE);
}

/* Who is held at its cap goes on with whole slices. */
static void test_a_cap_keeps_its_slices(void **state)
{
	(void)state;
	open_engine();
	add(100, 0, 25, FOREVER, 0);
	sim_run(&sim, 10 * SECOND);
	assert_in_range(clients[0].got, 2490 * SCHED_MS, 2510 * SCHED_MS);
	assert_in_range(clients[0].sched.stats.slices, 1200, 1300);
}

/* Where little less than their caps would be due to them by weight, caps take nothing. */
static void test_caps_that_are_hardly_missed(void **state)
{
	static const struct { u32 weight, minimum, cap; } t[][4] = {
		{ { 8, 4, 100 }, { 375, 0, 100 }, { 488, 0, 38 }, { 206, 0, 100 } },
		{ { 567, 0, 31 }, { 510, 0, 100 }, { 885, 0, 40 }, { 8, 3, 100 } },
	};

	(void)state;
	for (int i = 0; i < 2; i++) {
		open_engine();
		for (int c = 0; c < 4; c++)
			add(t[i][c].weight, t[i][c].minimum, t[i][c].cap, FOREVER, 0);
		level = due_level();
		sim_run(&sim, 20 * SECOND);
		for (int c = 0; c < 4; c++)
			assert_true(fabs((double)clients[c].got - 20 * SECOND * due(&clients[c], level)) <
				    6 * SLICE);
	}
}

/* -- Who sleeps ------------------------------------------------------------- */

static void test_a_cap_holds_beside_a_heavier_sleeper(void **state)
{
	static const struct { u32 cap, weight, heavy; u64 job, period; } t[] = {
		{ 25, 100, 400, 200 * SCHED_US, 10 * SCHED_MS },
		{ 25, 100, 1000, SCHED_MS, 4 * SCHED_MS },
		{ 10, 100, 1000, 500 * SCHED_US, 5 * SCHED_MS },
		{ 25, 10, 1000, 100 * SCHED_US, SCHED_MS },
		{ 50, 100, 200, SCHED_MS, 4 * SCHED_MS },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(t) / sizeof(*t); i++) {
		open_engine();
		add(t[i].weight, 0, t[i].cap, FOREVER, 0);
		add(t[i].heavy, 0, 100, t[i].job, t[i].period);
		sim_run(&sim, 20 * SECOND);
		assert_true(fabs(part_of(&clients[0]) - t[i].cap / 100.0) < 0.001);
		assert_true(clients[1].worst <= SLICE + 100 * SCHED_US);
	}
}

/* Many that have slept long wake at once: who is busy waits for its turn among them. */
static void wake_together(u32 nr, u32 weight, u64 slice, u32 busy, u64 most)
{
	struct sched_params p = params(weight, 0, 100);

	open_engine();
	add(busy, 0, 100, FOREVER, 0);
	p.slice = slice;
	for (u32 i = 0; i < nr; i++)
		sim_add(&sim, &p, FOREVER, 0)->next = 100 * SECOND;
	sim_run(&sim, 100 * SECOND);
	assert_true(waits(&clients[0]) <= most);
}

static void test_sleepers_do_not_starve_the_busy(void **state)
{
	(void)state;
	wake_together(20, 100, SLICE, 100, 22 * SLICE);
	wake_together(1000, 100, SLICE, 100, 1060 * SLICE);
	wake_together(100, 1, SCHED_SLICE_MAX, 10000, 2 * SLICE);
	wake_together(1000, 1, SCHED_SLICE_MAX, 10000, 2 * SLICE);
}

/* -- Who comes -------------------------------------------------------------- */

/* A cap that cannot be reached, since each slice costs time between, is no claim. */
static void test_a_newcomer_beside_one_that_misses_its_cap(void **state)
{
	(void)state;
	for (u64 slice = SCHED_SLICE_MIN; slice <= SLICE; slice += SLICE - SCHED_SLICE_MIN) {
		struct sched_params p = params(100, 0, 99);

		open_engine();
		sim.cost = 50 * SCHED_US;
		p.slice = slice;
		sim_add(&sim, &p, FOREVER, 0);
		add(100, 0, 100, FOREVER, 0)->next = 60 * SECOND;
		sim_run(&sim, 60 * SECOND);
		assert_true(waits(&clients[1]) <= 2 * SLICE + SCHED_MS);
	}
}

/* Neither is a minimum. */
static void test_minimums_that_cannot_be_kept(void **state)
{
	(void)state;
	open_engine();
	sim.cost = 50 * SCHED_US;
	add(100, 50, 100, FOREVER, 0);
	add(100, 50, 100, FOREVER, 0);
	add(100, 0, 100, FOREVER, 0);
	sim_run(&sim, 30 * SECOND);
	sched_sleep(&sim.engine, &clients[1].sched, sim.now);
	clients[1].left = clients[1].queued = 0;
	assert_true(waits(&clients[2]) <= 6 * SLICE);
}

static void test_a_newcomer_among_a_thousand_at_their_caps(void **state)
{
	(void)state;
	for (int quick = 0; quick < 2; quick++) {
		struct sched_params p = params(1, 0, 100);
		struct sim_client *comes;

		open_engine();
		p.cap = LEVEL_ONE / 1000;
		for (int i = 0; i < 1000; i++)
			sim_add(&sim, &p, FOREVER, 0);
		comes = add(10000, 0, 100, quick ? 200 * SCHED_US : FOREVER, quick ? 10 * SCHED_MS : 0);
		comes->next = 5 * SECOND + 777;
		sim_run(&sim, 7 * SECOND);
		assert_true(comes->worst <= SLICE + 200 * SCHED_US);
		assert_true(comes->got >= (quick ? 39 * SCHED_MS : 1800 * SCHED_MS));
	}
}

/* -- What lasts, and what does not ------------------------------------------ */

static u64 came_late, came;

static void count_late(struct sim *s, struct sim_client *client, u64 ran, void *arg)
{
	u64 most = *(u64 *)arg, began = s->now - ran;

	if (client != &s->clients[0])
		return;
	came++;
	came_late += began - client->next + client->period > most;
}

/* Jobs that cannot be preempted: an interactive client waits for one of them. */
static void test_the_longest_job_is_waited_for_once(void **state)
{
	static const u64 jobs[] = { 500 * SCHED_US, 2 * SCHED_MS, 5 * SCHED_MS, 10 * SCHED_MS };

	(void)state;
	for (size_t i = 0; i < sizeof(jobs) / sizeof(*jobs); i++) {
		u64 most = jobs[i] + 100 * SCHED_US;

		open_engine();
		add(100, 0, 100, 200 * SCHED_US, 20 * SCHED_MS)->next = 13 * SCHED_MS + 77;
		for (int k = 0; k < 7; k++)
			add(100, 0, 100, jobs[i], 0)->whole = true;
		came = came_late = 0;
		sim.arg = &most;
		sim.on_slice = count_late;
		sim_run(&sim, 30 * SECOND);
		assert_true(came > 1400);
		assert_true(came_late <= came / 100);
	}
}

/* What each turn costs is no gift to who has many short ones. */
static void test_short_jobs_pay_for_their_turns(void **state)
{
	(void)state;
	open_engine();
	sim.cost = 5 * SCHED_US;
	add(100, 0, 100, FOREVER, 0);
	for (int i = 0; i < 7; i++)
		add(100, 0, 100, SCHED_US, 0)->think = 1;
	sim_run(&sim, 5 * SECOND);
	assert_true(part_of(&clients[0]) >= 1.0 / 8);
}

/* A long job is charged at once, or over some slices: then its client is soon back. */
static u64 away_after_a_long_job(u32 averaging)
{
	struct sched_params p = params(100, 0, 100);
	u64 got;

	open_engine();
	p.averaging = averaging;
	sim_add(&sim, &p, 22 * SCHED_MS, 0)->whole = true;
	add(100, 0, 100, FOREVER, 0);
	sim_run(&sim, SCHED_MS);
	if (!clients[0].got)
		sim_run(&sim, sim.now + SCHED_MS);
	got = clients[0].got;
	assert_int_equal(got, 22 * SCHED_MS);
	clients[0].job = SCHED_MS;
	clients[0].left = clients[0].left ? SCHED_MS : 0;
	return waits(&clients[0]);
}

static void test_averaging_spreads_what_is_over(void **state)
{
	u64 at_once = away_after_a_long_job(1), spread = away_after_a_long_job(20);

	(void)state;
	assert_in_range(at_once, 20 * SCHED_MS, 26 * SCHED_MS);
	assert_in_range(spread, SCHED_MS, 8 * SCHED_MS);
}

/* A slice of an hour, as a clock that jumps makes one, is forgotten in seconds. */
static void test_a_clock_that_jumps(void **state)
{
	struct sched_pick pick;

	(void)state;
	open_engine();
	for (int i = 0; i < 3; i++)
		add(100, 0, 100, FOREVER, 0);
	add(100, 0, 100, FOREVER, 0)->next = SCHED_NEVER;
	sim_run(&sim, SECOND);
	assert_true(sched_next(&sim.engine, sim.now, &pick));
	sim.now += 3600 * SECOND;
	sched_ran(&sim.engine, sim.now, 3600 * SECOND, true);
	clients[3].left = FOREVER;
	sched_wake(&sim.engine, &clients[3].sched, sim.now);
	sim_run(&sim, sim.now + 60 * SECOND);
	assert_true(clients[3].got >= 10 * SECOND);
}

/* -- First come, first served ----------------------------------------------- */

static void test_fifo_serves_in_order(void **state)
{
	struct sched_pick pick;

	(void)state;
	sim_init(&sim, &sched_fifo, clients);
	for (int i = 0; i < 5; i++) {
		add(1 + (u32)i, 0, 100, SCHED_MS, 0)->next = SCHED_NEVER;
		sched_wake(&sim.engine, &clients[i].sched, (u64)i);
	}
	for (int i = 0; i < 15; i++) {
		assert_true(sched_next(&sim.engine, 10, &pick));
		assert_ptr_equal(pick.client, &clients[i % 5].sched);
		sched_ran(&sim.engine, 10, SCHED_MS, true);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_any_window_of_any_weights),
		cmocka_unit_test(test_any_window_of_any_params),
		cmocka_unit_test(test_a_cap_keeps_its_slices),
		cmocka_unit_test(test_caps_that_are_hardly_missed),
		cmocka_unit_test(test_a_cap_holds_beside_a_heavier_sleeper),
		cmocka_unit_test(test_sleepers_do_not_starve_the_busy),
		cmocka_unit_test(test_a_newcomer_beside_one_that_misses_its_cap),
		cmocka_unit_test(test_minimums_that_cannot_be_kept),
		cmocka_unit_test(test_a_newcomer_among_a_thousand_at_their_caps),
		cmocka_unit_test(test_the_longest_job_is_waited_for_once),
		cmocka_unit_test(test_short_jobs_pay_for_their_turns),
		cmocka_unit_test(test_averaging_spreads_what_is_over),
		cmocka_unit_test(test_a_clock_that_jumps),
		cmocka_unit_test(test_fifo_serves_in_order),
	};

	return cmocka_run_group_tests_name("vgpu_hostile", tests, NULL, NULL);
}
