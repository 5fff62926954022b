// SPDX-License-Identifier: GPL-2.0
/* Which names and tenants may be kept and shown. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "../../kmod/core/text.c"

#define LEN	8

/* In memory of just that length, so that reading on is seen. */
static bool valid(const char *bytes, size_t n)
{
	char *field = calloc(1, LEN);
	bool ret;

	memcpy(field, bytes, n);
	ret = kvmshare_text_valid(field, LEN);
	free(field);
	return ret;
}

static void texts_by_hand(void **state)
{
	static const struct {
		const char *bytes;
		size_t n;
		bool valid;
		const char *why;
	} cases[] = {
		{ "", 0, true, "empty is no name" },
		{ "web", 3, true, "a word" },
		{ "a b~", 4, true, "space and tilde are printable" },
		{ "1234567", 7, true, "the longest, with its NUL" },
		{ "12345678", 8, false, "no NUL" },
		{ "a\nb", 3, false, "a line of its own in a log" },
		{ "\x1b[2J", 4, false, "a terminal's control sequence" },
		{ "\x7f", 1, false, "delete" },
		{ "\xc3\xa9", 2, false, "not ASCII" },
		{ "a\0b", 3, false, "hidden behind the NUL" },
		{ "\0\0\0\0\0\0\0x", 8, false, "hidden in the last byte" },
	};
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		if (valid(cases[i].bytes, cases[i].n) != cases[i].valid)
			fail_msg("%s", cases[i].why);
	}
}

/* Each byte in each place: only printable ones, and NULs only at the end. */
static void every_byte_everywhere(void **state)
{
	char field[LEN];
	unsigned int c;
	size_t at;

	(void)state;
	for (at = 0; at < LEN - 1; at++) {
		for (c = 1; c < 256; c++) {
			memset(field, 0, sizeof(field));
			memset(field, 'x', at);
			field[at] = c;
			assert_int_equal(valid(field, LEN), c >= 0x20 && c <= 0x7e);
		}
	}
}

static void no_length_is_no_text(void **state)
{
	(void)state;
	assert_false(kvmshare_text_valid("", 0));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(texts_by_hand),
		cmocka_unit_test(every_byte_everywhere),
		cmocka_unit_test(no_length_is_no_text),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
