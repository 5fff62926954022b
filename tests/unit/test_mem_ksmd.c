// SPDX-License-Identifier: GPL-2.0
/*
 * The policy beside a ksmd that goes about memory as the kernel's does (mm/ksm.c): who is
 * new comes behind its cursor, a page is hashed at the first look and merged at the second,
 * with one that was looked at before it in the same pass or is merged already.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <cmocka.h>
#include "../../kmod/ksm-tune/domain.c"
#include "../../kmod/ksm-tune/looks.c"
#include "../../kmod/ksm-tune/loop.c"
#include "../../kmod/ksm-tune/merge.c"
#include "../../kmod/ksm-tune/plan.c"
#include "../../kmod/ksm-tune/rate.c"

#define VMS		8
#define GIB		262144ULL	/* in pages */
#define PARTS		16		/* of a VM's memory */
#define PART		(GIB / PARTS)

static const struct plan_policy defaults = {
	.merge = { .page = 4096, .huge_pages = 512, .huge_price = 128, .items_most = 64,
		   .rest = 30, .rest_most = 600, .retry = 3600, .kept = 30 },
	.loop = { .least = 8, .windows = 2, .huge_price = 128 },
	.domain = { .better = 20, .windows = 30 },
	.rate = { .cpu_percent = 20, .steady = 600, .started = 10, .yield_least = 50 },
	.guess = 10,
};

/**
 * struct memory - of a VM
 * @like: all with the same number are alike; 0: like nothing
 * @parts: of it that the VM has by now
 * @looks: at each, since it became mergeable
 * @merged: each is
 */
struct memory {
	int like;
	int parts;
	int looks[PARTS];
	bool merged[PARTS];
};

static struct plan plan;
static struct plan_host host;
static struct plan_vm vms[VMS], *all[VMS];
static struct domain_tenant room[VMS];
static u32 nr;
static struct memory memory[VMS];
static u32 order[VMS], nr_order;	/* ksmd's list of memories */
static u32 cursor;			/* in it */
static int cursor_part;
static u64 budget;			/* pages that it may look at still */
static int late;			/* windows until what was decided is done */
static int waits[VMS];

static void begin(void)
{
	memset(&plan, 0, sizeof(plan));
	host = (struct plan_host){ .yield = ~0U, .cost = 1000, .short_in = RATE_NEVER };
	for (u32 i = 0; i < VMS; i++)
		all[i] = &vms[i];
	nr = 0;
	memset(memory, 0, sizeof(memory));
	memset(waits, 0, sizeof(waits));
	nr_order = cursor = 0;
	cursor_part = 0;
	budget = 0;
	late = 0;
}

/* A VM whose memory is like that of all others of the same number. */
static u32 comes(u64 tenant, int like)
{
	u32 i = nr++;

	vms[i] = (struct plan_vm){ .tenant = tenant };
	memory[i] = (struct memory){ .like = like, .parts = PARTS };
	return i;
}

/* -- ksmd ---------------------------------------------------------------------- */

static void enter(u32 vm)
{
	memmove(&order[cursor + 1], &order[cursor], (nr_order - cursor) * sizeof(*order));
	order[cursor] = vm;
	nr_order++;
	/* What it is at stays what it is at; at the end of a pass it is at none. */
	if (nr_order > 1 || cursor_part)
		cursor++;
	if (cursor >= nr_order)
		cursor = 0;
}

static void leave(u32 vm)
{
	for (u32 i = 0; i < nr_order; i++) {
		if (order[i] != vm)
			continue;
		memmove(&order[i], &order[i + 1], (nr_order - i - 1) * sizeof(*order));
		nr_order--;
		if (cursor > i)
			cursor--;
		else if (cursor == i)
			cursor_part = 0;
		if (cursor >= nr_order) {
			cursor = 0;
			host.passes++;
		}
		break;
	}
	memset(memory[vm].looks, 0, sizeof(memory[vm].looks));
	memset(memory[vm].merged, 0, sizeof(memory[vm].merged));
}

/* Of those before it in this pass: whoever ksmd has looked at before. */
static void look(u32 vm, int part)
{
	struct memory *mine = &memory[vm];

	mine->looks[part]++;
	if (mine->looks[part] < 2 || !mine->like)
		return;
	for (u32 i = 0; i < nr_order; i++) {
		struct memory *its = &memory[order[i]];

		if (order[i] == vm || its->like != mine->like || part >= its->parts)
			continue;
		if (its->merged[part] || (i < cursor && its->looks[part] >= 2))
			its->merged[part] = mine->merged[part] = true;
	}
}

static void ksmd(void)
{
	budget += plan.rate.sleep_ms ? plan.rate.pages * 1000ULL / plan.rate.sleep_ms : 0;
	while (nr_order && budget >= PART) {
		u32 vm = order[cursor];

		budget -= PART;
		if (cursor_part < memory[vm].parts)
			look(vm, cursor_part++);
		if (cursor_part < memory[vm].parts)
			continue;
		cursor_part = 0;
		if (++cursor == nr_order) {
			cursor = 0;
			host.passes++;
		}
	}
}

/* -- A window ------------------------------------------------------------------- */

static void see(u32 i)
{
	struct plan_vm *vm = &vms[i];
	const struct memory *its = &memory[i];

	vm->pages = (u64)its->parts * PART;
	vm->items = vm->merging = 0;
	for (int part = 0; part < its->parts; part++) {
		vm->items += its->looks[part] ? PART : 0;
		vm->merging += its->merged[part] ? PART : 0;
	}
}

