/* SPDX-License-Identifier: GPL-2.0 */
/* Random cases that can be repeated: seeds are printed, and the first may be given. */
#ifndef KVMSHARE_TESTS_UNIT_RANDOM_H
#define KVMSHARE_TESTS_UNIT_RANDOM_H

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

static uint64_t random_state;

/* Marsaglia's xorshift64*. */
static inline uint64_t random_next(void)
{
	random_state ^= random_state >> 12;
	random_state ^= random_state << 25;
	random_state ^= random_state >> 27;
	return random_state * 0x2545f4914f6cdd1dULL;
}

static inline uint64_t random_below(uint64_t bound)
{
	return random_next() % bound;
}

/* Of this moment, or as given; one more at each call. */
static inline void random_seed(void)
{
	static uint64_t nr;
	const char *given = getenv("KVMSHARE_SEED");
	uint64_t first = given ? strtoull(given, NULL, 0) : (uint64_t)time(NULL) * 1000;
	uint64_t seed = first + nr++;

	random_state = seed * 2 + 1;
	printf("# seed %llu\n", (unsigned long long)seed);
}

#endif
