// SPDX-License-Identifier: GPL-2.0
/* The last hour: a row a minute, the oldest goes first, nothing is counted twice. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <cmocka.h>
#include "../../kmod/ksm-tune/history.c"
#include "random.h"

static struct history history;
static struct history_sample now;

static void start(void)
{
	memset(&history, 0, sizeof(history));
	now = (struct history_sample){ .available = 1000, .ksmd_ns = 5, .splits = 7 };
}

static void test_a_row_has_the_least_and_the_last(void **state)
{
	(void)state;
	start();
	assert_int_equal(history_count(&history), 0);
	history_add(&history, 120, &now);
	now.available = 400;
	now.sharing = 3;
	history_add(&history, 121, &now);
	now.available = 900;
	now.sharing = 9;
	history_add(&history, 179, &now);
	assert_int_equal(history_count(&history), 1);
	assert_int_equal(history_row(&history, 0)->minute, 2);
	assert_int_equal(history_row(&history, 0)->available, 400);
	assert_int_equal(history_row(&history, 0)->last.sharing, 9);
}

/* What happened between two rows belongs to the later one. */
static void test_counters_go_on(void **state)
{
	(void)state;
	start();
	history_add(&history, 0, &now);
	now.splits = 10;
	history_add(&history, 59, &now);
	now.splits = 15;
	history_add(&history, 60, &now);
	now.splits = 21;
	history_add(&history, 100, &now);
	assert_int_equal(history_count(&history), 2);
	assert_int_equal(history_row(&history, 0)->last.splits - history_row(&history, 0)->first.splits, 3);
	assert_int_equal(history_row(&history, 1)->last.splits - history_row(&history, 1)->first.splits, 11);
}

static void test_an_hour_is_kept(void **state)
{
	u64 sum = 0;

	(void)state;
	start();
	for (u64 second = 0; second < 3 * 3600; second++) {
		now.splits++;
		history_add(&history, second, &now);
	}
	assert_int_equal(history_count(&history), HISTORY_ROWS);
	for (u32 i = 0; i < HISTORY_ROWS; i++) {
		const struct history_row *row = history_row(&history, i);

		assert_int_equal(row->minute, 120 + i);
		sum += row->last.splits - row->first.splits;
	}
	assert_int_equal(sum, 3600);
}

/* A host that slept has fewer rows, not empty ones. */
static void test_minutes_may_be_missing(void **state)
{
	(void)state;
	start();
	history_add(&history, 10, &now);
	now.splits += 100;
	history_add(&history, 100000, &now);
	assert_int_equal(history_count(&history), 2);
	assert_int_equal(history_row(&history, 1)->minute, 1666);
	assert_int_equal(history_row(&history, 1)->last.splits - history_row(&history, 1)->first.splits, 100);
}

static void test_parts_of_a_minute(void **state)
{
	(void)state;
	assert_int_equal(history_permille(0), 0);
	assert_int_equal(history_permille(60ULL * 1000000000), 1000);
	assert_int_equal(history_permille(15ULL * 1000000000), 250);
}

static void test_random_hours(void **state)
{
	(void)state;
	random_seed();
	for (int round = 0; round < 200; round++) {
		u64 second = random_below(1000000), grown = 0, begun;

		start();
		begun = now.collapses;
		for (int i = 0; i < 500; i++) {
			now.collapses += random_below(10);
			now.available = random_next();
			second += random_below(40);
			history_add(&history, second, &now);
		}
		for (u32 i = 0; i < history_count(&history); i++) {
			const struct history_row *row = history_row(&history, i);

			assert_true(row->available <= row->last.available);
			if (i)
				assert_true(row->minute > history_row(&history, i - 1)->minute);
			grown += row->last.collapses - row->first.collapses;
		}
		assert_true(grown <= now.collapses - begun);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_a_row_has_the_least_and_the_last),
		cmocka_unit_test(test_counters_go_on),
		cmocka_unit_test(test_an_hour_is_kept),
		cmocka_unit_test(test_minutes_may_be_missing),
		cmocka_unit_test(test_parts_of_a_minute),
		cmocka_unit_test(test_random_hours),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
