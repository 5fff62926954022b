// SPDX-License-Identifier: GPL-2.0
/*
 * What may be asked of an engine, and that the soft one then does it: against
 * plain loops, in memory whose end is guarded by the sanitizer.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "../../kmod/vgpu/job.c"
#include "../../kmod/vgpu/engines/words.c"
#include "../../kmod/vgpu/strikes.c"
#include "random.h"

#define ALL_TYPES	((1U << JOB_TYPES) - 1)
#define WORDS		64
#define BYTES		(WORDS * 4ULL)

static const struct job copy = {
	.type = JOB_COPY, .repeat = 1, .dst = 0, .a = 128, .count = 32,
};

static bool allowed(struct job job)
{
	return job_check(&job, ALL_TYPES, BYTES);
}

/* @with is what differs from the good job. */
#define BAD(good, with) do { \
		struct job tried = good; \
		assert_true(allowed(tried)); \
		tried.with; \
		assert_false(allowed(tried)); \
	} while (0)

static void test_what_is_malformed_is_refused(void **state)
{
	struct job spin = { .type = JOB_SPIN, .repeat = 1, .value = 5 };

	BAD(copy, type = JOB_TYPES);
	BAD(copy, type = ~0U);
	BAD(copy, repeat = 0);
	BAD(copy, repeat = JOB_REPEAT_MAX + 1);
	BAD(copy, count = 0);
	BAD(copy, value = 1);
	BAD(copy, b = 4);
	BAD(copy, rows = 1);
	BAD(copy, cols = 1);
	BAD(spin, value = 0);
	BAD(spin, count = 1);
	BAD(spin, dst = 4);
	BAD(spin, a = 4);
}

static void test_no_word_lies_outside_the_memory(void **state)
{
	struct job job = copy;

	BAD(copy, a = 132);
	BAD(copy, a = BYTES + 4);
	BAD(copy, a = ~3ULL);
	BAD(copy, dst = ~3ULL);
	BAD(copy, count = ~0U);
	job.count = 33;
	assert_false(allowed(job));
	job = (struct job) { .type = JOB_SUM, .repeat = 1, .a = 0, .count = WORDS, .dst = BYTES - 8 };
	assert_true(allowed(job));
	BAD(job, dst = BYTES - 4);
}

static void test_words_are_aligned(void **state)
{
	struct job small = copy;

	small.count = 8;
	BAD(small, a = 130);
	BAD(small, dst = 2);
}

static void test_a_copy_does_not_overlap(void **state)
{
	struct job back = { .type = JOB_COPY, .repeat = 1, .dst = 128, .a = 0, .count = 32 };

	BAD(copy, dst = 4);
	BAD(copy, dst = 128);
	BAD(back, a = 4);
}

static void test_a_matrix_lies_inside(void **state)
{
	const struct job matrix = {
		.type = JOB_MATMUL, .repeat = 1, .rows = 4, .cols = 4, .count = 4,
		.a = 0, .b = 64, .dst = 128,
	};

	BAD(matrix, rows = 0);
	BAD(matrix, cols = 0);
	BAD(matrix, count = 0);
	BAD(matrix, value = 1);
	BAD(matrix, rows = JOB_MATRIX_MAX + 1);
	BAD(matrix, cols = JOB_MATRIX_MAX + 1);
	BAD(matrix, count = JOB_MATRIX_MAX + 1);
	BAD(matrix, a = 196);
	BAD(matrix, b = 196);
	BAD(matrix, dst = 196);
	BAD(matrix, b = ~3ULL);
}

static void test_a_matrix_is_bounded_in_any_memory(void **state)
{
	const struct job row = {
		.type = JOB_MATMUL, .repeat = 1, .rows = 1, .cols = 1, .count = JOB_MATRIX_MAX,
	};
	struct job longer = row;

	longer.count++;
	assert_true(job_check(&row, ALL_TYPES, 1ULL << 40));
	assert_false(job_check(&longer, ALL_TYPES, 1ULL << 40));
}

static void test_an_engine_gets_what_it_executes(void **state)
{
	assert_true(job_check(&copy, 1U << JOB_COPY, BYTES));
	assert_false(job_check(&copy, ALL_TYPES & ~(1U << JOB_COPY), BYTES));
}

/* -- What a job does -------------------------------------------------------- */

