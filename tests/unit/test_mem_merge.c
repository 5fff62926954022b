// SPDX-License-Identifier: GPL-2.0
/* Whether a VM is merged: each reason, how long it rests, and random lives. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <cmocka.h>
#include "../../kmod/ksm-tune/merge.c"
#include "random.h"

static const struct merge_policy policy = {
	.page = 4096, .huge_pages = 512, .huge_price = 128, .items_most = 64, .rest = 10, .rest_most = 80,
	.retry = 200, .kept = 7,
};
static struct merge_vm vm;
static struct merge_facts facts;

/* A new VM of which nothing is known, beside memory that is new as well. */
static void start(void)
{
	memset(&vm, 0, sizeof(vm));
	facts = (struct merge_facts){ .huge = 100, .pages = 100000, .news = true };
}

static bool window(void)
{
	return merge_decide(&vm, &policy, &facts);
}

/* It was let in, and ksmd comes to see it: from the next window on it is judged. */
static void is_seen(void)
{
	facts.seen = false;
	for (int i = 0; i < 3; i++)
		assert_false(window());
	facts.seen = true;
}

static void let_it_in(void)
{
	start();
	assert_true(window());
	assert_true(vm.in);
	assert_int_equal(vm.reason, MERGE_TRIAL);
	is_seen();
}

static void pays(void)
{
	facts.merging = 20000;
	facts.items = 30000;
	facts.huge = 50;
}

static void is_out_for(enum merge_reason why)
{
	assert_false(window());
	assert_true(vm.in);
	assert_true(window());
	assert_false(vm.in);
	assert_int_equal(vm.reason, why);
}

static void test_what_pays_stays(void **state)
{
	(void)state;
	let_it_in();
	pays();
	for (int i = 0; i < 100; i++) {
		assert_false(window());
		assert_int_equal(vm.reason, MERGE_PAYS);
	}
	/* A moment in which it does not is no reason. */
	facts.merging = 0;
	assert_false(window());
	pays();
	assert_false(window());
	facts.merging = 0;
	assert_false(window());
	assert_true(vm.in);
}

static void test_a_trial_is_not_judged_before_its_time(void **state)
{
	(void)state;
	start();
	assert_true(window());
	facts.items = 100000;
	for (int i = 0; i < 50; i++) {
		assert_false(window());
		assert_int_equal(vm.reason, MERGE_TRIAL);
	}
}

static void test_each_reason_not_to(void **state)
{
	(void)state;
	let_it_in();
	facts.merging = 100;
	facts.items = 100 * 4096 / 64 + 1;
	is_out_for(MERGE_LOSES);

	let_it_in();
	facts.merging = 100;
	facts.items = 100 * 65;
	is_out_for(MERGE_LOSES);

	/* Pages are larger elsewhere, and items not. */
	let_it_in();
	facts.merging = 100;
	facts.items = 65 * 100;
	{
		struct merge_policy large = policy;

		large.page = 65536;
		merge_decide(&vm, &large, &facts);
		assert_true(merge_decide(&vm, &large, &facts));
		assert_int_equal(vm.reason, MERGE_POOR);
	}

	let_it_in();
	facts.merging = 127 * 100;
	facts.huge = 0;
	is_out_for(MERGE_SPLITS);

	let_it_in();
	facts.merging = 128 * 100;
	facts.huge = 0;
	assert_false(window());
	assert_false(window());
	assert_int_equal(vm.reason, MERGE_PAYS);

	let_it_in();
	pays();
	facts.loop = true;
	assert_true(window());
	assert_int_equal(vm.reason, MERGE_LOOP);
}

static void test_it_rests_twice_as_long_each_time(void **state)
{
	static const int rests[] = { 10, 20, 40, 80, 80, 80 };

	(void)state;
	let_it_in();
	facts.items = 1;
	for (int i = 0; i < 6; i++) {
		is_out_for(MERGE_LOSES);
		for (int w = 1; w < rests[i]; w++) {
			assert_false(window());
			assert_int_equal(vm.reason, MERGE_RESTS);
		}
		assert_true(window());
		assert_int_equal(vm.reason, MERGE_TRIAL);
		is_seen();
	}
	/* Once it pays, it begins anew. */
	pays();
	assert_false(window());
	memset(&facts, 0, sizeof(facts));
	facts.pages = 100000;
	facts.seen = true;
	facts.items = 1;
	is_out_for(MERGE_LOSES);
	assert_int_equal(vm.rests, 10);
}

