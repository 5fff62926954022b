/* SPDX-License-Identifier: GPL-2.0 */
/*
 * How large something has been lately, by percentile: pure.
 *
 * Values fall into buckets that are a quarter of a power of two wide, so that a
 * percentile is told within 25 percent; it is a value that was seen.  All that was
 * seen counts half after every hist_decay(): the caller's clock makes the half-life.
 * The way of Autopilot (Rzadca et al., "Autopilot: workload autoscaling at Google",
 * EuroSys 2020) to headroom.
 */
#ifndef _KVMSHARE_MEM_HIST_H
#define _KVMSHARE_MEM_HIST_H

#include "../compat/types.h"

#define HIST_BUCKETS	160	/* up to 2^41 */

/**
 * struct hist - all zeroes has seen nothing
 * @weight: of each bucket
 * @all: of all of them
 * @top: the largest value of each that was seen while it had weight
 */
struct hist {
	u32 weight[HIST_BUCKETS];
	u64 all;
	u64 top[HIST_BUCKETS];
};

void hist_add(struct hist *hist, u64 value);
void hist_decay(struct hist *hist);
u64 hist_percentile(const struct hist *hist, u32 percent);

#endif /* _KVMSHARE_MEM_HIST_H */
