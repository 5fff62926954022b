/* SPDX-License-Identifier: GPL-2.0 */
/*
 * How long to rest after work that costs, so that all of it takes no more than
 * its share of the time.
 */
#ifndef _KVMSHARE_CORE_PACE_H
#define _KVMSHARE_CORE_PACE_H

#include "../compat/types.h"

#define PACE_KEPT	4

/**
 * struct pace - what the last rounds of some work cost
 * @costs_us: of the last four, in microseconds; 0 where there were fewer
 * @at: which of them is the oldest
 */
struct pace {
	u64 costs_us[PACE_KEPT];
	unsigned int at;
};

void kvmshare_pace_note(struct pace *pace, u64 cost_us);
u64 kvmshare_pace_rest_us(const struct pace *pace, u64 share);

#endif /* _KVMSHARE_CORE_PACE_H */
