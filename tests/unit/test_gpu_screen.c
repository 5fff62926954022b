// SPDX-License-Identifier: GPL-2.0
/* What is seen: the screen, what is drawn on it, the cursor, and how it describes itself. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <cmocka.h>

#include "gpu_driver.h"

static void create(u32 id, u32 width, u32 height)
{
	assert_int_equal(SEND(resource_create_2d, RESOURCE_CREATE_2D, .resource_id = id,
			      .format = BGRX, .width = width, .height = height), OK);
}

static u32 scanout(u32 id, u32 x, u32 y, u32 width, u32 height)
{
	return SEND(set_scanout, SET_SCANOUT, .r = { x, y, width, height }, .resource_id = id);
}

static u32 flush(u32 id, u32 x, u32 y, u32 width, u32 height)
{
	return SEND(resource_flush, RESOURCE_FLUSH, .r = { x, y, width, height }, .resource_id = id);
}

static u32 bare(u32 type)
{
	struct virtio_gpu_ctrl_hdr header = { .type = type };

	return send_more(&header, sizeof(header), NULL, 0);
}

static void test_display_info(void **state)
{
	const struct virtio_gpu_resp_display_info *info;
	u32 i;

	(void)state;
	assert_int_equal(bare(VIRTIO_GPU_CMD_GET_DISPLAY_INFO), VIRTIO_GPU_RESP_OK_DISPLAY_INFO);
	info = last_answer;
	assert_int_equal(info->pmodes[0].enabled, 1);
	assert_int_equal(info->pmodes[0].r.width, 1024);
	assert_int_equal(info->pmodes[0].r.height, 768);
	for (i = 1; i < VIRTIO_GPU_MAX_SCANOUTS; i++)
		assert_int_equal(info->pmodes[i].enabled, 0);
}

/* A driver with little room gets as much as that, and is told how much. */
static void test_answer_cut(void **state)
{
	struct virtio_gpu_ctrl_hdr header = { .type = VIRTIO_GPU_CMD_GET_DISPLAY_INFO };
	const u8 *answer = d.memory.bytes + (RING_ANSWER - GUEST_BASE);

	(void)state;
	offer_command(&header, sizeof(header), NULL, 0);
	memory_put(&d.memory, RING_DESC + 2 * 16 + 8, 4, 10);
	memset(d.memory.bytes + (RING_ANSWER - GUEST_BASE), 0xee, 64);
	assert_int_equal(device_back_serve(&d.back, DEVICE_CONTROL, 16), 1);
	assert_int_equal(memory_get(&d.memory, RING_USED + 8, 4), 10);
	assert_int_equal(le_get(answer, 4), VIRTIO_GPU_RESP_OK_DISPLAY_INFO);
	assert_int_equal(answer[10], 0xee);
	/* And one with room hears of all of it. */
	assert_int_equal(bare(VIRTIO_GPU_CMD_GET_DISPLAY_INFO), VIRTIO_GPU_RESP_OK_DISPLAY_INFO);
	assert_int_equal(memory_get(&d.memory, RING_USED + 16, 4),
			 sizeof(struct virtio_gpu_resp_display_info));
}

/* A ring that breaks the rules is not looked at again before a reset. */
static void test_broken(void **state)
{
	(void)state;
	assert_int_equal(device_back_listen(&d.back, DEVICE_CONTROL, true), 0);
	memory_put(&d.memory, RING_AVAIL + 2, 2, RING_SIZE + 1);
	assert_int_equal(device_back_listen(&d.back, DEVICE_CONTROL, true), 1);
	assert_int_equal(device_back_serve(&d.back, DEVICE_CONTROL, 16), -EINVAL);
	memory_put(&d.memory, RING_AVAIL + 2, 2, 0);
	assert_int_equal(device_back_serve(&d.back, DEVICE_CONTROL, 16), 0);
	assert_int_equal(device_back_told(&d.back, DEVICE_CONTROL), 0);
	assert_int_equal(device_back_ended(&d.back, 5), 0);
	device_back_reset(&d.back);
	device_front_reset(&d.front);
	driver_start(OFFERED);
	memset(d.memory.bytes + (RING_USED - GUEST_BASE), 0, 0x1000);
	assert_int_equal(bare(VIRTIO_GPU_CMD_GET_DISPLAY_INFO), VIRTIO_GPU_RESP_OK_DISPLAY_INFO);
}

