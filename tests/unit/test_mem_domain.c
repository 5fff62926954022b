// SPDX-License-Identifier: GPL-2.0
/* Whose memory is merged in a scope: who saves most, how another takes over, who is kept out. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <cmocka.h>
#include "../../kmod/ksm-tune/domain.c"
#include "random.h"

static const struct domain_policy policy = { .better = 50, .windows = 3 };
static struct domain domain;

static u64 window(u64 first, u64 second)
{
	const struct domain_tenant tenants[] = { { 1, first << 20 }, { 2, second << 20 } };

	domain_choose(&domain, &policy, tenants, 2);
	return domain.chosen;
}

static void test_who_saves_most_is_let_in(void **state)
{
	(void)state;
	memset(&domain, 0, sizeof(domain));
	assert_int_equal(window(10, 20), 2);
	assert_int_equal(window(20, 20), 2);
}

static void test_another_has_to_save_clearly_more_for_a_while(void **state)
{
	(void)state;
	memset(&domain, 0, sizeof(domain));
	assert_int_equal(window(20, 10), 1);
	for (int i = 0; i < 10; i++)
		assert_int_equal(window(20, 29), 1);
	assert_int_equal(window(20, 31), 1);
	assert_int_equal(window(20, 31), 1);
	assert_int_equal(window(20, 10), 1);
	assert_int_equal(window(20, 31), 1);
	assert_int_equal(window(20, 31), 1);
	assert_int_equal(window(20, 31), 2);
}

static void test_who_has_gone_makes_room_at_once(void **state)
{
	const struct domain_tenant other = { 7, 0 };

	(void)state;
	memset(&domain, 0, sizeof(domain));
	window(20, 10);
	domain_choose(&domain, &policy, &other, 1);
	assert_int_equal(domain.chosen, 7);
	domain_choose(&domain, &policy, NULL, 0);
	assert_int_equal(domain.chosen, 0);
}

static void test_rivals_do_not_add_up(void **state)
{
	struct domain_tenant tenants[] = { { 1, 20 << 20 }, { 2, 0 }, { 3, 0 } };

	(void)state;
	memset(&domain, 0, sizeof(domain));
	domain_choose(&domain, &policy, tenants, 3);
	for (int i = 0; i < 20; i++) {
		tenants[1].gain = i % 2 ? 100 << 20 : 0;
		tenants[2].gain = i % 2 ? 0 : 100 << 20;
		domain_choose(&domain, &policy, tenants, 3);
		assert_int_equal(domain.chosen, 1);
	}
}

static void test_who_is_kept_out(void **state)
{
	const struct domain now = { .chosen = 5 };

	(void)state;
	assert_false(domain_keeps_out(&now, 5, false));
	assert_true(domain_keeps_out(&now, 5, true));
	assert_true(domain_keeps_out(&now, 4, false));
	assert_true(domain_keeps_out(&now, 4, true));
}

/* At most one tenant at any time, one of those that there are; nobody takes over early. */
static void test_random_windows(void **state)
{
	struct domain_tenant tenants[8];
	u32 kept = 0;

	(void)state;
	random_seed();
	memset(&domain, 0, sizeof(domain));
	for (int i = 0; i < 200000; i++) {
		u32 nr = (u32)random_below(8) + 1;
		u64 before = domain.chosen;

		for (u32 t = 0; t < nr; t++)
			tenants[t] = (struct domain_tenant){ t + 1, random_below(1ULL << 50) };
		domain_choose(&domain, &policy, tenants, nr);
		assert_in_range(domain.chosen, 1, nr);
		if (before == domain.chosen) {
			kept++;
			continue;
		}
		assert_true(before > nr || !before || kept >= policy.windows - 1);
		kept = 0;
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_who_saves_most_is_let_in),
		cmocka_unit_test(test_another_has_to_save_clearly_more_for_a_while),
		cmocka_unit_test(test_who_has_gone_makes_room_at_once),
		cmocka_unit_test(test_rivals_do_not_add_up),
		cmocka_unit_test(test_who_is_kept_out),
		cmocka_unit_test(test_random_windows),
	};

	return cmocka_run_group_tests_name("mem_domain", tests, NULL, NULL);
}
