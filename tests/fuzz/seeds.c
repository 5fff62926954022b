// SPDX-License-Identifier: GPL-2.0
/*
 * seeds DIR: what well-behaved drivers do, as inputs of device.c, for the fuzzer to begin
 * with.
 */
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <linux/virtio_gpu.h>
#include <linux/virtio_pci.h>
#include "../../include/uapi/kvmshare_capset.h"
#include "../../include/uapi/kvmshare_vgpu.h"

#define ROOM	0x100020000ULL

static FILE *out;
static const char *dir;

static void seed(const char *name)
{
	char path[512];

	if (out)
		fclose(out);
	snprintf(path, sizeof(path), "%s/%s", dir, name);
	out = fopen(path, "w");
	if (!out) {
		perror(path);
		exit(1);
	}
}

static void put(uint64_t value, int len)
{
	for (; len; len--, value >>= 8)
		fputc(value & 0xff, out);
}

/* A step of device.c that puts a command into a ring. */
static void command(int step, const void *bytes, size_t len, const void *more, size_t more_len)
{
	const struct virtio_gpu_ctrl_hdr *header = bytes;
	uint32_t kind = (header->type / 0x100 - 1) * 32 + header->type % 32;

	put(step, 1);
	put(kind, 1);
	put(len, 1);
	put(more_len, 2);
	fwrite(bytes, len, 1, out);
	if (more_len)
		fwrite(more, more_len, 1, out);
}

#define SEND(name, cmd, ...) do { \
		struct virtio_gpu_##name c = { .hdr = { .type = VIRTIO_GPU_CMD_##cmd }, __VA_ARGS__ }; \
		command(9, &c, sizeof(c), NULL, 0); \
	} while (0)

#define SEND_MORE(more, more_len, name, cmd, ...) do { \
		struct virtio_gpu_##name c = { .hdr = { .type = VIRTIO_GPU_CMD_##cmd }, __VA_ARGS__ }; \
		command(9, &c, sizeof(c), more, more_len); \
	} while (0)

static void image(uint32_t id, uint32_t width, uint32_t height)
{
	struct virtio_gpu_mem_entry entries[] = { { ROOM, 4096, 0 }, { ROOM + 8192, 65536, 0 } };

	SEND(resource_create_2d, RESOURCE_CREATE_2D, .resource_id = id, .format = 2,
	     .width = width, .height = height);
	SEND_MORE(entries, sizeof(entries), resource_attach_backing, RESOURCE_ATTACH_BACKING,
		  .resource_id = id, .nr_entries = 2);
	SEND(transfer_to_host_2d, TRANSFER_TO_HOST_2D, .resource_id = id, .r = { 0, 0, width, height });
	SEND(transfer_to_host_2d, TRANSFER_TO_HOST_2D, .resource_id = id, .r = { 3, 4, 5, 6 },
	     .offset = 4 * (4 * width + 3));
}

static void blob(uint32_t id, uint32_t pages)
{
	struct virtio_gpu_mem_entry entry = { ROOM, pages * 4096, 0 };

	SEND_MORE(&entry, sizeof(entry), resource_create_blob, RESOURCE_CREATE_BLOB, .resource_id = id,
		  .blob_mem = VIRTIO_GPU_BLOB_MEM_GUEST, .nr_entries = 1, .size = pages * 4096);
}

static void jobs(int ring)
{
	struct {
		struct kvmshare_buffer buffer;
		struct kvmshare_job jobs[2];
	} b = {
		.buffer = { .version = 1, .jobs = 2, .parts = 2, .status = 64, .resources = { 1, 2 } },
		.jobs = {
			{ .type = KVMSHARE_JOB_FILL, .repeat = 1, .dst = 8192, .count = 1024, .value = 5 },
			{ .type = KVMSHARE_JOB_COPY, .repeat = 1, .dst = 0, .a = 4096, .count = 512 },
		},
	};

	SEND_MORE(&b, sizeof(b), cmd_submit, SUBMIT_3D, .hdr.ctx_id = 4, .size = sizeof(b),
		  .hdr.flags = VIRTIO_GPU_FLAG_FENCE | (ring ? VIRTIO_GPU_FLAG_INFO_RING_IDX : 0),
		  .hdr.ring_idx = ring);
}

