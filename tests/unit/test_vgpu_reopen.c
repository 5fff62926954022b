// SPDX-License-Identifier: GPL-2.0
/*
 * A client that ends after each of its jobs, and begins anew: with what it owes,
 * as kmod/vgpu/tab.c keeps it for its user, that is no way to more than is due.
 */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "vgpu_engine.h"

static struct sim_client *cheat;
static bool keeps_tab;

static void reopen(struct sim *s, struct sim_client *client, u64 ran, void *arg)
{
	struct sched_params p = client->sched.params;
	struct sched_debt owes;

	(void)ran;
	(void)arg;
	if (client != cheat || sim_has_work(client))
		return;
	sched_sleep(&s->engine, &client->sched, s->now);
	owes = sched_owes(&s->engine, &client->sched, s->now);
	sched_remove(&s->engine, &client->sched, s->now);
	assert_true(sched_add(&s->engine, &client->sched, &p, s->now));
	if (keeps_tab)
		sched_owe(&s->engine, &client->sched, &owes, s->now);
}

static void open_with(struct sim_client *(*make)(void), bool tab)
{
	open_engine();
	keeps_tab = tab;
	sim.on_slice = reopen;
	cheat = make();
}

static double part_of(struct sim_client *client)
{
	return (double)client->got / (double)sim.now;
}

static struct sim_client *capped(void)
{
	struct sim_client *client = add(100, 0, 10, SCHED_SLICE_MIN, 0);

	client->think = SCHED_US;
	return client;
}

static void test_cap(void **state)
{
	(void)state;
	open_with(capped, true);
	sim_run(&sim, 10 * SECOND);
	assert_true(part_of(cheat) <= 0.1001);
	assert_true(part_of(cheat) >= 0.09);
	/* The way is there where nobody keeps it. */
	open_with(capped, false);
	sim_run(&sim, SECOND);
	assert_true(part_of(cheat) > 0.9);
}

static struct sim_client *overshooting(void)
{
	struct sim_client *client = add(100, 0, 100, 10 * SCHED_MS, 0);

	client->whole = true;
	client->think = SCHED_US;
	add(100, 0, 100, SCHED_MS, 0);
	add(100, 0, 100, SCHED_MS, 0);
	return client;
}

static void test_overshoot(void **state)
{
	(void)state;
	open_with(overshooting, true);
	sim_run(&sim, 10 * SECOND);
	assert_true(part_of(cheat) <= 1.0 / 3 + 0.003);
	assert_true(part_of(cheat) >= 0.3);
	open_with(overshooting, false);
	sim_run(&sim, 10 * SECOND);
	assert_true(part_of(cheat) > 0.5);
}

/* A third of an engine that cannot stop its jobs, and nobody else has a minimum. */
static struct sim_client *promised_a_third(void)
{
	struct sim_client *client = add(1, 33, 100, 2 * SCHED_MS, 0);

	client->whole = true;
	client->think = SCHED_US;
	add(100, 0, 100, SECOND, 0);
	add(100, 0, 100, SECOND, 0);
	return client;
}

static void test_minimum(void **state)
{
	(void)state;
	open_with(promised_a_third, true);
	sim_run(&sim, 10 * SECOND);
	assert_true(part_of(cheat) <= 0.335);
	assert_true(part_of(cheat) >= 0.32);
	open_with(promised_a_third, false);
	sim_run(&sim, 10 * SECOND);
	assert_true(part_of(cheat) > 0.45);
}

static u64 owed(u64 now)
{
	return sched_owes(&sim.engine, &clients[0].sched, now).ahead;
}

static void lend(u64 ns, u64 now)
{
	struct sched_debt debt = { .ahead = ns };

	sched_owe(&sim.engine, &clients[0].sched, &debt, now);
}

static void test_what_is_owed_adds_up(void **state)
{
	(void)state;
	open_engine();
	add(100, 0, 50, SCHED_MS, SCHED_NEVER / 4)->next = SCHED_NEVER;
	assert_int_equal(owed(0), 0);
	lend(3 * SCHED_MS, 0);
	assert_int_equal(owed(0), 3 * SCHED_MS);
	lend(2 * SCHED_MS, 0);
	assert_int_equal(owed(0), 5 * SCHED_MS);
	/* It pays asleep, at its cap at most, and to the end. */
	assert_int_equal(owed(4 * SCHED_MS), 3 * SCHED_MS);
	assert_int_equal(owed(20 * SCHED_MS), 0);
	/* A debt beyond all breaks no clock. */
	lend(~0ULL, 20 * SCHED_MS);
	assert_true(owed(20 * SCHED_MS) >= 10 * SECOND);
}

/* Of a minimum likewise; and where the next client has none, the one after it has it. */
static void test_what_was_promised_adds_up(void **state)
{
	struct sched_debt debt = { .promised = 3 * SCHED_MS };
	struct sched_params none = params(100, 0, 100), half = params(100, 50, 100);
	struct sched_client *client;

	(void)state;
	open_engine();
	client = &add(100, 50, 100, SCHED_MS, SCHED_NEVER / 4)->sched;
	sched_owe(&sim.engine, client, &debt, 0);
	sched_owe(&sim.engine, client, &debt, 0);
	assert_int_equal(sched_owes(&sim.engine, client, 0).promised, 6 * SCHED_MS);
	assert_int_equal(sched_owes(&sim.engine, client, 4 * SCHED_MS).promised, 4 * SCHED_MS);
	assert_true(sched_change(&sim.engine, client, &none, 4 * SCHED_MS));
	assert_int_equal(sched_owes(&sim.engine, client, SECOND).promised, 4 * SCHED_MS);
	assert_true(sched_change(&sim.engine, client, &half, SECOND));
	assert_int_equal(sched_owes(&sim.engine, client, SECOND).promised, 4 * SCHED_MS);
	assert_int_equal(sched_owes(&sim.engine, client, 2 * SECOND).promised, 0);
}

static void test_a_policy_without_debts(void **state)
{
	(void)state;
	sim_init(&sim, &sched_fifo, clients);
	add(100, 0, 100, SCHED_MS, 0);
	lend(SCHED_MS, 0);
	assert_int_equal(owed(0), 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_cap),
		cmocka_unit_test(test_overshoot),
		cmocka_unit_test(test_minimum),
		cmocka_unit_test(test_what_is_owed_adds_up),
		cmocka_unit_test(test_what_was_promised_adds_up),
		cmocka_unit_test(test_a_policy_without_debts),
	};

	return cmocka_run_group_tests_name("vgpu_reopen", tests, NULL, NULL);
}