/* The same as words.h promises, all at once and by the plainest way. */
static void expected(const struct job *job, uint32_t *mem)
{
	uint32_t *dst = mem + job->dst / 4, *a = mem + job->a / 4, *b = mem + job->b / 4;
	uint64_t sum = 0, hash = 0xcbf29ce484222325;

	for (uint32_t i = 0; i < job->count && job->type != JOB_MATMUL; i++) {
		uint32_t w = job->type == JOB_FILL ? 0 : a[i];
		uint8_t bytes[4] = { w, w >> 8, w >> 16, w >> 24 };

		sum += w;
		for (int n = 0; n < 4; n++)
			hash = (hash ^ bytes[n]) * 0x100000001b3;
		if (job->type == JOB_FILL)
			dst[i] = job->value;
		else if (job->type == JOB_COPY)
			dst[i] = w;
		else if (job->type == JOB_CONVERT)
			dst[i] = bytes[2] | bytes[1] << 8 | bytes[0] << 16 | (uint32_t)bytes[3] << 24;
		else if (job->type == JOB_BLEND) {
			uint32_t rest = 255 - bytes[3], out = 0;

			for (int n = 0; n < 4; n++)
				out |= ((dst[i] >> 8 * n & 0xff) * rest + 127) / 255 << 8 * n;
			dst[i] = w + out;
		}
	}
	if (job->type == JOB_SUM || job->type == JOB_HASH) {
		uint64_t result = job->type == JOB_SUM ? sum : hash;

		dst[0] = (uint32_t)result;
		dst[1] = result >> 32;
	}
	for (uint32_t row = 0; row < job->rows; row++)
		for (uint32_t col = 0; col < job->cols; col++) {
			uint32_t cell = 0;

			for (uint32_t k = 0; k < job->count; k++)
				cell += a[row * job->count + k] * b[k * job->cols + col];
			dst[row * job->cols + col] = cell;
		}
}

/* Any that passes, and that does not read what it writes. */
static struct job random_job(void)
{
	struct job job;

	do {
		job = (struct job) {
			.type = random_below(JOB_SPIN), .repeat = 1 + random_below(3),
			.dst = BYTES / 2 + 4 * random_below(WORDS / 2),
		};
		if (job.type == JOB_MATMUL) {
			job.rows = 1 + random_below(5);
			job.cols = 1 + random_below(5);
			job.b = 4 * random_below(WORDS / 4);
		}
		job.count = 1 + random_below(job.type == JOB_MATMUL ? 5 : WORDS / 2);
		if (job.type == JOB_FILL)
			job.value = random_next();
		else
			job.a = 4 * random_below(WORDS / 4);
	} while (!allowed(job) || job.a + 4 * job.count * (job.rows ?: 1) > BYTES / 2 ||
		 job.b + 4 * job.count * job.cols > BYTES / 2);
	return job;
}

static void test_a_job_does_what_it_says_in_steps_of_any_size(void **state)
{
	random_seed();
	for (int n = 0; n < 20000; n++) {
		struct job job = random_job();
		struct words words = { 0 };
		uint32_t *mem = malloc(BYTES), *want = malloc(BYTES);
		bool done;
		uint64_t left = job_units(&job) * job.repeat;

		for (int i = 0; i < WORDS; i++)
			want[i] = mem[i] = random_next();
		for (uint32_t r = 0; r < job.repeat; r++)
			expected(&job, want);
		do {
			uint64_t steps = 1 + random_below(20);

			done = words_run(&job, &words, mem, steps);
			assert_true(left-- > 0);
		} while (!done);
		assert_memory_equal(mem, want, BYTES);
		free(mem);
		free(want);
	}
}

static void test_too_many_strikes_within_the_window(void **state)
{
	struct strikes strikes = { 0 };

	assert_false(strikes_add(&strikes, 100, 3, 50));
	assert_false(strikes_add(&strikes, 120, 3, 50));
	assert_false(strikes_add(&strikes, 151, 3, 50));
	assert_true(strikes_add(&strikes, 170, 3, 50));
	assert_int_equal(strikes.total, 4);
	strikes = (struct strikes) { 0 };
	for (uint64_t n = 1; n < STRIKES_MAX; n++)
		assert_false(strikes_add(&strikes, n, STRIKES_MAX, 50));
	assert_true(strikes_add(&strikes, STRIKES_MAX, STRIKES_MAX, 50));
	assert_false(strikes_add(&strikes, STRIKES_MAX + 60, STRIKES_MAX, 50));
	strikes = (struct strikes) { 0 };
	assert_true(strikes_add(&strikes, 0, 1, 50));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_what_is_malformed_is_refused),
		cmocka_unit_test(test_no_word_lies_outside_the_memory),
		cmocka_unit_test(test_words_are_aligned),
		cmocka_unit_test(test_a_copy_does_not_overlap),
		cmocka_unit_test(test_a_matrix_lies_inside),
		cmocka_unit_test(test_a_matrix_is_bounded_in_any_memory),
		cmocka_unit_test(test_an_engine_gets_what_it_executes),
		cmocka_unit_test(test_a_job_does_what_it_says_in_steps_of_any_size),
		cmocka_unit_test(test_too_many_strikes_within_the_window),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
