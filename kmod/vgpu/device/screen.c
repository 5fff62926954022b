// SPDX-License-Identifier: GPL-2.0
/*
 * The commands about what is seen: the screen and the cursor over it.
 */
#include "edid.h"
#include "gpu.h"
#include "spec.h"

/* -- What it is ------------------------------------------------------------- */

u32 gpu_get_display_info(struct gpu *gpu, struct gpu_request *request)
{
	struct virtio_gpu_resp_display_info *answer = gpu_answer(request, sizeof(*answer));

	LE_PUT(answer, pmodes[0].r.width, gpu->screen.width);
	LE_PUT(answer, pmodes[0].r.height, gpu->screen.height);
	LE_PUT(answer, pmodes[0].enabled, 1);
	return VIRTIO_GPU_RESP_OK_DISPLAY_INFO;
}

u32 gpu_get_edid(struct gpu *gpu, struct gpu_request *request)
{
	const struct virtio_gpu_cmd_get_edid *command = (const void *)request->command;
	struct virtio_gpu_resp_edid *answer;

	if (LE_GET32(command, scanout) >= GPU_SCREENS)
		return VIRTIO_GPU_RESP_ERR_INVALID_SCANOUT_ID;
	answer = gpu_answer(request, sizeof(*answer));
	LE_PUT(answer, size, EDID_BYTES);
	edid_fill(answer->edid, gpu->screen.width, gpu->screen.height);
	return VIRTIO_GPU_RESP_OK_EDID;
}

/* -- What it shows ---------------------------------------------------------- */

static u64 bytes_of_copy(const struct gpu_screen *screen)
{
	return (u64)screen->stride * (screen->shown.y + screen->shown.height);
}

/* Whoever shows it is to be told. */
void gpu_turn_off(struct gpu *gpu)
{
	struct gpu_screen *screen = &gpu->screen;

	if (screen->copy)
		gpu->ops->give(gpu, screen->copy, bytes_of_copy(screen));
	*screen = (struct gpu_screen) { .width = screen->width, .height = screen->height };
}

/* Nothing that is seen is of it any more. */
void gpu_hide(struct gpu *gpu, const struct gpu_resource *resource)
{
	if (gpu->screen.resource == resource) {
		gpu_turn_off(gpu);
		gpu->ops->shown(gpu);
	}
	if (gpu->cursor.resource == resource) {
		gpu->cursor.resource = NULL;
		gpu->ops->shown(gpu);
	}
}

/* Returns the first pixel that is shown, with more to the right and below; or NULL. */
const u8 *gpu_pixels(const struct gpu *gpu)
{
	const struct gpu_screen *screen = &gpu->screen;
	const u8 *pixels = screen->copy;

	if (!screen->resource)
		return NULL;
	if (!pixels)
		pixels = screen->resource->pixels;
	return pixels + (u64)screen->shown.y * screen->stride +
	       (u64)screen->shown.x * RESOURCE_PIXEL;
}

static void show(struct gpu *gpu, const struct gpu_screen *other)
{
	gpu_turn_off(gpu);
	gpu->screen = *other;
	gpu->ops->shown(gpu);
}

u32 gpu_set_scanout(struct gpu *gpu, struct gpu_request *request)
{
	const struct virtio_gpu_set_scanout *command = (const void *)request->command;
	u32 id = LE_GET32(command, resource_id);
	struct gpu_screen other = {
		.width = gpu->screen.width, .height = gpu->screen.height,
		.shown = rect_read(&command->r),
	};

	if (LE_GET32(command, scanout_id) >= GPU_SCREENS)
		return VIRTIO_GPU_RESP_ERR_INVALID_SCANOUT_ID;
	if (!id) {
		gpu_turn_off(gpu);
		gpu->ops->shown(gpu);
		return VIRTIO_GPU_RESP_OK_NODATA;
	}
	other.resource = resources_find(&gpu->resources, id);
	if (!other.resource || resource_is_blob(other.resource))
		return VIRTIO_GPU_RESP_ERR_INVALID_RESOURCE_ID;
	if (!other.shown.width || !other.shown.height ||
	    !rect_fits(&other.shown, other.resource->width, other.resource->height))
		return VIRTIO_GPU_RESP_ERR_INVALID_PARAMETER;
	other.format = other.resource->format;
	other.stride = resource_stride(other.resource);
	show(gpu, &other);
	return VIRTIO_GPU_RESP_OK_NODATA;
}

/* Does the blob have all rows of such an image? */
static bool is_image(const struct gpu_screen *screen, u32 width, u32 height)
{
	u64 bytes = screen->resource->bytes;

	return format_is_known(screen->format) && screen->shown.width && screen->shown.height &&
	       width <= RESOURCE_SIDE_MAX && height <= RESOURCE_SIDE_MAX &&
	       rect_fits(&screen->shown, width, height) &&
	       screen->stride % RESOURCE_PIXEL == 0 &&
	       screen->stride >= width * RESOURCE_PIXEL &&
	       screen->stride <= RESOURCE_SIDE_MAX * RESOURCE_PIXEL &&
	       screen->offset <= bytes &&
	       (u64)screen->stride * height <= bytes - screen->offset;
}

