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
#include "../../kmod/vgpu/sched/clock.c"
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

static void sleeps(void) { clock_sleeps(&clock_, host, kept); }
static void runs(void) { clock_runs(&clock_, host, kept); }

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

/* The engine had nothing to do: caps go on, and who runs then is charged from there. */
static void test_a_sleep_and_the_wait_after_it_are_in_it(void **state)
{
	u64 began;

	(void)state;
	start();
	began = own();
	host += MS;
	sleeps();
	host += 10 * MS;
	assert_int_equal(clock_now(&clock_, host) - began, 11 * MS);
	waits(5 * MS);
	assert_int_equal(clock_now(&clock_, host) - began, 16 * MS);
	runs();
	assert_int_equal(own() - began, 16 * MS);
	waits(5 * MS);
	/* It looks again without having slept. */
	runs();
	host += MS;
	assert_int_equal(own() - began, 17 * MS);
}

/* Kernels may count a whole sleep as a wait, or have the thread wait more than has passed. */
static void test_waits_that_cannot_be(void **state)
{
	u64 began;

	(void)state;
	start();
	began = own();
	sleeps();
	waits(10000 * MS);
	runs();
	assert_int_equal(own() - began, 10000 * MS);
	host += 2 * MS;
	assert_int_equal(own() - began, 10002 * MS);
	kept += 1000 * MS;
	host += 3 * MS;
	assert_int_equal(own() - began, 10002 * MS);
	host += 2 * MS;
	assert_int_equal(own() - began, 10004 * MS);
}

static void test_a_first_wait(void **state)
{
	(void)state;
	host = 5 * MS;
	kept = 0;
	clock_start(&clock_, host);
	waits(6 * MS);
	assert_int_equal(clock_now(&clock_, host), 11 * MS);
	runs();
	assert_int_equal(own(), 11 * MS);
	host += MS;
	assert_int_equal(own(), 12 * MS);
}

/* Whatever happens, nobody sees it go back, and what runs is told in full. */
static void test_random_lives(void **state)
{
	u64 seen, before;

	(void)state;
	for (int round = 0; round < 100; round++) {
		random_seed();
		start();
		seen = own();
		for (int step = 0; step < 2000; step++) {
			u64 ns = random_below(3 * MS);

			before = own();
			host += ns;
			assert_int_equal(own() - before, ns);
			if (random_below(3) == 0)
				waits(random_below(9 * MS));
			if (random_below(50) == 0)
				kept += random_below(900 * MS);
			if (random_below(2)) {
				sleeps();
				waits(random_below(9 * MS));
				assert_true(clock_now(&clock_, host) >= seen);
				seen = clock_now(&clock_, host);
				runs();
			}
			assert_true(clock_now(&clock_, host) >= seen);
			assert_true(own() >= seen && own() <= host);
			seen = own();
		}
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_waits_are_left_out),
		cmocka_unit_test(test_a_sleep_and_the_wait_after_it_are_in_it),
		cmocka_unit_test(test_waits_that_cannot_be),
		cmocka_unit_test(test_a_first_wait),
		cmocka_unit_test(test_random_lives),
	};

	return cmocka_run_group_tests_name("vgpu_clock", tests, NULL, NULL);
}
