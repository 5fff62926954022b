/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The whole device, as a VMM puts it before a guest: registers in front, which answer at
 * once, and behind them the queues, which are served by somebody who may sleep.  Pure.
 *
 * The caller serialises each half by itself.  Both meet in three places, which belong to
 * the front: whether the device works, what of its configuration changed, and which
 * interrupts are pending.
 */
#ifndef _KVMSHARE_VGPU_DEVICE_DEVICE_H
#define _KVMSHARE_VGPU_DEVICE_DEVICE_H

#include "fence.h"
#include "gpu.h"
#include "pci.h"
#include "transport.h"

#define DEVICE_CONTROL	0U
#define DEVICE_CURSOR	1U

/**
 * struct device_front - registers
 * @pci: the function's configuration
 * @transport: what the driver agreed on
 * @events: VIRTIO_GPU_EVENT_* that it has not taken note of
 */
struct device_front {
	struct pci_space pci;
	struct transport transport;
	u32 events;
};

/**
 * struct device_back - queues
 * @rings: all
 * @serves: which of them are served, by bit
 * @gpu: what came of what was asked for
 * @fences: requests of the control queue whose end is still to be told
 * @chain: the request that is read
 * @request: likewise
 */
struct device_back {
	struct ring rings[TRANSPORT_QUEUES];
	u32 serves;
	struct gpu gpu;
	struct fences fences;
	struct chain chain;
	struct gpu_request request;
};

/**
 * enum device_event - what a write came to
 * @DEVICE_NOTHING: nothing else is to be done
 * @DEVICE_RESET: device_back_reset(), and then device_front_reset()
 * @DEVICE_KICK: the queue is to be served
 */
enum device_event {
	DEVICE_NOTHING,
	DEVICE_RESET,
	DEVICE_KICK,
};

void device_front_init(struct device_front *front);
void device_front_reset(struct device_front *front);
u64 device_front_read(struct device_front *front, u32 at, u32 len);
enum device_event device_front_write(struct device_front *front, u32 at, u32 len, u64 value,
				     u32 *queue);
void device_front_changed(struct device_front *front);

void device_back_start(struct device_back *back, const struct transport *transport);
void device_back_reset(struct device_back *back);
int device_back_serve(struct device_back *back, u32 queue, u32 most);
int device_back_told(struct device_back *back, u32 queue);
int device_back_listen(struct device_back *back, u32 queue, bool on);
int device_back_ended(struct device_back *back, u32 ticket);

#endif /* _KVMSHARE_VGPU_DEVICE_DEVICE_H */
