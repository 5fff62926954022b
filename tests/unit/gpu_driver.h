/* SPDX-License-Identifier: GPL-2.0 */
/*
 * A driver of the whole device: it sends commands by way of a ring, as a guest does, and
 * sees what comes back.
 */
#ifndef GPU_DRIVER_H
#define GPU_DRIVER_H

#include <assert.h>
#include "../../kmod/vgpu/job.c"
#include "../../kmod/vgpu/device/backing.c"
#include "../../kmod/vgpu/device/chain.c"
#include "../../kmod/vgpu/device/context.c"
#include "../../kmod/vgpu/device/device.c"
#include "../../kmod/vgpu/device/edid.c"
#include "../../kmod/vgpu/device/fence.c"
#include "../../kmod/vgpu/device/gpu.c"
#include "../../kmod/vgpu/device/image.c"
#include "../../kmod/vgpu/device/pci.c"
#include "../../kmod/vgpu/device/picture.c"
#include "../../kmod/vgpu/device/resource.c"
#include "../../kmod/vgpu/device/ring.c"
#include "../../kmod/vgpu/device/screen.c"
#include "../../kmod/vgpu/device/transport.c"
#include "virtio_guest.h"

#define RING_DESC	(GUEST_BASE + 0x0000)
#define RING_AVAIL	(GUEST_BASE + 0x2000)
#define RING_USED	(GUEST_BASE + 0x3000)
#define RING_COMMAND	(GUEST_BASE + 0x4000)
#define RING_ANSWER	(GUEST_BASE + 0x10000)
#define ROOM		(GUEST_BASE + 0x20000)
#define RING_SIZE	64U
#define DEVICE_MEMORY	(8ULL << 20)

static struct {
	struct memory memory;
	struct device_front front;
	struct device_back back;
	u64 taken, shown, drawn, dropped;
	struct rect last;
	/* What the engine was given. */
	struct gpu_work work;
	u32 ticket, submits;
	int refuse;
	u16 made, used;
} d;

static inline void *take(struct gpu *gpu, u64 bytes)
{
	void *memory;

	if (bytes > DEVICE_MEMORY - d.taken)
		return NULL;
	memory = calloc(1, bytes);
	assert(memory);
	d.taken += bytes;
	return memory;
}

static inline void give_back(struct gpu *gpu, void *memory, u64 bytes)
{
	assert(bytes <= d.taken);
	d.taken -= bytes;
	free(memory);
}

static inline void shown(struct gpu *gpu)
{
	d.shown++;
}

static inline void drawn(struct gpu *gpu, const struct rect *rect)
{
	d.drawn++;
	d.last = *rect;
	assert(gpu_pixels(gpu));
}

static inline int submit(struct gpu *gpu, const struct gpu_work *work, u32 ticket)
{
	if (d.refuse)
		return d.refuse;
	d.work = *work;
	d.ticket = ticket;
	d.submits++;
	return 0;
}

static inline void drop(struct gpu *gpu, struct gpu_resource *resource)
{
	d.dropped++;
}

static const struct gpu_ops driver_ops = { take, give_back, shown, drawn, drop, submit };

/* -- Registers -------------------------------------------------------------- */

static inline enum device_event put_reg(u32 at, u32 len, u64 value)
{
	u32 queue;

	return device_front_write(&d.front, at, len, value, &queue);
}

static inline u64 get_reg(u32 at, u32 len)
{
	return device_front_read(&d.front, at, len);
}

static inline void put_queue(u32 which, u64 desc, u64 avail, u64 used)
{
	put_reg(VIRTIO_PCI_COMMON_Q_SELECT, 2, which);
	put_reg(VIRTIO_PCI_COMMON_Q_SIZE, 2, RING_SIZE);
	put_reg(VIRTIO_PCI_COMMON_Q_DESCLO, 4, (u32)desc);
	put_reg(VIRTIO_PCI_COMMON_Q_DESCHI, 4, desc >> 32);
	put_reg(VIRTIO_PCI_COMMON_Q_AVAILLO, 4, (u32)avail);
	put_reg(VIRTIO_PCI_COMMON_Q_AVAILHI, 4, avail >> 32);
	put_reg(VIRTIO_PCI_COMMON_Q_USEDLO, 4, (u32)used);
	put_reg(VIRTIO_PCI_COMMON_Q_USEDHI, 4, used >> 32);
	put_reg(VIRTIO_PCI_COMMON_Q_ENABLE, 2, 1);
}

static inline void accept_features(u64 features)
{
	put_reg(VIRTIO_PCI_COMMON_GFSELECT, 4, 0);
	put_reg(VIRTIO_PCI_COMMON_GF, 4, (u32)features);
	put_reg(VIRTIO_PCI_COMMON_GFSELECT, 4, 1);
	put_reg(VIRTIO_PCI_COMMON_GF, 4, features >> 32);
}

