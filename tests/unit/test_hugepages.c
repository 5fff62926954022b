// SPDX-License-Identifier: GPL-2.0
/* Which huge pages are asked for: the words, and what a command says itself. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include "../../userspace/lib/hugepages.c"
#include "../../userspace/lib/pairs.c"
#include "../../userspace/lib/parse.c"

static struct hugepages spec;
static char error[PAIRS_ERROR_LEN];

static void test_what_is_asked_for(void **state)
{
	(void)state;
	assert_int_equal(hugepages_parse("2M", &spec, error), 0);
	assert_int_equal(spec.kib, 2048);
	assert_int_equal(spec.bytes, 0);
	assert_int_equal(spec.node, -1);
	assert_int_equal(hugepages_parse("1G,mem=3G,node=2", &spec, error), 0);
	assert_int_equal(spec.kib, 1048576);
	assert_int_equal(spec.node, 2);
	assert_int_equal(hugepages_count(&spec), 3);
	assert_int_equal(hugepages_parse("2M,mem=3M", &spec, error), 0);
	assert_int_equal(hugepages_count(&spec), 2);
}

static void test_what_is_no_such_word(void **state)
{
	static const char *const bad[] = {
		"", "2", "2MB", "4K", "M", "mem=4G", "2M,mem", "2M,mem=", "2M,mem=4", "2M,mem=0G",
		"2M,mem=-1G", "2M,mem=4Gi", "2M,mem=99999999999T", "2M,node=x", "2M,node=-1", "2M,mem=1G,mem=1G",
		"2M,size=1G", "2M mem=1G",
	};

	(void)state;
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
		if (!hugepages_parse(bad[i], &spec, error))
			fail_msg("'%s' was taken", bad[i]);
}

static uint64_t said(const char *option, const char *value)
{
	char *command[] = { (char *)"qemu", (char *)option, (char *)value, NULL };

	return hugepages_of_command(command);
}

static void test_what_a_command_says(void **state)
{
	char *none[] = { (char *)"qemu", NULL }, *cut[] = { (char *)"qemu", (char *)"-m", NULL };

	(void)state;
	assert_int_equal(said("-m", "512"), 512ULL << 20);
	assert_int_equal(said("-m", "4G"), 4ULL << 30);
	assert_int_equal(said("-m", "size=2G,slots=2,maxmem=8G"), 2ULL << 30);
	assert_int_equal(said("-m", "lots"), 0);
	assert_int_equal(said("-mem-path", "4G"), 0);
	assert_int_equal(hugepages_of_command(none), 0);
	assert_int_equal(hugepages_of_command(cut), 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_what_is_asked_for),
		cmocka_unit_test(test_what_is_no_such_word),
		cmocka_unit_test(test_what_a_command_says),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
