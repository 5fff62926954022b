/* SPDX-License-Identifier: GPL-2.0 */
/* Drivers that make images and blobs, hand over pixels, and get some of it wrong. */
#ifndef SEED_IMAGE_H
#define SEED_IMAGE_H

#include <stddef.h>
#include "seed.h"

/* -- Coming and going ------------------------------------------------------- */

static void images(void)
{
	image(5, BGRX, 64, 64);
	transfer(5, RECT(3, 4, 5, 6), 4 * (4 * 64 + 3));
	detach(5);
	unref(5);
	unref(5);
}

static void images_refused(void)
{
	create(1, 5, 8, 8);
	create(1, BGRX, 0, 8);
	create(1, BGRX, 8, 0);
	create(1, BGRX, 16385, 8);
	create(1, BGRX, 8, 16385);
	create(0, BGRX, 8, 8);
	create(1, BGRX, 8, 8);
	create(1, BGRX, 8, 8);
	create(2, BGRX, 16384, 16384);
}

static void formats(void)
{
	static const uint32_t known[] = { 1, 2, 3, 4, 67, 68, 121, 134 };
	size_t i;

	for (i = 0; i < sizeof(known) / sizeof(*known); i++)
		create(1 + i, known[i], 8, 8);
}

static void blobs_refused(void)
{
	struct virtio_gpu_mem_entry entry = { ROOM, 4096, 0 };

	blob_at(1, ROOM, 4096, 0);
	blob_at(1, ROOM, 4096, 8192);
	blob_at(0, ROOM, 4096, 4096);
	blob_at(1, ~0ULL, 4096, 4096);
	SEND_MORE(&entry, sizeof(entry), resource_create_blob, RESOURCE_CREATE_BLOB, .resource_id = 1,
		  .blob_mem = VIRTIO_GPU_BLOB_MEM_HOST3D, .nr_entries = 1, .size = 4096);
	blob(1, 1);
	attach(1, &entry, 1);
	detach(1);
	transfer(1, RECT(0, 0, 1, 1), 0);
}

/* Which is made, and which goes, with others between where they would be and where they are. */
static void numbers_alike(void)
{
	static const uint32_t ids[] = { 7, 7 + 2048, 7 + 4096, 8, 7 + 6144, 9 };
	size_t i;

	for (i = 0; i < sizeof(ids) / sizeof(*ids); i++)
		create(ids[i], BGRX, 1, 1);
	unref(7 + 2048);
	unref(7);
	unref(8);
	unref(7 + 6144);
}

static void as_many_as_can_be(void)
{
	create(1, BGRX, 1, 1);
	again(1030, offsetof(struct virtio_gpu_resource_create_2d, resource_id), 1);
	unref(500);
	create(5000, BGRX, 1, 1);
	create(5001, BGRX, 1, 1);
}

static void no_memory_for_images(void)
{
	struct virtio_gpu_mem_entry entry = { ROOM, 4096, 0 };

	memory_for(0);
	create(1, BGRX, 8, 8);
	memory_for(1);
	create(1, BGRX, 8, 8);
	create(1, BGRX, 8, 8);
	memory_for(0);
	attach(1, &entry, 1);
	memory_for(0);
	blob(2, 1);
	memory_for(1);
	blob(2, 1);
	blob(2, 1);
}

/* -- Backing ---------------------------------------------------------------- */

static void backing_of(uint32_t says, const struct virtio_gpu_mem_entry *entries, uint32_t has)
{
	SEND_MORE(entries, has * sizeof(*entries), resource_attach_backing, RESOURCE_ATTACH_BACKING,
		  .resource_id = 1, .nr_entries = says);
}

static void backings_refused(void)
{
	struct virtio_gpu_mem_entry entries[4] = { { ROOM, 64, 0 } };

	backing_of(1, entries, 1);
	create(1, BGRX, 64, 64);
	backing_of(~0U, entries, 1);
	backing_of(9, entries, 1);
	backing_of(2, entries, 1);
	backing_of(4, entries, 4);
	backing_of(1, entries, 1);
	detach(1);
	detach(1);
	backing_of(0, entries, 0);
	transfer(1, RECT(0, 0, 1, 1), 0);
	detach(2);
}

