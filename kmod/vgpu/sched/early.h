/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Early turns for clients that sleep: pure.
 *
 * One that sleeps saves what would have been due to it, up to a slice.  That
 * buys it an earlier turn, not more time: it asks for what it ran the last time,
 * and its request counts as due so much sooner.  All that have saved share a
 * bucket of such turns, which a part of all that is run fills, so that many of
 * them do not hold up those that work.
 */
#ifndef _KVMSHARE_VGPU_EARLY_H
#define _KVMSHARE_VGPU_EARLY_H

#include "../../compat/types.h"

/**
 * struct early_client - a client's part
 * @saved: nanoseconds
 * @stretch: how long it has run since it woke
 * @burst: the same of the time before: what it may need this time
 */
struct early_client {
	u64 saved;
	u64 stretch;
	u64 burst;
};

/**
 * struct early - an engine's part
 * @bucket: nanoseconds of early turns that are left
 */
struct early {
	u64 bucket;
};

void early_start(struct early *early);
void early_sleeps(struct early_client *client);
u64 early_wakes(struct early_client *client, u64 due, u64 slice);
u64 early_goes_on(const struct early_client *client);
u64 early_turn(struct early *early, const struct early_client *client, u64 request);
void early_ran(struct early *early, struct early_client *client, u64 ran, u64 longest);

#endif /* _KVMSHARE_VGPU_EARLY_H */
