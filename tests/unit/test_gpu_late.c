// SPDX-License-Identifier: GPL-2.0
/* What a driver hands over is copied when somebody looks, or before it cannot be any more. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <cmocka.h>

#include "gpu_driver.h"

#define SIDE	64U
#define BYTES	(SIDE * SIDE * 4)

/* The guest's memory of the image, which begins @from the backing's beginning. */
static u64 image_at;

static struct gpu_resource *image(void)
{
	return resources_find(&d.back.gpu.resources, 1);
}

static const u8 *copied(u32 x, u32 y)
{
	return image()->pixels + 4 * (y * SIDE + x);
}

static void draw(u32 x, u32 y, u8 value)
{
	memory_put(&d.memory, image_at + 4 * (y * SIDE + x), 1, value);
}

static u32 hand_over(u32 x, u32 y, u32 width, u32 height, u64 offset)
{
	return SEND(transfer_to_host_2d, TRANSFER_TO_HOST_2D, .resource_id = 1,
		    .r = { x, y, width, height }, .offset = offset);
}

static u64 offset_of(u32 x, u32 y)
{
	return image_at - ROOM + 4 * (y * SIDE + x);
}

/* Twice as much backing as the image is long. */
static int open_image(void **state)
{
	struct virtio_gpu_mem_entry entry = { ROOM, 2 * BYTES, 0 };

	set_up(state);
	image_at = ROOM;
	assert_int_equal(SEND(resource_create_2d, RESOURCE_CREATE_2D, .resource_id = 1,
			      .format = BGRX, .width = SIDE, .height = SIDE), OK);
	assert_int_equal(SEND_MORE(&entry, sizeof(entry), resource_attach_backing,
				   RESOURCE_ATTACH_BACKING, .resource_id = 1, .nr_entries = 1), OK);
	return 0;
}

static void turn_on(void)
{
	assert_int_equal(SEND(set_scanout, SET_SCANOUT, .resource_id = 1,
			      .r = { 0, 0, SIDE, SIDE }), OK);
}

static void test_waits_until_somebody_looks(void **state)
{
	(void)state;
	turn_on();
	draw(3, 2, 7);
	draw(20, 30, 8);
	draw(40, 50, 9);
	assert_int_equal(hand_over(3, 2, 1, 1, offset_of(3, 2)), OK);
	assert_int_equal(hand_over(20, 30, 2, 2, offset_of(20, 30)), OK);
	assert_int_equal(*copied(3, 2), 0);
	gpu_settle(&d.back.gpu);
	assert_int_equal(*copied(3, 2), 7);
	assert_int_equal(*copied(20, 30), 8);
	/* No more than what is around both. */
	assert_int_equal(*copied(40, 50), 0);
	/* It is copied once. */
	draw(3, 2, 1);
	gpu_settle(&d.back.gpu);
	assert_int_equal(*copied(3, 2), 7);
}

/* From elsewhere in the backing: what waits is copied first. */
static void test_two_origins(void **state)
{
	(void)state;
	draw(1, 1, 7);
	assert_int_equal(hand_over(1, 1, 1, 1, offset_of(1, 1)), OK);
	image_at = ROOM + BYTES;
	draw(2, 2, 8);
	assert_int_equal(hand_over(2, 2, 1, 1, offset_of(2, 2)), OK);
	assert_int_equal(*copied(1, 1), 7);
	assert_int_equal(*copied(2, 2), 0);
	turn_on();
	gpu_settle(&d.back.gpu);
	assert_int_equal(*copied(2, 2), 8);
	assert_int_equal(*copied(1, 1), 7);
}

static void test_before_its_backing_goes(void **state)
{
	(void)state;
	draw(5, 6, 7);
	assert_int_equal(hand_over(0, 0, SIDE, SIDE, offset_of(0, 0)), OK);
	assert_int_equal(SEND(resource_detach_backing, RESOURCE_DETACH_BACKING, .resource_id = 1), OK);
	assert_int_equal(*copied(5, 6), 7);
	draw(5, 6, 1);
	turn_on();
	gpu_settle(&d.back.gpu);
	assert_int_equal(*copied(5, 6), 7);
}

/* What cannot be there is told at once, and nothing waits of it. */
static void test_beyond_the_backing(void **state)
{
	u64 last = 2 * BYTES - 4;

	(void)state;
	assert_int_equal(hand_over(0, 0, 1, 1, last), OK);
	assert_int_equal(hand_over(0, 0, 1, 2, last), CUT);
	assert_int_equal(hand_over(0, 0, 1, 1, last + 1), CUT);
	assert_int_equal(hand_over(0, 0, 1, 1, ~0ULL), CUT);
	assert_int_equal(hand_over(0, 0, 0, 0, ~0ULL), OK);
	/* Two that are, and what is around both is not: from one origin, at opposite corners. */
	memory_put(&d.memory, ROOM + last - 4, 1, 7);
	assert_int_equal(hand_over(SIDE - 1, 0, 1, 1, last - 4), OK);
	assert_int_equal(*copied(SIDE - 1, 0), 0);
	assert_int_equal(hand_over(0, 1, 1, 1, last), OK);
	assert_int_equal(*copied(SIDE - 1, 0), 7);
}

