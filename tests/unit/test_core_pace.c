// SPDX-License-Identifier: GPL-2.0
/* Rests: work keeps to its share of the time, whatever each round costs. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <cmocka.h>

#include "../../kmod/core/pace.c"

#define SHARE	100

static u64 rest_after(const u64 *costs, unsigned int nr)
{
	struct pace pace = { .at = 0 };
	unsigned int i;

	for (i = 0; i < nr; i++)
		kvmshare_pace_note(&pace, costs[i]);
	return kvmshare_pace_rest_us(&pace, SHARE);
}

static void rests_by_hand(void **state)
{
	static const struct {
		u64 costs[6];
		unsigned int nr;
		u64 rest_us;
		const char *why;
	} cases[] = {
		{ { 0 }, 0, 0, "nothing was done yet" },
		{ { 500 }, 1, 0, "one slow round says nothing" },
		{ { 7, 7, 7, 7 }, 4, 700, "a hundred times what each costs" },
		{ { 7, 7, 900, 7 }, 4, 700, "nor does one among cheap ones" },
		{ { 900, 1, 900, 1 }, 4, 90000, "every other one is dear: not hidden by the cheap" },
		{ { 1, 900, 1, 900 }, 4, 90000, "nor at the other places" },
		{ { 900, 900, 7, 7, 7, 7 }, 6, 700, "what is long ago is forgotten" },
	};
	unsigned int i;

	(void)state;
	for (i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		u64 rest = rest_after(cases[i].costs, cases[i].nr);

		if (rest != cases[i].rest_us)
			fail_msg("%s: %lu us", cases[i].why, (unsigned long)rest);
	}
}

/*
 * Two kinds of rounds take turns, each with its own price and some that are
 * slower by chance: over many rounds what they cost stays below twice the
 * share, which is what a price that doubles unseen may make of it.
 */
static void a_share_of_the_time(void **state)
{
	unsigned int trial, i;

	(void)state;
	srand(20261123);
	for (trial = 0; trial < 200; trial++) {
		u64 price[2] = { 1 + rand() % 100000, 1 + rand() % 100000 };
		u64 busy = 0, rested = 0;
		struct pace pace = { .at = 0 };

		for (i = 0; i < 400; i++) {
			u64 cost = price[i & 1] + rand() % (price[i & 1] / 4 + 1);

			kvmshare_pace_note(&pace, cost);
			if (i < PACE_KEPT)
				continue;
			busy += cost;
			rested += kvmshare_pace_rest_us(&pace, SHARE);
		}
		assert_true(rested >= busy * SHARE / 2);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(rests_by_hand),
		cmocka_unit_test(a_share_of_the_time),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
