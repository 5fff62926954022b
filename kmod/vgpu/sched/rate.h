/* SPDX-License-Identifier: GPL-2.0 */
/*
 * A part of an engine's time, as a clock in real time: pure.  It goes on by what
 * is had over the part, and so stands at the time until which that part has
 * been had.
 */
#ifndef _KVMSHARE_VGPU_RATE_H
#define _KVMSHARE_VGPU_RATE_H

#include "charge.h"
#include "level.h"
#include "math.h"
#include "tree.h"

#define RATE_SHIFT	32

/**
 * struct rate - of a client
 * @until: nanoseconds
 * @per: 2^32 over the part, or 0 where that is none
 */
struct rate {
	u64 until;
	u64 per;
};

/* @part: in ppm. */
static inline void rate_set(struct rate *rate, u32 part)
{
	rate->per = part ? ((u64)LEVEL_ONE << RATE_SHIFT) / part : 0;
}

/* In which time @ns are that part. */
static inline u64 rate_time(const struct rate *rate, u64 ns)
{
	return mul_shift(charge_bounded(ns), rate->per, RATE_SHIFT);
}

static inline void rate_use(struct rate *rate, u64 ns)
{
	rate->until += rate_time(rate, ns);
}

static inline void rate_at_least(struct rate *rate, u64 until)
{
	if (tree_before(rate->until, until))
		rate->until = until;
}

static inline void rate_at_most(struct rate *rate, u64 until)
{
	if (tree_before(until, rate->until))
		rate->until = until;
}

#endif /* _KVMSHARE_VGPU_RATE_H */
