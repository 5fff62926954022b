// SPDX-License-Identifier: GPL-2.0
/* All decisions of a window together: VMs, tenants, a loop, ksmd; and random hosts. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <cmocka.h>
#include "../../kmod/ksm-tune/domain.c"
#include "../../kmod/ksm-tune/loop.c"
#include "../../kmod/ksm-tune/merge.c"
#include "../../kmod/ksm-tune/plan.c"
#include "../../kmod/ksm-tune/rate.c"
#include "random.h"

#define VMS	8
#define GIB	262144ULL	/* in pages */

static const struct plan_policy policy = {
	.merge = { .page = 4096, .huge_price = 128, .items_most = 64, .rest = 10, .rest_most = 80 },
	.loop = { .least = 8, .windows = 2, .huge_price = 128 },
	.domain = { .better = 20, .windows = 5 },
	.rate = { .cpu_percent = 20, .steady = 600, .started = 60, .yield_least = 100 },
	.guess = 10,
};
static struct plan plan;
static struct plan_host host;
static struct plan_vm vms[VMS], *all[VMS];
static struct domain_tenant room[VMS];
static u32 nr;

static void start(u32 vms_there)
{
	memset(&plan, 0, sizeof(plan));
	memset(vms, 0, sizeof(vms));
	host = (struct plan_host){ .yield = ~0U, .cost = 1000, .short_in = RATE_NEVER };
	nr = vms_there;
	for (u32 i = 0; i < VMS; i++)
		all[i] = &vms[i];
	for (u32 i = 0; i < nr; i++)
		vms[i] = (struct plan_vm){ .tenant = 1, .pages = GIB };
}

/* What was decided is done: what is in is advised, what is out has nothing merged. */
static void apply(void)
{
	for (u32 i = 0; i < nr; i++) {
		vms[i].advised = vms[i].merge.in;
		if (!vms[i].merge.in)
			vms[i].merging = vms[i].zero = vms[i].items = 0;
	}
}

/* One in which ksmd makes a pass. */
static void window(void)
{
	host.passes++;
	plan_window(&plan, &policy, &host, all, nr, room);
	apply();
}

static void windows(u32 count)
{
	while (count--)
		window();
}

static void pays(struct plan_vm *vm, u64 merging)
{
	vm->merging = merging;
	vm->items = merging;
}

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
	for (int i = 1; i < PASSES_TO_MERGE; i++) {
		window();
		assert_int_equal(plan.rate.reason, RATE_STARTED);
	}
	window();
	assert_int_equal(plan.rate.reason, RATE_STEADY);
	assert_in_range(plan.rate.pages, 1, fast - 1);
	nr = 0;
	window();
	assert_int_equal(plan.rate.reason, RATE_NOTHING);
	assert_int_equal(plan.rate.pages, 0);
	/* Others' memory is looked at as before. */
	host.others = GIB;
	window();
	assert_int_equal(plan.rate.reason, RATE_STEADY);
}

static void test_one_tenant_has_the_scope_and_each_its_own(void **state)
{
	(void)state;
	start(4);
	vms[0].tenant = vms[1].tenant = 7;
	vms[2].tenant = 8;
	vms[3].tenant = 9;
	vms[3].scope = PLAN_SCOPES - 1;
	window();
	assert_true(vms[0].merge.in && vms[1].merge.in);
	assert_false(vms[2].merge.in);
	assert_int_equal(vms[2].merge.reason, MERGE_TENANTS);
	assert_true(vms[3].merge.in);
	/* What was guessed is not borne out, and the other's guess stands. */
	vms[0].items = vms[1].items = GIB / 64;
	windows(2 + policy.domain.windows);
	assert_false(vms[0].merge.in || vms[1].merge.in);
	assert_true(vms[2].merge.in);
}

static void test_a_tenants_gain_is_its_vms_together(void **state)
{
	(void)state;
	start(3);
	vms[0].tenant = vms[1].tenant = 7;
	vms[2].tenant = 8;
	vms[2].pages = GIB * 3 / 2;
	window();
	assert_true(vms[0].merge.in);
	assert_false(vms[2].merge.in);
}

