// SPDX-License-Identifier: GPL-2.0
/*
 * What is copied for a job is what it reads and writes: run on memory of which only
 * that is the same, it writes the same, there and nowhere else.
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
#include "../../kmod/vgpu/device/reach.c"
#include "random.h"

#define ALL_TYPES	((1U << JOB_TYPES) - 1)
#define WORDS		64U
#define BYTES		(WORDS * 4U)

static void fill(uint32_t *memory)
{
	for (unsigned int i = 0; i < WORDS; i++)
		memory[i] = (uint32_t)random_next();
}

static void run(const struct job *job, uint32_t *memory)
{
	struct words words = { 0 };

	while (!words_run(job, &words, memory, 1000))
		;
}

/* One that touches memory, and that an engine would be given. */
static struct job random_job(void)
{
	struct job job;

	do {
		job = (struct job) {
			.type = random_below(JOB_SPIN),
			.repeat = 1 + random_below(2),
			.dst = 4 * random_below(WORDS),
			.a = 4 * random_below(WORDS),
			.count = 1 + random_below(12),
		};
		if (job.type == JOB_MATMUL) {
			job.b = 4 * random_below(WORDS);
			job.rows = 1 + random_below(4);
			job.cols = 1 + random_below(4);
		}
		if (job.type == JOB_FILL) {
			job.a = 0;
			job.value = (uint32_t)random_next();
		}
	} while (!job_check(&job, ALL_TYPES, BYTES));
	return job;
}

static void copy_reach(uint32_t *to, const uint32_t *from, const struct reach *reach)
{
	memcpy((char *)to + reach->at, (const char *)from + reach->at, reach->bytes);
}

static void test_what_is_copied_is_all_that_a_job_needs(void **state)
{
	uint32_t guest[WORDS], wanted[WORDS], image[WORDS];

	random_seed();
	for (int i = 0; i < 200000; i++) {
		struct job job = random_job();
		struct job_reach reach = job_reach(&job);

		fill(guest);
		memcpy(wanted, guest, BYTES);
		run(&job, wanted);
		fill(image);
		for (unsigned int j = 0; j < REACH_READS; j++)
			copy_reach(image, guest, &reach.reads[j]);
		run(&job, image);
		copy_reach(guest, image, &reach.writes);
		assert_memory_equal(guest, wanted, BYTES);
	}
}

static void test_one_that_touches_no_memory_has_nothing_copied(void **state)
{
	struct job job = { .type = JOB_SPIN, .repeat = 1, .value = 9 };
	struct job_reach reach = job_reach(&job), none = { 0 };

	assert_memory_equal(&reach, &none, sizeof(none));
}

static void mark(unsigned char *bytes, const struct reach *pieces, unsigned int nr)
{
	for (unsigned int i = 0; i < nr; i++)
		for (uint64_t at = 0; at < pieces[i].bytes; at++)
			bytes[pieces[i].at + at]++;
}

static void test_pieces_together_are_the_same_bytes_each_once(void **state)
{
	enum { PIECES = 12, ALL = 128 };
	unsigned char before[ALL], after[ALL];
	struct reach pieces[PIECES];

	random_seed();
	for (int i = 0; i < 100000; i++) {
		unsigned int nr = random_below(PIECES + 1), left;

		for (unsigned int j = 0; j < nr; j++)
			pieces[j] = (struct reach) { random_below(96), random_below(32) };
		memset(before, 0, ALL);
		memset(after, 0, ALL);
		mark(before, pieces, nr);
		left = reach_union(pieces, nr);
		mark(after, pieces, left);
		for (int at = 0; at < ALL; at++)
			assert_int_equal(after[at], !!before[at]);
		for (unsigned int j = 1; j < left; j++)
			assert_true(pieces[j].at > pieces[j - 1].at + pieces[j - 1].bytes);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_what_is_copied_is_all_that_a_job_needs),
		cmocka_unit_test(test_one_that_touches_no_memory_has_nothing_copied),
		cmocka_unit_test(test_pieces_together_are_the_same_bytes_each_once),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
