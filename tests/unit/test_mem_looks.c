// SPDX-License-Identifier: GPL-2.0
/* What of a VM is new to ksmd, and when merging it can be judged. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <cmocka.h>
#include "../../kmod/ksm-tune/looks.c"
#include "random.h"

static struct looks looks;

static u64 fresh_after(u64 pages, u64 items, u64 passes)
{
	looks_add(&looks, pages, items, passes);
	return looks_fresh(&looks);
}

/* All of its 1,000 pages were looked at, before pass 50. */
static void is_known(void)
{
	looks_begin(&looks, 1000, 0, 40);
	assert_int_equal(fresh_after(1000, 0, 40 + LOOKS_PASSES), 0);
}

static void test_who_comes_behind_ksmd_is_new_for_three_passes(void **state)
{
	(void)state;
	looks_begin(&looks, 1000, 0, 70);
	assert_int_equal(looks_fresh(&looks), 1000);
	assert_int_equal(fresh_after(1000, 0, 71), 1000);
	assert_int_equal(fresh_after(1000, 500, 71), 1000);
	assert_int_equal(fresh_after(1000, 1000, 71), 1000);
	assert_int_equal(fresh_after(1000, 1000, 72), 1000);
	assert_false(looks_tell(&looks, 72, false));
	assert_int_equal(fresh_after(1000, 1000, 73), 0);
	assert_true(looks_tell(&looks, 73, false));
}

static void test_who_comes_before_ksmd_is_new_for_two(void **state)
{
	(void)state;
	looks_begin(&looks, 1000, 0, 70);
	assert_int_equal(fresh_after(1000, 500, 70), 1000);
	assert_int_equal(fresh_after(1000, 1000, 71), 1000);
	assert_false(looks_tell(&looks, 71, false));
	/* The rest of the first look ended in the window in which the pass did. */
	assert_int_equal(fresh_after(1000, 1000, 72), 1000);
	assert_int_equal(fresh_after(1000, 1000, 73), 0);

	looks_begin(&looks, 1000, 0, 70);
	assert_int_equal(fresh_after(1000, 1000, 70), 1000);
	assert_int_equal(fresh_after(1000, 1010, 71), 1000);
	assert_int_equal(fresh_after(1000, 1010, 72), 0);
	assert_true(looks_tell(&looks, 72, false));
}

/* What ksmd had of it before is no look at it. */
static void test_only_what_grows_is_a_look(void **state)
{
	(void)state;
	looks_begin(&looks, 1000, 1000, 70);
	for (int i = 0; i < LOOKS_PASSES; i++)
		assert_int_equal(fresh_after(1000, 1000, 70 + i), 1000);
	assert_int_equal(fresh_after(1000, 1000, 70 + LOOKS_PASSES), 0);
}

static void test_what_it_gets_later_is_new_then(void **state)
{
	(void)state;
	is_known();
	/* A little is no reason. */
	assert_int_equal(fresh_after(1125, 0, 50), 0);
	assert_int_equal(fresh_after(2000, 0, 51), 1000);
	assert_int_equal(fresh_after(4000, 0, 52), 3000);
	assert_int_equal(fresh_after(4000, 0, 52 + LOOKS_PASSES - 1), 3000);
	assert_int_equal(fresh_after(4000, 0, 52 + LOOKS_PASSES), 0);
	/* A look at what was there does not count for what came since. */
	looks_begin(&looks, 1000, 0, 70);
	assert_int_equal(fresh_after(1000, 1000, 70), 1000);
	assert_int_equal(fresh_after(4000, 1000, 71), 4000);
	assert_int_equal(fresh_after(4000, 1000, 72), 4000);
	assert_int_equal(fresh_after(4000, 4000, 72), 4000);
	assert_int_equal(fresh_after(4000, 4000, 73), 4000);
	assert_int_equal(fresh_after(4000, 4000, 74), 0);
}

static void test_what_it_gave_back_is_not_new(void **state)
{
	(void)state;
	is_known();
	assert_int_equal(fresh_after(100, 0, 50), 0);
	assert_int_equal(fresh_after(1000, 0, 51), 900);
	assert_int_equal(fresh_after(0, 0, 52), 0);
	/* Nor is what is left. */
	looks_begin(&looks, 1000, 0, 50);
	assert_int_equal(fresh_after(500, 0, 52), 500);
	assert_int_equal(fresh_after(500, 0, 50 + LOOKS_PASSES), 0);
}

static void test_who_grows_and_grows_is_judged(void **state)
{
	u64 pages = 1000;

	(void)state;
	looks_begin(&looks, pages, 0, 70);
	for (u64 i = 0; i < LOOKS_PASSES; i++) {
		assert_false(looks_tell(&looks, 70 + i, false));
		pages *= 2;
		assert_true(fresh_after(pages, pages, 70 + i));
	}
	assert_true(looks_fresh(&looks));
	assert_true(looks_tell(&looks, 70 + LOOKS_PASSES, false));
	/* Nor does that spare who is beside it for ever. */
	assert_false(looks_tell(&looks, 70 + LOOKS_PASSES, true));
	assert_true(looks_tell(&looks, 70 + 2 * LOOKS_PASSES, true));
}

static void test_who_has_nothing_yet_is_not_judged(void **state)
{
	(void)state;
	looks_begin(&looks, 0, 0, 70);
	assert_false(looks_tell(&looks, 70, false));
	looks_add(&looks, 0, 0, 71);
	assert_false(looks_tell(&looks, 71, false));
}

static void test_any_vm_is_new_for_no_more_than_it_has(void **state)
{
	(void)state;
	random_seed();
	looks_begin(&looks, 0, 0, 0);
	for (int i = 0; i < 100000; i++) {
		u64 pages = random_below(1ULL << random_below(41));

		assert_true(fresh_after(pages, random_next() >> random_below(64), random_below(8)) <= pages);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_who_comes_behind_ksmd_is_new_for_three_passes),
		cmocka_unit_test(test_who_comes_before_ksmd_is_new_for_two),
		cmocka_unit_test(test_only_what_grows_is_a_look),
		cmocka_unit_test(test_what_it_gets_later_is_new_then),
		cmocka_unit_test(test_what_it_gave_back_is_not_new),
		cmocka_unit_test(test_who_grows_and_grows_is_judged),
		cmocka_unit_test(test_who_has_nothing_yet_is_not_judged),
		cmocka_unit_test(test_any_vm_is_new_for_no_more_than_it_has),
	};

	return cmocka_run_group_tests_name("mem_looks", tests, NULL, NULL);
}
