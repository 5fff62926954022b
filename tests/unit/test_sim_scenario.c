// SPDX-License-Identifier: GPL-2.0
/* Scenario files of the simulator: what is read, and what is refused by its line. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "../../kmod/vgpu/sched/tree.c"
#include "../../kmod/vgpu/sched/fifo.c"
#include "../../kmod/vgpu/sched/place.c"
#include "../../kmod/vgpu/sched/early.c"
#include "../../kmod/vgpu/sched/fair.c"
#include "../../kmod/vgpu/sched/sched.c"
#include "../sim/scenario.c"

static struct scenario_client room[SCENARIO_MAX];
static struct scenario scenario;
static char error[SCENARIO_ERROR_LEN];

static bool reads(const char *text)
{
	scenario = (struct scenario){ .clients = room };
	*error = '\0';
	return scenario_read(&scenario, text, error);
}

static void refuses(const char *text, const char *why)
{
	assert_false(reads(text));
	if (!strstr(error, why))
		print_error("'%s' lacks '%s'\n", error, why);
	assert_non_null(strstr(error, why));
}

static void test_reads_all_words(void **state)
{
	(void)state;
	assert_true(reads("# what it is\n"
			  "engine policy=gvt cost=5us lost=7ns\n\n"
			  "client name=a weight=7 min=30 cap=40 slice=3ms averaging=5 job=2s period=1ms "
			  "think=9us start=4ms whole count=2 # twice\n"
			  "client job=1ms\n"
			  "run 250ms"));
	assert_string_equal(scenario.policy, "gvt");
	assert_int_equal(scenario.cost, 5000);
	assert_int_equal(scenario.lost, 7);
	assert_int_equal(scenario.length, 250 * SCHED_MS);
	assert_int_equal(scenario.nr, 3);
	assert_string_equal(room[1].name, "a");
	assert_int_equal(room[1].params.weight, 7);
	assert_int_equal(room[1].params.minimum, 300000);
	assert_int_equal(room[1].params.cap, 400000);
	assert_int_equal(room[1].params.slice, 3 * SCHED_MS);
	assert_int_equal(room[1].params.averaging, 5);
	assert_int_equal(room[1].job, 2000 * SCHED_MS);
	assert_int_equal(room[1].period, SCHED_MS);
	assert_int_equal(room[1].think, 9000);
	assert_int_equal(room[1].start, 4 * SCHED_MS);
	assert_true(room[1].whole);
	assert_string_equal(room[2].name, "client2");
	assert_int_equal(room[2].params.weight, 100);
	assert_false(room[2].whole);
}

static void test_refuses_by_line(void **state)
{
	(void)state;
	refuses("", "client");
	refuses("client job=1ms", "run");
	refuses("run 1s", "client");
	refuses("client\nrun 1s", "line 1: a client has jobs");
	refuses("\n\nclient job=1", "line 3: not understood: job=1");
	refuses("client job=1ms weight=10001", "weight=10001");
	refuses("client job=1ms weight=0", "no client can have these");
	refuses("client job=1ms min=50 cap=40", "no client can have these");
	refuses("client job=1ms slice=31ms", "no client can have these");
	refuses("client job=-1ms", "job=-1ms");
	refuses("client job=99999999999999999999s", "job=");
	refuses("client job=1ms color=red", "color=red");
	refuses("client job=1ms name=a<b", "name=a<b");
	refuses("client job=1ms count=10001", "count=10001");
	refuses("client job=1ms count=10000\nclient job=1ms", "line 2: too many clients");
	refuses("engine speed=2", "speed=2");
	refuses("walk 1s", "walk");
	refuses("run", "run wants a time");
	refuses("run 1s 2s", "run wants a time");
}

static void test_refuses_a_long_line(void **state)
{
	char text[2 * LINE_LEN];

	(void)state;
	memset(text, ' ', sizeof(text));
	text[sizeof(text) - 1] = '\0';
	refuses(text, "line 1: longer than");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_reads_all_words),
		cmocka_unit_test(test_refuses_by_line),
		cmocka_unit_test(test_refuses_a_long_line),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
