// SPDX-License-Identifier: GPL-2.0
/* Rules about VMMs: whom they watch, what is done, who is spared; and events as JSON, whatever is in them. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <cmocka.h>
#include "../../ebpf/guard_decide.h"
#include "../../userspace/lib/msg.c"
#include "../../userspace/lib/out.c"
#include "../../userspace/monitor/guard_event.c"
#include "../../userspace/monitor/guard_rule.c"
#include "random.h"

static struct guard_policy policy;

static void start(enum guard_action action, bool enforced)
{
	policy = (struct guard_policy){ .enforced = enforced };
	memset(policy.actions, action, sizeof(policy.actions));
}

/* -- Whom ---------------------------------------------------------------------- */

static void test_nobody_but_vmms_is_watched(void **state)
{
	(void)state;
	for (uint32_t rule = 0; rule < GUARD_RULES; rule++)
		assert_false(guard_watches(rule, 0));
	assert_false(guard_watches(GUARD_RULES, ~0U));
	assert_false(guard_watches(~0U, ~0U));
}

static void test_one_that_is_setting_up_may_do_more(void **state)
{
	(void)state;
	assert_false(guard_watches(GUARD_EXEC, GUARD_VMM));
	assert_false(guard_watches(GUARD_RIGHTS, GUARD_VMM));
	assert_true(guard_watches(GUARD_EXEC_GONE, GUARD_VMM));
	assert_true(guard_watches(GUARD_MODULE, GUARD_VMM));
	assert_true(guard_watches(GUARD_DIED, GUARD_VMM));
	/* A stranger has no business with its memory at any time. */
	assert_true(guard_watches(GUARD_MEMORY, GUARD_VMM));
	for (uint32_t rule = 0; rule < GUARD_RULES; rule++) {
		assert_true(guard_watches(rule, GUARD_VMM | GUARD_RUNS));
		assert_true(guard_watches(rule, GUARD_HELPER | GUARD_RUNS));
	}
}

/* -- What ---------------------------------------------------------------------- */

static void test_what_is_asked_for_is_done(void **state)
{
	(void)state;
	for (enum guard_action action = GUARD_IGNORE; action < GUARD_ACTIONS; action++) {
		start(action, true);
		assert_int_equal(guard_decide(&policy, GUARD_EXEC, GUARD_VMM, false), action);
		start(action, false);
		assert_int_equal(guard_decide(&policy, GUARD_EXEC, GUARD_VMM, false),
				 action == GUARD_IGNORE ? GUARD_IGNORE : GUARD_OBSERVE);
	}
}

static void test_who_is_spared(void **state)
{
	(void)state;
	start(GUARD_KILL, true);
	for (uint32_t rule = 0; rule < GUARD_RULES; rule++) {
		enum guard_action wanted = GUARD_KILL;

		/* A stranger is refused, and lives; what has happened is only told. */
		if (rule == GUARD_MEMORY || rule == GUARD_PASSED)
			wanted = GUARD_DENY;
		else if (rule == GUARD_DIED || rule == GUARD_BEGUN)
			wanted = GUARD_OBSERVE;
		assert_int_equal(guard_decide(&policy, rule, GUARD_VMM, true), GUARD_OBSERVE);
		assert_int_equal(guard_decide(&policy, rule, GUARD_VMM, false), wanted);
		assert_int_equal(guard_decide(&policy, rule, GUARD_VMM | GUARD_ENFORCED, true), GUARD_OBSERVE);
	}
}

/* Whoever starts a VMM may ask for it, whatever holds for others. */
static void test_one_that_asked_for_it_is_enforced(void **state)
{
	(void)state;
	start(GUARD_DENY, false);
	assert_int_equal(guard_decide(&policy, GUARD_EXEC, GUARD_VMM, false), GUARD_OBSERVE);
	assert_int_equal(guard_decide(&policy, GUARD_EXEC, GUARD_VMM | GUARD_ENFORCED, false), GUARD_DENY);
}

static void test_it_ends_by_itself(void **state)
{
	(void)state;
	start(GUARD_DENY, true);
	policy.until = 1000;
	assert_true(guard_holds(&policy, 999));
	assert_false(guard_holds(&policy, 1000));
	policy.until = 0;
	assert_true(guard_holds(&policy, ~0ULL));
}

/* A policy that is none denies nothing. */
static void test_an_action_that_there_is_not_only_tells(void **state)
{
	(void)state;
	start(GUARD_DENY, true);
	policy.actions[GUARD_EXEC] = 200;
	assert_int_equal(guard_decide(&policy, GUARD_EXEC, GUARD_VMM, false), GUARD_OBSERVE);
}

