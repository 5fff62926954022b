// SPDX-License-Identifier: GPL-2.0
/* What ksmd's work costs and yields, also where the kernel does not count it. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <cmocka.h>
#include "../../kmod/ksm-tune/meter.c"
#include "random.h"

static u64 any(void)
{
	return random_below(1ULL << random_below(41));
}

static struct meter meter;
static struct meter_counters counters;
static u64 pass;

static void looks(u64 pages, u64 found, u64 ns)
{
	counters.looked += pages;
	counters.found += found;
	counters.ns += ns;
	meter_add(&meter, &counters, pass, 100);
}

static void begin(void)
{
	memset(&meter, 0, sizeof(meter));
	pass = 4000;
	counters = (struct meter_counters){ .looked = 123456, .found = 1000, .ns = 777777 };
	meter_add(&meter, &counters, pass, 100);
}

static void is_measured(u32 cost, u32 yield)
{
	assert_int_equal(meter_cost(&meter), cost);
	assert_int_equal(meter_yield(&meter), yield);
}

static void test_what_was_before_is_not_measured(void **state)
{
	(void)state;
	begin();
	is_measured(0, ~0U);
}

static void test_a_window_without_a_page_is_part_of_the_next(void **state)
{
	(void)state;
	begin();
	looks(0, 0, 500000);
	is_measured(0, ~0U);
	looks(1000, 10, 500000);
	is_measured(1000, 10000);
}

static void test_a_new_cost_counts_a_quarter(void **state)
{
	(void)state;
	begin();
	looks(1000, 0, 1000000);
	is_measured(1000, 0);
	looks(1000, 100, 5000000);
	is_measured(2000, 25000);
}

static void test_a_counter_that_went_back_begins_anew(void **state)
{
	(void)state;
	begin();
	looks(1000, 0, 1000000);
	counters.looked = 10;
	meter_add(&meter, &counters, pass, 100);
	is_measured(1000, 0);
	looks(1000, 1000, 5000000);
	is_measured(2000, 250000);
}

static void test_a_yield_is_that_of_a_quarter_of_a_pass(void **state)
{
	(void)state;
	begin();
	for (int i = 0; i < 9; i++) {
		looks(100, 10, 1000);
		is_measured(10, ~0U);
	}
	looks(100, 10, 1000);
	is_measured(10, 100000);
	/* A poor part is a quarter of what is new. */
	for (int i = 0; i < 9; i++)
		looks(100, 0, 1000);
	is_measured(10, 100000);
	looks(100, 0, 1000);
	is_measured(10, 75000);
}

static void test_after_a_while_its_yield_is_forgotten(void **state)
{
	(void)state;
	begin();
	looks(1000, 0, 1000000);
	is_measured(1000, 0);
	counters.at += 100999999999ULL;
	looks(0, 0, 0);
	is_measured(1000, 0);
	counters.at++;
	looks(0, 0, 0);
	is_measured(1000, ~0U);
	/* What came meanwhile is not found by it. */
	counters.found += 500;
	looks(0, 0, 0);
	looks(1000, 10, 1000000);
	is_measured(1000, 10000);
}

static void test_other_memory_has_its_own_yield(void **state)
{
	(void)state;
	begin();
	looks(1000, 500, 1000000);
	is_measured(1000, 500000);
	looks(500, 250, 500000);
	meter_anew(&meter);
	is_measured(1000, ~0U);
	looks(500, 0, 500000);
	is_measured(1000, ~0U);
	looks(500, 1, 500000);
	is_measured(1000, 1000);
}

static void test_random_counters(void **state)
{
	(void)state;
	random_seed();
	begin();
	for (int i = 0; i < 100000; i++) {
		looks(any(), any(), any());
		if (!random_below(10))
			counters = (struct meter_counters){ any(), any(), any(), any() };
		assert_true(meter_yield(&meter) == ~0U || meter_yield(&meter) <= 1000000);
	}
}

/* -- Where the kernel does not count ------------------------------------------ */

static void test_a_part_each_time_it_sleeps(void **state)
{
	struct meter_work work = { .pages = 100, .sleeps = 40, .items = 1000000 };

	(void)state;
	assert_int_equal(meter_guess(&work), 4000);
	work.sleeps = 0;
	assert_int_equal(meter_guess(&work), 0);
}

static void test_no_more_than_its_passes_have(void **state)
{
	struct meter_work work = { .pages = 100, .sleeps = 50, .items = 10 };

	(void)state;
	assert_int_equal(meter_guess(&work), 10);
	work.passes = 49;
	assert_int_equal(meter_guess(&work), 500);
	work = (struct meter_work){ ~0ULL, ~0ULL, ~0ULL, ~0ULL - 1 };
	assert_int_equal(meter_guess(&work), ~0ULL);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_what_was_before_is_not_measured),
		cmocka_unit_test(test_a_window_without_a_page_is_part_of_the_next),
		cmocka_unit_test(test_a_new_cost_counts_a_quarter),
		cmocka_unit_test(test_a_counter_that_went_back_begins_anew),
		cmocka_unit_test(test_a_yield_is_that_of_a_quarter_of_a_pass),
		cmocka_unit_test(test_after_a_while_its_yield_is_forgotten),
		cmocka_unit_test(test_other_memory_has_its_own_yield),
		cmocka_unit_test(test_random_counters),
		cmocka_unit_test(test_a_part_each_time_it_sleeps),
		cmocka_unit_test(test_no_more_than_its_passes_have),
	};

	return cmocka_run_group_tests_name("mem_meter", tests, NULL, NULL);
}
