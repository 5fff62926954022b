/* SPDX-License-Identifier: GPL-2.0 */
/*
 * A split virtqueue from the side of the device (virtio 1.2, section 2.7): pure.
 *
 * The driver's half of it is hostile.  Where a ring or a chain breaks the rules, the
 * ring is broken until the device is reset, which is what the specification asks for.
 */
#ifndef _KVMSHARE_VGPU_DEVICE_RING_H
#define _KVMSHARE_VGPU_DEVICE_RING_H

#include "chain.h"
#include "guest.h"

/* Descriptors of a ring, at most. */
#define RING_SIZE_MAX	256U

/**
 * struct ring - a virtqueue that is in use
 * @desc: the guest's address of its descriptors, as the two that follow
 * @avail: of what the driver makes available
 * @used: of what the device has used
 * @size: of how many descriptors, a power of two and at most RING_SIZE_MAX
 * @event_idx: VIRTIO_F_RING_EVENT_IDX was agreed on
 * @seen: the index of the next one available to take
 * @given: the index of the next one to be used
 * @told: @given when it was last asked whether the driver is to be told
 * @flags: VRING_USED_F_*, as they stand in @used
 * @first: the number of the request in the first entry of @used
 */
struct ring {
	u64 desc;
	u64 avail;
	u64 used;
	u16 size;
	bool event_idx;
	u16 seen;
	u16 given;
	u16 told;
	u16 flags;
	u32 first;
};

int ring_pop(struct ring *ring, struct guest *guest, struct chain *chain);
int ring_push(struct ring *ring, struct guest *guest, u16 head, u32 written);
int ring_told(struct ring *ring, struct guest *guest);
int ring_listen(struct ring *ring, struct guest *guest);
int ring_ignore(struct ring *ring, struct guest *guest);

#endif /* _KVMSHARE_VGPU_DEVICE_RING_H */
