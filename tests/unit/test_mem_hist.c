// SPDX-License-Identifier: GPL-2.0
/* Percentiles of what was seen lately, against a sorted list. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <cmocka.h>
#include "../../kmod/ksm-tune/hist.c"
#include "random.h"

#define NR	2000

static struct hist hist;
static uint64_t values[NR];

static void clear(void)
{
	memset(&hist, 0, sizeof(hist));
}

static int by_size(const void *a, const void *b)
{
	const uint64_t *x = a, *y = b;

	return *x < *y ? -1 : *x > *y;
}

static void test_nothing_was_seen(void **state)
{
	(void)state;
	clear();
	assert_int_equal(hist_percentile(&hist, 100), 0);
	hist_decay(&hist);
	assert_int_equal(hist_percentile(&hist, 50), 0);
}

/* Buckets are in order, without a gap, and none is wider than a quarter of its values. */
static void test_buckets(void **state)
{
	(void)state;
	for (u64 value = 1; value < 1ULL << 40; value += 1 + value / 1000) {
		u32 bucket = bucket_of(value), before = bucket_of(value - 1);

		assert_true(bucket == before || bucket == before + 1);
		assert_true(bucket_of(value + value / 4 + 1) > bucket);
	}
	assert_int_equal(bucket_of(~0ULL), HIST_BUCKETS - 1);
}

/* One that was always the same is told as that. */
static void test_a_value_that_was_seen(void **state)
{
	(void)state;
	clear();
	for (int i = 0; i < 100; i++)
		hist_add(&hist, 100);
	assert_int_equal(hist_percentile(&hist, 95), 100);
	for (int halves = 0; halves < 40; halves++)
		hist_decay(&hist);
	hist_add(&hist, 97);
	assert_int_equal(hist_percentile(&hist, 95), 97);
}

static void test_percentiles_of_anything(void **state)
{
	(void)state;
	for (int round = 0; round < 50; round++) {
		uint64_t span;

		random_seed();
		span = 1ULL << random_below(40);
		clear();
		for (int i = 0; i < NR; i++) {
			values[i] = random_below(span);
			hist_add(&hist, values[i]);
		}
		qsort(values, NR, sizeof(*values), by_size);
		for (u32 percent = 1; percent <= 100; percent++) {
			uint64_t exact = values[(NR * percent + 99) / 100 - 1];
			uint64_t told = hist_percentile(&hist, percent);

			assert_true(told >= exact);
			assert_true(told <= exact + exact / 4);
		}
	}
}

static void test_what_is_old_counts_less(void **state)
{
	(void)state;
	clear();
	for (int i = 0; i < 1000; i++)
		hist_add(&hist, 1000000);
	for (int halves = 0; halves < 5; halves++)
		hist_decay(&hist);
	/* 31 of the old are left. */
	for (int i = 0; i < 300; i++)
		hist_add(&hist, 100);
	assert_int_equal(hist_percentile(&hist, 90), 100);
	assert_int_equal(hist_percentile(&hist, 95), 1000000);
	for (int halves = 0; halves < 20; halves++)
		hist_decay(&hist);
	assert_int_equal(hist_percentile(&hist, 100), 0);
}

static void test_a_full_bucket_stays(void **state)
{
	(void)state;
	clear();
	hist.weight[3] = ~0U - 100;
	hist.all = hist.weight[3];
	hist_add(&hist, 3);
	assert_int_equal(hist.weight[3], ~0U - 100);
	assert_int_equal(hist.all, hist.weight[3]);
	assert_int_equal(hist_percentile(&hist, 95), 3);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_nothing_was_seen),
		cmocka_unit_test(test_buckets),
		cmocka_unit_test(test_a_value_that_was_seen),
		cmocka_unit_test(test_percentiles_of_anything),
		cmocka_unit_test(test_what_is_old_counts_less),
		cmocka_unit_test(test_a_full_bucket_stays),
	};

	return cmocka_run_group_tests_name("mem_hist", tests, NULL, NULL);
}
