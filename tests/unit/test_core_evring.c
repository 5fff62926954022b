// SPDX-License-Identifier: GPL-2.0
/*
 * A reader's ring: every event is read once, in order, or counted as lost, and
 * the numbers tell which.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <cmocka.h>

#include "../../kmod/core/evring.c"

#define SIZE	8

/* What events.c keeps around the arithmetic: slots with sequence numbers. */
struct reader {
	struct evring ring;
	u64 slots[SIZE];
	u64 posted;	/* the last number given */
	u64 expected;	/* the next that the reader must hear of */
};

static void reader_init(struct reader *r, u32 wrapped)
{
	*r = (struct reader){ .expected = 1 };
	evring_init(&r->ring, SIZE);
	/* As after billions of events: just before the counters wrap. */
	r->ring.head = wrapped;
	r->ring.tail = wrapped;
}

static bool post(struct reader *r)
{
	u32 slot;

	if (!evring_push(&r->ring, ++r->posted, &slot))
		return false;
	assert_in_range(slot, 0, SIZE - 1);
	r->slots[slot] = r->posted;
	return true;
}

/* Takes one record; what it tells must follow what was told before. */
static enum evring_next take(struct reader *r)
{
	enum evring_next next;
	u64 told;
	u32 slot;

	next = evring_peek(&r->ring, &slot);
	if (next == EVRING_EVENT) {
		assert_int_equal(r->slots[slot], r->expected);
		r->expected++;
		evring_pop(&r->ring);
	} else if (next == EVRING_LOST) {
		told = r->ring.lost;
		assert_int_equal(r->ring.first_lost, r->expected);
		r->expected += told;
		evring_pop_lost(&r->ring, told);
	}
	return next;
}

static void drain(struct reader *r)
{
	while (take(r) != EVRING_EMPTY)
		;
	assert_int_equal(r->expected, r->posted + 1);
}

static void what_fits_is_read_in_order(void **state)
{
	struct reader r;
	int i;

	(void)state;
	reader_init(&r, 0);
	assert_int_equal(take(&r), EVRING_EMPTY);
	for (i = 0; i < SIZE; i++)
		assert_true(post(&r));
	for (i = 0; i < SIZE; i++)
		assert_int_equal(take(&r), EVRING_EVENT);
	assert_int_equal(take(&r), EVRING_EMPTY);
}

static void what_does_not_fit_is_counted(void **state)
{
	struct reader r;
	int i;

	(void)state;
	reader_init(&r, 0);
	for (i = 0; i < SIZE; i++)
		post(&r);
	for (i = 0; i < 5; i++)
		assert_false(post(&r));
	assert_int_equal(r.ring.lost, 5);
	assert_int_equal(r.ring.first_lost, SIZE + 1);
	drain(&r);
	assert_true(post(&r));
	assert_int_equal(take(&r), EVRING_EVENT);
}

/* Room alone does not end a gap: it is told first. */
static void a_gap_is_one_run(void **state)
{
	struct reader r;
	int i;

	(void)state;
	reader_init(&r, 0);
	for (i = 0; i < SIZE + 1; i++)
		post(&r);
	assert_int_equal(take(&r), EVRING_EVENT);
	assert_false(post(&r));
	for (i = 0; i < SIZE - 1; i++)
		assert_int_equal(take(&r), EVRING_EVENT);
	assert_int_equal(r.ring.lost, 2);
	assert_int_equal(take(&r), EVRING_LOST);
	assert_int_equal(take(&r), EVRING_EMPTY);
}

/* read() looks, copies, and only then takes out: more may be lost meanwhile. */
static void losses_while_being_told_stay(void **state)
{
	struct reader r;
	u64 told;
	u32 slot;
	int i;

	(void)state;
	reader_init(&r, 0);
	for (i = 0; i < SIZE + 3; i++)
		post(&r);
	for (i = 0; i < SIZE; i++)
		take(&r);
	assert_int_equal(evring_peek(&r.ring, &slot), EVRING_LOST);
	told = r.ring.lost;
	assert_false(post(&r));
	evring_pop_lost(&r.ring, told);
	r.expected += told;
	assert_int_equal(r.ring.lost, 1);
	drain(&r);
}

static void random_posts_and_reads(void **state)
{
	const char *seed = getenv("KVMSHARE_SEED");
	unsigned int round, i, n, start = seed ? strtoul(seed, NULL, 0) : 1;
	struct reader r;

	(void)state;
	for (round = start; round < start + (seed ? 1 : 2000); round++) {
		srand(round);
		reader_init(&r, round & 1 ? UINT32_MAX - 20 : 0);
		for (i = 0; i < 100; i++) {
			for (n = rand() % 14; n; n--)
				post(&r);
			for (n = rand() % 14; n; n--)
				take(&r);
		}
		drain(&r);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_fits_is_read_in_order),
		cmocka_unit_test(what_does_not_fit_is_counted),
		cmocka_unit_test(a_gap_is_one_run),
		cmocka_unit_test(losses_while_being_told_stay),
		cmocka_unit_test(random_posts_and_reads),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
