/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What a driver agrees on with a device over PCI (virtio 1.2, sections 2.1, 2.2 and
 * 4.1.4): status, features, virtqueues and interrupts, in the registers of a BAR.
 * Pure; the caller serialises.
 */
#ifndef _KVMSHARE_VGPU_DEVICE_TRANSPORT_H
#define _KVMSHARE_VGPU_DEVICE_TRANSPORT_H

#include "ring.h"

#define TRANSPORT_QUEUES	2U
#define TRANSPORT_VECTORS	3U
#define TRANSPORT_CONFIG_MAX	64U

/* Where in the BAR what is, and how long; the driver learns it from config space. */
#define TRANSPORT_PART		0x1000U
#define TRANSPORT_COMMON	0x0000U
#define TRANSPORT_ISR		0x1000U
#define TRANSPORT_DEVICE	0x2000U
#define TRANSPORT_NOTIFY	0x3000U
#define TRANSPORT_BAR		0x4000U
#define TRANSPORT_NOTIFY_STEP	4U

#define TRANSPORT_ISR_QUEUE	1U
#define TRANSPORT_ISR_CONFIG	2U

/**
 * struct transport_queue - a virtqueue
 * @desc: the guest's address of its parts, as the two that follow
 * @avail: see struct ring
 * @used: see there
 * @size: of how many descriptors
 * @vector: of MSI-X, or VIRTIO_MSI_NO_VECTOR
 * @enabled: nothing of the above changes any more
 */
struct transport_queue {
	u64 desc;
	u64 avail;
	u64 used;
	u16 size;
	u16 vector;
	bool enabled;
};

/**
 * struct transport - a device, as its driver has set it up
 * @offered: features
 * @accepted: of those, by the driver
 * @offered_select: which 32 of @offered it looks at
 * @accepted_select: of @accepted
 * @queue_select: which queue it looks at
 * @config_vector: of MSI-X, for changes of the device's own configuration
 * @status: VIRTIO_CONFIG_S_*
 * @generation: of the device's own configuration
 * @isr: TRANSPORT_ISR_*, since the driver last looked
 * @resetting: the driver has asked for the device as it was in the beginning, and waits
 *	       for a status of 0
 * @queues: all
 */
struct transport {
	u64 offered;
	u64 accepted;
	u32 offered_select;
	u32 accepted_select;
	u16 queue_select;
	u16 config_vector;
	u8 status;
	u8 generation;
	u8 isr;
	bool resetting;
	struct transport_queue queues[TRANSPORT_QUEUES];
};

/**
 * enum transport_event - what a write came to
 * @TRANSPORT_NOTHING: nothing else is to be done
 * @TRANSPORT_RESET: the driver waits for transport_reset(), before which nothing of the
 *		     guest's memory may be touched any more; until then it is not listened to
 * @TRANSPORT_ENABLED: a queue is in use from now on: queue_select says which
 */
enum transport_event {
	TRANSPORT_NOTHING,
	TRANSPORT_RESET,
	TRANSPORT_ENABLED,
};

void transport_reset(struct transport *transport);
u64 transport_read(const struct transport *transport, u32 at, u32 len);
enum transport_event transport_write(struct transport *transport, u32 at, u32 len, u64 value);
u8 transport_take_isr(struct transport *transport);
bool transport_works(const struct transport *transport);
void transport_break(struct transport *transport);
void transport_changed(struct transport *transport);
struct ring transport_ring(const struct transport *transport, u32 queue);

static inline bool transport_has(const struct transport *transport, u32 feature)
{
	return transport->accepted >> feature & 1;
}

#endif /* _KVMSHARE_VGPU_DEVICE_TRANSPORT_H */