static void test_told(void **state)
{
	(void)state;
	assert_int_equal(device_back_told(&d.back, DEVICE_CONTROL), 0);
	assert_int_equal(bare(VIRTIO_GPU_CMD_GET_DISPLAY_INFO), VIRTIO_GPU_RESP_OK_DISPLAY_INFO);
	assert_int_equal(device_back_told(&d.back, DEVICE_CONTROL), 1);
	assert_int_equal(device_back_told(&d.back, DEVICE_CONTROL), 0);
	/* The other queue is not there. */
	assert_int_equal(device_back_told(&d.back, DEVICE_CURSOR), 0);
	assert_int_equal(device_back_serve(&d.back, DEVICE_CURSOR, 16), 0);
	assert_int_equal(device_back_listen(&d.back, DEVICE_CURSOR, false), 0);
}

/* The preferred timing, as a driver reads it from an EDID. */
static void check_edid(const u8 *edid, u32 width, u32 height)
{
	const u8 *timing = edid + 54;
	u32 i, sum = 0, clock = le_get(timing, 2);
	u32 h_total = width + (timing[3] | (timing[4] & 0xf) << 8);
	u32 v_total = height + (timing[6] | (timing[7] & 0xf) << 8);

	assert_int_equal(le_get(edid, 8), 0x00ffffffffffff00);
	for (i = 0; i < EDID_BYTES; i++)
		sum += edid[i];
	assert_int_equal(sum & 0xff, 0);
	assert_int_equal(timing[2] | timing[4] >> 4 << 8, width);
	assert_int_equal(timing[5] | timing[7] >> 4 << 8, height);
	assert_int_equal(edid[126], 0);
	if (clock < 65535)
		assert_in_range(clock * 10000ULL / h_total / v_total, 59, 60);
	/* The sync is inside of the blanking. */
	assert_true(timing[8] + timing[9] < (timing[3] | (timing[4] & 0xf) << 8));
	assert_true((timing[10] >> 4) + (timing[10] & 0xf) < timing[6]);
}

static void test_edid(void **state)
{
	const struct virtio_gpu_resp_edid *answer;
	u8 edid[EDID_BYTES];
	u32 side;

	(void)state;
	assert_int_equal(SEND(cmd_get_edid, GET_EDID, .scanout = 0), VIRTIO_GPU_RESP_OK_EDID);
	answer = last_answer;
	assert_int_equal(answer->size, EDID_BYTES);
	check_edid(answer->edid, 1024, 768);
	assert_int_equal(SEND(cmd_get_edid, GET_EDID, .scanout = 1), NO_SCREEN);
	for (side = EDID_SIDE_MIN; side <= EDID_SIDE_MAX; side += 37) {
		edid_fill(edid, side, EDID_SIDE_MAX + EDID_SIDE_MIN - side);
		check_edid(edid, side, EDID_SIDE_MAX + EDID_SIDE_MIN - side);
	}
}

static void test_shown(void **state)
{
	const struct gpu_resource *resource;

	(void)state;
	create(5, 64, 48);
	resource = resources_find(&d.back.gpu.resources, 5);
	assert_null(gpu_pixels(&d.back.gpu));
	assert_int_equal(scanout(5, 8, 4, 32, 16), OK);
	assert_ptr_equal(gpu_pixels(&d.back.gpu), resource->pixels + 4 * (4 * 64 + 8));
	assert_int_equal(d.back.gpu.screen.stride, 256);
	assert_int_equal(d.shown, 1);
	assert_int_equal(scanout(0, 0, 0, 0, 0), OK);
	assert_null(gpu_pixels(&d.back.gpu));
	assert_int_equal(d.shown, 2);
}

static void test_not_shown(void **state)
{
	(void)state;
	create(5, 64, 48);
	assert_int_equal(scanout(6, 0, 0, 8, 8), NO_ID);
	assert_int_equal(scanout(5, 0, 0, 65, 48), BAD);
	assert_int_equal(scanout(5, 1, 0, 64, 48), BAD);
	assert_int_equal(scanout(5, 0, ~0U, 1, 2), BAD);
	assert_int_equal(scanout(5, 0, 0, 0, 8), BAD);
	assert_int_equal(SEND(set_scanout, SET_SCANOUT, .r = { 0, 0, 8, 8 }, .resource_id = 5,
			      .scanout_id = 1), NO_SCREEN);
	assert_null(d.back.gpu.screen.resource);
	assert_int_equal(d.shown, 0);
}

