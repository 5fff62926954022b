// SPDX-License-Identifier: GPL-2.0
#include "picture.h"
#include "spec.h"

/**
 * struct order - where in a pixel of a format its parts are
 * @blue: which byte
 * @green: likewise
 * @red: likewise
 * @alpha: likewise, where it has any
 */
struct order {
	u8 blue;
	u8 green;
	u8 red;
	u8 alpha;
};

/* The formats are named by their bytes in memory (virtio 1.2, section 5.7.6.8). */
static struct order order_of(u32 format)
{
	switch (format) {
	case VIRTIO_GPU_FORMAT_A8R8G8B8_UNORM:
	case VIRTIO_GPU_FORMAT_X8R8G8B8_UNORM:
		return (struct order) { .blue = 3, .green = 2, .red = 1, .alpha = 0 };
	case VIRTIO_GPU_FORMAT_R8G8B8A8_UNORM:
	case VIRTIO_GPU_FORMAT_R8G8B8X8_UNORM:
		return (struct order) { .blue = 2, .green = 1, .red = 0, .alpha = 3 };
	case VIRTIO_GPU_FORMAT_A8B8G8R8_UNORM:
	case VIRTIO_GPU_FORMAT_X8B8G8R8_UNORM:
		return (struct order) { .blue = 1, .green = 2, .red = 3, .alpha = 0 };
	default:
		return (struct order) { .blue = 0, .green = 1, .red = 2, .alpha = 3 };
	}
}

/* In pixels; 0 where the screen is off. */
u32 picture_width(const struct gpu *gpu)
{
	return gpu->screen.resource ? gpu->screen.shown.width : 0;
}

/* In rows; likewise. */
u32 picture_height(const struct gpu *gpu)
{
	return gpu->screen.resource ? gpu->screen.shown.height : 0;
}

static void put_pixels(u8 *to, const u8 *from, struct order order, u32 width)
{
	u32 x;

	for (x = 0; x < width; x++, to += PICTURE_PIXEL, from += RESOURCE_PIXEL) {
		to[0] = from[order.blue];
		to[1] = from[order.green];
		to[2] = from[order.red];
		to[3] = 0xff;
	}
}

/* Its colours are multiplied by @alpha already, as drivers have them. */
static u8 over(u8 below, u8 above, u8 alpha)
{
	u32 sum = above + (below * (255U - alpha) + 127) / 255;

	return sum < 255 ? (u8)sum : 255;
}

/* A cursor begins beyond the left or upper edge where its place is less than 0. */
static void put_cursor(const struct gpu *gpu, u32 y, u8 *row)
{
	const struct gpu_cursor *cursor = &gpu->cursor;
	struct order order = order_of(cursor->resource->format);
	u32 row_of = y - cursor->y, x;
	const u8 *from;

	if (row_of >= GPU_CURSOR_SIDE)
		return;
	from = cursor->resource->pixels + row_of * resource_stride(cursor->resource);
	for (x = 0; x < GPU_CURSOR_SIDE; x++, from += RESOURCE_PIXEL) {
		u32 at = cursor->x + x;
		u8 *to = row + (u64)at * PICTURE_PIXEL;

		if (at >= gpu->screen.shown.width)
			continue;
		to[0] = over(to[0], from[order.blue], from[order.alpha]);
		to[1] = over(to[1], from[order.green], from[order.alpha]);
		to[2] = over(to[2], from[order.red], from[order.alpha]);
	}
}

/**
 * picture_row() - one row of what is seen
 * @gpu: whose; its screen is on
 * @y: which, less than picture_height()
 * @row: out: picture_width() pixels
 */
void picture_row(const struct gpu *gpu, u32 y, u8 *row)
{
	const struct gpu_screen *screen = &gpu->screen;

	put_pixels(row, gpu_pixels(gpu) + (u64)y * screen->stride, order_of(screen->format),
		   screen->shown.width);
	if (gpu->cursor.resource)
		put_cursor(gpu, y, row);
}
