// SPDX-License-Identifier: GPL-2.0
#include "strikes.h"

/**
 * strikes_over() - are there too many?
 * @strikes: a client's, or a user's
 * @now: the time, in nanoseconds, which does not go back
 * @most: so many within @window are too many, 1 to STRIKES_MAX
 * @window: nanoseconds
 */
bool strikes_over(const struct strikes *strikes, u64 now, u32 most, u64 window)
{
	if (strikes->total < most)
		return false;
	return now - strikes->times[(strikes->total - most) % STRIKES_MAX] <= window;
}

/**
 * strikes_add() - a job ran past its limit
 * @strikes: its client's
 * @now: the time, in nanoseconds, which does not go back
 * @most: so many within @window are too many, 1 to STRIKES_MAX
 * @window: nanoseconds
 *
 * Return: are there too many?
 */
bool strikes_add(struct strikes *strikes, u64 now, u32 most, u64 window)
{
	strikes->times[strikes->total++ % STRIKES_MAX] = now;
	return strikes_over(strikes, now, most, window);
}