static void rests_for(int windows)
{
	for (int w = 1; w < windows; w++) {
		assert_false(window());
		assert_false(vm.in);
		assert_int_equal(vm.reason, MERGE_RESTS);
	}
	assert_true(window());
	assert_true(vm.in);
}

static void test_what_must_be(void **state)
{
	(void)state;
	let_it_in();
	pays();
	window();
	facts.pinned = true;
	assert_true(window());
	assert_int_equal(vm.reason, MERGE_PINNED);
	merge_ask(&vm, MERGE_ALWAYS);
	assert_false(window());
	facts.pinned = false;
	assert_true(window());
	assert_int_equal(vm.reason, MERGE_ASKED);
	facts.strangers = true;
	assert_true(window());
	assert_int_equal(vm.reason, MERGE_TENANTS);
	merge_ask(&vm, MERGE_NEVER);
	facts.strangers = false;
	assert_false(window());
	assert_int_equal(vm.reason, MERGE_ASKED);
	merge_ask(&vm, MERGE_ALWAYS);
	assert_true(window());
	merge_ask(&vm, MERGE_NEVER);
	assert_true(window());
	assert_false(vm.in);
	merge_ask(&vm, MERGE_AUTO);
	assert_true(window());
	assert_int_equal(vm.reason, MERGE_TRIAL);
}

/* Whoever can have it taken out has it go to and fro no faster than anything else. */
static void test_who_had_to_go_rests(void **state)
{
	(void)state;
	for (int mode = MERGE_AUTO; mode <= MERGE_ALWAYS; mode++) {
		let_it_in();
		merge_ask(&vm, mode);
		pays();
		facts.strangers = true;
		assert_true(window());
		for (int i = 0; i < 4; i++)
			assert_false(window());
		facts.strangers = false;
		rests_for(policy.kept - 4);
	}
	/* One that was not in has nothing to rest from. */
	start();
	facts.strangers = true;
	assert_false(window());
	facts.strangers = false;
	assert_true(window());
}

/* Alone it could not pay, nor can it beside what it did not pay beside before. */
static void test_it_waits_for_news(void **state)
{
	(void)state;
	let_it_in();
	facts.news = false;
	facts.items = 1;
	is_out_for(MERGE_LOSES);
	assert_int_equal(merge_waits(&vm), policy.retry);
	for (u32 i = 1; i < policy.rest; i++) {
		assert_false(window());
		assert_int_equal(vm.reason, MERGE_RESTS);
	}
	for (u32 i = 0; i < 20; i++) {
		assert_false(window());
		assert_int_equal(vm.reason, MERGE_WAITS);
	}
	facts.news = true;
	assert_true(window());
	assert_int_equal(vm.reason, MERGE_TRIAL);

	/* What came during its rest, or while a device had it, is news after that, too. */
	is_seen();
	facts.news = false;
	is_out_for(MERGE_LOSES);
	facts.news = facts.pinned = true;
	assert_false(window());
	facts.news = facts.pinned = false;
	assert_int_equal(merge_waits(&vm), 2 * policy.rest - 1);
	rests_for(2 * (int)policy.rest - 1);

	/* Without any it is tried much later. */
	is_seen();
	is_out_for(MERGE_LOSES);
	for (u32 i = 1; i < policy.retry; i++)
		assert_false(window());
	assert_true(window());
	assert_int_equal(merge_waits(&vm), 0);
}

/* A rest goes on while it must not be in anyway. */
static void test_a_rest_goes_on(void **state)
{
	(void)state;
	let_it_in();
	facts.items = 1;
	is_out_for(MERGE_LOSES);
	facts.pinned = true;
	assert_false(window());
	facts.pinned = false;
	rests_for(policy.rest - 1);
	is_seen();
	is_out_for(MERGE_LOSES);
	assert_int_equal(vm.rests, 2 * policy.rest);
	/* What an administrator wants does. */
	merge_ask(&vm, MERGE_ALWAYS);
	assert_true(window());
	merge_ask(&vm, MERGE_AUTO);
	is_seen();
	is_out_for(MERGE_LOSES);
	assert_int_equal(vm.rests, policy.rest);
}

/* A VM that was let in before its guest touched anything has its huge pages later. */
static void test_huge_pages_of_later_count(void **state)
{
	(void)state;
	start();
	facts.huge = 0;
	assert_true(window());
	facts.huge = 100;
	is_seen();
	facts.huge = 0;
	facts.merging = 100;
	is_out_for(MERGE_SPLITS);
}

