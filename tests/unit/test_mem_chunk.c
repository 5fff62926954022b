// SPDX-License-Identifier: GPL-2.0
/* Chunks of merged memory: as large as the lock may be held, where there is memory for them. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <cmocka.h>
#include "../../kmod/ksm-tune/chunk.c"
#include "random.h"

#define BOUND	1000000ULL	/* a millisecond */

static struct chunk chunk;

/* One is taken apart, at so many nanoseconds a page. */
static u64 take(u64 cost)
{
	u32 pages = chunk_pages(&chunk);

	chunk_took(&chunk, pages, pages * cost, BOUND);
	return pages * cost;
}

static void test_it_grows_to_half_of_the_bound(void **state)
{
	(void)state;
	memset(&chunk, 0, sizeof(chunk));
	assert_int_equal(chunk_pages(&chunk), CHUNK_PAGES_MIN);
	take(1000);
	assert_int_equal(chunk_pages(&chunk), 2 * CHUNK_PAGES_MIN);
	for (int i = 0; i < 10; i++)
		assert_true(take(1000) <= BOUND / 2);
	assert_int_equal(chunk_pages(&chunk), 500);
	assert_int_equal(chunk.longest, 500000);
}

static void test_dear_pages_make_it_small_at_once(void **state)
{
	(void)state;
	memset(&chunk, 0, sizeof(chunk));
	for (int i = 0; i < 10; i++)
		take(1000);
	assert_int_equal(take(10000), 5 * BOUND);
	assert_int_equal(chunk_pages(&chunk), 50);
	take(1000000);
	assert_int_equal(chunk_pages(&chunk), CHUNK_PAGES_MIN);
	assert_int_equal(chunk.longest, 50 * BOUND);
}

static void test_its_bounds(void **state)
{
	(void)state;
	memset(&chunk, 0, sizeof(chunk));
	for (int i = 0; i < 20; i++)
		take(0);
	assert_int_equal(chunk_pages(&chunk), CHUNK_PAGES_MAX);
}

static void test_it_needs_memory(void **state)
{
	(void)state;
	assert_true(chunk_fits(100 + 16 * 4096, 100, 16, 4096));
	assert_false(chunk_fits(100 + 16 * 4096 - 1, 100, 16, 4096));
	assert_false(chunk_fits(99, 100, 16, 4096));
	assert_false(chunk_fits(0, ~0ULL, 16, 4096));
}

/* Twice of what one page takes is borne at any time, since each is for half of the bound. */
static void test_random_costs(void **state)
{
	u64 cost = 1000;

	(void)state;
	random_seed();
	memset(&chunk, 0, sizeof(chunk));
	for (int i = 0; i < 200000; i++) {
		u64 took = take(cost);

		assert_true(took <= BOUND || chunk.pages == CHUNK_PAGES_MIN || cost > 10000);
		/* Up to twice as dear as before. */
		cost = cost / 2 + random_below(cost * 3 / 2 + 1);
		if (cost > 10000 || !cost)
			cost = cost ? 10000 : 1;
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_it_grows_to_half_of_the_bound),
		cmocka_unit_test(test_dear_pages_make_it_small_at_once),
		cmocka_unit_test(test_its_bounds),
		cmocka_unit_test(test_it_needs_memory),
		cmocka_unit_test(test_random_costs),
	};

	return cmocka_run_group_tests_name("mem_chunk", tests, NULL, NULL);
}
