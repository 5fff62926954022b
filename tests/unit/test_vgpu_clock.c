// SPDX-License-Identifier: GPL-2.0
/*
 * The time of an engine that is a CPU, for a thread whose waits are known here:
 * what it tells is held against that.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include "../../kmod/vgpu/clock.c"
#include "random.h"

#define MS	1000000ULL

static struct clock clock_;
static u64 host, kept;

static void start(void)
{
	host = 1000 * MS;
	kept = 77 * MS;
	clock_start(&clock_, host);
	clock_runs(&clock_, host, kept);
}

/* The thread waits for a CPU, and is told so. */
static void waits(u64 ns)
{
	host += ns;
	kept += ns;
}

static u64 own(void)
{
	return clock_own(&clock_, host, kept);
}

static void sleeps(u64 wakes)
{
	own();
	clock_sleeps(&clock_, host, kept, wakes);
}

static void test_waits_are_left_out(void **state)
{
	u64 began;

	(void)state;
	start();
	began = own();
	host += 2 * MS;
	waits(30 * MS);
	assert_int_equal(clock_now(&clock_, host), began);
	host += MS;
	assert_int_equal(own() - began, 3 * MS);
	assert_int_equal(clock_now(&clock_, host), own());
}

static void test_a_sleep_is_in_it_and_the_wait_after_it_is_not(void **state)
{
	u64 began;

	(void)state;
	start();
	began = own();
	sleeps(CLOCK_NEVER);
	host += 10 * MS;
	assert_int_equal(clock_now(&clock_, host) - began, 10 * MS);
	clock_wakes(&clock_, host);
	waits(5 * MS);
	assert_int_equal(clock_now(&clock_, host) - began, 10 * MS);
	clock_runs(&clock_, host, kept);
	host += MS;
	assert_int_equal(own() - began, 11 * MS);
}

/* A kick while it waits after its timer gives nobody time for nothing. */
static void test_a_kick_after_its_timer(void **state)
{
	u64 began;

	(void)state;
	start();
	began = own();
	sleeps(began + 20 * MS);
	host += 20 * MS;
	waits(4 * MS);
	assert_int_equal(clock_now(&clock_, host) - began, 20 * MS);
	clock_wakes(&clock_, host);
	waits(4 * MS);
	clock_runs(&clock_, host, kept);
	assert_int_equal(own() - began, 20 * MS);
	host += 2 * MS;
	assert_int_equal(own() - began, 22 * MS);
}

/* What it takes to wake it is no wait for a CPU: a cap that is over at its timer loses nothing. */
static void test_a_timer_that_is_late(void **state)
{
	u64 began;

	(void)state;
	start();
	for (int kicked = 0; kicked < 2; kicked++) {
		began = own();
		sleeps(kicked ? CLOCK_NEVER : began + 8 * MS);
		host += 8 * MS;
		if (kicked)
			clock_wakes(&clock_, host);
		host += MS / 2;
		waits(3 * MS);
		clock_runs(&clock_, host, kept);
		assert_int_equal(own() - began, 8 * MS + MS / 2);
	}
}

/* Kernels may count a whole sleep as a wait. */
static void test_a_sleep_that_is_counted_as_a_wait(void **state)
{
	u64 began;

	(void)state;
	start();
	for (int timer = 0; timer < 2; timer++) {
		began = own();
		sleeps(timer ? began + 10000 * MS : CLOCK_NEVER);
		waits(10000 * MS);
		if (!timer)
			clock_wakes(&clock_, host);
		clock_runs(&clock_, host, kept);
		assert_int_equal(own() - began, 10000 * MS);
		host += 2 * MS;
		assert_int_equal(own() - began, 10002 * MS);
	}
}

/* It looked, found nothing, and was kicked before it slept. */
static void test_a_kick_before_it_sleeps(void **state)
{
	u64 began;

	(void)state;
	start();
	began = own();
	sleeps(CLOCK_NEVER);
	waits(8 * MS);
	clock_wakes(&clock_, host);
	clock_runs(&clock_, host, kept);
	host += MS;
	assert_int_equal(own() - began, 9 * MS);
}

static void test_a_first_wait_is_nobodys(void **state)
{
	(void)state;
	host = 5 * MS;
	kept = 0;
	clock_start(&clock_, host);
	waits(MS);
	clock_wakes(&clock_, host);
	waits(5 * MS);
	clock_runs(&clock_, host, kept);
	assert_int_equal(own(), 6 * MS);
	host += MS;
	assert_int_equal(own(), 7 * MS);
}

/* Whatever happens, nobody sees it go back, and what runs is told in full. */
static void test_random_lives(void **state)
{
	(void)state;
	for (int round = 0; round < 100; round++) {
		u64 seen = 0, before;

		random_seed();
		start();
		for (int step = 0; step < 2000; step++) {
			u64 ns = random_below(3 * MS);

			before = own();
			host += ns;
			assert_int_equal(own() - before, ns);
			if (random_below(3) == 0)
				waits(random_below(9 * MS));
			if (random_below(2)) {
				/* Its timer may be over when it is set. */
				sleeps(random_below(2) ? clock_.at + random_below(9 * MS) - MS :
				       CLOCK_NEVER);
				assert_true(clock_now(&clock_, host) >= seen);
				waits(random_below(9 * MS));
				assert_true(clock_now(&clock_, host) >= seen);
				seen = clock_now(&clock_, host);
				if (random_below(2))
					clock_wakes(&clock_, host);
				waits(random_below(9 * MS));
				assert_true(clock_now(&clock_, host) >= seen);
				seen = clock_now(&clock_, host);
				clock_runs(&clock_, host, kept);
			}
			assert_true(own() >= seen && own() <= host);
			seen = own();
		}
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_waits_are_left_out),
		cmocka_unit_test(test_a_sleep_is_in_it_and_the_wait_after_it_is_not),
		cmocka_unit_test(test_a_kick_after_its_timer),
		cmocka_unit_test(test_a_timer_that_is_late),
		cmocka_unit_test(test_a_sleep_that_is_counted_as_a_wait),
		cmocka_unit_test(test_a_kick_before_it_sleeps),
		cmocka_unit_test(test_a_first_wait_is_nobodys),
		cmocka_unit_test(test_random_lives),
	};

	return cmocka_run_group_tests_name("vgpu_clock", tests, NULL, NULL);
}