static void test_shown_no_longer(void **state)
{
	(void)state;
	create(5, 64, 48);
	create(6, 64, 48);
	assert_int_equal(scanout(5, 0, 0, 64, 48), OK);
	assert_int_equal(SEND(resource_unref, RESOURCE_UNREF, .resource_id = 6), OK);
	assert_non_null(d.back.gpu.screen.resource);
	assert_int_equal(SEND(resource_unref, RESOURCE_UNREF, .resource_id = 5), OK);
	assert_null(gpu_pixels(&d.back.gpu));
	/* What it would rather have stays. */
	assert_int_equal(d.back.gpu.screen.width, 1024);
	assert_int_equal(d.taken, 0);
}

/* What was flushed, of what is shown, from where that begins. */
static void test_drawn(void **state)
{
	(void)state;
	create(5, 64, 48);
	create(6, 64, 48);
	assert_int_equal(flush(5, 0, 0, 64, 48), OK);
	assert_int_equal(d.drawn, 0);
	assert_int_equal(scanout(5, 8, 4, 32, 16), OK);
	assert_int_equal(flush(6, 0, 0, 64, 48), OK);
	assert_int_equal(d.drawn, 0);
	assert_int_equal(flush(5, 0, 0, 64, 48), OK);
	assert_int_equal(d.drawn, 1);
	assert_memory_equal(&d.last, (&(struct rect) { 0, 0, 32, 16 }), sizeof(d.last));
	assert_int_equal(flush(5, 10, 2, 4, 4), OK);
	assert_memory_equal(&d.last, (&(struct rect) { 2, 0, 4, 2 }), sizeof(d.last));
	assert_int_equal(flush(5, 39, 19, 9, 9), OK);
	assert_memory_equal(&d.last, (&(struct rect) { 31, 15, 1, 1 }), sizeof(d.last));
	assert_int_equal(flush(5, 40, 4, 9, 9), OK);
	assert_int_equal(flush(5, 0, 0, 8, 48), OK);
	assert_int_equal(d.drawn, 3);
	assert_int_equal(flush(5, 0, 0, 65, 1), BAD);
	assert_int_equal(flush(7, 0, 0, 1, 1), NO_ID);
}

static u32 blob_scanout(u32 width, u32 height, u32 stride, u32 offset, struct virtio_gpu_rect r)
{
	return SEND(set_scanout_blob, SET_SCANOUT_BLOB, .r = r, .resource_id = 9, .width = width,
		    .height = height, .format = BGRX, .strides = { stride }, .offsets = { offset });
}

static void make_blob(void)
{
	struct virtio_gpu_mem_entry entries[] = { { ROOM, 4096, 0 }, { ROOM + 0x4000, 4096, 0 } };

	assert_int_equal(SEND_MORE(entries, sizeof(entries), resource_create_blob, RESOURCE_CREATE_BLOB,
				   .resource_id = 9, .blob_mem = VIRTIO_GPU_BLOB_MEM_GUEST,
				   .nr_entries = 2, .size = 8192), OK);
}

static void test_blob_shown(void **state)
{
	const u8 *pixels;
	u32 x, y;

	(void)state;
	make_blob();
	/* 32 by 28 pixels, rows of 256 bytes, from byte 1,024 on. */
	assert_int_equal(blob_scanout(32, 28, 256, 1024, (struct virtio_gpu_rect) { 1, 2, 20, 20 }), OK);
	for (x = 0; x < 8192; x++)
		memory_put(&d.memory, x < 4096 ? ROOM + x : ROOM + 0x4000 + x - 4096, 1, x ^ x >> 8);
	assert_int_equal(flush(9, 0, 0, 32, 28), OK);
	assert_memory_equal(&d.last, (&(struct rect) { 0, 0, 20, 20 }), sizeof(d.last));
	pixels = gpu_pixels(&d.back.gpu);
	assert_int_equal(pixels[0], 0);
	gpu_settle(&d.back.gpu);
	for (y = 0; y < 20; y++) {
		for (x = 0; x < 80; x++) {
			u32 at = 1024 + (y + 2) * 256 + 4 + x;

			assert_int_equal(pixels[y * 256 + x], (u8)(at ^ at >> 8));
		}
	}
	assert_int_equal(SEND(resource_unref, RESOURCE_UNREF, .resource_id = 9), OK);
	assert_int_equal(d.taken, 0);
}

