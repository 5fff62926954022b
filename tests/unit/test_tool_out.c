// SPDX-License-Identifier: GPL-2.0
/* The writer: what people see of a value, and what programs see. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <stdlib.h>
#include <unistd.h>

#include "../../userspace/lib/msg.c"
#include "../../userspace/lib/out.c"

static const struct out_column columns[] = {
	{ "name", "NAME", OUT_TEXT },
	{ "nr", "NR", OUT_RIGHT },
	{ "ms", "AGE", OUT_MS },
	{ "on", "ON", OUT_TEXT },
	{ "list", "LIST", OUT_TEXT },
	{ NULL, NULL, OUT_TEXT }
};

static json_object *row(const char *name, int64_t nr, uint64_t ms)
{
	json_object *to = json_object_new_object();
	json_object *list = json_object_new_array();

	json_object_array_add(list, json_object_new_int(4));
	json_object_array_add(list, json_object_new_int(5));
	out_str(to, "name", name);
	out_int(to, "nr", nr);
	out_uint(to, "ms", ms);
	out_bool(to, "on", nr > 0);
	json_object_object_add(to, "list", list);
	return to;
}

/* What @print writes to standard output. */
static const char *printed(void (*print)(void))
{
	static char text[8192];
	int before = dup(STDOUT_FILENO), file;
	char name[] = "/tmp/kvmshare-out-XXXXXX";
	ssize_t len;

	file = mkstemp(name);
	unlink(name);
	fflush(stdout);
	dup2(file, STDOUT_FILENO);
	print();
	fflush(stdout);
	dup2(before, STDOUT_FILENO);
	close(before);
	len = pread(file, text, sizeof(text) - 1, 0);
	close(file);
	text[len < 0 ? 0 : len] = '\0';
	return text;
}

static void print_two(void)
{
	json_object *rows = json_object_new_array();

	json_object_array_add(rows, row("a", 0, 9999));
	json_object_array_add(rows, row(NULL, 12345, 7200000));
	out_table(columns, rows, "nothing");
}

static void test_a_table_is_aligned(void **state)
{
	(void)state;
	out_setup(false);
	assert_string_equal(printed(print_two),
			    "NAME     NR      AGE  ON   LIST\n"
			    "a         0  9999 ms  no   4, 5\n"
			    "-     12345  120 min  yes  4, 5\n");
}

static void test_durations_are_told_in_a_unit_that_fits(void **state)
{
	static const struct {
		uint64_t ms;
		const char *shown;
	} durations[] = {
		{ 9999, "9999 ms" }, { 10000, "10 s" }, { 599999, "599 s" }, { 600000, "10 min" },
		{ 35999999, "599 min" }, { 36000000, "10 h" },
	};
	char cell[CELL_LEN];

	(void)state;
	for (size_t i = 0; i < sizeof(durations) / sizeof(durations[0]); i++) {
		json_object *ms = json_object_new_uint64(durations[i].ms);
		json_object *ns = json_object_new_uint64(durations[i].ms * 1000000);

		show(cell, ms, OUT_MS);
		assert_string_equal(cell, durations[i].shown);
		show(cell, ns, OUT_NS);
		assert_string_equal(cell, durations[i].shown);
		json_object_put(ms);
		json_object_put(ns);
	}
}

static void test_a_long_list_is_cut(void **state)
{
	json_object *list = json_object_new_array();
	char cell[CELL_LEN];

	(void)state;
	for (int i = 0; i < CELL_LEN; i++)
		json_object_array_add(list, json_object_new_int(i));
	show(cell, list, OUT_TEXT);
	assert_int_equal(strlen(cell), CELL_LEN - 1);
	json_object_put(list);
}

static off_t out_by_then;

static void print_line(void)
{
	json_object *record = json_object_new_object();

	out_int(record, "nr", 7);
	out_line(record, "seven");
	out_by_then = lseek(STDOUT_FILENO, 0, SEEK_CUR);
}

/* Whoever follows events reads a pipe. */
static void test_a_line_does_not_wait_for_others(void **state)
{
	(void)state;
	out_setup(false);
	assert_string_equal(printed(print_line), "seven\n");
	assert_int_equal(out_by_then, strlen("seven\n"));
	out_setup(true);
	assert_string_equal(printed(print_line), "{\"nr\":7}\n");
}

static void test_json_has_the_values_themselves(void **state)
{
	json_object *rows, *value;

	(void)state;
	out_setup(true);
	rows = json_tokener_parse(printed(print_two));
	assert_int_equal(json_object_array_length(rows), 2);
	json_object_object_get_ex(json_object_array_get_idx(rows, 1), "ms", &value);
	assert_int_equal(json_object_get_int64(value), 7200000);
	assert_true(json_object_object_get_ex(json_object_array_get_idx(rows, 1), "name", &value));
	assert_null(value);
	json_object_put(rows);
}

static void print_none(void)
{
	out_table(columns, json_object_new_array(), "nothing is there");
}

static void test_an_empty_table_says_so(void **state)
{
	(void)state;
	out_setup(false);
	assert_string_equal(printed(print_none), "nothing is there\n");
	out_setup(true);
	assert_string_equal(printed(print_none), "[\n]\n");
}

static void print_record(void)
{
	/* An escape; a CSI in UTF-8; bytes that are no UTF-8. */
	out_record(columns, row("\x1b[31mred\n\xc2\x9b\xff", -3, 0));
}

static void test_nothing_steers_the_terminal(void **state)
{
	(void)state;
	out_setup(false);
	assert_string_equal(printed(print_record),
			    "NAME  ?[31mred????\n"
			    "NR    -3\n"
			    "AGE   0 ms\n"
			    "ON    no\n"
			    "LIST  4, 5\n");
}

static void note_and_fail(void)
{
	int before = dup(STDERR_FILENO);

	dup2(STDOUT_FILENO, STDERR_FILENO);
	msg_note("%s has it open", "\x1b]0;x\a\xc2\x9b");
	FAIL(EXIT_FAILED, .object = "\r", .reason = "\xff", .kept = "\n", .remedy = "\x7f");
	dup2(before, STDERR_FILENO);
	close(before);
}

static void test_nor_do_messages(void **state)
{
	const char *text;

	(void)state;
	msg_setup("test", false);
	assert_string_equal(printed(note_and_fail),
			    "test: ?]0;x??? has it open\ntest: ?: ?; ?\n  ?\n");
	msg_setup("test", true);
	text = printed(note_and_fail);
	assert_non_null(strstr(text, "\"reason\":\"?\""));
	/* The note would make it something else than JSON. */
	assert_int_equal(*text, '{');
	msg_setup("test", false);
}

static void test_json_is_utf_8_whatever_a_process_calls_itself(void **state)
{
	const char *text;

	(void)state;
	out_setup(true);
	text = printed(print_record);
	assert_non_null(strstr(text, "?[31mred????"));
	for (; *text; text++)
		assert_true((unsigned char)*text < 0x80);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_a_table_is_aligned),
		cmocka_unit_test(test_durations_are_told_in_a_unit_that_fits),
		cmocka_unit_test(test_a_long_list_is_cut),
		cmocka_unit_test(test_a_line_does_not_wait_for_others),
		cmocka_unit_test(test_json_has_the_values_themselves),
		cmocka_unit_test(test_an_empty_table_says_so),
		cmocka_unit_test(test_nothing_steers_the_terminal),
		cmocka_unit_test(test_nor_do_messages),
		cmocka_unit_test(test_json_is_utf_8_whatever_a_process_calls_itself),
	};

	return cmocka_run_group_tests_name("tool_out", tests, NULL, NULL);
}
