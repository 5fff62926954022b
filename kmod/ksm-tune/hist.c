// SPDX-License-Identifier: GPL-2.0
#include "hist.h"

/* What one value weighs: enough to be halved a few times. */
#define ONE		256U

/* Buckets of an octave, as a power of two. */
#define SUB_BITS	2
#define SUB		(1U << SUB_BITS)

static u32 log2_of(u64 value)
{
	u32 bits = 0;

	while (value >>= 1)
		bits++;
	return bits;
}

/* Values below SUB have a bucket each. */
static u32 bucket_of(u64 value)
{
	u32 octave, bucket;

	if (value < SUB)
		return (u32)value;
	octave = log2_of(value);
	bucket = (octave - SUB_BITS + 1) * SUB + (u32)((value >> (octave - SUB_BITS)) & (SUB - 1));
	return bucket < HIST_BUCKETS ? bucket : HIST_BUCKETS - 1;
}

void hist_add(struct hist *hist, u64 value)
{
	u32 bucket = bucket_of(value);

	if (value > hist->top[bucket])
		hist->top[bucket] = value;
	/* A series that never decays stays as it is. */
	if (hist->weight[bucket] > ~0U - ONE)
		return;
	hist->weight[bucket] += ONE;
	hist->all += ONE;
}

/* All that was seen counts half from now on. */
void hist_decay(struct hist *hist)
{
	u32 i;

	hist->all = 0;
	for (i = 0; i < HIST_BUCKETS; i++) {
		hist->weight[i] /= 2;
		hist->all += hist->weight[i];
		if (!hist->weight[i])
			hist->top[i] = 0;
	}
}

/**
 * hist_percentile() - what so many percent did not exceed
 * @hist: it
 * @percent: 1 to 100
 *
 * Return: a value that was seen, at most 25 percent above the exact one; 0 where
 * nothing was.
 */
u64 hist_percentile(const struct hist *hist, u32 percent)
{
	u64 wanted = (hist->all * percent + 99) / 100, seen = 0;
	u32 i;

	for (i = 0; wanted && i < HIST_BUCKETS; i++) {
		seen += hist->weight[i];
		if (seen >= wanted)
			return hist->top[i];
	}
	return 0;
}
