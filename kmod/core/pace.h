/* SPDX-License-Identifier: GPL-2.0 */
/*
 * When discovery looks again, and how well: decided from what it has cost, in
 * nanoseconds of one clock.
 *
 * A kind of look has a share of the time, and an account: each look is paid
 * for by waiting as many times as long as the share says. So what the looks of
 * a kind cost together stays below their share however they differ, and one
 * that was slow by chance after many cheap ones delays nothing.
 */
#ifndef _KVMSHARE_CORE_PACE_H
#define _KVMSHARE_CORE_PACE_H

#include "../compat/types.h"

#define PACE_SECOND	1000000000ULL

/* One part in so many of the time. */
#define PACE_BROAD_SHARE	10
#define PACE_DEEP_SHARE		100

/* So much waiting may be saved up, and so much be owed. */
#define PACE_SAVED_MAX	(10 * PACE_SECOND)
#define PACE_OWED_MAX	(60 * PACE_SECOND)

/**
 * struct pace - the accounts
 * @broad_paid: when the broad looks until now will be paid for
 * @deep_paid: the same of the deep ones
 */
struct pace {
	u64 broad_paid;
	u64 deep_paid;
};

void pace_broad_done(struct pace *pace, u64 now, u64 cost);
void pace_deep_done(struct pace *pace, u64 now, u64 cost);
bool pace_deep_is_due(const struct pace *pace, u64 now);
u64 pace_rest(const struct pace *pace, u64 now, u64 interval);

#endif /* _KVMSHARE_CORE_PACE_H */