static void work(void)
{
	SEND(ctx_create, CTX_CREATE, .hdr.ctx_id = 4, .context_init = KVMSHARE_CAPSET_ID);
	blob(1, 2);
	blob(2, 1);
	SEND(ctx_resource, CTX_ATTACH_RESOURCE, .hdr.ctx_id = 4, .resource_id = 1);
	SEND(ctx_resource, CTX_ATTACH_RESOURCE, .hdr.ctx_id = 4, .resource_id = 2);
	jobs(0);
	jobs(1);
	jobs(0);
	put(5, 1), put(1, 1);
	put(5, 1), put(0, 1);
	put(5, 1), put(0, 1);
	SEND(cmd_submit, SUBMIT_3D, .hdr.ctx_id = 4);
	SEND(ctx_resource, CTX_DETACH_RESOURCE, .hdr.ctx_id = 4, .resource_id = 1);
	jobs(0);
	SEND(ctx_destroy, CTX_DESTROY, .hdr.ctx_id = 4);
}

static void screen(void)
{
	struct virtio_gpu_ctrl_hdr info = { .type = VIRTIO_GPU_CMD_GET_DISPLAY_INFO };

	command(9, &info, sizeof(info), NULL, 0);
	SEND(cmd_get_edid, GET_EDID, .scanout = 0);
	image(5, 64, 64);
	SEND(set_scanout, SET_SCANOUT, .r = { 8, 4, 32, 16 }, .resource_id = 5);
	SEND(resource_flush, RESOURCE_FLUSH, .r = { 0, 0, 64, 64 }, .resource_id = 5);
	SEND(set_scanout, SET_SCANOUT, .r = { 0, 0, 0, 0 }, .resource_id = 0);
	SEND(resource_detach_backing, RESOURCE_DETACH_BACKING, .resource_id = 5);
	blob(9, 2);
	SEND(set_scanout_blob, SET_SCANOUT_BLOB, .r = { 1, 2, 20, 20 }, .resource_id = 9, .width = 32,
	     .height = 28, .format = 2, .strides = { 256 }, .offsets = { 1024 });
	SEND(resource_flush, RESOURCE_FLUSH, .r = { 0, 0, 32, 28 }, .resource_id = 9);
	SEND(resource_unref, RESOURCE_UNREF, .resource_id = 9);
	SEND(resource_unref, RESOURCE_UNREF, .resource_id = 5);
}

static void cursor(void)
{
	struct virtio_gpu_update_cursor c = {
		.hdr = { .type = VIRTIO_GPU_CMD_UPDATE_CURSOR }, .pos = { .x = 3, .y = 4 }, .resource_id = 5,
		.hot_x = 7, .hot_y = 6,
	};

	image(5, 64, 64);
	command(8, &c, sizeof(c), NULL, 0);
	c.hdr.type = VIRTIO_GPU_CMD_MOVE_CURSOR;
	command(8, &c, sizeof(c), NULL, 0);
	SEND(resource_unref, RESOURCE_UNREF, .resource_id = 5);
}

static void reg(uint32_t at, int shift, uint64_t value)
{
	put(0, 1);
	put(at, 2);
	put(shift, 1);
	put(value, 1 << shift);
}

