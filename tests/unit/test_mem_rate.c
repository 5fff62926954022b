// SPDX-License-Identifier: GPL-2.0
/* How fast ksmd looks: each reason, its cap, what is no change, and random windows. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <cmocka.h>
#include "../../kmod/ksm-tune/rate.c"
#include "random.h"

static const struct rate_policy policy = {
	.cpu_percent = 20, .steady = 1000, .started = 50, .yield_least = 100,
};
static struct rate rate;
static struct rate_facts facts;

/* A million pages that pay, at a microsecond each: the cap is 200,000 a second. */
static void start(void)
{
	memset(&rate, 0, sizeof(rate));
	facts = (struct rate_facts){
		.mergeable = 1000000, .yield = 5000, .cost = 1000, .short_in = RATE_NEVER,
	};
}

static u64 any(void)
{
	return random_below(1ULL << random_below(41));
}

static bool window(void)
{
	return rate_decide(&rate, &policy, &facts);
}

static void is_in_parts(u32 pages, u32 sleep_ms, enum rate_reason reason)
{
	window();
	assert_int_equal(rate.pages, pages);
	if (pages)
		assert_int_equal(rate.sleep_ms, sleep_ms);
	assert_int_equal(rate.reason, reason);
}

static void is_for(u32 pages, enum rate_reason reason)
{
	is_in_parts(pages, RATE_SLEEP_LEAST, reason);
}

static void test_each_reason(void **state)
{
	(void)state;
	start();
	is_in_parts(31, 31, RATE_STEADY);
	facts.fresh = 100000;
	is_for(800, RATE_STARTED);
	facts.short_in = 20;
	is_for(2000, RATE_PRESSURE);
	facts.short_in = RATE_NEVER;
	facts.fresh = 0;
	facts.yield = 99;
	is_for(0, RATE_USELESS);
	facts.mergeable = 0;
	is_for(0, RATE_NOTHING);
}

static void test_what_is_new_is_looked_at_though_the_rest_is_useless(void **state)
{
	(void)state;
	start();
	facts.yield = 0;
	facts.fresh = 100000;
	is_for(800, RATE_STARTED);
}

static void test_nothing_is_found_sooner_where_nothing_is_to_be_found(void **state)
{
	(void)state;
	start();
	facts.yield = 0;
	facts.short_in = 1;
	is_for(0, RATE_USELESS);
}

static void test_its_cap_of_a_cpu(void **state)
{
	(void)state;
	start();
	facts.short_in = 0;
	is_for(200000 / 50, RATE_PRESSURE);
	facts.cost = 10000;
	is_for(20000 / 50, RATE_PRESSURE);
	/* As the kernel does it, until it is known what a page costs. */
	facts.cost = 0;
	is_for(100, RATE_PRESSURE);
}

static void test_a_small_change_is_none(void **state)
{
	(void)state;
	start();
	facts.mergeable = 80000000;
	assert_true(window());
	assert_int_equal(rate.pages, 1600);
	facts.mergeable = 80000000 / 8 * 9;
	assert_false(window());
	assert_int_equal(rate.pages, 1600);
	facts.mergeable = 92000000;
	assert_true(window());
	facts.yield = 0;
	assert_true(window());
	assert_false(window());
}

static void test_a_little_is_more_than_nothing(void **state)
{
	(void)state;
	start();
	facts.mergeable = 1;
	is_in_parts(1, RATE_SLEEP_MOST, RATE_STEADY);
}

static void test_for_a_few_pages_it_is_woken_seldom(void **state)
{
	(void)state;
	start();
	facts.mergeable = 100000;
	is_in_parts(31, 316, RATE_STEADY);
	facts.mergeable = 10000;
	is_in_parts(11, RATE_SLEEP_MOST, RATE_STEADY);
	facts.mergeable = 1600000;
	is_for(32, RATE_STEADY);
}

static void test_random_windows(void **state)
{
	(void)state;
	random_seed();
	start();
	for (int i = 0; i < 300000; i++) {
		facts.mergeable = random_below(4) ? any() : 0;
		facts.fresh = random_below(2) ? 0 : random_below(facts.mergeable + 1);
		facts.yield = random_below(3) ? (u32)random_below(1000000) : ~0U;
		facts.cost = (u32)random_below(20000);
		facts.short_in = random_below(2) ? RATE_NEVER : (u32)random_below(5000);
		window();
		if (rate.pages)
			assert_in_range(rate.sleep_ms, RATE_SLEEP_LEAST, RATE_SLEEP_MOST);
		assert_true(rate.pages <= RATE_PAGES_MOST);
		if (!facts.mergeable)
			assert_int_equal(rate.pages, 0);
		/* Beyond its cap only by what is no change, or one page a part. */
		if (facts.cost && rate.pages > 1)
			assert_true((u64)rate.pages * 1000 / rate.sleep_ms * facts.cost / 9 * 8 <= 220000000);
	}
}

static void test_policies(void **state)
{
	struct rate_policy p = policy;

	(void)state;
	assert_true(rate_policy_valid(&p));
	p.cpu_percent = 101;
	assert_false(rate_policy_valid(&p));
	p.cpu_percent = 0;
	assert_false(rate_policy_valid(&p));
	p = policy;
	p.started = p.steady + 1;
	assert_false(rate_policy_valid(&p));
	p.started = 0;
	assert_false(rate_policy_valid(&p));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_each_reason),
		cmocka_unit_test(test_what_is_new_is_looked_at_though_the_rest_is_useless),
		cmocka_unit_test(test_nothing_is_found_sooner_where_nothing_is_to_be_found),
		cmocka_unit_test(test_its_cap_of_a_cpu),
		cmocka_unit_test(test_a_small_change_is_none),
		cmocka_unit_test(test_a_little_is_more_than_nothing),
		cmocka_unit_test(test_for_a_few_pages_it_is_woken_seldom),
		cmocka_unit_test(test_random_windows),
		cmocka_unit_test(test_policies),
	};

	return cmocka_run_group_tests_name("mem_rate", tests, NULL, NULL);
}
