// SPDX-License-Identifier: GPL-2.0
#include "fence.h"

/* Returns one that is free, or FENCE_NONE. */
u32 fences_ticket(const struct fences *fences)
{
	u32 ticket = 0;

	while (ticket < FENCES_MAX && fences->slots[ticket].taken)
		ticket++;
	return ticket;
}

/* The last one on a timeline, or NULL. */
static struct fence *last_on(struct fences *fences, u64 timeline)
{
	u32 i;

	for (i = 0; i < FENCES_MAX; i++) {
		struct fence *fence = &fences->slots[i];

		if (fence->taken && fence->timeline == timeline && fence->next == FENCE_NONE)
			return fence;
	}
	return NULL;
}

/**
 * fences_add() - a request has come
 * @fences: all
 * @ticket: a free one
 * @timeline: that it is on
 * @head: its number in its ring
 * @written: how many bytes of its answer there are
 */
void fences_add(struct fences *fences, u32 ticket, u64 timeline, u16 head, u32 written)
{
	struct fence *before = last_on(fences, timeline);

	if (before)
		before->next = (u16)ticket;
	fences->slots[ticket] = (struct fence) {
		.timeline = timeline, .written = written, .next = FENCE_NONE, .head = head,
		.taken = true, .first = !before,
	};
}

/* What it asked for is done; it is given back by fences_give(), now or later. */
void fences_end(struct fences *fences, u32 ticket)
{
	fences->slots[ticket].ended = true;
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
	struct fence *fence;

	if (*ticket == FENCE_NONE)
		return false;
	fence = &fences->slots[*ticket];
	if (!fence->first || !fence->ended)
		return false;
	*head = fence->head;
	*written = fence->written;
	*ticket = fence->next;
	if (*ticket != FENCE_NONE)
		fences->slots[*ticket].first = true;
	*fence = (struct fence) { 0 };
	return true;
}
