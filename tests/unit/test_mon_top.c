// SPDX-License-Identifier: GPL-2.0
/* How fast exits went between two looks, of each VM; of those that began, ended or were another's meanwhile. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <cmocka.h>
#include "../../userspace/cmd/top_rates.c"

#define S	1000000000ULL

static struct sum sum_of(__u32 tgid, __u32 reason, __u64 count, __u64 ns)
{
	return (struct sum){
		.tgid = tgid, .vcpu = SUM_ALL_VCPUS, .reason = { REASON_SVM, reason }, .exits = { .count = count, .ns = ns },
	};
}

static size_t rates_of(struct sum *before, size_t nr_before, struct sum *after, size_t nr_after, __u64 ns,
		       struct top_rate rates[2])
{
	const struct sums first = { before, nr_before }, second = { after, nr_after };

	return top_rates(&first, &second, ns, rates, 2);
}

static void test_rates(void **state)
{
	struct sum before[] = { sum_of(7, 0x72, 100, S), sum_of(7, SVM_HLT, 10, 5 * S), sum_of(9, 0x72, 5, 0) };
	struct sum after[] = {
		sum_of(7, SVM_HLT, 30, 6 * S), sum_of(7, 0x72, 500, S + S / 2), sum_of(7, 0x7b, 40, 0), sum_of(9, 0x72, 5, 0),
	};
	struct top_rate rates[2];

	(void)state;
	assert_int_equal(rates_of(before, 3, after, 4, 2 * S, rates), 2);
	assert_int_equal(rates[0].tgid, 7);
	assert_int_equal(rates[0].exits, 10 + 200 + 20);
	assert_int_equal(rates[0].most.reason, 0x72);
	assert_int_equal(rates[0].most_exits, 200);
	/* Half a second of two; to wait is none of it. */
	assert_int_equal(rates[0].busy_ppm, 250000);
	assert_int_equal(rates[1].tgid, 9);
	assert_int_equal(rates[1].exits, 0);
	assert_int_equal(rates[1].most_exits, 0);
}

static void test_one_that_is_new_or_another(void **state)
{
	struct sum before[] = { sum_of(7, 0x72, 100, S) };
	struct sum after[] = { sum_of(5, 0x72, 1000000, S), sum_of(7, 0x72, 3, 0), sum_of(8, 0x72, 1, 0) };
	struct top_rate rates[2];

	(void)state;
	/* What a new one did before, nobody saw; a number that is another's now says nothing; and two is all there is room for. */
	assert_int_equal(rates_of(before, 1, after, 3, S, rates), 2);
	assert_int_equal(rates[0].exits, 0);
	assert_int_equal(rates[1].exits, 0);
	assert_int_equal(rates[1].busy_ppm, 0);
}

static void test_no_time_has_passed(void **state)
{
	struct sum before[] = { sum_of(7, 0x72, 100, S) }, after[] = { sum_of(7, 0x72, 200, 2 * S) };
	struct top_rate rates[2];

	(void)state;
	assert_int_equal(rates_of(before, 1, after, 1, 0, rates), 1);
	assert_int_equal(rates[0].exits, 0);
	assert_int_equal(rates_of(before, 1, before, 0, S, rates), 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_rates),
		cmocka_unit_test(test_one_that_is_new_or_another),
		cmocka_unit_test(test_no_time_has_passed),
	};

	return cmocka_run_group_tests_name("mon_top", tests, NULL, NULL);
}
