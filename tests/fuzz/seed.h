/* SPDX-License-Identifier: GPL-2.0 */
/* How a seed is written: the steps of device.c, by what a driver would call them. */
#ifndef SEED_H
#define SEED_H

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <linux/virtio_gpu.h>
#include "steps.h"

struct seed {
	const char *name;
	void (*fill)(void);
};

/* The guest's memory; from ROOM on it is free for data. */
#define BASE	0x100000000ULL
#define ROOM	(BASE + 0x20000)
#define NOWHERE	0x1000ULL

static struct {
	uint8_t bytes[INPUT_MAX];
	size_t len, steps;
} seed;

static void put_bytes(const void *bytes, size_t len)
{
	if (len > sizeof(seed.bytes) - seed.len) {
		fprintf(stderr, "a seed is longer than an input\n");
		exit(1);
	}
	memcpy(seed.bytes + seed.len, bytes, len);
	seed.len += len;
}

static void put(uint64_t value, int len)
{
	uint8_t byte;

	for (; len; len--, value >>= 8) {
		byte = value & 0xff;
		put_bytes(&byte, 1);
	}
}

static void step(enum step which)
{
	if (++seed.steps > STEPS_MAX) {
		fprintf(stderr, "a seed has more steps than are taken\n");
		exit(1);
	}
	put(which, 1);
}

/* -- The host --------------------------------------------------------------- */

static void begin(int with)
{
	step(STEP_BEGIN), put(with, 1);
}

static void serve(int queue, int most)
{
	step(STEP_SERVE), put(queue, 1), put(most, 1);
}

static void ended(int which)
{
	step(STEP_ENDED), put(which, 1);
}

static void hole(uint64_t at, uint32_t len, int kinds, int after)
{
	step(STEP_HOLE), put(at - BASE, 3), put(len, 3), put(kinds, 1), put(after, 1);
}

static void no_hole(void)
{
	hole(BASE, 0, 0, 0);
}

/* So many pieces more can be had, and then one cannot. */
static void memory_for(int pieces)
{
	step(STEP_MEMORY), put(pieces, 1);
}

static void engine(enum engine_mode mode)
{
	step(STEP_ENGINE), put(mode, 1);
}

static void host_screen(uint32_t width, uint32_t height)
{
	step(STEP_SCREEN), put(width - 64, 2), put(height - 64, 2);
}

static void look(void)
{
	step(STEP_LOOK);
}

/* -- Commands --------------------------------------------------------------- */

static void command(enum step queue, const void *bytes, size_t len, const void *more, size_t more_len)
{
	const struct virtio_gpu_ctrl_hdr *header = bytes;
	uint32_t kind = (header->type / 0x100 - 1) * 32 + header->type % 32;

	step(queue);
	put(kind, 1);
	put(len, 1);
	put(more_len, 2);
	put_bytes(bytes, len);
	if (more_len)
		put_bytes(more, more_len);
}

#define SEND_MORE(more, more_len, name, cmd, ...) do { \
		struct virtio_gpu_##name c = { .hdr = { .type = VIRTIO_GPU_CMD_##cmd }, __VA_ARGS__ }; \
		command(STEP_CONTROL, &c, sizeof(c), more, more_len); \
	} while (0)

#define SEND(name, cmd, ...) SEND_MORE(NULL, 0, name, cmd, __VA_ARGS__)

/* The last one as often again, with a field of it greater by so much each time. */
static void again(int times, size_t field, uint32_t by)
{
	step(STEP_REPEAT), put(times, 2), put(field, 1), put(by, 4);
}

/* -- Resources -------------------------------------------------------------- */

static void create(uint32_t id, uint32_t format, uint32_t width, uint32_t height)
{
	SEND(resource_create_2d, RESOURCE_CREATE_2D, .resource_id = id, .format = format,
	     .width = width, .height = height);
}

static void attach(uint32_t id, const struct virtio_gpu_mem_entry *entries, uint32_t nr)
{
	SEND_MORE(entries, nr * sizeof(*entries), resource_attach_backing, RESOURCE_ATTACH_BACKING,
		  .resource_id = id, .nr_entries = nr);
}

static void detach(uint32_t id)
{
	SEND(resource_detach_backing, RESOURCE_DETACH_BACKING, .resource_id = id);
}

static void transfer(uint32_t id, struct virtio_gpu_rect r, uint64_t offset)
{
	SEND(transfer_to_host_2d, TRANSFER_TO_HOST_2D, .resource_id = id, .r = r, .offset = offset);
}

static void flush(uint32_t id, struct virtio_gpu_rect r)
{
	SEND(resource_flush, RESOURCE_FLUSH, .resource_id = id, .r = r);
}

static void unref(uint32_t id)
{
	SEND(resource_unref, RESOURCE_UNREF, .resource_id = id);
}

#define RECT(...)	((struct virtio_gpu_rect) { __VA_ARGS__ })
#define BGRX		VIRTIO_GPU_FORMAT_B8G8R8X8_UNORM

/* An image that the guest has in two pieces, and has handed over. */
static void image(uint32_t id, uint32_t format, uint32_t width, uint32_t height)
{
	struct virtio_gpu_mem_entry entries[] = { { ROOM, 4096, 0 }, { ROOM + 8192, 65536, 0 } };

	create(id, format, width, height);
	attach(id, entries, 2);
	transfer(id, RECT(0, 0, width, height), 0);
}

static void blob_at(uint32_t id, uint64_t at, uint32_t len, uint64_t size)
{
	struct virtio_gpu_mem_entry entry = { at, len, 0 };

	SEND_MORE(&entry, sizeof(entry), resource_create_blob, RESOURCE_CREATE_BLOB, .resource_id = id,
		  .blob_mem = VIRTIO_GPU_BLOB_MEM_GUEST, .nr_entries = 1, .size = size);
}

static void blob(uint32_t id, uint32_t pages)
{
	blob_at(id, ROOM, pages * 4096, pages * 4096);
}

#endif
