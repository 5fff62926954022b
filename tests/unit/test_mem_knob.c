// SPDX-License-Identifier: GPL-2.0
/* A knob that others turn, too: ours, theirs, taken back, put back. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <cmocka.h>
#include "../../kmod/ksm-tune/knob.c"
#include "random.h"

static struct knob knob;
static u64 value;

static void start(u64 before)
{
	memset(&knob, 0, sizeof(knob));
	value = before;
}

/* A window, in which it is written where that is decided. */
static enum knob_act window(u64 wanted)
{
	enum knob_act act = knob_decide(&knob, value, wanted);

	if (act == KNOB_WRITE) {
		knob_wrote(&knob, value, wanted, wanted, 2);
		value = wanted;
	}
	return act;
}

static void test_only_a_change_is_written(void **state)
{
	(void)state;
	start(100);
	assert_int_equal(window(100), KNOB_NOTHING);
	assert_int_equal(window(200), KNOB_WRITE);
	assert_int_equal(knob.state, KNOB_OURS);
	assert_int_equal(window(200), KNOB_NOTHING);
	assert_int_equal(knob.before, 100);
}

/* Where nothing had to be written, a change is somebody else's all the same. */
static void test_what_is_as_it_should_be_is_ours(void **state)
{
	(void)state;
	start(100);
	assert_int_equal(window(100), KNOB_NOTHING);
	assert_int_equal(knob.state, KNOB_OURS);
	assert_false(knob_restores(&knob, 100));
	value = 55;
	assert_int_equal(window(100), KNOB_STEPPED_ASIDE);
	assert_int_equal(window(100), KNOB_NOTHING);
	assert_int_equal(value, 55);
	assert_false(knob_restores(&knob, 55));
}

static void test_writes_rest(void **state)
{
	(void)state;
	start(100);
	assert_int_equal(window(200), KNOB_WRITE);
	assert_int_equal(window(300), KNOB_NOTHING);
	assert_int_equal(window(300), KNOB_WRITE);
}

static void test_who_else_writes_has_it(void **state)
{
	(void)state;
	start(100);
	window(200);
	value = 150;
	assert_int_equal(window(300), KNOB_STEPPED_ASIDE);
	for (int i = 0; i < 10; i++)
		assert_int_equal(window(300), KNOB_NOTHING);
	assert_int_equal(value, 150);
	assert_false(knob_restores(&knob, value));
	/* Even what we had written would be theirs then. */
	value = 200;
	assert_int_equal(window(300), KNOB_NOTHING);
	assert_false(knob_restores(&knob, value));
}

static void test_it_is_taken_back(void **state)
{
	(void)state;
	start(100);
	window(200);
	value = 150;
	window(300);
	knob_reclaim(&knob);
	window(300);
	assert_int_equal(window(300), KNOB_NOTHING);
	assert_int_equal(value, 300);
	assert_true(knob_restores(&knob, value));
	assert_int_equal(knob.before, 150);
}

static void test_it_is_put_back(void **state)
{
	(void)state;
	start(100);
	assert_false(knob_restores(&knob, value));
	window(200);
	window(300);
	window(300);
	assert_int_equal(value, 300);
	assert_true(knob_restores(&knob, value));
	assert_int_equal(knob.before, 100);
	/* Somebody was there, and no window has seen it. */
	assert_false(knob_restores(&knob, 301));
	start(100);
	window(200);
	window(100);
	window(100);
	assert_int_equal(value, 100);
	assert_false(knob_restores(&knob, value));
}

static void test_what_the_kernel_rounds_is_ours(void **state)
{
	(void)state;
	start(0);
	assert_int_equal(knob_decide(&knob, 0, 33), KNOB_WRITE);
	knob_wrote(&knob, 0, 33, 32, 0);
	assert_int_equal(knob_decide(&knob, 32, 32), KNOB_NOTHING);
	assert_int_equal(knob.state, KNOB_OURS);
}

static void test_who_came_between_has_it(void **state)
{
	(void)state;
	start(40);
	assert_int_equal(knob_decide(&knob, 40, 20), KNOB_WRITE);
	knob_wrote(&knob, 40, 20, 19, 0);
	assert_int_equal(knob.state, KNOB_THEIRS);
	knob_wrote(&knob, 40, 20, 41, 0);
	assert_int_equal(knob.state, KNOB_THEIRS);
	knob_wrote(&knob, 40, 20, 40, 0);
	assert_int_equal(knob.state, KNOB_OURS);
}

/* Nothing of others' is ever written over, whatever comes in whatever order. */
static void test_random_windows(void **state)
{
	bool theirs = false;

	(void)state;
	random_seed();
	start(5);
	for (int i = 0; i < 200000; i++) {
		u64 before = value;

		if (!random_below(10) && knob.state != KNOB_UNTOUCHED) {
			value = random_below(6);
			theirs |= value != knob.ours;
			before = value;
		}
		if (!random_below(30)) {
			knob_reclaim(&knob);
			theirs &= knob.state != KNOB_UNTOUCHED;
		}
		window(random_below(6));
		if (theirs)
			assert_int_equal(value, before);
	}
}

/* What is let go is anybody's, but what somebody else has turned meanwhile is theirs. */
static void test_it_is_let_go(void **state)
{
	struct knob knob = { 0 };

	(void)state;
	knob_let_go(&knob, 5);
	assert_int_equal(knob.state, KNOB_UNTOUCHED);
	knob_wrote(&knob, 100, 5, 5, 0);
	assert_true(knob_restores(&knob, 5));
	knob_let_go(&knob, 5);
	assert_int_equal(knob.state, KNOB_UNTOUCHED);
	knob_wrote(&knob, 80, 7, 7, 0);
	assert_int_equal(knob.before, 80);
	knob_let_go(&knob, 6);
	assert_int_equal(knob.state, KNOB_THEIRS);
	knob_let_go(&knob, 7);
	assert_int_equal(knob.state, KNOB_THEIRS);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_only_a_change_is_written),
		cmocka_unit_test(test_what_is_as_it_should_be_is_ours),
		cmocka_unit_test(test_writes_rest),
		cmocka_unit_test(test_who_else_writes_has_it),
		cmocka_unit_test(test_it_is_taken_back),
		cmocka_unit_test(test_it_is_put_back),
		cmocka_unit_test(test_what_the_kernel_rounds_is_ours),
		cmocka_unit_test(test_who_came_between_has_it),
		cmocka_unit_test(test_random_windows),
		cmocka_unit_test(test_it_is_let_go),
	};

	return cmocka_run_group_tests_name("mem_knob", tests, NULL, NULL);
}
