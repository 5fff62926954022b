// SPDX-License-Identifier: GPL-2.0
/* What guests do too much: from the first window, each by its name, told once; and their own past lowers a ceiling, never raises one. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <cmocka.h>
#include "../../userspace/monitor/abuse.c"
#include "random.h"

static struct abuse_vm vm;
static struct abuse_sample now;
static struct abuse_alert alert;

static const struct abuse_ceilings ceilings = {
	.rate = {
		[ABUSE_NESTED] = 1000, [ABUSE_MSRS] = 1000, [ABUSE_HYPERCALLS] = 1000, [ABUSE_FAULTS] = 1000,
		[ABUSE_INTERRUPTS] = 1000, [ABUSE_EXITS] = 4000,
	},
};

static int start(void **state)
{
	(void)state;
	memset(&vm, 0, sizeof(vm));
	now = (struct abuse_sample){ .at_ms = 5000, .vcpus = 1 };
	return 0;
}

/* A quarter of a second at such a rate of one kind, and of the exits that it is a part of. */
static bool pass(enum abuse_kind kind, uint64_t rate)
{
	now.at_ms += 250;
	now.counts[kind] += rate / 4;
	if (kind != ABUSE_EXITS)
		now.counts[ABUSE_EXITS] += rate / 4;
	return abuse_see(&vm, &now, &ceilings, &alert);
}

/* How many alerts there are in so many seconds. */
static int alerts_in(enum abuse_kind kind, uint64_t rate, int seconds)
{
	int alerts = 0;

	for (int i = 0; i < 4 * seconds; i++)
		alerts += pass(kind, rate);
	return alerts;
}

static void test_each_kind_has_its_name(void **state)
{
	(void)state;
	for (enum abuse_kind kind = 0; kind < ABUSE_KINDS; kind++) {
		start(NULL);
		assert_int_equal(alerts_in(kind, 20000, 3), 1);
		assert_int_equal(alert.kind, kind);
		assert_in_range(alert.rate, 19000, 20000);
		assert_int_equal(alert.ceiling, ceilings.rate[kind]);
		assert_false(alert.learned);
		assert_int_equal(abuse_kind_of(abuse_name(kind)), kind);
		assert_true(abuse_defaults.rate[kind] > 0);
	}
	assert_int_equal(abuse_kind_of("no such"), ABUSE_KINDS);
	assert_string_equal(abuse_name(ABUSE_KINDS), "?");
}

/* A window, and what is left of one. */
static void test_within_two_seconds(void **state)
{
	(void)state;
	alerts_in(ABUSE_MSRS, 10, 20);
	assert_int_equal(alerts_in(ABUSE_MSRS, 1500, 2), 1);
}

static void test_what_is_below_is_not_told(void **state)
{
	(void)state;
	assert_int_equal(alerts_in(ABUSE_MSRS, 1000, 70), 0);
	start(NULL);
	now.vcpus = 4;
	assert_int_equal(alerts_in(ABUSE_MSRS, 4000, 70), 0);
	assert_int_equal(alerts_in(ABUSE_MSRS, 4400, 3), 1);
}

/* What goes up and down is one storm; what goes on is told each minute. */
static void test_how_often_it_is_told(void **state)
{
	int alerts = 0;

	(void)state;
	for (int i = 0; i < 20; i++)
		alerts += alerts_in(ABUSE_MSRS, i % 2 ? 1200 : 800, 1);
	assert_int_equal(alerts, 1);
	start(NULL);
	assert_int_equal(alerts_in(ABUSE_MSRS, 5000, 150), 3);
	assert_int_equal(alerts_in(ABUSE_MSRS, 0, 3), 0);
	assert_int_equal(alerts_in(ABUSE_MSRS, 5000, 3), 1);
}

static void test_its_past_lowers_a_ceiling(void **state)
{
	(void)state;
	alerts_in(ABUSE_MSRS, 80, 100);
	assert_int_equal(alerts_in(ABUSE_MSRS, 600, 3), 0);
	start(NULL);
	alerts_in(ABUSE_MSRS, 40, 100);
	assert_int_equal(alerts_in(ABUSE_MSRS, 400, 3), 1);
	assert_int_equal(alert.ceiling, 320);
	assert_true(alert.learned);
	/* Never below a part: one that did nothing so far may do something. */
	start(NULL);
	alerts_in(ABUSE_MSRS, 0, 100);
	assert_int_equal(alerts_in(ABUSE_MSRS, 240, 3), 0);
	start(NULL);
	alerts_in(ABUSE_MSRS, 0, 100);
	assert_int_equal(alerts_in(ABUSE_MSRS, 400, 3), 1);
	assert_int_equal(alert.ceiling, 250);
}

/* Whoever begins with a storm has not taught us to bear one. */
static void test_its_past_raises_none(void **state)
{
	(void)state;
	alerts_in(ABUSE_MSRS, 5000, 200);
	alerts_in(ABUSE_MSRS, 990, 200);
	assert_int_equal(alerts_in(ABUSE_MSRS, 1100, 3), 1);
	assert_int_equal(alert.ceiling, 1000);
}

/* A thread that ends takes what it counted along; time that stands still is none. */
static void test_any_samples(void **state)
{
	(void)state;
	random_seed();
	for (int i = 0; i < 100000; i++) {
		now.at_ms += random_below(400);
		now.vcpus = (uint32_t)random_below(4);
		for (enum abuse_kind kind = 0; kind < ABUSE_KINDS; kind++)
			now.counts[kind] = random_below(8) ? now.counts[kind] + random_below(100000) : random_below(1000);
		if (abuse_see(&vm, &now, &ceilings, &alert))
			assert_true(alert.rate > alert.ceiling && alert.ceiling <= ceilings.rate[alert.kind]);
	}
}

static void test_one_without_a_ceiling_is_free(void **state)
{
	static const struct abuse_ceilings none;

	(void)state;
	for (int i = 0; i < 40; i++) {
		now.at_ms += 250;
		now.counts[ABUSE_EXITS] += 1000000;
		assert_false(abuse_see(&vm, &now, &none, &alert));
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup(test_each_kind_has_its_name, start),
		cmocka_unit_test_setup(test_within_two_seconds, start),
		cmocka_unit_test_setup(test_what_is_below_is_not_told, start),
		cmocka_unit_test_setup(test_how_often_it_is_told, start),
		cmocka_unit_test_setup(test_its_past_lowers_a_ceiling, start),
		cmocka_unit_test_setup(test_its_past_raises_none, start),
		cmocka_unit_test_setup(test_any_samples, start),
		cmocka_unit_test_setup(test_one_without_a_ceiling_is_free, start),
	};

	return cmocka_run_group_tests_name("mon_abuse", tests, NULL, NULL);
}
