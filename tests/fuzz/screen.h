/* SPDX-License-Identifier: GPL-2.0 */
/* Somebody before the screen, who reads all that is said to be there. */
#ifndef FUZZ_SCREEN_H
#define FUZZ_SCREEN_H

#include <stdlib.h>
#include "input.h"

/* In a sum of its own, or a check of the device that is wrong would be so here too. */
static bool lies_in(const struct rect *rect, u64 width, u64 height)
{
	return (u64)rect->x + rect->width <= width && (u64)rect->y + rect->height <= height;
}

/* What is shown is a part of an image, or of a copy that has all its rows. */
static void check_screen(const struct gpu *gpu)
{
	const struct gpu_screen *screen = &gpu->screen;
	const struct gpu_resource *resource = screen->resource;

	assert(!resource == !gpu_pixels(gpu) && !resource == !picture_width(gpu) &&
	       !resource == !picture_height(gpu));
	if (!resource) {
		assert(!screen->copy);
		return;
	}
	assert(resources_find(&gpu->resources, resource->id) == resource);
	assert(((u64)screen->shown.x + screen->shown.width) * RESOURCE_PIXEL <= screen->stride);
	assert(!screen->copy == !resource_is_blob(resource));
	if (screen->copy)
		assert(!screen->waits.width ||
		       lies_in(&screen->waits, screen->shown.x + screen->shown.width,
			       screen->shown.y + screen->shown.height));
	else
		assert(lies_in(&screen->shown, resource->width, resource->height));
}

static void check_cursor(const struct gpu *gpu)
{
	const struct gpu_cursor *cursor = &gpu->cursor;

	assert(cursor->hot_x < GPU_CURSOR_SIDE && cursor->hot_y < GPU_CURSOR_SIDE);
	if (cursor->resource)
		assert(resources_find(&gpu->resources, cursor->resource->id) == cursor->resource);
}

static void fuzz_shown(struct gpu *gpu)
{
	shown(gpu);
	check_screen(gpu);
	check_cursor(gpu);
}

static void fuzz_drawn(struct gpu *gpu, const struct rect *rect)
{
	const u8 *pixels = gpu_pixels(gpu);
	const struct gpu_screen *screen = &gpu->screen;
	u32 sum = 0;
	u32 x, y;

	/* All that is shown can be read. */
	assert(rect_fits(rect, screen->shown.width, screen->shown.height));
	for (y = 0; y < rect->height; y += 7) {
		for (x = 0; x < rect->width; x += 5)
			sum += pixels[(u64)(rect->y + y) * screen->stride + (rect->x + x) * RESOURCE_PIXEL];
	}
	assert(sum != ~0U);
}

/* @row has room for it and no more. */
static void look_at_row(const struct gpu *gpu, u32 y, u8 *row)
{
	u32 width = picture_width(gpu), x;

	picture_row(gpu, y, row);
	for (x = 0; x < width; x++)
		assert(row[x * PICTURE_PIXEL + 3] == 0xff);
}

/* Somebody looks at the screen. */
static void look(void)
{
	const struct gpu *gpu = &d.back.gpu;
	u32 width = picture_width(gpu), height = picture_height(gpu), y;
	u8 *row;

	gpu_settle(&d.back.gpu);
	if (!width)
		return;
	row = malloc((size_t)width * PICTURE_PIXEL);
	assert(row);
	for (y = 0; y < height; y += 1 + height / 16)
		look_at_row(gpu, y, row);
	look_at_row(gpu, height - 1, row);
	if (gpu->cursor.y < height)
		look_at_row(gpu, gpu->cursor.y, row);
	free(row);
}

static u32 take_side(struct input *in)
{
	return EDID_SIDE_MIN + take_number(in, 2) % (EDID_SIDE_MAX - EDID_SIDE_MIN + 1);
}

/* The host would rather have another. */
static void change_screen(struct input *in)
{
	d.back.gpu.screen.width = take_side(in);
	d.back.gpu.screen.height = take_side(in);
	device_front_changed(&d.front);
}

#endif
