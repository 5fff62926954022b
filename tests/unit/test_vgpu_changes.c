// SPDX-License-Identifier: GPL-2.0
/* The fair policy while clients, their params and the policy itself change. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <cmocka.h>

#include "vgpu_engine.h"

/* -- Changes --------------------------------------------------------------------- */

static void test_admission_keeps_minimums_within_the_engine(void **state)
{
	struct sched_params p = params(1, 60, 100);

	(void)state;
	open_engine();
	add(1, 50, 100, SCHED_MS, 0);
	assert_null(sim_add(&sim, &p, SCHED_MS, 0));
	sim.nr--;
	p.minimum = 50 * PERCENT;
	assert_non_null(sim_add(&sim, &p, SCHED_MS, 0));
	p.minimum = 51 * PERCENT;
	assert_false(sched_change(&sim.engine, &clients[1].sched, &p, 0));
	p.minimum = 0;
	assert_true(sched_change(&sim.engine, &clients[1].sched, &p, 0));
	assert_int_equal(sim.engine.minimums, 50 * PERCENT);
	p.weight = 0;
	assert_false(sched_change(&sim.engine, &clients[1].sched, &p, 0));
}

static void change_at_random(int i)
{
	struct sched_params p = params(1 + (u32)random_below(1000), (u32)random_below(2),
				       10 + (u32)random_below(91));

	p.slice = SCHED_SLICE_MIN + random_below(10 * SCHED_MS);
	p.averaging = 1 + (u32)random_below(SCHED_AVERAGING_MAX);
	assert_true(sched_change(&sim.engine, &clients[i].sched, &p, sim.now));
}

static void test_10000_changes_leave_the_books_balanced(void **state)
{
	u64 run = 0;

	(void)state;
	random_seed();
	open_engine();
	add_sleepers(10);
	for (int i = 10; i < 40; i++)
		add(100, 0, 100, SCHED_MS, 0);
	for (int change = 0; change < 10000; change++) {
		change_at_random((int)random_below(40));
		if (change % 100 == 0)
			sched_set_policy(&sim.engine, change % 200 ? &sched_fair : &sched_fifo, sim.now);
		sim_run(&sim, sim.now + random_below(SCHED_MS));
	}
	for (int i = 0; i < 40; i++)
		run += clients[i].got;
	assert_int_equal(run + sim.idle, sim.now);
	/* And afterwards all is as it should be. */
	sched_set_policy(&sim.engine, &sched_fair, sim.now);
	for (int i = 0; i < 40; i++) {
		struct sched_params p = params(100, 0, 100);

		assert_true(sched_change(&sim.engine, &clients[i].sched, &p, sim.now));
	}
	sim_run(&sim, sim.now + 100 * SCHED_MS);
	for (int i = 0; i < 40; i++)
		clients[i].got = 0;
	sim_run(&sim, sim.now + 10 * SECOND);
	for (int i = 11; i < 40; i++)
		assert_true(fabs((double)clients[i].got - (double)clients[10].got) <= 2 * SLICE);
}

static void test_a_new_slice_holds_at_once(void **state)
{
	struct sched_params p = params(100, 0, 100);
	struct sched_pick pick;

	(void)state;
	open_engine();
	add(100, 0, 100, SECOND, 0);
	sim_run(&sim, 10 * SLICE);
	p.slice = SCHED_SLICE_MIN;
	assert_true(sched_change(&sim.engine, &clients[0].sched, &p, sim.now));
	assert_true(sched_next(&sim.engine, sim.now, &pick));
	assert_int_equal(pick.budget, SCHED_SLICE_MIN);
}

static void test_time_does_not_go_back(void **state)
{
	(void)state;
	open_engine();
	add(100, 0, 100, SECOND, 0);
	add(100, 0, 100, SECOND, 0)->next = SCHED_NEVER;
	sim_run(&sim, 10 * SLICE);
	sched_wake(&sim.engine, &clients[1].sched, sim.now - SLICE);
	assert_int_equal(clients[1].sched.since, sim.now);
	assert_int_equal(sim.engine.fair.now, sim.now);
}

static void test_a_policy_comes_between_slices(void **state)
{
	struct sched_pick pick;

	(void)state;
	open_engine();
	sched_set_policy(&sim.engine, &sched_fifo, 0);
	assert_ptr_equal(sim.engine.ops, &sched_fifo);
	add(100, 0, 100, SECOND, 0);
	sim_arrivals(&sim, 0);
	assert_true(sched_next(&sim.engine, 0, &pick));
	sched_set_policy(&sim.engine, &sched_fair, 0);
	assert_ptr_equal(sim.engine.ops, &sched_fifo);
	sched_ran(&sim.engine, SLICE, SLICE, true);
	assert_ptr_equal(sim.engine.ops, &sched_fair);
	assert_true(sched_next(&sim.engine, SLICE, &pick));
}

/* -- A policy that errs -------------------------------------------------------- */

static enum { NOBODY, NO_BUDGET, TOO_LONG, ASLEEP } error;

static void err(struct sched_engine *engine, u64 now, struct sched_pick *pick)
{
	(void)now;
	if (error == NOBODY)
		return;
	pick->client = error == ASLEEP ? &clients[1].sched : &clients[0].sched;
	pick->budget = error == NO_BUDGET ? 0 : error == TOO_LONG ? SECOND : SLICE;
	(void)engine;
}

