// SPDX-License-Identifier: GPL-2.0
#include "fence.h"
#include "le.h"

/* The last one on a timeline, or NULL. */
static struct fence *last_on(struct fences *fences, u64 timeline)
{
	u32 i;

	for (i = 0; i < FENCES_MAX; i++) {
		struct fence *fence = &fences->slots[i];

		if (fence->ticket && fence->timeline == timeline && fence->next == FENCE_NONE)
			return fence;
	}
	return NULL;
}

static u32 free_slot(const struct fences *fences)
{
	u32 slot = 0;

	while (slot < FENCES_MAX && fences->slots[slot].ticket)
		slot++;
	return slot;
}

/* One that was given back, or never made, is none. */
static struct fence *find_fence(struct fences *fences, u32 ticket)
{
	struct fence *fence = &fences->slots[ticket % FENCES_MAX];

	return ticket != FENCE_NONE && fence->ticket == ticket ? fence : NULL;
}

/**
 * fences_add() - a request has come
 * @fences: all
 * @timeline: that it is on
 * @head: its number in its ring
 *
 * Return: it, or NULL where there are too many.
 */
struct fence *fences_add(struct fences *fences, u64 timeline, u16 head)
{
	struct fence *before = last_on(fences, timeline);
	u32 slot = free_slot(fences);

	if (slot == FENCES_MAX)
		return NULL;
	fences->made++;
	fences->slots[slot] = (struct fence) {
		.timeline = timeline,
		.ticket = (fences->made % 0xffffffU + 1) * FENCES_MAX + slot,
		.next = FENCE_NONE, .head = head, .first = !before,
	};
	if (before)
		before->next = fences->slots[slot].ticket;
	return &fences->slots[slot];
}

/* What it asked for is done; it is given back by fences_give(), now or later. */
void fences_end(struct fences *fences, u32 ticket)
{
	struct fence *fence = find_fence(fences, ticket);

	if (fence)
		fence->ended = true;
}

/* None of them is given back; their tickets stay used. */
void fences_reset(struct fences *fences)
{
	*fences = (struct fences) { .made = fences->made };
}

/**
 * fences_give() - is one to be given back now?
 * @fences: all
 * @ticket: which, or FENCE_NONE; out, where it is: the next one on its timeline
 * @head: out: its number in its ring
 * @written: out: how many bytes of its answer there are
 *
 * Return: it is, and its ticket is free.
 */
bool fences_give(struct fences *fences, u32 *ticket, u16 *head, u32 *written)
{
	struct fence *fence = find_fence(fences, *ticket), *next;

	if (!fence || !fence->first || !fence->ended)
		return false;
	*head = fence->head;
	*written = fence->written;
	*ticket = fence->next;
	next = find_fence(fences, fence->next);
	if (next)
		next->first = true;
	*fence = (struct fence) { 0 };
	return true;
}
