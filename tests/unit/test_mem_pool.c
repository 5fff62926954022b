// SPDX-License-Identifier: GPL-2.0
/* How large a pool of hugetlb is: grown ahead, in steps, as far as there is room; shrunk after a while; never below what is in use. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <cmocka.h>
#include "../../kmod/ksm-tune/pool.c"
#include "random.h"

#define PAGE	(2ULL << 20)

static const struct pool_policy policy = {
	.bytes = PAGE, .step = 16, .spare = 4, .least = 2, .most = 1000, .idle = 3,
	.headroom = 100 * PAGE,
};
static struct pool pool;
static struct pool_facts facts;

static void start(u64 all, u64 used, u64 asked)
{
	memset(&pool, 0, sizeof(pool));
	facts = (struct pool_facts){ .all = all, .used = used, .asked = asked, .available = 10000 * PAGE };
}

static u64 window(void)
{
	return facts.all = pool_decide(&pool, &policy, &facts);
}

static void test_it_grows_in_steps_ahead_of_what_is_asked_for(void **state)
{
	(void)state;
	start(0, 0, 50);
	assert_int_equal(window(), 16);
	assert_int_equal(pool.reason, POOL_GROWS);
	assert_int_equal(window(), 32);
	assert_int_equal(window(), 48);
	assert_int_equal(window(), 54);
	assert_int_equal(window(), 54);
	assert_int_equal(pool.reason, POOL_FITS);
}

static void test_others_keep_their_headroom(void **state)
{
	(void)state;
	start(0, 0, 50);
	facts.available = 105 * PAGE + PAGE / 2;
	assert_int_equal(window(), 5);
	facts.available = 100 * PAGE;
	assert_int_equal(window(), 5);
	assert_int_equal(pool.reason, POOL_SHORT);
}

static void test_it_shrinks_after_a_while(void **state)
{
	(void)state;
	start(100, 10, 20);
	assert_int_equal(window(), 100);
	assert_int_equal(pool.reason, POOL_WAITS);
	assert_int_equal(window(), 100);
	assert_int_equal(window(), 24);
	assert_int_equal(pool.reason, POOL_IDLE);
}

static void test_a_busy_moment_keeps_it(void **state)
{
	(void)state;
	start(100, 10, 20);
	window();
	window();
	facts.used = 96;
	assert_int_equal(window(), 100);
	facts.used = 10;
	assert_int_equal(window(), 100);
	assert_int_equal(window(), 100);
	assert_int_equal(window(), 24);
}

static void test_its_bounds(void **state)
{
	(void)state;
	start(0, 0, 0);
	assert_int_equal(window(), 4);
	start(1000, 0, 5000);
	assert_int_equal(window(), 1000);
	assert_int_equal(pool.reason, POOL_FITS);
	/* More than is allowed, and in use: it stays. */
	start(1200, 900, 0);
	facts.reserved = 250;
	window();
	window();
	assert_int_equal(window(), 1150);
}

/* Pages that a user has beyond those set aside are no reason to set aside more. */
static void test_what_is_had_beyond_it_is_not_set_aside(void **state)
{
	(void)state;
	start(policy.most, policy.most + 500, policy.most + 500);
	assert_int_equal(window(), policy.most);
	assert_int_equal(window(), policy.most);
	start(policy.most + 100, policy.most + 500, 0);
	assert_int_equal(window(), policy.most + 100);
}

static void test_random_windows(void **state)
{
	(void)state;
	random_seed();
	start(0, 0, 0);
	for (int i = 0; i < 300000; i++) {
		u64 before = facts.all;

		facts.used = random_below(facts.all + 1);
		facts.reserved = random_below(facts.all - facts.used + 1);
		facts.asked = random_below(2000);
		facts.available = random_below(300 * PAGE);
		window();
		assert_true(facts.all >= facts.used + facts.reserved);
		assert_true(facts.all <= before + policy.step);
		if (facts.all > before)
			assert_true((facts.all - before) * PAGE + policy.headroom <= facts.available);
	}
}

static void test_policies(void **state)
{
	struct pool_policy p = policy;

	(void)state;
	assert_true(pool_policy_valid(&p));
	p.least = p.most + 1;
	assert_false(pool_policy_valid(&p));
	p = policy;
	p.step = 0;
	assert_false(pool_policy_valid(&p));
	p = policy;
	p.bytes = 0;
	assert_false(pool_policy_valid(&p));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_it_grows_in_steps_ahead_of_what_is_asked_for),
		cmocka_unit_test(test_others_keep_their_headroom),
		cmocka_unit_test(test_it_shrinks_after_a_while),
		cmocka_unit_test(test_a_busy_moment_keeps_it),
		cmocka_unit_test(test_its_bounds),
		cmocka_unit_test(test_what_is_had_beyond_it_is_not_set_aside),
		cmocka_unit_test(test_random_windows),
		cmocka_unit_test(test_policies),
	};

	return cmocka_run_group_tests_name("mem_pool", tests, NULL, NULL);
}