static void test_a_policy_that_errs_is_replaced(void **state)
{
	struct sched_ops broken = sched_fair;

	(void)state;
	broken.pick = err;
	for (error = NOBODY; error <= ASLEEP; error++) {
		struct sched_pick pick;

		sim_init(&sim, &broken, clients);
		add(100, 0, 100, SECOND, 0);
		add(100, 0, 100, SECOND, 0)->next = SCHED_NEVER;
		sim_arrivals(&sim, 0);
		assert_true(sched_next(&sim.engine, 0, &pick));
		assert_ptr_equal(pick.client, &clients[0].sched);
		assert_int_equal(pick.budget, SLICE);
		assert_int_equal(sim.engine.faults, 1);
		assert_ptr_equal(sim.engine.ops, &sched_fifo);
		sched_ran(&sim.engine, SLICE, SLICE, true);
		sched_set_policy(&sim.engine, &sched_fair, SLICE);
		sim_run(&sim, SECOND);
		assert_int_equal(sim.engine.faults, 1);
	}
}

/* What waited long and is withdrawn is worth a slice, no more. */
static void test_a_claim_is_bounded_asleep(void **state)
{
	struct sim_client *hog, *twin;

	(void)state;
	open_engine();
	hog = add(100, 0, 100, 200 * SCHED_MS, 0);
	hog->whole = true;
	twin = add(100, 0, 100, SECOND, 0);
	twin->next = SCHED_MS;
	sim_run(&sim, SCHED_MS);
	/* The hog's job has run meanwhile, and 100 ms are due to the twin. */
	sched_sleep(&sim.engine, &twin->sched, sim.now);
	assert_in_range(twin->sched.fair.behind, 1, SLICE);
}

static void test_a_change_neither_gives_nor_takes(void **state)
{
	struct sched_params p = params(100, 0, 100);

	(void)state;
	open_engine();
	add(100, 0, 100, SCHED_MS, 0);
	add(100, 0, 100, SCHED_MS, 0);
	/* Set again and again to what it is. */
	for (int i = 0; i < 10000; i++) {
		sim_run(&sim, sim.now + 333 * SCHED_US);
		assert_true(sched_change(&sim.engine, &clients[0].sched, &p, sim.now));
	}
	assert_true(fabs((double)clients[0].got - (double)clients[1].got) <= 2 * SLICE);
}

/* A promise is none to be had twice, by changing it after each job. */
static u32 changes_to;

static void change_back_and_forth(struct sim *s, struct sim_client *client, u64 ran, void *arg)
{
	struct sched_params p = client->sched.params;
	u32 was = p.minimum;

	(void)ran;
	(void)arg;
	if (client != &clients[0])
		return;
	p.minimum = changes_to;
	assert_true(sched_change(&s->engine, &client->sched, &p, s->now));
	p.minimum = was;
	assert_true(sched_change(&s->engine, &client->sched, &p, s->now));
}

static void test_a_changed_minimum_gives_no_more(void **state)
{
	(void)state;
	for (int round = 0; round < 2; round++) {
		changes_to = round ? 32 * PERCENT : 0;
		open_engine();
		sim.on_slice = change_back_and_forth;
		add(1, 33, 100, SECOND, 0);
		add(100, 0, 100, SECOND, 0);
		add(100, 0, 100, SECOND, 0);
		sim_run(&sim, 10 * SECOND);
		assert_true((double)clients[0].got <= 0.335 * (double)sim.now);
		/* Who takes it back, and be it for a moment, has let go of what it lacked. */
		assert_true((double)clients[0].got >= (changes_to ? 0.32 : 0.15) * (double)sim.now);
	}
}

/* -- What it does not lose ---------------------------------------------------- */

static void test_the_books_balance(void **state)
{
	u64 run = 0, waited = 0;

	(void)state;
	for (int round = 0; round < 20; round++) {
		random_seed();
		open_engine();
		run = 0;
		for (int i = 0; i < NR; i++) {
			struct sim_client *client = add(1 + (u32)random_below(1000), 0,
				1 + (u32)random_below(100), 1000 + random_below(9 * SCHED_MS),
				random_below(2) ? 0 : 5 * SCHED_MS + random_below(100 * SCHED_MS));

			client->whole = random_below(4) == 0;
			client->next = random_below(SECOND);
		}
		sim_run(&sim, 3 * SECOND);
		for (int i = 0; i < NR; i++) {
			assert_int_equal(clients[i].got, clients[i].sched.stats.run);
			run += clients[i].got;
			waited += clients[i].sched.stats.wait;
			/* What a busy one did not run it waited. */
			if (!clients[i].period && clients[i].sched.since == sim.now)
				assert_in_range(clients[i].sched.stats.wait + clients[i].got,
						sim.now - SECOND, sim.now);
		}
		assert_int_equal(run + sim.idle, sim.now);
		assert_int_equal(run, sim.engine.busy);
		assert_true(waited);
		for (int i = 0; i < NR; i++)
			sched_remove(&sim.engine, &clients[i].sched, sim.now);
		assert_null(sim.engine.clients);
		assert_int_equal(sim.engine.minimums, 0);
		assert_int_equal(sim.engine.fair.places.weight, 0);
		assert_int_equal(sim.engine.fair.places.rest, 0);
		assert_null(sim.engine.fair.queue.root);
		assert_null(sim.engine.fair.promises.root);
		assert_null(sim.engine.fair.held.root);
		assert_null(sim.engine.fair.places.debts.root);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_admission_keeps_minimums_within_the_engine),
		cmocka_unit_test(test_10000_changes_leave_the_books_balanced),
		cmocka_unit_test(test_a_new_slice_holds_at_once),
		cmocka_unit_test(test_time_does_not_go_back),
		cmocka_unit_test(test_a_policy_comes_between_slices),
		cmocka_unit_test(test_a_policy_that_errs_is_replaced),
		cmocka_unit_test(test_a_claim_is_bounded_asleep),
		cmocka_unit_test(test_a_change_neither_gives_nor_takes),
		cmocka_unit_test(test_a_changed_minimum_gives_no_more),
		cmocka_unit_test(test_the_books_balance),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
