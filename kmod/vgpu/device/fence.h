/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Requests whose end is still to be told (virtio 1.2, section 5.7.6.7): a driver takes
 * the end of one for that of all before it on the same timeline, so they are given back
 * in their order there.  Pure; the caller serialises.
 */
#ifndef _KVMSHARE_VGPU_DEVICE_FENCE_H
#define _KVMSHARE_VGPU_DEVICE_FENCE_H

#include "../../compat/types.h"

/* As many as a ring has descriptors. */
#define FENCES_MAX	256U

/* No ticket is it. */
#define FENCE_NONE	0U

/**
 * struct fence - a request that has not been given back
 * @timeline: that it is on
 * @ticket: its own, never used twice before 2^24 others; FENCE_NONE where there is none
 * @next: the ticket of the one after it on its timeline, or FENCE_NONE
 * @written: how many bytes of its answer stand in the guest's memory
 * @head: its number in its ring
 * @first: nothing is before it on its timeline
 * @ended: what it asked for is done
 */
struct fence {
	u64 timeline;
	u32 ticket;
	u32 next;
	u32 written;
	u16 head;
	bool first;
	bool ended;
};

/**
 * struct fences - all of a device; all zeroes has none
 * @slots: they, by the low bits of their tickets
 * @made: how many there have been
 */
struct fences {
	struct fence slots[FENCES_MAX];
	u32 made;
};

struct fence *fences_add(struct fences *fences, u64 timeline, u16 head);
void fences_end(struct fences *fences, u32 ticket);
void fences_reset(struct fences *fences);
bool fences_give(struct fences *fences, u32 *ticket, u16 *head, u32 *written);

#endif /* _KVMSHARE_VGPU_DEVICE_FENCE_H */
