// SPDX-License-Identifier: GPL-2.0
/* All decisions of a window together: VMs, ksmd, a loop of splits and collapses; and any numbers. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <cmocka.h>
#include "mem_plan.h"

static void test_what_pays_stays_and_the_rest_goes(void **state)
{
	(void)state;
	start(3);
	window();
	for (u32 i = 0; i < nr; i++)
		assert_true(vms[i].changes && vms[i].merge.in);
	pays(&vms[0], GIB / 2);
	vms[1].items = GIB;
	vms[2].pinned = true;
	window();
	assert_true(vms[2].changes && !vms[2].merge.in);
	assert_int_equal(vms[2].merge.reason, MERGE_PINNED);
	windows(3);
	assert_int_equal(vms[0].merge.reason, MERGE_PAYS);
	assert_false(vms[1].merge.in);
	assert_true(vms[0].merge.in);
}

static void test_ksmd_is_fast_for_what_is_new_and_stops_for_nothing(void **state)
{
	u32 fast;

	(void)state;
	start(1);
	window();
	assert_true(plan.rate_changes);
	assert_int_equal(plan.rate.reason, RATE_STARTED);
	fast = plan.rate.pages;
	pays(&vms[0], GIB / 2);
	host.yield = 5000;
	for (int i = 1; i < LOOKS_PASSES; i++) {
		window();
		assert_int_equal(plan.rate.reason, RATE_STARTED);
		assert_int_equal(plan.fresh, GIB);
	}
	window();
	assert_int_equal(plan.rate.reason, RATE_STEADY);
	assert_int_equal(plan.fresh, 0);
	assert_in_range(plan.rate.pages, 1, fast - 1);
	/* Who was out is new again. */
	merge_ask(&vms[0].merge, MERGE_NEVER);
	window();
	merge_ask(&vms[0].merge, MERGE_ALWAYS);
	window();
	assert_int_equal(plan.rate.reason, RATE_STARTED);
	nr = 0;
	window();
	assert_int_equal(plan.rate.reason, RATE_NOTHING);
	assert_int_equal(plan.rate.pages, 0);
	/* Others' memory is looked at as before. */
	host.others = GIB;
	window();
	assert_int_equal(plan.rate.reason, RATE_STEADY);
}

static u32 changes_in(u32 count)
{
	u32 changes = 0;

	while (count--) {
		vms[0].items = vms[0].merge.in ? GIB : 0;
		window();
		changes += vms[0].changes;
	}
	return changes;
}

/* A VM that never pays is tried seldom, and less and less often where there is something new. */
static void test_trials_are_bounded(void **state)
{
	u32 changes = 0;

	(void)state;
	start(1);
	assert_in_range(changes_in(1000), 18, 20);
	start(1);
	for (int i = 0; i < 1000; i++) {
		vms[0].shown = 0;
		changes += changes_in(1);
	}
	/* Rests of 10, 20, 40, then 80 each, with trials of some windows in between. */
	assert_in_range(changes, 20, 30);
}

/* -- Who did not pay, and who comes after that --------------------------------------- */

static void is_out_and_rested(void)
{
	start(2);
	nr = 1;
	changes_in(policy.merge.rest + 10);
	assert_false(vms[0].merge.in);
	assert_int_equal(vms[0].merge.reason, MERGE_WAITS);
	nr = 2;
}

static void test_who_comes_has_those_tried_again_that_did_not_pay(void **state)
{
	(void)state;
	is_out_and_rested();
	window();
	assert_true(vms[1].merge.in && !vms[0].merge.in);
	window();
	assert_true(vms[0].merge.in);
	/* Elsewhere it does not. */
	is_out_and_rested();
	vms[1].scope = 1;
	windows(5);
	assert_true(vms[1].merge.in && !vms[0].merge.in);
	is_out_and_rested();
	vms[1].tenant = 2;
	vms[1].pages = 100 * GIB;
	windows(5);
	assert_false(vms[0].merge.in);
	/* Nor does who was there before, and is tried again. */
	is_out_and_rested();
	vms[1].shown = vms[1].pages;
	windows(5);
	assert_true(vms[1].merge.in && !vms[0].merge.in);
}

static void test_who_grows_is_tried_again(void **state)
{
	(void)state;
	is_out_and_rested();
	nr = 1;
	vms[0].pages += vms[0].pages / 8;
	windows(5);
	assert_false(vms[0].merge.in);
	vms[0].pages += vms[0].pages / 8;
	window();
	assert_true(vms[0].merge.in);
}

/* What a guest gave back before it did not pay is other memory when it has it again. */
static void test_who_has_its_memory_again_is_tried_again(void **state)
{
	(void)state;
	start(1);
	changes_in(policy.merge.rest);
	vms[0].shown = 8 * GIB;
	vms[0].merge.news = false;
	changes_in(policy.merge.rest);
	assert_false(vms[0].merge.in);
	vms[0].pages = 2 * GIB;
	window();
	assert_true(vms[0].merge.in);
}

/* Its like may be among them. */
static void test_nobody_is_judged_while_others_are_new(void **state)
{
	(void)state;
	start(2);
	nr = 1;
	vms[0].items = GIB;
	windows(LOOKS_PASSES - 1);
	nr = 2;
	windows(LOOKS_PASSES);
	assert_true(vms[0].merge.in);
	windows(3);
	assert_false(vms[0].merge.in);
}

