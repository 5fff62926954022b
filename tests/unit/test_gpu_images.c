// SPDX-License-Identifier: GPL-2.0
/* Images and blobs: made, backed, loaded and given up, by a driver that may mean harm. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <cmocka.h>

#include "gpu_driver.h"

static u32 create(u32 id, u32 width, u32 height)
{
	return SEND(resource_create_2d, RESOURCE_CREATE_2D, .resource_id = id, .format = BGRX,
		    .width = width, .height = height);
}

static u32 back(u32 id, const struct virtio_gpu_mem_entry *entries, u32 nr)
{
	return SEND_MORE(entries, nr * sizeof(*entries), resource_attach_backing,
			 RESOURCE_ATTACH_BACKING, .resource_id = id, .nr_entries = nr);
}

static u32 load(u32 id, u32 x, u32 y, u32 width, u32 height, u64 offset)
{
	return SEND(transfer_to_host_2d, TRANSFER_TO_HOST_2D, .resource_id = id,
		    .r = { x, y, width, height }, .offset = offset);
}

static u32 blob(u32 id, u64 bytes, const struct virtio_gpu_mem_entry *entries, u32 nr)
{
	return SEND_MORE(entries, nr * sizeof(*entries), resource_create_blob, RESOURCE_CREATE_BLOB,
			 .resource_id = id, .blob_mem = VIRTIO_GPU_BLOB_MEM_GUEST,
			 .nr_entries = nr, .size = bytes);
}

static u32 unref(u32 id)
{
	return SEND(resource_unref, RESOURCE_UNREF, .resource_id = id);
}

/* As somebody sees it who looks now. */
static const u8 *pixel(u32 id, u32 x, u32 y)
{
	struct gpu_resource *resource = resources_find(&d.back.gpu.resources, id);

	resource_settle(resource, &d.memory.guest);
	return resource->pixels + 4 * ((u64)y * resource->width + x);
}

static void test_made_once(void **state)
{
	(void)state;
	assert_int_equal(create(7, 64, 32), OK);
	assert_int_equal(create(7, 64, 32), NO_ID);
	assert_int_equal(create(0, 64, 32), NO_ID);
	assert_int_equal(unref(7), OK);
	assert_int_equal(unref(7), NO_ID);
	assert_int_equal(d.taken, 0);
	assert_int_equal(create(7, 16, 16), OK);
}

static void test_sizes(void **state)
{
	(void)state;
	assert_int_equal(create(1, 0, 32), BAD);
	assert_int_equal(create(1, 32, 0), BAD);
	assert_int_equal(create(1, 16385, 1), BAD);
	assert_int_equal(create(1, 0x40000001, 4), BAD);
	assert_int_equal(SEND(resource_create_2d, RESOURCE_CREATE_2D, .resource_id = 1, .format = 5,
			      .width = 4, .height = 4), BAD);
	/* More than the device has, and nothing stays of it. */
	assert_int_equal(create(1, 16384, 16384), FULL);
	assert_int_equal(d.taken, 0);
	assert_int_equal(d.back.gpu.resources.nr, 0);
}

static void test_many(void **state)
{
	u32 i, ids = RESOURCES_MAX;

	(void)state;
	/* Numbers that begin their search at the same place. */
	for (i = 1; i <= ids; i++)
		assert_int_equal(create(i * 2048, 1, 1), OK);
	assert_int_equal(create(77, 1, 1), FULL);
	for (i = 1; i <= ids; i += 2)
		assert_int_equal(unref(i * 2048), OK);
	for (i = 1; i <= ids; i++)
		assert_int_equal(!!resources_find(&d.back.gpu.resources, i * 2048), i % 2 == 0);
	for (i = 2; i <= ids; i += 2)
		assert_int_equal(unref(i * 2048), OK);
	assert_int_equal(d.back.gpu.resources.nr, 0);
	assert_int_equal(d.taken, 0);
}

/* Against a list, numbers at random. */
static void test_found(void **state)
{
	bool there[512] = { false };
	u32 i, nr = 0;

	(void)state;
	srand(1);
	for (i = 0; i < 20000; i++) {
		u32 id = 1 + rand() % 511;

		if (there[id]) {
			assert_int_equal(unref(id * 2654435769U), OK);
			nr--;
		} else {
			assert_int_equal(create(id * 2654435769U, 1, 1), OK);
			nr++;
		}
		there[id] = !there[id];
		id = 1 + rand() % 511;
		assert_int_equal(!!resources_find(&d.back.gpu.resources, id * 2654435769U), there[id]);
		assert_int_equal(d.back.gpu.resources.nr, nr);
	}
}