u32 gpu_set_scanout_blob(struct gpu *gpu, struct gpu_request *request)
{
	const struct virtio_gpu_set_scanout_blob *command = (const void *)request->command;
	struct gpu_screen other = {
		.width = gpu->screen.width, .height = gpu->screen.height,
		.resource = resources_find(&gpu->resources, LE_GET32(command, resource_id)),
		.shown = rect_read(&command->r),
		.format = LE_GET32(command, format),
		.stride = LE_GET32(command, strides[0]),
		.offset = LE_GET32(command, offsets[0]),
	};

	if (LE_GET32(command, scanout_id) >= GPU_SCREENS)
		return VIRTIO_GPU_RESP_ERR_INVALID_SCANOUT_ID;
	if (!other.resource || !resource_is_blob(other.resource))
		return VIRTIO_GPU_RESP_ERR_INVALID_RESOURCE_ID;
	if (!is_image(&other, LE_GET32(command, width), LE_GET32(command, height)))
		return VIRTIO_GPU_RESP_ERR_INVALID_PARAMETER;
	other.copy = gpu->ops->take(gpu, bytes_of_copy(&other));
	if (!other.copy)
		return VIRTIO_GPU_RESP_ERR_OUT_OF_MEMORY;
	show(gpu, &other);
	return VIRTIO_GPU_RESP_OK_NODATA;
}

/* -- What has changed ------------------------------------------------------- */

/* Of @rect what is shown; false where nothing is. */
static bool clip(struct rect *rect, const struct rect *shown)
{
	u64 left = rect->x, top = rect->y;
	u64 right = left + rect->width, bottom = top + rect->height;

	left = left > shown->x ? left : shown->x;
	top = top > shown->y ? top : shown->y;
	right = right < (u64)shown->x + shown->width ? right : (u64)shown->x + shown->width;
	bottom = bottom < (u64)shown->y + shown->height ? bottom : (u64)shown->y + shown->height;
	if (left >= right || top >= bottom)
		return false;
	*rect = (struct rect) {
		.x = (u32)left, .y = (u32)top,
		.width = (u32)(right - left), .height = (u32)(bottom - top),
	};
	return true;
}

/* A blob's pixels are there from when the driver says so; they stay where they are. */
static void read_blob(struct gpu *gpu)
{
	struct gpu_screen *screen = &gpu->screen;
	const struct rect *rect = &screen->waits;
	u64 at = (u64)rect->y * screen->stride + (u64)rect->x * RESOURCE_PIXEL;

	if (rect->width)
		backing_read_rows(&screen->resource->backing, gpu->guest, screen->offset + at,
				  screen->copy + at, (u64)rect->width * RESOURCE_PIXEL,
				  screen->stride, rect->height);
	screen->waits.width = 0;
}

/**
 * gpu_settle() - somebody is about to look
 * @gpu: what its driver has drawn is copied, as far as the guest's memory can be read
 */
void gpu_settle(struct gpu *gpu)
{
	if (gpu->screen.copy)
		read_blob(gpu);
	else if (gpu->screen.resource)
		resource_settle(gpu->screen.resource, gpu->guest);
	if (gpu->cursor.resource)
		resource_settle(gpu->cursor.resource, gpu->guest);
}

u32 gpu_flush(struct gpu *gpu, struct gpu_request *request)
{
	const struct virtio_gpu_resource_flush *command = (const void *)request->command;
	const struct gpu_resource *resource = resources_find(&gpu->resources,
							     LE_GET32(command, resource_id));
	struct rect rect = rect_read(&command->r);

	if (!resource)
		return VIRTIO_GPU_RESP_ERR_INVALID_RESOURCE_ID;
	if (!resource_is_blob(resource) && !rect_fits(&rect, resource->width, resource->height))
		return VIRTIO_GPU_RESP_ERR_INVALID_PARAMETER;
	if (resource != gpu->screen.resource || !clip(&rect, &gpu->screen.shown))
		return VIRTIO_GPU_RESP_OK_NODATA;
	if (gpu->screen.copy)
		gpu->screen.waits = rect_around(&rect, &gpu->screen.waits);
	rect.x -= gpu->screen.shown.x;
	rect.y -= gpu->screen.shown.y;
	gpu->ops->drawn(gpu, &rect);
	return VIRTIO_GPU_RESP_OK_NODATA;
}

/* -- The cursor ------------------------------------------------------------- */

static bool is_cursor(const struct gpu_resource *resource)
{
	return resource && !resource_is_blob(resource) && resource->width == GPU_CURSOR_SIDE &&
	       resource->height == GPU_CURSOR_SIDE;
}

u32 gpu_update_cursor(struct gpu *gpu, struct gpu_request *request)
{
	const struct virtio_gpu_update_cursor *command = (const void *)request->command;
	u32 id = LE_GET32(command, resource_id);
	struct gpu_resource *resource = resources_find(&gpu->resources, id);
	u32 hot_x = LE_GET32(command, hot_x), hot_y = LE_GET32(command, hot_y);
	u32 most = GPU_CURSOR_SIDE - 1;

	if (LE_GET32(command, pos.scanout_id) >= GPU_SCREENS)
		return VIRTIO_GPU_RESP_ERR_INVALID_SCANOUT_ID;
	if (id && !is_cursor(resource))
		return VIRTIO_GPU_RESP_ERR_INVALID_RESOURCE_ID;
	gpu->cursor = (struct gpu_cursor) {
		.resource = resource,
		.hot_x = hot_x < most ? hot_x : most, .hot_y = hot_y < most ? hot_y : most,
		.x = LE_GET32(command, pos.x), .y = LE_GET32(command, pos.y),
	};
	gpu->ops->shown(gpu);
	return VIRTIO_GPU_RESP_OK_NODATA;
}

u32 gpu_move_cursor(struct gpu *gpu, struct gpu_request *request)
{
	const struct virtio_gpu_update_cursor *command = (const void *)request->command;

	if (LE_GET32(command, pos.scanout_id) >= GPU_SCREENS)
		return VIRTIO_GPU_RESP_ERR_INVALID_SCANOUT_ID;
	gpu->cursor.x = LE_GET32(command, pos.x);
	gpu->cursor.y = LE_GET32(command, pos.y);
	gpu->ops->shown(gpu);
	return VIRTIO_GPU_RESP_OK_NODATA;
}
