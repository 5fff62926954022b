/* SPDX-License-Identifier: GPL-2.0 */
/* Drivers that show something, with a cursor over it, and somebody who looks. */
#ifndef SEED_SCREEN_H
#define SEED_SCREEN_H

#include "seed.h"

/* -- Images ----------------------------------------------------------------- */

static void scan_out(uint32_t id, struct virtio_gpu_rect r)
{
	SEND(set_scanout, SET_SCANOUT, .r = r, .resource_id = id);
}

static void screen(void)
{
	struct virtio_gpu_ctrl_hdr info = { .type = VIRTIO_GPU_CMD_GET_DISPLAY_INFO };

	command(STEP_CONTROL, &info, sizeof(info), NULL, 0);
	SEND(cmd_get_edid, GET_EDID, .scanout = 0);
	image(5, BGRX, 64, 64);
	scan_out(5, RECT(8, 4, 32, 16));
	flush(5, RECT(0, 0, 64, 64));
	look();
	scan_out(0, RECT(0));
	look();
	scan_out(5, RECT(0, 0, 64, 64));
	unref(5);
	look();
}

static void screen_refused(void)
{
	SEND(cmd_get_edid, GET_EDID, .scanout = 1);
	create(5, BGRX, 64, 64);
	blob(6, 4);
	SEND(set_scanout, SET_SCANOUT, .r = { 0, 0, 64, 64 }, .resource_id = 5, .scanout_id = 1);
	scan_out(7, RECT(0, 0, 64, 64));
	scan_out(6, RECT(0, 0, 64, 64));
	scan_out(5, RECT(0, 0, 0, 64));
	scan_out(5, RECT(0, 0, 64, 0));
	scan_out(5, RECT(0, 0, 65, 64));
	flush(7, RECT(0, 0, 64, 64));
	flush(5, RECT(0, 0, 65, 64));
	flush(5, RECT(0, 0, 64, 64));
}

/* What is drawn beside what is shown, across its edges, and all round it. */
static void edges(void)
{
	image(5, BGRX, 64, 64);
	scan_out(5, RECT(16, 16, 32, 32));
	flush(5, RECT(0, 20, 8, 8));
	flush(5, RECT(56, 20, 8, 8));
	flush(5, RECT(20, 0, 8, 8));
	flush(5, RECT(20, 56, 8, 8));
	flush(5, RECT(8, 8, 16, 16));
	flush(5, RECT(40, 40, 16, 16));
	flush(5, RECT(20, 20, 4, 4));
	flush(5, RECT(0, 0, 64, 64));
}

static void fast_screen(void)
{
	host_screen(4095, 4095);
	SEND(cmd_get_edid, GET_EDID, .scanout = 0);
	host_screen(640, 480);
	SEND(cmd_get_edid, GET_EDID, .scanout = 0);
}

/* -- Blobs ------------------------------------------------------------------ */

struct shown_blob {
	uint32_t id, width, height, format, stride, offset;
	struct virtio_gpu_rect r;
};

static const struct shown_blob good_blob = { 9, 32, 28, BGRX, 256, 1024, { 1, 2, 20, 20 } };

static void show_blob(const struct shown_blob *b)
{
	SEND(set_scanout_blob, SET_SCANOUT_BLOB, .r = b->r, .resource_id = b->id, .width = b->width,
	     .height = b->height, .format = b->format, .strides = { b->stride },
	     .offsets = { b->offset });
}

/* That one, but for what is said. */
#define SHOW(...) do { \
		struct shown_blob b = good_blob; \
		__VA_ARGS__; \
		show_blob(&b); \
	} while (0)

static void blob_shown(void)
{
	blob(9, 2);
	SHOW();
	look();
	flush(9, RECT(0, 0, 32, 28));
	flush(9, RECT(0, 0, 4, 4));
	look();
	flush(9, RECT(100, 100, 4, 4));
	SHOW(b.stride = 128, b.format = 67, b.r = RECT(0, 0, 32, 28));
	flush(9, RECT(0, 0, 32, 28));
	look();
	unref(9);
}

static void blob_out_of_reach(void)
{
	blob(9, 2);
	memory_for(0);
	SHOW();
	SHOW();
	hole(ROOM, 8192, HOLE_READ, 0);
	flush(9, RECT(0, 0, 32, 28));
	look();
}

