// SPDX-License-Identifier: GPL-2.0
/* Splits and collapses that undo each other: what is a loop, what is none, and on which side it ends. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <cmocka.h>
#include "../../kmod/ksm-tune/loop.c"
#include "random.h"

static const struct loop_policy policy = { .least = 8, .windows = 2, .huge_price = 128 };
static struct loop loop;
static struct loop_facts facts;

static void start(void)
{
	memset(&loop, 0, sizeof(loop));
	facts = (struct loop_facts){ .splits = 1000, .collapses = 5000, .sharing = 3000 };
	assert_false(loop_look(&loop, &policy, &facts));
}

static bool window(u64 splits, u64 collapses, int64_t sharing)
{
	facts.splits += splits;
	facts.collapses += collapses;
	facts.sharing += (u64)sharing;
	return loop_look(&loop, &policy, &facts);
}

static void test_it_is_found_within_two_windows(void **state)
{
	(void)state;
	start();
	assert_false(window(60, 50, 10));
	assert_int_equal(loop.turned, 50);
	assert_true(window(60, 50, 10));
	assert_true(window(60, 50, -500));
	assert_false(window(2, 1, 0));
}

static void test_a_counter_from_before_is_no_window(void **state)
{
	(void)state;
	start();
	assert_false(window(60, 50, 0));
}

static void test_one_side_alone_is_none(void **state)
{
	(void)state;
	start();
	for (int i = 0; i < 5; i++) {
		assert_false(window(500, 0, 0));
		assert_false(window(0, 500, 0));
		assert_false(window(500, policy.least - 1, 0));
	}
}

static void test_what_merges_much_is_none(void **state)
{
	(void)state;
	start();
	for (int i = 0; i < 5; i++)
		assert_false(window(60, 50, 50 * 128));
	assert_false(window(60, 50, 50 * 128 - 1));
	assert_true(window(60, 50, 50 * 128 - 1));
}

static void test_a_pause_begins_anew(void **state)
{
	(void)state;
	start();
	for (int i = 0; i < 5; i++) {
		assert_false(window(60, 50, 0));
		assert_false(window(0, 0, 0));
	}
}

static void test_it_ends_on_the_cheaper_side(void **state)
{
	(void)state;
	assert_true(loop_takes_out(&policy, 32, 64));
	assert_true(loop_takes_out(&policy, 127, 1));
	assert_false(loop_takes_out(&policy, 128, 1));
	assert_false(loop_takes_out(&policy, 100000, 64));
	assert_false(loop_takes_out(&policy, 0, 0));
}

/* Whatever the counters do, a loop is told of only where both sides are busy. */
static void test_random_counters(void **state)
{
	(void)state;
	random_seed();
	start();
	for (int i = 0; i < 200000; i++) {
		u64 splits = random_below(20), collapses = random_below(20);
		bool busy = splits >= policy.least && collapses >= policy.least;

		if (window(splits, collapses, (int64_t)random_below(5000) - 2500))
			assert_true(busy);
		assert_true(loop.windows <= policy.windows);
	}
}

static void test_policies(void **state)
{
	struct loop_policy p = policy;

	(void)state;
	assert_true(loop_policy_valid(&p));
	p.least = 0;
	assert_false(loop_policy_valid(&p));
	p = policy;
	p.windows = 0;
	assert_false(loop_policy_valid(&p));
	p = policy;
	p.huge_price = 0;
	assert_false(loop_policy_valid(&p));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_it_is_found_within_two_windows),
		cmocka_unit_test(test_a_counter_from_before_is_no_window),
		cmocka_unit_test(test_one_side_alone_is_none),
		cmocka_unit_test(test_what_merges_much_is_none),
		cmocka_unit_test(test_a_pause_begins_anew),
		cmocka_unit_test(test_it_ends_on_the_cheaper_side),
		cmocka_unit_test(test_random_counters),
		cmocka_unit_test(test_policies),
	};

	return cmocka_run_group_tests_name("mem_loop", tests, NULL, NULL);
}
