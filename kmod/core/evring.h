/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The arithmetic of a bounded ring of events: which slot to fill, which to
 * read, how many did not fit. The slots themselves are the caller's, and so is
 * the lock.
 */
#ifndef _KVMSHARE_CORE_EVRING_H
#define _KVMSHARE_CORE_EVRING_H

#include "../compat/types.h"

/**
 * struct evring - counters of one reader's ring
 * @size: slots, a power of two
 * @head: events ever put in; wraps
 * @tail: events ever taken out; wraps
 * @lost: events that did not fit and were not told of yet
 * @first_lost: sequence number of the first of them
 */
struct evring {
	u32 size;
	u32 head;
	u32 tail;
	u64 lost;
	u64 first_lost;
};

enum evring_next {
	EVRING_EMPTY,
	EVRING_EVENT,
	EVRING_LOST,
};

void evring_init(struct evring *ring, u32 size);
bool evring_push(struct evring *ring, u64 seq, u32 *slot);
enum evring_next evring_peek(const struct evring *ring, u32 *slot);
void evring_pop(struct evring *ring);
void evring_pop_lost(struct evring *ring, u64 told);

#endif /* _KVMSHARE_CORE_EVRING_H */