static void test_huge_pages_that_a_guest_gives_back_were_not_split(void **state)
{
	(void)state;
	start();
	facts.huge = 3000;
	facts.pages = 3000 * 512 + 500000;
	assert_true(window());
	is_seen();
	facts.merging = 150000;
	facts.items = 150000;
	assert_false(window());
	facts.huge = 1000;
	facts.pages -= 2000 * 512;
	for (int i = 0; i < 10; i++) {
		assert_false(window());
		assert_int_equal(vm.reason, MERGE_PAYS);
	}
	/* Those that were split are as much memory as before. */
	facts.huge = 0;
	is_out_for(MERGE_SPLITS);
}

static void test_who_did_not_pay_joins_others_trials(void **state)
{
	(void)state;
	let_it_in();
	facts.news = false;
	facts.items = 1;
	is_out_for(MERGE_LOSES);
	assert_false(window());
	assert_false(merge_is_due(&vm, true));
	facts.joins = true;
	assert_true(window());
	assert_int_equal(vm.reason, MERGE_TRIAL);
	/* Not who has to be out. */
	is_seen();
	facts.joins = false;
	is_out_for(MERGE_LOSES);
	facts.joins = facts.pinned = true;
	assert_false(window());
}

/* Nothing but an administrator makes it change faster than it may. */
static void test_random_lives(void **state)
{
	(void)state;
	for (int round = 0; round < 200; round++) {
		int changes = 0, windows = 0;

		random_seed();
		start();
		for (int i = 0; i < 1000; i++) {
			if (!random_below(50)) {
				merge_ask(&vm, random_below(3));
				changes = windows = 0;
			}
			if (!random_below(10))
				facts.pinned = random_below(3) == 0;
			if (!random_below(10))
				facts.strangers = random_below(3) == 0;
			facts.loop = !random_below(30);
			facts.merging = random_below(3) ? random_next() >> 30 : 0;
			facts.zero = random_below(1000);
			facts.items = random_below(2) ? random_next() >> 28 : 0;
			facts.huge = random_below(10000);
			facts.seen = random_below(3);
			facts.news = !random_below(5);
			changes += merge_decide(&vm, &policy, &facts);
			windows++;
			if (facts.pinned || facts.strangers || vm.mode == MERGE_NEVER)
				assert_false(vm.in);
			else if (vm.mode == MERGE_ALWAYS)
				assert_true(vm.in || vm.rests);
			/* From out to in and out again there is a rest. */
			assert_true(changes <= 2 + 2 * windows / (int)policy.kept);
			assert_true(vm.rests <= policy.rest_most);
		}
	}
}

static void test_policies(void **state)
{
	struct merge_policy p = policy;

	(void)state;
	assert_true(merge_policy_valid(&p));
	p.rest_most = 9;
	assert_false(merge_policy_valid(&p));
	p = policy;
	p.items_most = 0;
	assert_false(merge_policy_valid(&p));
	p = policy;
	p.rest = 0;
	assert_false(merge_policy_valid(&p));
	p = policy;
	p.retry = 0;
	assert_false(merge_policy_valid(&p));
	p = policy;
	p.kept = 0;
	assert_false(merge_policy_valid(&p));
	facts = (struct merge_facts){ .merging = 1, .zero = 2, .items = 1000 };
	assert_int_equal(merge_profit(&policy, &facts), 3 * 4096 - 64000);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_what_pays_stays),
		cmocka_unit_test(test_a_trial_is_not_judged_before_its_time),
		cmocka_unit_test(test_each_reason_not_to),
		cmocka_unit_test(test_it_rests_twice_as_long_each_time),
		cmocka_unit_test(test_what_must_be),
		cmocka_unit_test(test_who_had_to_go_rests),
		cmocka_unit_test(test_it_waits_for_news),
		cmocka_unit_test(test_huge_pages_that_a_guest_gives_back_were_not_split),
		cmocka_unit_test(test_who_did_not_pay_joins_others_trials),
		cmocka_unit_test(test_a_rest_goes_on),
		cmocka_unit_test(test_huge_pages_of_later_count),
		cmocka_unit_test(test_random_lives),
		cmocka_unit_test(test_policies),
	};

	return cmocka_run_group_tests_name("mem_merge", tests, NULL, NULL);
}
