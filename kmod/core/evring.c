// SPDX-License-Identifier: GPL-2.0
/*
 * A full ring keeps what it has and counts what comes, until its reader has
 * taken out all that is in it and been told of the gap: so what is read is in
 * order, and a gap is one run of sequence numbers.
 */
#include "evring.h"

void evring_init(struct evring *ring, u32 size)
{
	*ring = (struct evring){ .size = size };
}

static u32 used(const struct evring *ring)
{
	return ring->head - ring->tail;
}

/**
 * evring_push() - make room for one more event
 * @ring: the ring
 * @seq: the event's number, one more than that of the call before
 * @slot: which slot to fill, where there is room
 *
 * Return: false where the event did not fit and is counted instead.
 */
bool evring_push(struct evring *ring, u64 seq, u32 *slot)
{
	if (!ring->lost && used(ring) == ring->size)
		ring->first_lost = seq;
	if (ring->lost || used(ring) == ring->size) {
		ring->lost++;
		return false;
	}
	*slot = ring->head++ & (ring->size - 1);
	return true;
}

/**
 * evring_peek() - what comes next for the reader
 * @ring: the ring
 * @slot: with EVRING_EVENT, where it is
 *
 * Return: EVRING_EVENT, to be ended by evring_pop(); EVRING_LOST, to be ended
 * by evring_pop_lost(); or EVRING_EMPTY.
 */
enum evring_next evring_peek(const struct evring *ring, u32 *slot)
{
	if (used(ring)) {
		*slot = ring->tail & (ring->size - 1);
		return EVRING_EVENT;
	}
	return ring->lost ? EVRING_LOST : EVRING_EMPTY;
}

void evring_pop(struct evring *ring)
{
	ring->tail++;
}

/* More may have been lost since the @told were counted: they stay. */
void evring_pop_lost(struct evring *ring, u64 told)
{
	ring->lost -= told;
	ring->first_lost += told;
}