static void blob_refused(void)
{
	blob(9, 2);
	create(5, BGRX, 32, 28);
	SEND(set_scanout_blob, SET_SCANOUT_BLOB, .scanout_id = 1, .resource_id = 9);
	SHOW(b.id = 8);
	SHOW(b.id = 5);
	SHOW(b.format = 7);
	SHOW(b.r.width = 0);
	SHOW(b.r.height = 0);
	SHOW(b.width = 16385);
	SHOW(b.height = 16385);
	SHOW(b.r.width = 33);
	SHOW(b.stride = 255);
	SHOW(b.stride = 64);
	SHOW(b.stride = 65540);
	SHOW(b.offset = 8196);
	SHOW(b.offset = 4096);
}

/* -- The cursor ------------------------------------------------------------- */

static void cursor_to(uint32_t type, uint32_t id, uint32_t x, uint32_t y)
{
	struct virtio_gpu_update_cursor c = {
		.hdr = { .type = type }, .pos = { .x = x, .y = y }, .resource_id = id, .hot_x = 7, .hot_y = 6,
	};

	command(STEP_CURSOR, &c, sizeof(c), NULL, 0);
}

static void cursor(void)
{
	image(5, BGRX, 64, 64);
	image(6, BGRX, 100, 100);
	scan_out(6, RECT(0, 0, 100, 100));
	cursor_to(VIRTIO_GPU_CMD_UPDATE_CURSOR, 5, 3, 4);
	look();
	cursor_to(VIRTIO_GPU_CMD_MOVE_CURSOR, 5, 90, 90);
	look();
	cursor_to(VIRTIO_GPU_CMD_MOVE_CURSOR, 5, -10, -20);
	look();
	cursor_to(VIRTIO_GPU_CMD_MOVE_CURSOR, 5, 500, 500);
	look();
	cursor_to(VIRTIO_GPU_CMD_UPDATE_CURSOR, 0, 0, 0);
	cursor_to(VIRTIO_GPU_CMD_UPDATE_CURSOR, 5, 0, 0);
	unref(5);
	look();
}

static void cursor_refused(void)
{
	struct virtio_gpu_update_cursor c = {
		.hdr = { .type = VIRTIO_GPU_CMD_UPDATE_CURSOR }, .pos = { .scanout_id = 1 },
	};

	command(STEP_CURSOR, &c, sizeof(c), NULL, 0);
	c.hdr.type = VIRTIO_GPU_CMD_MOVE_CURSOR;
	command(STEP_CURSOR, &c, sizeof(c), NULL, 0);
	c.hdr.type = VIRTIO_GPU_CMD_UPDATE_CURSOR;
	c.pos.scanout_id = 0;
	c.hot_x = 64, c.hot_y = 64;
	command(STEP_CURSOR, &c, sizeof(c), NULL, 0);
	c.hdr.type = VIRTIO_GPU_CMD_GET_EDID;
	command(STEP_CURSOR, &c, sizeof(c), NULL, 0);
	command(STEP_CURSOR, &c, 8, NULL, 0);
	create(1, BGRX, 64, 63);
	create(2, BGRX, 63, 64);
	blob(3, 4);
	cursor_to(VIRTIO_GPU_CMD_UPDATE_CURSOR, 1, 0, 0);
	cursor_to(VIRTIO_GPU_CMD_UPDATE_CURSOR, 2, 0, 0);
	cursor_to(VIRTIO_GPU_CMD_UPDATE_CURSOR, 3, 0, 0);
	cursor_to(VIRTIO_GPU_CMD_UPDATE_CURSOR, 4, 0, 0);
}

/* The screen and the cursor of every format, with colours that are more than all. */
static void every_format(void)
{
	static const uint32_t known[] = { 1, 2, 3, 4, 67, 68, 121, 134 };
	size_t i;

	step(STEP_SCRIBBLE), put(0x20000, 3), put(255, 1);
	for (i = 0; i < 255; i++)
		put(i % 8 < 4 ? 0xff : 40 * (i % 4), 1);
	for (i = 0; i < sizeof(known) / sizeof(*known); i++) {
		image(1 + i, known[i], 64, 64);
		scan_out(1 + i, RECT(0, 0, 64, 64));
		cursor_to(VIRTIO_GPU_CMD_UPDATE_CURSOR, 1 + i, 4 * i, 0);
		look();
	}
}

static const struct seed screen_seeds[] = {
	{ "screen", screen },
	{ "screen_refused", screen_refused },
	{ "edges", edges },
	{ "fast_screen", fast_screen },
	{ "blob_shown", blob_shown },
	{ "blob_out_of_reach", blob_out_of_reach },
	{ "blob_refused", blob_refused },
	{ "cursor", cursor },
	{ "cursor_refused", cursor_refused },
	{ "every_format", every_format },
};

#endif