static void test_nothing_of_one_that_went(void **state)
{
	(void)state;
	turn_on();
	assert_int_equal(hand_over(0, 0, SIDE, SIDE, 0), OK);
	assert_int_equal(SEND(resource_unref, RESOURCE_UNREF, .resource_id = 1), OK);
	gpu_settle(&d.back.gpu);
	assert_int_equal(d.taken, 0);
}

/* -- What is seen ----------------------------------------------------------- */

static u8 seen[4 * SIDE];

static void format_is(u32 format, const char *bytes, const char *wanted)
{
	driver_close();
	driver_open();
	assert_int_equal(SEND(resource_create_2d, RESOURCE_CREATE_2D, .resource_id = 1,
			      .format = format, .width = SIDE, .height = SIDE), OK);
	turn_on();
	memcpy(image()->pixels + 4 * (SIDE * 3 + 5), bytes, 4);
	picture_row(&d.back.gpu, 3, seen);
	assert_memory_equal(seen + 4 * 5, wanted, 4);
}

static void test_formats(void **state)
{
	(void)state;
	format_is(VIRTIO_GPU_FORMAT_B8G8R8A8_UNORM, "bgra", "bgr\xff");
	format_is(VIRTIO_GPU_FORMAT_B8G8R8X8_UNORM, "bgrx", "bgr\xff");
	format_is(VIRTIO_GPU_FORMAT_A8R8G8B8_UNORM, "argb", "bgr\xff");
	format_is(VIRTIO_GPU_FORMAT_X8R8G8B8_UNORM, "xrgb", "bgr\xff");
	format_is(VIRTIO_GPU_FORMAT_R8G8B8A8_UNORM, "rgba", "bgr\xff");
	format_is(VIRTIO_GPU_FORMAT_R8G8B8X8_UNORM, "rgbx", "bgr\xff");
	format_is(VIRTIO_GPU_FORMAT_A8B8G8R8_UNORM, "abgr", "bgr\xff");
	format_is(VIRTIO_GPU_FORMAT_X8B8G8R8_UNORM, "xbgr", "bgr\xff");
}

/* The cursor over a grey screen, of one colour and half transparent. */
static void put_cursor_at(u32 x, u32 y)
{
	struct gpu_resource *shape = resources_find(&d.back.gpu.resources, 2);
	u32 i;

	if (!shape) {
		assert_int_equal(SEND(resource_create_2d, RESOURCE_CREATE_2D, .resource_id = 2,
				      .format = VIRTIO_GPU_FORMAT_B8G8R8A8_UNORM, .width = 64,
				      .height = 64), OK);
		shape = resources_find(&d.back.gpu.resources, 2);
		for (i = 0; i < 64 * 64; i++)
			memcpy(shape->pixels + 4 * i, "\x80\x00\x40\x80", 4);
	}
	memset(image()->pixels, 100, BYTES);
	d.back.gpu.cursor = (struct gpu_cursor) { .resource = shape, .x = x, .y = y };
}

static bool has_cursor(u32 x, u32 y)
{
	picture_row(&d.back.gpu, y, seen);
	if (seen[4 * x] == 100)
		return false;
	/* 0x80 + 100 * 127 / 255, and likewise. */
	assert_int_equal(seen[4 * x], 178);
	assert_int_equal(seen[4 * x + 1], 50);
	assert_int_equal(seen[4 * x + 2], 114);
	assert_int_equal(seen[4 * x + 3], 255);
	return true;
}

static void test_cursor_over_it(void **state)
{
	(void)state;
	turn_on();
	put_cursor_at(10, 20);
	assert_true(has_cursor(10, 20));
	assert_true(has_cursor(63, 63));
	assert_false(has_cursor(9, 20));
	assert_false(has_cursor(10, 19));
	/* Its hot spot is in the picture, the rest beyond the edge. */
	put_cursor_at(-60, -61);
	assert_true(has_cursor(3, 2));
	assert_false(has_cursor(4, 2));
	assert_false(has_cursor(3, 3));
	put_cursor_at(64, 0);
	assert_false(has_cursor(63, 0));
	put_cursor_at(-64, 0);
	assert_false(has_cursor(0, 0));
}

static void test_no_picture(void **state)
{
	(void)state;
	assert_int_equal(picture_width(&d.back.gpu), 0);
	assert_int_equal(picture_height(&d.back.gpu), 0);
	turn_on();
	assert_int_equal(picture_width(&d.back.gpu), SIDE);
	assert_int_equal(picture_height(&d.back.gpu), SIDE);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(test_waits_until_somebody_looks, open_image, tear_down),
		cmocka_unit_test_setup_teardown(test_two_origins, open_image, tear_down),
		cmocka_unit_test_setup_teardown(test_before_its_backing_goes, open_image, tear_down),
		cmocka_unit_test_setup_teardown(test_beyond_the_backing, open_image, tear_down),
		cmocka_unit_test_setup_teardown(test_nothing_of_one_that_went, open_image, tear_down),
		cmocka_unit_test_setup_teardown(test_formats, open_image, tear_down),
		cmocka_unit_test_setup_teardown(test_cursor_over_it, open_image, tear_down),
		cmocka_unit_test_setup_teardown(test_no_picture, open_image, tear_down),
	};

	return cmocka_run_group_tests_name("gpu_late", tests, NULL, NULL);
}
