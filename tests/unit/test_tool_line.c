// SPDX-License-Identifier: GPL-2.0
/* The command line, over a table of the test's own. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <cmocka.h>

#include "../../userspace/cmd/help.c"
#include "../../userspace/cmd/line.c"
#include "../../userspace/lib/msg.c"

static int nothing(const struct cmd_line *line)
{
	(void)line;
	return 0;
}

static const struct cmd_verb thing_verbs[] = {
	{ .name = "list", .run = nothing, .options = { { "red", NULL, "", NULL } } },
	{ .name = "set", .args = "ID", .min = 1, .max = 2, .run = nothing,
	  .options = { { "name", "NAME", "", NULL } } },
	{ .run = NULL }
};

static const struct cmd_verb go_verbs[] = {
	{ .command = true, .run = nothing, .options = { { "name", "NAME", "", NULL } } },
	{ .run = NULL }
};

static const struct cmd_object thing = { .name = "thing", .verbs = thing_verbs };
static const struct cmd_object go = { .name = "go", .verbs = go_verbs };
const struct cmd_object *const cmd_objects[] = { &thing, &go, NULL };
const struct cmd_option cmd_common[] = {
	{ "json", NULL, "", NULL }, { "help", NULL, "", NULL }, { NULL, NULL, NULL, NULL }
};

#define PARSE(line, ...) parse((char *[]){ "kvmshare", __VA_ARGS__, NULL }, line)

static int parse(char **argv, struct cmd_line *line)
{
	int argc = 0;

	while (argv[argc])
		argc++;
	return cmd_parse(argc, argv, line);
}

static void test_options_stand_anywhere(void **state)
{
	struct cmd_line line;

	(void)state;
	assert_int_equal(PARSE(&line, "--json", "--name", "x", "thing", "set", "7"), 0);
	assert_true(line.json);
	assert_string_equal(line.verb->name, "set");
	assert_string_equal(cmd_value(&line, "name"), "x");
	assert_string_equal(line.args[0], "7");
	assert_int_equal(PARSE(&line, "thing", "--name=y", "set", "7", "--json"), 0);
	assert_string_equal(cmd_value(&line, "name"), "y");
	assert_int_equal(PARSE(&line, "thing", "set", "7", "--name", "--json"), 0);
	assert_string_equal(cmd_value(&line, "name"), "--json");
	assert_false(line.json);
}

static void test_an_option_can_be_repeated(void **state)
{
	struct cmd_line line;

	(void)state;
	assert_int_equal(PARSE(&line, "go", "--name", "a", "--name=b", "--", "x"), 0);
	assert_string_equal(cmd_nth(&line, "name", 0), "a");
	assert_string_equal(cmd_nth(&line, "name", 1), "b");
	assert_null(cmd_nth(&line, "name", 2));
	assert_string_equal(cmd_value(&line, "name"), "b");
}

static void test_an_option_without_a_value_is_there(void **state)
{
	struct cmd_line line;

	(void)state;
	assert_int_equal(PARSE(&line, "thing", "list", "--red"), 0);
	assert_true(cmd_has(&line, "red"));
	assert_false(cmd_has(&line, "name"));
	assert_string_equal(cmd_value(&line, "red"), "");
}

static void test_a_command_is_taken_as_it_is(void **state)
{
	struct cmd_line line;

	(void)state;
	assert_int_equal(PARSE(&line, "go", "--", "cmd", "--json", "--", "--nonsense"), 0);
	assert_false(line.json);
	assert_string_equal(line.command[0], "cmd");
	assert_string_equal(line.command[2], "--");
	assert_string_equal(line.command[3], "--nonsense");
	assert_null(line.command[4]);
}

static void test_only_exact_words_are_taken(void **state)
{
	struct cmd_line line;

	(void)state;
	assert_int_equal(PARSE(&line, "thin", "list"), EXIT_USAGE);
	assert_int_equal(PARSE(&line, "thing", "lis"), EXIT_USAGE);
	assert_int_equal(PARSE(&line, "things"), EXIT_USAGE);
	assert_int_equal(PARSE(&line, "thing", "list", "--re"), EXIT_USAGE);
	assert_int_equal(PARSE(&line, "thing", "list", "-red"), EXIT_USAGE);
	assert_int_equal(PARSE(&line, "thing", "list", "-"), EXIT_USAGE);
	assert_int_equal(PARSE(&line, "thing", "list", "--red=1"), EXIT_USAGE);
	assert_int_equal(PARSE(&line, "thing", "list", "--red"), 0);
}

static void test_wrong_lines_are_refused(void **state)
{
	struct cmd_line line;

	(void)state;
	assert_int_equal(PARSE(&line, "thing"), EXIT_USAGE);
	assert_int_equal(PARSE(&line, "thing", "set"), EXIT_USAGE);
	assert_int_equal(PARSE(&line, "thing", "set", "1", "2", "3"), EXIT_USAGE);
	assert_int_equal(PARSE(&line, "thing", "set", "1", "--name"), EXIT_USAGE);
	assert_int_equal(PARSE(&line, "thing", "list", "--name", "x"), EXIT_USAGE);
	assert_int_equal(PARSE(&line, "thing", "list", "--", "x"), EXIT_USAGE);
	assert_int_equal(PARSE(&line, "go"), EXIT_USAGE);
	assert_int_equal(PARSE(&line, "go", "--"), EXIT_USAGE);
	assert_int_equal(PARSE(&line, "1", "2", "3", "4", "5", "6", "7", "8", "9", "10", "11"),
			 EXIT_USAGE);
}

static void test_a_wrong_value_is_wrong_usage(void **state)
{
	struct cmd_line line;

	(void)state;
	assert_int_equal(PARSE(&line, "thing", "set", "x"), 0);
	assert_int_equal(cmd_usage(&line, "x", "it is no ID"), EXIT_USAGE);
}

static void test_too_many_words_and_options_are_refused(void **state)
{
	char *argv[CMD_MAX_GIVEN + 8] = { "kvmshare", "thing", "list" };
	struct cmd_line line;

	(void)state;
	for (int i = 3; i < CMD_MAX_GIVEN + 7; i++)
		argv[i] = "--red";
	assert_int_equal(parse(argv, &line), EXIT_USAGE);
	for (int i = 3; i < CMD_MAX_GIVEN + 7; i++)
		argv[i] = "word";
	assert_int_equal(parse(argv, &line), EXIT_USAGE);
}

static void test_help_is_there_at_every_level(void **state)
{
	struct cmd_line line;

	(void)state;
	assert_int_equal(PARSE(&line, "--help"), 0);
	assert_true(line.help && !line.object);
	assert_int_equal(PARSE(&line, "-h"), 0);
	assert_true(line.help);
	assert_int_equal(PARSE(&line, "thing", "--help"), 0);
	assert_true(line.help && line.object && !line.verb);
	assert_int_equal(PARSE(&line, "thing", "set", "--help"), 0);
	assert_true(line.help && line.verb);
	assert_int_equal(PARSE(&line, "go", "--help"), 0);
	assert_true(line.help && line.verb);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_options_stand_anywhere),
		cmocka_unit_test(test_an_option_can_be_repeated),
		cmocka_unit_test(test_an_option_without_a_value_is_there),
		cmocka_unit_test(test_a_command_is_taken_as_it_is),
		cmocka_unit_test(test_only_exact_words_are_taken),
		cmocka_unit_test(test_wrong_lines_are_refused),
		cmocka_unit_test(test_a_wrong_value_is_wrong_usage),
		cmocka_unit_test(test_too_many_words_and_options_are_refused),
		cmocka_unit_test(test_help_is_there_at_every_level),
	};

	return cmocka_run_group_tests_name("tool_line", tests, NULL, NULL);
}
