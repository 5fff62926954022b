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
#define FENCE_NONE	FENCES_MAX

/**
 * struct fence - a request that has not been given back
 * @timeline: that it is on
 * @written: how many bytes of its answer stand in the guest's memory
 * @next: the one after it on its timeline, or FENCE_NONE
 * @head: its number in its ring
 * @taken: there is one
 * @first: nothing is before it on its timeline
 * @ended: what it asked for is done
 */
struct fence {
	u64 timeline;
	u32 written;
	u16 next;
	u16 head;
	bool taken;
	bool first;
	bool ended;
};

/**
 * struct fences - all of a device, by their tickets; all zeroes has none
 */
struct fences {
	struct fence slots[FENCES_MAX];
};

u32 fences_ticket(const struct fences *fences);
void fences_add(struct fences *fences, u32 ticket, u64 timeline, u16 head, u32 written);
void fences_end(struct fences *fences, u32 ticket);
bool fences_give(struct fences *fences, u32 *ticket, u16 *head, u32 *written);

#endif /* _KVMSHARE_VGPU_DEVICE_FENCE_H */