/* 16 by 8 pixels of 4 bytes in pieces that cut pixels. */
static void test_loaded(void **state)
{
	struct virtio_gpu_mem_entry entries[] = { { ROOM + 0x1000, 101, 0 }, { ROOM + 0x2000, 411, 0 } };
	u32 i;

	(void)state;
	assert_int_equal(create(3, 16, 8), OK);
	for (i = 0; i < 512; i++)
		memory_put(&d.memory, i < 101 ? ROOM + 0x1000 + i : ROOM + 0x2000 + i - 101, 1, i * 7);
	assert_int_equal(back(3, entries, 2), OK);
	assert_int_equal(load(3, 0, 0, 16, 8, 0), OK);
	for (i = 0; i < 512; i++)
		assert_int_equal(pixel(3, 0, 0)[i], (u8)(i * 7));
	/* A part of it, from the middle of the image. */
	memset(d.memory.bytes + (ROOM + 0x1000 - GUEST_BASE), 0xee, 0x2000);
	assert_int_equal(load(3, 5, 2, 2, 3, 4 * (2 * 16 + 5)), OK);
	for (i = 0; i < 512; i++) {
		u32 x = i / 4 % 16, y = i / 64;
		bool in = x >= 5 && x < 7 && y >= 2 && y < 5;

		assert_int_equal(pixel(3, 0, 0)[i], in ? 0xee : (u8)(i * 7));
	}
}

static void test_loaded_from_outside(void **state)
{
	struct virtio_gpu_mem_entry small = { ROOM, 1023, 0 }, gone = { 0x1000, 1024, 0 };

	(void)state;
	assert_int_equal(create(3, 16, 16), OK);
	assert_int_equal(load(3, 0, 0, 16, 16, 0), CUT);
	assert_int_equal(back(3, &small, 1), OK);
	assert_int_equal(load(3, 0, 0, 16, 16, 0), CUT);
	assert_int_equal(load(3, 0, 0, 16, 15, 0), OK);
	assert_int_equal(load(3, 0, 0, 0, 0, 0), OK);
	assert_int_equal(load(3, 16, 16, 0, 0, 0), OK);
	assert_int_equal(load(3, 1, 0, 16, 1, 0), BAD);
	assert_int_equal(load(3, 0, 1, 1, 16, 0), BAD);
	assert_int_equal(load(3, 0xffffffff, 0, 2, 1, 0), BAD);
	assert_int_equal(load(3, 0, 0, 1, 1, ~0ULL), CUT);
	assert_int_equal(load(3, 0, 0, 1, 1, ~0ULL - 3), CUT);
	assert_int_equal(load(4, 0, 0, 1, 1, 0), NO_ID);
	assert_int_equal(SEND(resource_detach_backing, RESOURCE_DETACH_BACKING, .resource_id = 3), OK);
	assert_int_equal(back(3, &gone, 1), OK);
	/* No memory at all is seen when somebody looks, who sees what was there before. */
	memset(resources_find(&d.back.gpu.resources, 3)->pixels, 5, 64);
	assert_int_equal(load(3, 0, 0, 16, 1, 0), OK);
	assert_int_equal(*pixel(3, 0, 0), 5);
}

static void test_backing(void **state)
{
	struct virtio_gpu_mem_entry entry = { ROOM, 4096, 0 }, round = { ~0ULL - 4, 8, 0 };
	u64 taken;

	(void)state;
	assert_int_equal(back(1, &entry, 1), NO_ID);
	assert_int_equal(create(1, 4, 4), OK);
	taken = d.taken;
	assert_int_equal(back(1, &round, 1), BAD);
	/* Fewer than it says. */
	assert_int_equal(SEND_MORE(&entry, sizeof(entry), resource_attach_backing,
				   RESOURCE_ATTACH_BACKING, .resource_id = 1, .nr_entries = 2), BAD);
	assert_int_equal(SEND_MORE(&entry, sizeof(entry), resource_attach_backing,
				   RESOURCE_ATTACH_BACKING, .resource_id = 1, .nr_entries = ~0U), BAD);
	assert_int_equal(d.taken, taken);
	assert_int_equal(back(1, &entry, 1), OK);
	/* Not another one over it. */
	assert_int_equal(back(1, &entry, 1), CUT);
	assert_true(d.taken > taken);
	assert_int_equal(SEND(resource_detach_backing, RESOURCE_DETACH_BACKING, .resource_id = 1), OK);
	assert_int_equal(SEND(resource_detach_backing, RESOURCE_DETACH_BACKING, .resource_id = 1), OK);
	assert_int_equal(d.taken, taken);
	assert_int_equal(SEND(resource_detach_backing, RESOURCE_DETACH_BACKING, .resource_id = 2), NO_ID);
}

