// SPDX-License-Identifier: GPL-2.0
/* Rates of two samples, and how even shares are. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "../../userspace/cmd/vgpu_rates.c"

static const struct vgpu_sample before = {
	.id = 7, .at_ns = 5000000000, .run_ns = 1000, .wait_ns = 2000, .throttled_ns = 10,
	.jobs = 100, .slices = 9,
};

static void test_counters_become_parts_of_the_time(void **state)
{
	struct vgpu_sample after = before;
	struct vgpu_rate rate;

	after.at_ns += 2000000000;
	after.run_ns += 500000000;
	after.wait_ns += 1500000000;
	after.throttled_ns += 2000;
	after.jobs += 3000;
	after.slices += 5;
	assert_true(vgpu_rate(&before, &after, &rate));
	assert_int_equal(rate.run_ppm, 250000);
	assert_int_equal(rate.wait_ppm, 750000);
	assert_int_equal(rate.throttled_ppm, 1);
	assert_int_equal(rate.jobs, 1500);
	assert_int_equal(rate.slices, 3);
}

static void test_two_that_do_not_belong_together_tell_nothing(void **state)
{
	struct vgpu_sample after = before;
	struct vgpu_rate rate;

	assert_false(vgpu_rate(&before, &after, &rate));
	after.at_ns++;
	assert_true(vgpu_rate(&before, &after, &rate));
	after.id++;
	assert_false(vgpu_rate(&before, &after, &rate));
	assert_false(vgpu_rate(NULL, &after, &rate));
}

static void test_a_counter_that_went_back_is_no_flood(void **state)
{
	struct vgpu_sample after = before;
	struct vgpu_rate rate;

	after.at_ns += 1000000000000;
	after.run_ns = 0;
	assert_true(vgpu_rate(&before, &after, &rate));
	assert_int_equal(rate.run_ppm, 0);
}

static void test_long_times_do_not_overflow(void **state)
{
	struct vgpu_sample after = before;
	struct vgpu_rate rate;

	after.at_ns = UINT64_MAX;
	after.run_ns = after.at_ns - before.at_ns + before.run_ns;
	assert_true(vgpu_rate(&before, &after, &rate));
	assert_int_equal(rate.run_ppm, 1000000);
}

static void test_one_is_found_by_its_number(void **state)
{
	struct vgpu_sample samples[3] = { { .id = 9 }, { .id = 2 }, { .id = 5 } };

	assert_ptr_equal(vgpu_sample_find(samples, 3, 5), &samples[2]);
	assert_null(vgpu_sample_find(samples, 2, 5));
}

static void test_jain_is_of_the_shares(void **state)
{
	const uint64_t even[] = { 10, 10, 10, 10 }, one[] = { 10, 0, 0, 0 }, some[] = { 1, 3 };

	assert_int_equal(vgpu_jain_ppm(even, 4), 1000000);
	assert_int_equal(vgpu_jain_ppm(one, 4), 250000);
	assert_int_equal(vgpu_jain_ppm(some, 2), 800000);
	assert_int_equal(vgpu_jain_ppm(one + 1, 3), 1000000);
	assert_int_equal(vgpu_jain_ppm(NULL, 0), 1000000);
}

static void test_minmax_is_the_least_by_the_greatest(void **state)
{
	const uint64_t even[] = { 10, 10 }, some[] = { 4, 3, 1 };

	assert_int_equal(vgpu_minmax_ppm(even, 2), 1000000);
	assert_int_equal(vgpu_minmax_ppm(some, 3), 250000);
	assert_int_equal(vgpu_minmax_ppm(NULL, 0), 1000000);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_counters_become_parts_of_the_time),
		cmocka_unit_test(test_two_that_do_not_belong_together_tell_nothing),
		cmocka_unit_test(test_a_counter_that_went_back_is_no_flood),
		cmocka_unit_test(test_long_times_do_not_overflow),
		cmocka_unit_test(test_one_is_found_by_its_number),
		cmocka_unit_test(test_jain_is_of_the_shares),
		cmocka_unit_test(test_minmax_is_the_least_by_the_greatest),
	};

	return cmocka_run_group_tests_name("tool_vgpu_rates", tests, NULL, NULL);
}