/* -- A loop ------------------------------------------------------------------ */

static void turn(void)
{
	host.loop.splits += 60;
	host.loop.collapses += 60;
	window();
}

static void test_a_loop_ends_with_the_vm_that_saves_little(void **state)
{
	(void)state;
	start(2);
	vms[0].huge = vms[1].huge = 64;
	window();
	/* All of its huge pages are split at the moment. */
	vms[0].merging = 32;
	vms[0].huge = 0;
	for (int i = 1; i < LOOKS_PASSES; i++) {
		turn();
		assert_true(vms[0].merge.in);
	}
	turn();
	assert_false(vms[0].merge.in);
	assert_int_equal(vms[0].merge.reason, MERGE_LOOP);
	assert_false(plan.leaves_shared);
}

static void test_a_loop_of_what_saves_much_ends_with_khugepaged(void **state)
{
	(void)state;
	start(1);
	vms[0].huge = 64;
	window();
	pays(&vms[0], 64 * 400);
	vms[0].huge = 10;
	turn();
	assert_false(plan.leaves_shared);
	turn();
	assert_true(vms[0].merge.in && plan.leaves_shared);
	/* It stays so when the loop is over, or that would begin anew. */
	windows(3);
	assert_true(plan.leaves_shared);
	vms[0].merge.mode = MERGE_NEVER;
	windows(2);
	assert_false(plan.leaves_shared);
}

static void test_a_vm_without_huge_pages_is_no_part_of_a_loop(void **state)
{
	(void)state;
	start(1);
	window();
	pays(&vms[0], 10);
	turn();
	turn();
	assert_true(vms[0].merge.in);
	assert_false(plan.leaves_shared);
}

static void test_who_has_just_come_in_is_no_part_of_a_loop(void **state)
{
	(void)state;
	start(1);
	nr = 0;
	turn();
	turn();
	nr = 1;
	vms[0].huge = 64;
	vms[0].merging = 64 * 400;
	turn();
	assert_true(plan.looping && vms[0].merge.in);
	assert_false(plan.leaves_shared);
}

/* Whoever turns the host's counters blames nobody who has lost nothing. */
static void test_a_loop_of_others_takes_nobody_out(void **state)
{
	(void)state;
	start(1);
	vms[0].huge = 64;
	windows(3);
	pays(&vms[0], 64);
	for (int i = 0; i < 10; i++)
		turn();
	assert_true(plan.looping);
	assert_true(vms[0].merge.in);
	assert_false(plan.leaves_shared);
}

/* -- The rest ---------------------------------------------------------------- */

static void test_any_numbers_do_no_harm(void **state)
{
	(void)state;
	random_seed();
	start(VMS);
	for (int i = 0; i < 100000; i++) {
		for (u32 j = 0; j < nr; j++) {
			any_vm(&vms[j]);
			vms[j].pinned = false;
			vms[j].advised = !random_below(2);
			vms[j].pages = any_number();
			vms[j].merging = any_number();
			vms[j].zero = any_number();
			vms[j].items = any_number();
			vms[j].huge = any_number();
		}
		host = (struct plan_host){
			.loop = { any_number(), any_number(), any_number() }, .passes = any_number(),
			.others = any_number(), .yield = (u32)any_number(), .cost = (u32)any_number(),
			.short_in = (u32)any_number(),
		};
		plan_window(&plan, &policy, &host, all, nr, room);
		assert_true(plan.rate.pages <= RATE_PAGES_MOST);
	}
}

static void test_policies(void **state)
{
	struct plan_policy other = policy;

	(void)state;
	assert_true(plan_policy_valid(&policy));
	other.guess = 101;
	assert_false(plan_policy_valid(&other));
	other = policy; other.merge.page = 0;
	assert_false(plan_policy_valid(&other));
	other = policy; other.loop.windows = 0;
	assert_false(plan_policy_valid(&other));
	other = policy; other.rate.steady = 0;
	assert_false(plan_policy_valid(&other));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_what_pays_stays_and_the_rest_goes),
		cmocka_unit_test(test_ksmd_is_fast_for_what_is_new_and_stops_for_nothing),
		cmocka_unit_test(test_trials_are_bounded),
		cmocka_unit_test(test_who_comes_has_those_tried_again_that_did_not_pay),
		cmocka_unit_test(test_who_grows_is_tried_again),
		cmocka_unit_test(test_who_has_its_memory_again_is_tried_again),
		cmocka_unit_test(test_nobody_is_judged_while_others_are_new),
		cmocka_unit_test(test_a_loop_ends_with_the_vm_that_saves_little),
		cmocka_unit_test(test_a_loop_of_what_saves_much_ends_with_khugepaged),
		cmocka_unit_test(test_a_vm_without_huge_pages_is_no_part_of_a_loop),
		cmocka_unit_test(test_who_has_just_come_in_is_no_part_of_a_loop),
		cmocka_unit_test(test_a_loop_of_others_takes_nobody_out),
		cmocka_unit_test(test_any_numbers_do_no_harm),
		cmocka_unit_test(test_policies),
	};

	return cmocka_run_group_tests_name("mem_plan", tests, NULL, NULL);
}