/* More than are read at once, each in another place. */
static void many_pieces(void)
{
	struct virtio_gpu_mem_entry entries[70];
	uint32_t i;

	for (i = 0; i < 70; i++)
		entries[i] = (struct virtio_gpu_mem_entry) { ROOM + 4096 * (i % 16), 4096, 0 };
	create(1, BGRX, 256, 280);
	attach(1, entries, 70);
	transfer(1, RECT(0, 0, 256, 280), 0);
	transfer(1, RECT(0, 0, 20, 20), 40 * 4096 + 12);
	detach(1);
}

/* The list of them stands where nobody can read it. */
static void pieces_out_of_reach(void)
{
	struct virtio_gpu_mem_entry entry = { ROOM, 4096, 0 };

	create(1, BGRX, 8, 8);
	hole(ROOM + 0x20000, 4096, HOLE_READ, 0);
	attach(1, &entry, 1);
	no_hole();
	attach(1, &entry, 1);
}

/* -- Pixels ----------------------------------------------------------------- */

static void transfers_refused(void)
{
	create(2, BGRX, 64, 64);
	transfer(2, RECT(0, 0, 1, 1), 0);
	transfer(3, RECT(0, 0, 1, 1), 0);
	image(1, BGRX, 64, 64);
	transfer(1, RECT(65, 0, 0, 1), 0);
	transfer(1, RECT(60, 0, 5, 1), 0);
	transfer(1, RECT(0, 65, 1, 0), 0);
	transfer(1, RECT(0, 60, 1, 5), 0);
	transfer(1, RECT(1, 1, 0, 1), 0);
	transfer(1, RECT(1, 1, 1, 0), 0);
	transfer(1, RECT(0, 0, 1, 1), 1 << 20);
	transfer(1, RECT(0, 0, 64, 64), 65536);
}

/* What waits grows, or is copied since the next is of another origin. */
static void transfers_wait(void)
{
	image(1, BGRX, 64, 64);
	detach(1);
	attach(1, &(struct virtio_gpu_mem_entry) { ROOM, 15 * 256 + 128, 0 }, 1);
	transfer(1, RECT(4, 4, 4, 4), 4 * (4 * 64 + 4));
	transfer(1, RECT(2, 2, 2, 9), 4 * (2 * 64 + 2));
	transfer(1, RECT(8, 9, 2, 1), 4 * (9 * 64 + 8));
	transfer(1, RECT(0, 15, 32, 1), 4 * 15 * 64);
	transfer(1, RECT(32, 0, 32, 1), 4 * 32);
	transfer(1, RECT(8, 8, 2, 2), 0);
	detach(1);
}

/* What waits cannot be copied when its turn comes. */
static void transfers_out_of_reach(void)
{
	struct virtio_gpu_mem_entry entries[] = { { NOWHERE, 4096, 0 }, { ROOM, 16384, 0 } };

	create(1, BGRX, 64, 64);
	attach(1, entries, 2);
	transfer(1, RECT(0, 0, 64, 64), 0);
	transfer(1, RECT(0, 0, 8, 8), 4);
	transfer(1, RECT(0, 0, 8, 8), 8);
	detach(1);
	image(2, BGRX, 64, 64);
	hole(ROOM + 8192, 8192, HOLE_READ, 0);
	transfer(2, RECT(0, 0, 8, 8), 0);
	unref(2);
}

/* Whatever is read is another thing at once. */
static void memory_changes(void)
{
	step(STEP_CHANGES);
	image(1, BGRX, 64, 64);
	blob(2, 2);
	flush(1, RECT(0, 0, 64, 64));
	detach(1);
	step(STEP_CHANGES);
	unref(2);
}

static const struct seed image_seeds[] = {
	{ "images", images },
	{ "images_refused", images_refused },
	{ "formats", formats },
	{ "blobs_refused", blobs_refused },
	{ "numbers_alike", numbers_alike },
	{ "as_many_as_can_be", as_many_as_can_be },
	{ "no_memory_for_images", no_memory_for_images },
	{ "backings_refused", backings_refused },
	{ "many_pieces", many_pieces },
	{ "pieces_out_of_reach", pieces_out_of_reach },
	{ "transfers_refused", transfers_refused },
	{ "transfers_wait", transfers_wait },
	{ "transfers_out_of_reach", transfers_out_of_reach },
	{ "memory_changes", memory_changes },
};

#endif