static void obey(u32 i)
{
	struct plan_vm *vm = &vms[i];

	if (vm->changes)
		waits[i] = late;
	else if (waits[i])
		waits[i]--;
	if (vm->merge.in && !vm->mergeable && !waits[i]) {
		enter(i);
		vm->mergeable = vm->advised = true;
	} else if (!vm->merge.in && vm->mergeable) {
		leave(i);
		vm->mergeable = vm->advised = false;
	}
}

static void second(void)
{
	for (u32 i = 0; i < nr; i++)
		see(i);
	plan_window(&plan, &defaults, &host, all, nr, room);
	for (u32 i = 0; i < nr; i++)
		obey(i);
	ksmd();
}

static void seconds(u32 count)
{
	while (count--)
		second();
}

static bool is_merged(u32 i)
{
	for (int part = 0; part < memory[i].parts; part++)
		if (!memory[i].merged[part])
			return false;
	return vms[i].merge.in;
}

/* -- Tests ------------------------------------------------------------------------ */

static void test_two_that_are_alike_meet_whenever_the_second_comes(void **state)
{
	(void)state;
	for (u32 others = 0; others <= 1; others++) {
		for (u32 when = 0; when < 900; when += when < 100 ? 1 : 37) {
			u32 a, b;

			begin();
			if (others) {
				comes(1, 9);
				comes(1, 9);
			}
			a = comes(1, 1);
			seconds(when);
			b = comes(1, 1);
			/* The longest rest of one that has failed once or twice, and the trial. */
			seconds(60 + 60);
			assert_true(is_merged(a) && is_merged(b));
			seconds(3000);
			assert_true(is_merged(a) && is_merged(b));
		}
	}
}

/* Its memory comes little by little, as that of a guest that boots. */
static void test_the_same_of_guests_that_grow(void **state)
{
	(void)state;
	for (int ramp = 1; ramp <= 4; ramp++) {
		for (u32 when = 0; when < 200; when += 7) {
			u32 a, b;

			begin();
			a = comes(1, 1);
			seconds(when);
			b = comes(1, 1);
			for (memory[b].parts = 1; memory[b].parts < PARTS; memory[b].parts++)
				seconds((u32)ramp);
			seconds(300);
			assert_true(is_merged(a) && is_merged(b));
		}
	}
}

/* Locks are held by others, or all is only observed: what was decided is done later. */
static void test_what_is_let_in_late_is_judged_later(void **state)
{
	(void)state;
	for (late = 1; late < 40; late += 3) {
		int wait = late;
		u32 a, b;

		begin();
		/* Somebody else's memory has ksmd make passes meanwhile. */
		comes(1, 9);
		comes(1, 9);
		seconds(60);
		late = wait;
		a = comes(1, 1);
		b = comes(1, 1);
		seconds(120);
		assert_true(is_merged(a) && is_merged(b));
		late = wait;
	}
	late = 0;
}

static u32 changes_in(u32 count)
{
	u32 changes = 0;

	while (count--) {
		second();
		for (u32 i = 0; i < nr; i++)
			changes += vms[i].changes;
	}
	return changes;
}

static void test_what_is_like_nothing_is_tried_seldom(void **state)
{
	(void)state;
	begin();
	for (int i = 0; i < 4; i++)
		comes(1, 0);
	/* In and out, each, and the same once an hour. */
	assert_in_range(changes_in(3000), 8, 8);
	assert_in_range(changes_in(4000), 8, 8);
	assert_int_equal(plan.rate.pages, 0);
}

static void test_a_tenant_whose_vms_did_not_pay_has_its_turn_again(void **state)
{
	u32 mine, its, like;

	(void)state;
	begin();
	mine = comes(1, 0);
	its = comes(2, 0);
	seconds(200);
	assert_true(!vms[mine].merge.in && !vms[its].merge.in);
	/* One that would pay comes: for its own tenant, whosever turn it was. */
	like = comes(1, 1);
	comes(1, 1);
	seconds(300);
	assert_true(is_merged(like));
	/* And where nobody does, each is tried again, once in a while. */
	begin();
	mine = comes(1, 0);
	its = comes(2, 0);
	seconds(200);
	for (int hours = 0, tried = 0; hours < 3; hours++, tried = 0) {
		for (int i = 0; i < 4000; i++) {
			second();
			tried |= vms[mine].merge.in | vms[its].merge.in << 1;
		}
		assert_int_equal(tried, 3);
	}
}

/* Whoever makes VMs without end has those that do not pay tried no more often than they rest. */
static void test_newcomers_without_end(void **state)
{
	u32 changes = 0;

	(void)state;
	begin();
	comes(1, 0);
	comes(1, 0);
	for (int i = 0; i < 6000; i++) {
		vms[1].shown = i % 15 ? vms[1].shown : 0;
		second();
		changes += vms[0].changes;
	}
	/* Rests of 30, 60, ... 600 between trials of half a minute at most. */
	assert_in_range(changes, 10, 40);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_two_that_are_alike_meet_whenever_the_second_comes),
		cmocka_unit_test(test_the_same_of_guests_that_grow),
		cmocka_unit_test(test_what_is_let_in_late_is_judged_later),
		cmocka_unit_test(test_what_is_like_nothing_is_tried_seldom),
		cmocka_unit_test(test_a_tenant_whose_vms_did_not_pay_has_its_turn_again),
		cmocka_unit_test(test_newcomers_without_end),
	};

	return cmocka_run_group_tests_name("mem_ksmd", tests, NULL, NULL);
}