static inline void driver_start(u64 features)
{
	put_reg(VIRTIO_PCI_COMMON_STATUS, 1, VIRTIO_CONFIG_S_ACKNOWLEDGE | VIRTIO_CONFIG_S_DRIVER);
	accept_features(features);
	put_reg(VIRTIO_PCI_COMMON_STATUS, 1, VIRTIO_CONFIG_S_FEATURES_OK);
	put_queue(0, RING_DESC, RING_AVAIL, RING_USED);
	put_reg(VIRTIO_PCI_COMMON_STATUS, 1, VIRTIO_CONFIG_S_DRIVER_OK);
	device_back_start(&d.back, &d.front.transport);
	d.made = d.used = 0;
}

static inline void driver_open(void)
{
	memset(&d, 0, sizeof(d));
	d.memory.guest = (struct guest) { memory_read, memory_write };
	device_front_init(&d.front);
	d.back.gpu.ops = &driver_ops;
	d.back.gpu.guest = &d.memory.guest;
	d.back.gpu.job_types = (1U << JOB_TYPES) - 1;
	gpu_init(&d.back.gpu, 1024, 768);
	driver_start(1ULL << VIRTIO_F_VERSION_1 | 1ULL << VIRTIO_GPU_F_EDID);
}

static inline void driver_close(void)
{
	device_back_reset(&d.back);
	assert(!d.taken);
}

static inline int set_up(void **state)
{
	driver_open();
	return 0;
}

static inline int tear_down(void **state)
{
	driver_close();
	return 0;
}

/* -- Commands --------------------------------------------------------------- */

#define OK		VIRTIO_GPU_RESP_OK_NODATA
#define CUT		VIRTIO_GPU_RESP_ERR_UNSPEC
#define BAD		VIRTIO_GPU_RESP_ERR_INVALID_PARAMETER
#define FULL		VIRTIO_GPU_RESP_ERR_OUT_OF_MEMORY
#define NO_ID		VIRTIO_GPU_RESP_ERR_INVALID_RESOURCE_ID
#define NO_SCREEN	VIRTIO_GPU_RESP_ERR_INVALID_SCANOUT_ID
#define NO_CONTEXT	VIRTIO_GPU_RESP_ERR_INVALID_CONTEXT_ID
#define BGRX		VIRTIO_GPU_FORMAT_B8G8R8X8_UNORM

/* A command of @len bytes and @more in a piece of its own, and room for an answer. */
static inline void offer_command(const void *command, u32 len, const void *more, u32 more_len)
{
	u16 slot = d.made % (RING_SIZE / 4), head = 4 * slot;
	u64 at = RING_COMMAND + slot * 0x200, answer = RING_ANSWER + slot * 0x800;
	u64 data = ROOM + 0x20000;

	assert(len <= 0x200 && (!more_len || more_len <= 0x1f000));
	memcpy(d.memory.bytes + (at - GUEST_BASE), command, len);
	put_desc(&d.memory, RING_DESC, head, at, len, VRING_DESC_F_NEXT, head + 1);
	if (more_len)
		memcpy(d.memory.bytes + (data - GUEST_BASE), more, more_len);
	put_desc(&d.memory, RING_DESC, head + 1, data, more_len, VRING_DESC_F_NEXT, head + 2);
	put_desc(&d.memory, RING_DESC, head + 2, answer, 0x800, VRING_DESC_F_WRITE, 0);
	memory_put(&d.memory, RING_AVAIL + 4 + 2 * (d.made % RING_SIZE), 2, head);
	memory_put(&d.memory, RING_AVAIL + 2, 2, ++d.made);
}

/* What was given back since: the answer to the oldest of it, or NULL. */
static inline const void *next_answer(void)
{
	u64 entry = RING_USED + 4 + 8 * (d.used % RING_SIZE);
	u16 head;

	if (memory_get(&d.memory, RING_USED + 2, 2) == d.used)
		return NULL;
	head = memory_get(&d.memory, entry, 4);
	d.used++;
	return d.memory.bytes + (RING_ANSWER + head / 4 * 0x800 - GUEST_BASE);
}

static inline u32 type_of(const void *answer)
{
	return answer ? LE_GET32((const struct virtio_gpu_ctrl_hdr *)answer, type) : 0;
}

static const void *last_answer;

/* Returns VIRTIO_GPU_RESP_*, or 0 where no answer has come as yet. */
static inline u32 send_more(const void *command, u32 len, const void *more, u32 more_len)
{
	offer_command(command, len, more, more_len);
	if (device_back_serve(&d.back, DEVICE_CONTROL, 16) != 1)
		return ~0U;
	last_answer = next_answer();
	return type_of(last_answer);
}

#define SEND(name, cmd, ...) ({ \
	struct virtio_gpu_##name command = { .hdr = { .type = VIRTIO_GPU_CMD_##cmd }, __VA_ARGS__ }; \
	send_more(&command, sizeof(command), NULL, 0); })

#define SEND_MORE(more, more_len, name, cmd, ...) ({ \
	struct virtio_gpu_##name command = { .hdr = { .type = VIRTIO_GPU_CMD_##cmd }, __VA_ARGS__ }; \
	send_more(&command, sizeof(command), more, more_len); })

#endif
