// SPDX-License-Identifier: GPL-2.0
/*
 * Forecasts of made-up series: steady, falling, by the day, in bursts, and
 * hostile.  A tick is a minute here, so that a day is short.
 */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include "../../kmod/ksm-tune/forecast.c"
#include "mem_trace.h"
#include "random.h"

#define MINUTE	60
#define DAY	(24 * 60)	/* in ticks */
#define HORIZON	5

static struct forecast series;
static uint64_t ticks;

static void start(void)
{
	forecast_start(&series, HORIZON);
	ticks = 0;
}

static void add(uint64_t value)
{
	forecast_add(&series, value, (u32)(ticks++ * MINUTE % SECONDS_A_DAY));
}

static double noise(double size)
{
	double sum = 0;

	for (int i = 0; i < 12; i++)
		sum += (double)random_below(1 << 20) / (1 << 20);
	return (sum - 6) * size;
}

static void test_what_is_steady_stays(void **state)
{
	(void)state;
	start();
	assert_int_equal(forecast_gain(&series), FORECAST_ONE);
	for (int i = 0; i < 3 * DAY; i++)
		add(123456);
	for (int by = 0; by < FORECAST_NR; by++)
		assert_int_equal(forecast_by(&series, by), 123456);
	assert_int_equal(series.error[FORECAST_TREND], 0);
	assert_int_equal(forecast_gain(&series), FORECAST_ONE);
	assert_int_equal(forecast_ticks_to(&series, 1), FORECAST_NEVER);
	assert_int_equal(forecast_ticks_to(&series, 123456), 0);
}

static void test_a_leak_is_seen_coming(void **state)
{
	(void)state;
	start();
	for (int i = 0; i < 300; i++)
		add(1000000 - 1000 * i);
	/* 701,000 are left. */
	assert_int_equal(series.best, FORECAST_TREND);
	assert_true(forecast_gain(&series) < FORECAST_ONE / 4);
	assert_in_range(forecast_next(&series), 696000 - 1500, 696000 + 1500);
	assert_in_range(forecast_ticks_to(&series, 201000), 495, 505);
	/* It ends, and so does the warning. */
	for (int i = 0; i < 300; i++)
		add(701000);
	assert_true(forecast_ticks_to(&series, 1000) > 100000);
}

static void test_noise_is_averaged(void **state)
{
	(void)state;
	random_seed();
	start();
	/* Less than a day: yesterday would be an average, too. */
	for (int i = 0; i < 1000; i++)
		add((uint64_t)(500000 + noise(10000)));
	assert_int_equal(series.best, FORECAST_AVERAGE);
	assert_true(forecast_gain(&series) < FORECAST_ONE * 9 / 10);
}

/* A step of the day's load, at the same minute each day. */
static void test_yesterday_is_remembered(void **state)
{
	double gain = 0;

	(void)state;
	random_seed();
	start();
	for (int i = 0; i < 5 * DAY; i++) {
		int minute = i % DAY;
		double load = 300000 + 250000 * sin(minute * 2 * 3.14159265 * 12 / DAY);

		add((uint64_t)(load + noise(500)));
		if (i >= 4 * DAY)
			gain += (double)series.error[FORECAST_YESTERDAY] / series.error[FORECAST_NAIVE];
	}
	assert_true(gain / DAY < 0.7);
	/* Before there was a yesterday it said what it last saw. */
	start();
	add(77);
	assert_int_equal(forecast_by(&series, FORECAST_YESTERDAY), 77);
}

/* Whom it believes has not been worse than the last value lately. */
static void test_no_series_is_worse_than_naive(void **state)
{
	(void)state;
	for (int round = 0; round < 40; round++) {
		double value = 1e6, burst = 0;

		random_seed();
		start();
		for (int i = 0; i < 3000; i++) {
			value += noise(300);
			if (!random_below(200))
				burst = 200000.0 * (double)(1 + random_below(5));
			burst *= 0.97;
			if (!random_below(900))
				value = 1e5 + (double)random_below(2000000);
			add((uint64_t)fmax(0, value + burst));
			if (i > 100)
				assert_true(forecast_gain(&series) <= FORECAST_ONE);
		}
	}
}

/* Of the real thing, as the module does it: a sample a second, half a minute ahead. */
static void test_a_recorded_trace(void **state)
{
	const size_t nr = sizeof(mem_trace) / sizeof(mem_trace[0]), ahead = 30;
	double wrong = 0, naive = 0, size = 0;

	(void)state;
	forecast_start(&series, (u32)ahead);
	for (size_t i = 0; i + ahead < nr; i++) {
		double then = mem_trace[i + ahead];

		forecast_add(&series, mem_trace[i], (u32)i);
		wrong += fabs((double)forecast_next(&series) - then);
		naive += fabs((double)mem_trace[i] - then);
		size += then;
	}
	printf("# half a minute ahead it is wrong by %.2f percent of what comes, the last value by %.2f\n",
	       100 * wrong / size, 100 * naive / size);
	/* Of so short a past no more can be said than by the last value, and hardly less is. */
	assert_true(wrong <= naive * 1.03);
}

/* Nothing overflows (the sanitizer looks), and nothing is told that cannot be. */
static void test_hostile_samples(void **state)
{
	static const uint64_t extremes[] = { 0, 1, FORECAST_VALUE_MAX, ~0ULL, FORECAST_VALUE_MAX - 1 };

	(void)state;
	for (int round = 0; round < 60; round++) {
		random_seed();
		forecast_start(&series, 1 + (u32)random_below(FORECAST_HORIZON_MAX));
		for (int i = 0; i < 3000; i++) {
			uint64_t value = round % 3 == 0 ? extremes[i % 2 * 3] :
				round % 3 == 1 ? extremes[random_below(5)] :
				FORECAST_VALUE_MAX / 100 * (uint64_t)(i % 100);

			forecast_add(&series, value, (u32)random_next());
			for (int by = 0; by < FORECAST_NR; by++)
				assert_true(forecast_by(&series, by) <= FORECAST_VALUE_MAX);
			forecast_ticks_to(&series, random_next());
			forecast_gain(&series);
		}
	}
}

/* Who is believed does not swing with each sample. */
static void test_belief_is_steady(void **state)
{
	enum forecast_by before;
	int changes = 0;

	(void)state;
	random_seed();
	start();
	for (int i = 0; i < 5000; i++) {
		before = series.best;
		add((uint64_t)(500000 + 50000 * sin(i / 40.0) + noise(5000)));
		changes += series.best != before;
	}
	assert_true(changes < 60);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_what_is_steady_stays),
		cmocka_unit_test(test_a_leak_is_seen_coming),
		cmocka_unit_test(test_noise_is_averaged),
		cmocka_unit_test(test_yesterday_is_remembered),
		cmocka_unit_test(test_no_series_is_worse_than_naive),
		cmocka_unit_test(test_a_recorded_trace),
		cmocka_unit_test(test_hostile_samples),
		cmocka_unit_test(test_belief_is_steady),
	};

	return cmocka_run_group_tests_name("mem_forecast", tests, NULL, NULL);
}