/* 1,000 pages in any order, each row found; some are there more than once. */
static void test_many_pieces(void **state)
{
	static struct virtio_gpu_mem_entry entries[1000];
	u32 i;

	(void)state;
	assert_int_equal(create(1, 1024, 1000), OK);
	for (i = 0; i < 1000; i++) {
		u32 page = i * 613 % 24;

		entries[i] = (struct virtio_gpu_mem_entry) { ROOM + 4096 * page, 4096, 0 };
		memory_put(&d.memory, ROOM + 4096 * page + 20, 4, 7000 + page);
	}
	assert_int_equal(back(1, entries, 1000), OK);
	for (i = 0; i < 1000; i++)
		assert_int_equal(load(1, 5, i, 1, 1, 4096 * i + 20), OK);
	for (i = 0; i < 1000; i++)
		assert_int_equal(le_get(pixel(1, 5, i), 4), 7000 + i * 613 % 24);
}

/* Of one byte each, they would be read one by one. */
static void test_small_pieces(void **state)
{
	static struct virtio_gpu_mem_entry entries[19];
	u32 i;

	(void)state;
	for (i = 0; i < 19; i++)
		entries[i] = (struct virtio_gpu_mem_entry) { ROOM + i, 1, 0 };
	assert_int_equal(create(1, 128, 128), OK);
	assert_int_equal(back(1, entries, 19), BAD);
	assert_int_equal(back(1, entries, 18), OK);
}

static void test_blob(void **state)
{
	struct virtio_gpu_mem_entry entries[] = { { ROOM, 4096, 0 }, { ROOM + 0x4000, 4096, 0 } };

	(void)state;
	assert_int_equal(blob(1, 8193, entries, 2), BAD);
	assert_int_equal(blob(1, 0, entries, 2), BAD);
	assert_int_equal(SEND_MORE(entries, sizeof(entries), resource_create_blob, RESOURCE_CREATE_BLOB,
				   .resource_id = 1, .blob_mem = VIRTIO_GPU_BLOB_MEM_HOST3D,
				   .nr_entries = 2, .size = 4096), BAD);
	assert_int_equal(d.taken, 0);
	assert_int_equal(blob(1, 8192, entries, 2), OK);
	assert_int_equal(blob(1, 8192, entries, 2), NO_ID);
	/* It is no image, and stays where it is. */
	assert_int_equal(load(1, 0, 0, 1, 1, 0), NO_ID);
	assert_int_equal(back(1, entries, 2), NO_ID);
	assert_int_equal(SEND(resource_detach_backing, RESOURCE_DETACH_BACKING, .resource_id = 1), NO_ID);
	assert_int_equal(unref(1), OK);
	assert_int_equal(d.taken, 0);
}

/* A driver that is cut short, and one that says what nobody knows. */
static void test_no_command(void **state)
{
	struct virtio_gpu_resource_create_2d command = {
		.hdr = { .type = VIRTIO_GPU_CMD_RESOURCE_CREATE_2D }, .resource_id = 1, .format = BGRX,
		.width = 4, .height = 4,
	};
	struct virtio_gpu_ctrl_hdr header = { 0 };
	u32 len, type;

	(void)state;
	for (len = 0; len < sizeof(command); len++)
		assert_int_equal(send_more(&command, len, NULL, 0), CUT);
	for (type = 0; type < 0x1300; type++) {
		if (type / 0x100 == 1 || type / 0x100 == 2)
			continue;
		header.type = type;
		assert_int_equal(send_more(&header, sizeof(header), NULL, 0), CUT);
	}
	header.type = VIRTIO_GPU_CMD_RESOURCE_ASSIGN_UUID;
	assert_int_equal(send_more(&header, sizeof(header), NULL, 0), CUT);
	header.type = VIRTIO_GPU_CMD_RESOURCE_CREATE_3D;
	assert_int_equal(send_more(&header, sizeof(header), NULL, 0), CUT);
	header.type = ~0U;
	assert_int_equal(send_more(&header, sizeof(header), NULL, 0), CUT);
	assert_int_equal(d.taken, 0);
}

static void test_reset_frees(void **state)
{
	struct virtio_gpu_mem_entry entry = { ROOM, 4096, 0 };

	(void)state;
	assert_int_equal(create(1, 64, 64), OK);
	assert_int_equal(create(2, 64, 64), OK);
	assert_int_equal(back(2, &entry, 1), OK);
	assert_int_equal(blob(3, 4096, &entry, 1), OK);
	device_back_reset(&d.back);
	assert_int_equal(d.taken, 0);
	assert_int_equal(device_back_serve(&d.back, DEVICE_CONTROL, 16), 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(test_made_once, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_sizes, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_many, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_found, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_loaded, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_loaded_from_outside, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_backing, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_many_pieces, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_small_pieces, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_blob, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_no_command, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_reset_frees, set_up, tear_down),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