/* A driver that begins from nothing, with one queue, and kicks. */
static void registers(void)
{
	uint32_t at;

	reg(VIRTIO_PCI_COMMON_STATUS, 0, 0);
	reg(VIRTIO_PCI_COMMON_STATUS, 0, 3);
	reg(VIRTIO_PCI_COMMON_DFSELECT, 2, 1);
	reg(VIRTIO_PCI_COMMON_GFSELECT, 2, 1);
	reg(VIRTIO_PCI_COMMON_GF, 2, 1);
	reg(VIRTIO_PCI_COMMON_STATUS, 0, 11);
	reg(VIRTIO_PCI_COMMON_MSIX, 1, 0);
	reg(VIRTIO_PCI_COMMON_Q_SELECT, 1, 0);
	reg(VIRTIO_PCI_COMMON_Q_SIZE, 1, 64);
	reg(VIRTIO_PCI_COMMON_Q_MSIX, 1, 1);
	reg(VIRTIO_PCI_COMMON_Q_DESCLO, 2, 0);
	reg(VIRTIO_PCI_COMMON_Q_DESCHI, 2, 1);
	reg(VIRTIO_PCI_COMMON_Q_AVAILLO, 2, 0x2000);
	reg(VIRTIO_PCI_COMMON_Q_AVAILHI, 2, 1);
	reg(VIRTIO_PCI_COMMON_Q_USEDLO, 2, 0x3000);
	reg(VIRTIO_PCI_COMMON_Q_USEDHI, 2, 1);
	reg(VIRTIO_PCI_COMMON_Q_ENABLE, 1, 1);
	reg(VIRTIO_PCI_COMMON_STATUS, 0, 15);
	SEND(cmd_get_edid, GET_EDID, .scanout = 0);
	reg(0x3000, 1, 0);
	for (at = 0; at < 56; at++) {
		put(1, 1), put(at, 2), put(0, 1);
		put(1, 1), put(at, 2), put(1, 1);
		put(1, 1), put(at, 2), put(2, 1);
	}
	put(1, 1), put(0x1000, 2), put(0, 1);
	put(7, 1), put(800, 2);
	put(1, 1), put(0x2000, 2), put(2, 1);
	reg(0x2004, 2, 1);
}

static void config_space(void)
{
	uint32_t at;

	for (at = 0; at < 0x100; at += 4)
		put(2, 1), put(at, 2), put(4, 1), put(~0ULL, 8);
	put(2, 1), put(0x88, 2), put(1, 1), put(4, 8);
	put(2, 1), put(0x8c, 2), put(4, 1), put(0x14, 8);
	put(2, 1), put(0x90, 2), put(4, 1), put(1, 8);
	put(2, 1), put(0x94, 2), put(1, 1), put(0, 8);
}

/* An indirect table, with the index of events. */
static void table(void)
{
	static const uint8_t descs[] = {
		0, 0, 2, 0, 1, 0, 0, 0, 32, 0, 0, 0, 1, 0, 1, 0,
		0, 0, 1, 0, 1, 0, 0, 0, 0, 8, 0, 0, 2, 0, 0, 0,
	};
	uint32_t i;

	put(6, 1), put(1, 1);
	put(3, 1), put(0x5000, 3), put(sizeof(descs), 1), fwrite(descs, sizeof(descs), 1, out);
	put(3, 1), put(0x20000, 3), put(32, 1), put(VIRTIO_GPU_CMD_GET_EDID, 8), put(0, 8), put(0, 8), put(0, 8);
	put(3, 1), put(0, 3), put(16, 1), put(0x100005000ULL, 8), put(32, 4), put(4, 2), put(0, 2);
	put(3, 1), put(0x2002, 3), put(2, 1), put(1, 2);
	put(4, 1), put(0, 1);
	for (i = 0; i < 4; i++)
		SEND(cmd_get_edid, GET_EDID, .scanout = 0);
}

static void capset(void)
{
	SEND(get_capset_info, GET_CAPSET_INFO, .capset_index = 0);
	SEND(get_capset, GET_CAPSET, .capset_id = KVMSHARE_CAPSET_ID, .capset_version = 1);
}

int main(int argc, char **argv)
{
	static const struct {
		const char *name;
		void (*fill)(void);
	} seeds[] = {
		{ "screen", screen }, { "cursor", cursor }, { "work", work }, { "capset", capset },
		{ "registers", registers }, { "config_space", config_space }, { "table", table },
	};
	size_t i;

	if (argc != 2) {
		fprintf(stderr, "usage: seeds DIR\n");
		return 2;
	}
	dir = argv[1];
	for (i = 0; i < sizeof(seeds) / sizeof(*seeds); i++) {
		seed(seeds[i].name);
		seeds[i].fill();
	}
	fclose(out);
	return 0;
}
