// SPDX-License-Identifier: GPL-2.0
/* Rests between rounds of work; nothing here knows what the work is. */
#include "pace.h"

static u64 smaller(u64 a, u64 b)
{
	return a < b ? a : b;
}

static u64 larger(u64 a, u64 b)
{
	return a > b ? a : b;
}

/**
 * kvmshare_pace_note() - a round has ended
 * @pace: of its kind of work
 * @cost_us: what it took, in microseconds
 */
void kvmshare_pace_note(struct pace *pace, u64 cost_us)
{
	pace->costs_us[pace->at] = cost_us;
	pace->at = (pace->at + 1) % PACE_KEPT;
}

/**
 * kvmshare_pace_rest_us() - how long to rest before the next round
 * @pace: of its kind of work
 * @share: the work may take one part in so many of the time
 *
 * What a round takes is read from the clock, so one slow round alone says
 * nothing: the cheaper of two counts. Those two are every other round, since
 * the work may differ from one to the next on purpose, and who it is done for
 * must not be able to hide the dear ones behind the cheap.
 *
 * Return: microseconds.
 */
u64 kvmshare_pace_rest_us(const struct pace *pace, u64 share)
{
	const u64 *c = pace->costs_us;
	u64 cost_us = larger(smaller(c[0], c[2]), smaller(c[1], c[3]));

	return cost_us * share;
}