/* One that did not save anything the last time may do so now, before its trial is over. */
static void test_what_is_saved_in_a_trial_counts(void **state)
{
	(void)state;
	start(2);
	vms[1].tenant = 2;
	vms[1].pages = GIB / 2;
	window();
	vms[0].gain = 0;
	vms[0].tried = true;
	pays(&vms[0], GIB / 4);
	host.passes++;
	for (u32 i = 0; i < 2 * policy.domain.windows; i++) {
		plan_window(&plan, &policy, &host, all, nr, room);
		assert_true(vms[0].merge.in && !vms[1].merge.in);
	}
	assert_int_equal(vms[0].gain, GIB / 4 * (4096 - MERGE_ITEM_BYTES));
}

static void test_a_gain_is_known_after_its_trial(void **state)
{
	u64 guess;

	(void)state;
	start(1);
	window();
	guess = vms[0].gain;
	assert_in_range(guess, GIB * 4096 / 11, GIB * 4096 / 10);
	windows(PASSES_TO_MERGE - 1);
	assert_int_equal(vms[0].gain, guess);
	pays(&vms[0], 5000);
	window();
	assert_int_equal(vms[0].gain, 5000 * (4096 - MERGE_ITEM_BYTES));
	/* It is remembered. */
	vms[0].merge.mode = MERGE_NEVER;
	windows(3);
	assert_int_equal(vms[0].gain, 5000 * (4096 - MERGE_ITEM_BYTES));
}

static void test_pinned_memory_gains_nothing(void **state)
{
	(void)state;
	start(2);
	vms[0].pages = 100 * GIB;
	vms[0].pinned = true;
	vms[1].tenant = 2;
	window();
	assert_true(vms[1].merge.in);
}

/* -- Guarded ------------------------------------------------------------------ */

static void guarded_and_merged(void)
{
	start(2);
	vms[0].guarded = true;
	vms[1].tenant = 2;
	vms[1].pages = 1000;
	window();
	assert_true(vms[0].merge.in);
	pays(&vms[0], GIB / 2);
	windows(3);
	assert_int_equal(vms[0].exposed, 0);
}

static void test_a_guarded_vm_is_out_in_the_window_that_sees_a_stranger(void **state)
{
	(void)state;
	guarded_and_merged();
	/* Its VMM has advised it, whatever was decided. */
	vms[1].advised = true;
	window();
	assert_true(vms[0].changes && !vms[0].merge.in);
	assert_int_equal(vms[0].merge.reason, MERGE_TENANTS);
	assert_int_equal(vms[0].exposed, 1);
	vms[1].advised = false;
	windows(policy.merge.rest - 1);
	assert_int_equal(vms[0].exposed, 0);
	assert_false(vms[0].merge.in);
	window();
	assert_true(vms[0].merge.in);
}

/* Of VMs that may advise themselves, both are exposed to each other, and no longer than that. */
static void test_tenants_without_a_guard_are_exposed_to_each_other(void **state)
{
	(void)state;
	start(2);
	vms[1].tenant = 2;
	vms[0].pages = 2 * GIB;
	windows(2);
	assert_true(vms[0].merge.in && !vms[1].merge.in);
	for (u32 i = 0; i < 2; i++)
		pays(&vms[i], GIB / 2);
	vms[1].advised = true;
	host.passes++;
	plan_window(&plan, &policy, &host, all, nr, room);
	assert_true(vms[0].merge.in && !vms[1].merge.in);
	assert_int_equal(vms[0].exposed, 1);
	assert_int_equal(vms[1].exposed, 1);
	apply();
	pays(&vms[0], GIB / 2);
	window();
	assert_int_equal(vms[0].exposed, 0);
	assert_int_equal(vms[1].exposed, 0);
	/* One tenant's, or another process's, are no exposure for it. */
	vms[1].tenant = 1;
	vms[1].advised = true;
	host.others = GIB;
	windows(2);
	assert_int_equal(vms[0].exposed, 0);
}

static void turn(void)
{
	host.loop.splits += 60;
	host.loop.collapses += 60;
	window();
}

