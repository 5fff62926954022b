// SPDX-License-Identifier: GPL-2.0
/* With whose memory a VM is merged: tenants, those who are guarded, who is exposed; and random hosts. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <cmocka.h>
#include "mem_plan.h"

/* -- Whose turn it is -------------------------------------------------------- */

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
	windows(LOOKS_PASSES - 1);
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

/* -- Guarded ----------------------------------------------------------------- */

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
	vms[1].merge.mode = MERGE_NEVER;
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

/* Whoever could not be let in gives its tenant no turn. */
static void test_who_must_not_be_merged_does_not_count(void **state)
{
	(void)state;
	start(2);
	vms[1].tenant = 2;
	vms[1].pages = 100 * GIB;
	window();
	assert_true(vms[1].merge.in);
	vms[1].merge.mode = MERGE_NEVER;
	windows(policy.domain.windows + 1);
	assert_true(vms[0].merge.in);
	vms[1].merge.mode = MERGE_AUTO;
	vms[1].guarded = true;
	host.others = 1;
	windows(20);
	assert_true(vms[0].merge.in && !vms[1].merge.in);
	host.others = 0;
	vms[1].pinned = true;
	vms[1].gain = 100 * GIB;
	vms[1].tried = true;
	windows(20);
	assert_true(vms[0].merge.in && !vms[1].merge.in);
	vms[1].pinned = false;
	vms[1].merge.rests = 3 * policy.domain.windows;
	windows(policy.domain.windows);
	assert_true(vms[0].merge.in && !vms[1].merge.in);
	windows(3 * policy.domain.windows);
	assert_true(!vms[0].merge.in && vms[1].merge.in);
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
		decide();
		assert_false(vms[1].merge.in);
	}
	vms[0].advised = false;
	window();
	assert_true(vms[1].merge.in);
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

/* -- Exposed ----------------------------------------------------------------- */

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
	decide();
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

/* ksmd may have forgotten pages that are merged all the same. */
static void test_who_is_taken_apart_is_exposed_until_that_is_done(void **state)
{
	(void)state;
	start(2);
	vms[1].tenant = 2;
	windows(2);
	vms[0].apart = true;
	vms[1].advised = true;
	decide();
	assert_int_equal(vms[0].exposed, 1);
	vms[0].apart = false;
	window();
	assert_int_equal(vms[0].exposed, 0);
}

static void test_exposure_lasts_while_pages_are_merged(void **state)
{
	(void)state;
	guarded_and_merged();
	for (u32 i = 1; i <= 3; i++) {
		vms[1].advised = true;
		pays(&vms[0], GIB / 2);
		decide();
		assert_int_equal(vms[0].exposed, i);
	}
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

/* -- Random hosts ------------------------------------------------------------ */

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

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_one_tenant_has_the_scope_and_each_its_own),
		cmocka_unit_test(test_a_tenants_gain_is_its_vms_together),
		cmocka_unit_test(test_what_is_saved_in_a_trial_counts),
		cmocka_unit_test(test_a_gain_is_known_after_its_trial),
		cmocka_unit_test(test_pinned_memory_gains_nothing),
		cmocka_unit_test(test_a_guarded_vm_is_out_in_the_window_that_sees_a_stranger),
		cmocka_unit_test(test_who_must_not_be_merged_does_not_count),
		cmocka_unit_test(test_nobody_is_let_in_beside_a_guarded_vm),
		cmocka_unit_test(test_other_processes_are_strangers),
		cmocka_unit_test(test_what_is_not_guarded_bears_strangers),
		cmocka_unit_test(test_no_stranger_hides_another),
		cmocka_unit_test(test_tenants_without_a_guard_are_exposed_to_each_other),
		cmocka_unit_test(test_who_is_taken_apart_is_exposed_until_that_is_done),
		cmocka_unit_test(test_exposure_lasts_while_pages_are_merged),
		cmocka_unit_test(test_who_has_nothing_merged_is_not_exposed),
		cmocka_unit_test(test_tenants_never_meet),
	};

	return cmocka_run_group_tests_name("mem_tenants", tests, NULL, NULL);
}