static void test_memory_and_signals(void **state)
{
	(void)state;
	assert_true(guard_is_wx(7));
	assert_true(guard_is_wx(6));
	assert_false(guard_is_wx(5));
	assert_false(guard_is_wx(3));
	assert_true(guard_is_fault(11));
	assert_true(guard_is_fault(31));
	assert_false(guard_is_fault(9));
	assert_false(guard_is_fault(15));
	assert_false(guard_is_fault(0));
}

/* -- Words --------------------------------------------------------------------- */

static void test_each_rule_has_its_words(void **state)
{
	(void)state;
	for (int rule = 0; rule < GUARD_RULES; rule++) {
		assert_non_null(guard_words[rule].name);
		assert_non_null(guard_words[rule].severity);
		assert_non_null(guard_words[rule].what);
		assert_int_equal(guard_rule_of(guard_words[rule].name), rule);
	}
	assert_int_equal(guard_rule_of("no such"), -1);
	assert_int_equal(guard_action_of("deny"), GUARD_DENY);
	assert_int_equal(guard_action_of("denied"), -1);
	assert_string_equal(guard_done(GUARD_DENY), "denied");
	assert_string_equal(guard_done(4711), "?");
}

/* -- Events -------------------------------------------------------------------- */

static const char *text_of(json_object *json, const char *key)
{
	json_object *value;

	assert_true(json_object_object_get_ex(json, key, &value));
	return json_object_get_string(value);
}

static void test_an_event(void **state)
{
	const struct guard_event event = {
		.at = 5, .rule = GUARD_CONNECT, .action = GUARD_DENY, .tgid = 10, .tid = 11, .uid = 12, .vmm = 10,
		.flags = GUARD_VMM | GUARD_RUNS, .numbers = { 2, 443 }, .comm = "qemu", .text = "",
	};
	json_object *json = guard_event_json(&event, 1700000000LL * NS_PER_S), *data;

	(void)state;
	assert_string_equal(text_of(json, "time"), "2023-11-14T22:13:20.000000005Z");
	assert_string_equal(text_of(json, "rule"), "connect");
	assert_string_equal(text_of(json, "action"), "denied");
	assert_string_equal(text_of(json, "technique"), "T1071");
	assert_true(json_object_object_get_ex(json, "data", &data));
	assert_string_equal(text_of(data, "port"), "443");
	assert_false(json_object_object_get_ex(data, "path", NULL));
	json_object_put(json);
	assert_non_null(strstr(guard_event_text(&event), "denied"));
}

/* Names are a guest's owner's, and what else there is may be another version's. */
static void test_any_event_is_a_line_of_printable_json(void **state)
{
	(void)state;
	random_seed();
	for (int i = 0; i < 20000; i++) {
		struct guard_event event;
		const char *line;
		json_object *json, *again;

		for (size_t byte = 0; byte < sizeof(event); byte++)
			((uint8_t *)&event)[byte] = (uint8_t)random_next();
		if (random_below(2)) {
			event.rule = (uint32_t)random_below(GUARD_RULES);
			event.action = (uint32_t)random_below(GUARD_ACTIONS);
		}
		json = guard_event_json(&event, (int64_t)random_next());
		line = json_object_to_json_string_ext(json, JSON_C_TO_STRING_PLAIN);
		for (const char *at = line; *at; at++)
			assert_in_range((unsigned char)*at, ' ', '~');
		again = json_tokener_parse(line);
		assert_non_null(again);
		json_object_put(again);
		json_object_put(json);
		for (const char *at = guard_event_text(&event); *at; at++)
			assert_in_range((unsigned char)*at, ' ', '~');
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_nobody_but_vmms_is_watched),
		cmocka_unit_test(test_one_that_is_setting_up_may_do_more),
		cmocka_unit_test(test_what_is_asked_for_is_done),
		cmocka_unit_test(test_who_is_spared),
		cmocka_unit_test(test_one_that_asked_for_it_is_enforced),
		cmocka_unit_test(test_it_ends_by_itself),
		cmocka_unit_test(test_an_action_that_there_is_not_only_tells),
		cmocka_unit_test(test_memory_and_signals),
		cmocka_unit_test(test_each_rule_has_its_words),
		cmocka_unit_test(test_an_event),
		cmocka_unit_test(test_any_event_is_a_line_of_printable_json),
	};

	return cmocka_run_group_tests_name("mon_guard", tests, NULL, NULL);
}