/* A guarded VM whose turn is over may take a while to be taken apart: nobody comes in beside it. */
static void test_nobody_is_let_in_beside_a_guarded_vm(void **state)
{
	(void)state;
	start(2);
	vms[0].guarded = true;
	vms[1].tenant = 2;
	window();
	assert_true(vms[0].merge.in && !vms[1].merge.in);
	vms[1].pages = 100 * GIB;
	while (vms[0].merge.in)
		window();
	assert_false(vms[1].merge.in);
	vms[0].advised = true;
	for (int i = 0; i < 10; i++) {
		host.passes++;
		plan_window(&plan, &policy, &host, all, nr, room);
		assert_false(vms[1].merge.in);
	}
	vms[0].advised = false;
	window();
	assert_true(vms[1].merge.in);
}

/* ksmd may have forgotten pages that are merged all the same. */
static void test_who_is_taken_apart_is_exposed_until_that_is_done(void **state)
{
	(void)state;
	start(2);
	vms[1].tenant = 2;
	windows(2);
	vms[0].apart = true;
	vms[1].advised = true;
	host.passes++;
	plan_window(&plan, &policy, &host, all, nr, room);
	assert_int_equal(vms[0].exposed, 1);
	vms[0].apart = false;
	window();
	assert_int_equal(vms[0].exposed, 0);
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

static void test_exposure_lasts_while_pages_are_merged(void **state)
{
	(void)state;
	guarded_and_merged();
	for (u32 i = 1; i <= 3; i++) {
		vms[1].advised = true;
		pays(&vms[0], GIB / 2);
		host.passes++;
		plan_window(&plan, &policy, &host, all, nr, room);
		assert_int_equal(vms[0].exposed, i);
	}
}

static void test_other_processes_are_strangers(void **state)
{
	(void)state;
	guarded_and_merged();
	host.others = 1;
	window();
	assert_false(vms[0].merge.in);
	assert_int_equal(vms[0].exposed, 1);
}

static void test_what_is_not_guarded_bears_strangers(void **state)
{
	(void)state;
	start(1);
	host.others = GIB;
	window();
	assert_true(vms[0].merge.in);
	pays(&vms[0], GIB / 2);
	windows(3);
	assert_true(vms[0].merge.in);
	assert_int_equal(vms[0].exposed, 0);
}

static void test_who_has_nothing_merged_is_not_exposed(void **state)
{
	(void)state;
	start(1);
	vms[0].guarded = true;
	host.others = GIB;
	windows(3);
	assert_int_equal(vms[0].exposed, 0);
}

/* Two strangers in one scope: whichever comes first, each of the guarded is out. */
static void test_no_stranger_hides_another(void **state)
{
	(void)state;
	for (u32 which = 1; which < 3; which++) {
		start(3);
		vms[0].guarded = true;
		vms[0].pages = 50 * GIB;
		vms[1].tenant = which == 1 ? 2 : 1;
		vms[2].tenant = which == 1 ? 1 : 2;
		window();
		assert_true(vms[0].merge.in);
		vms[1].advised = vms[2].advised = true;
		window();
		assert_false(vms[0].merge.in);
	}
}

/* -- A loop ------------------------------------------------------------------- */

static void test_a_loop_ends_with_the_vm_that_saves_little(void **state)
{
	(void)state;
	start(2);
	vms[0].huge = vms[1].huge = 64;
	window();
	/* All of its huge pages are split at the moment. */
	vms[0].merging = 32;
	vms[0].huge = 0;
	for (int i = 1; i < PASSES_TO_MERGE; i++) {
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

/* -- Random hosts ------------------------------------------------------------- */

static u64 any_number(void)
{
	return random_next() >> random_below(64);
}

static void any_vm(struct plan_vm *vm)
{
	vm->tenant = 1 + random_below(3);
	vm->scope = (u32)random_below(2) * (PLAN_SCOPES - 1);
	vm->guarded = !random_below(2);
}

/* What a VM has of itself, and what a VMM does unasked. */
static void any_facts(struct plan_vm *vm, u64 most)
{
	vm->pinned = !random_below(20);
	vm->pages = any_number() % most;
	vm->merging = vm->merge.in ? random_below(vm->pages + 1) : 0;
	vm->items = random_below(2 * vm->pages + 1);
	vm->huge = vm->pages / 512;
	vm->advised |= !random_below(10);
}

static void check_scope(u32 scope)
{
	u64 tenant = 0;

	for (u32 i = 0; i < nr; i++) {
		if (!vms[i].merge.in || vms[i].scope != scope)
			continue;
		assert_true(!tenant || tenant == vms[i].tenant);
		tenant = vms[i].tenant;
	}
}

static void test_tenants_never_meet(void **state)
{
	u32 ins = 0;

	(void)state;
	random_seed();
	for (int host_nr = 0; host_nr < 200; host_nr++) {
		start(VMS);
		for (u32 i = 0; i < nr; i++)
			any_vm(&vms[i]);
		for (int i = 0; i < 100; i++) {
			struct plan_vm before[VMS];

			for (u32 j = 0; j < nr; j++)
				any_facts(&vms[j], 16 * GIB);
			host.others = random_below(10) ? 0 : any_number() % GIB;
			memcpy(before, vms, sizeof(before));
			host.passes += random_below(2);
			plan_window(&plan, &policy, &host, all, nr, room);
			check_scope(0);
			check_scope(PLAN_SCOPES - 1);
			for (u32 j = 0; j < nr; j++) {
				ins += vms[j].merge.in;
				assert_int_equal(vms[j].changes, vms[j].merge.in != before[j].merge.in);
				assert_false(vms[j].merge.in && vms[j].pinned);
				assert_false(vms[j].merge.in && vms[j].guarded && host.others);
				for (u32 k = 0; k < nr; k++)
					assert_false(vms[j].merge.in && vms[j].guarded &&
						     before[k].advised && vms[k].scope == vms[j].scope &&
						     vms[k].tenant != vms[j].tenant);
			}
			apply();
		}
	}
	assert_true(ins > 1000);
}

/* A VM that never pays is tried less and less often. */
static void test_trials_are_bounded(void **state)
{
	u32 changes = 0;

	(void)state;
	start(1);
	for (int i = 0; i < 1000; i++) {
		vms[0].items = vms[0].merge.in ? GIB : 0;
		window();
		changes += vms[0].changes;
	}
	/* Rests of 10, 20, 40, then 80 each, with trials of 4 windows in between. */
	assert_in_range(changes, 20, 30);
}

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
		assert_true(plan.rate.pages <= RATE_PAGES_MAX);
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
		cmocka_unit_test(test_one_tenant_has_the_scope_and_each_its_own),
		cmocka_unit_test(test_a_tenants_gain_is_its_vms_together),
		cmocka_unit_test(test_what_is_saved_in_a_trial_counts),
		cmocka_unit_test(test_a_gain_is_known_after_its_trial),
		cmocka_unit_test(test_pinned_memory_gains_nothing),
		cmocka_unit_test(test_a_guarded_vm_is_out_in_the_window_that_sees_a_stranger),
		cmocka_unit_test(test_tenants_without_a_guard_are_exposed_to_each_other),
		cmocka_unit_test(test_nobody_is_let_in_beside_a_guarded_vm),
		cmocka_unit_test(test_who_is_taken_apart_is_exposed_until_that_is_done),
		cmocka_unit_test(test_a_loop_of_others_takes_nobody_out),
		cmocka_unit_test(test_exposure_lasts_while_pages_are_merged),
		cmocka_unit_test(test_other_processes_are_strangers),
		cmocka_unit_test(test_what_is_not_guarded_bears_strangers),
		cmocka_unit_test(test_who_has_nothing_merged_is_not_exposed),
		cmocka_unit_test(test_no_stranger_hides_another),
		cmocka_unit_test(test_a_loop_ends_with_the_vm_that_saves_little),
		cmocka_unit_test(test_a_loop_of_what_saves_much_ends_with_khugepaged),
		cmocka_unit_test(test_a_vm_without_huge_pages_is_no_part_of_a_loop),
		cmocka_unit_test(test_who_has_just_come_in_is_no_part_of_a_loop),
		cmocka_unit_test(test_tenants_never_meet),
		cmocka_unit_test(test_trials_are_bounded),
		cmocka_unit_test(test_any_numbers_do_no_harm),
		cmocka_unit_test(test_policies),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