static void test_blob_not_shown(void **state)
{
	struct virtio_gpu_rect all = { 0, 0, 32, 32 };
	u64 taken;

	(void)state;
	make_blob();
	taken = d.taken;
	assert_int_equal(blob_scanout(32, 32, 256, 1, all), BAD);
	assert_int_equal(blob_scanout(32, 33, 256, 0, all), BAD);
	assert_int_equal(blob_scanout(65, 32, 256, 0, all), BAD);
	assert_int_equal(blob_scanout(32, 32, 258, 0, all), BAD);
	assert_int_equal(blob_scanout(31, 32, 256, 0, all), BAD);
	assert_int_equal(blob_scanout(32, 32, 0x80000000, 0, all), BAD);
	assert_int_equal(blob_scanout(0x40000000, 32, 0, 0, all), BAD);
	assert_int_equal(blob_scanout(32, 32, 256, 0, (struct virtio_gpu_rect) { 0, 0, 0, 1 }), BAD);
	assert_int_equal(scanout(9, 0, 0, 8, 8), NO_ID);
	assert_int_equal(d.taken, taken);
	assert_int_equal(blob_scanout(32, 32, 256, 0, all), OK);
	/* Another in its place, and what it had is given back. */
	taken = d.taken;
	assert_int_equal(blob_scanout(32, 32, 256, 0, all), OK);
	assert_int_equal(d.taken, taken);
}

static void cursor_command(const struct virtio_gpu_update_cursor *command)
{
	struct chain *chain = &d.back.chain;

	memcpy(d.memory.bytes + (ROOM - GUEST_BASE), command, sizeof(*command));
	chain_begin(chain, 0);
	chain_add(chain, ROOM, sizeof(*command), false);
	d.back.request.chain = chain;
	gpu_cursor_command(&d.back.gpu, &d.back.request);
}

static void test_cursor(void **state)
{
	struct virtio_gpu_update_cursor command = {
		.hdr = { .type = VIRTIO_GPU_CMD_UPDATE_CURSOR }, .pos = { .x = 3, .y = 4 },
		.resource_id = 5, .hot_x = 7, .hot_y = 63,
	};
	const struct gpu_cursor *cursor = &d.back.gpu.cursor;

	(void)state;
	create(5, 64, 64);
	create(6, 64, 63);
	cursor_command(&command);
	assert_int_equal(cursor->resource->id, 5);
	assert_int_equal(cursor->x, 3);
	assert_int_equal(cursor->hot_y, 63);
	/* Each of these is refused. */
	command.resource_id = 6;
	cursor_command(&command);
	command.resource_id = 5;
	command.hot_x = 0;
	command.pos.scanout_id = 1;
	cursor_command(&command);
	assert_int_equal(cursor->hot_x, 7);
	/* Some put it outside of the image. */
	command.hot_x = 64;
	command.pos.scanout_id = 0;
	cursor_command(&command);
	assert_int_equal(cursor->hot_x, 63);
	command = (struct virtio_gpu_update_cursor) {
		.hdr = { .type = VIRTIO_GPU_CMD_MOVE_CURSOR }, .pos = { .x = ~0U, .y = 9 },
	};
	cursor_command(&command);
	assert_int_equal(cursor->x, ~0U);
	assert_int_equal(cursor->resource->id, 5);
	assert_int_equal(SEND(resource_unref, RESOURCE_UNREF, .resource_id = 5), OK);
	assert_null(cursor->resource);
	/* Not by way of the other queue. */
	assert_int_equal(send_more(&command, sizeof(command), NULL, 0), CUT);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(test_display_info, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_answer_cut, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_broken, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_told, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_edid, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_shown, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_not_shown, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_shown_no_longer, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_drawn, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_blob_shown, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_blob_not_shown, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_cursor, set_up, tear_down),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
