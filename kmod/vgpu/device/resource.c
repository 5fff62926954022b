// SPDX-License-Identifier: GPL-2.0
#include "resource.h"
#include "spec.h"

#define SLOTS	(2 * RESOURCES_MAX)

/* -- By their numbers ------------------------------------------------------- */

/* A driver that chooses them badly looks for longer, through at most all of them. */
static u32 home_of(u32 id)
{
	return id * 2654435761U % SLOTS;
}

static u32 slot_of(const struct resources *resources, u32 id)
{
	u32 slot = home_of(id);

	while (resources->slots[slot] && resources->slots[slot]->id != id)
		slot = (slot + 1) % SLOTS;
	return slot;
}

/* Returns NULL where there is none. */
struct gpu_resource *resources_find(const struct resources *resources, u32 id)
{
	return id ? resources->slots[slot_of(resources, id)] : NULL;
}

/* Returns false where its number is taken or there are too many. */
bool resources_add(struct resources *resources, struct gpu_resource *resource)
{
	u32 slot = slot_of(resources, resource->id);

	if (!resource->id || resources->slots[slot] || resources->nr == RESOURCES_MAX)
		return false;
	resources->slots[slot] = resource;
	resources->nr++;
	return true;
}

/* May what is in @slot stand in @gap, with nothing between its home and that? */
static bool may_move(const struct resources *resources, u32 slot, u32 gap)
{
	u32 home = home_of(resources->slots[slot]->id);

	return (slot - home + SLOTS) % SLOTS >= (slot - gap + SLOTS) % SLOTS;
}

/* It is one of them. */
void resources_remove(struct resources *resources, const struct gpu_resource *resource)
{
	u32 gap = slot_of(resources, resource->id), slot;

	for (slot = (gap + 1) % SLOTS; resources->slots[slot]; slot = (slot + 1) % SLOTS) {
		if (may_move(resources, slot, gap)) {
			resources->slots[gap] = resources->slots[slot];
			gap = slot;
		}
	}
	resources->slots[gap] = NULL;
	resources->nr--;
}

/* -- Images ----------------------------------------------------------------- */

/* All of them have 8:8:8:8. */
bool format_is_known(u32 format)
{
	switch (format) {
	case VIRTIO_GPU_FORMAT_B8G8R8A8_UNORM:
	case VIRTIO_GPU_FORMAT_B8G8R8X8_UNORM:
	case VIRTIO_GPU_FORMAT_A8R8G8B8_UNORM:
	case VIRTIO_GPU_FORMAT_X8R8G8B8_UNORM:
	case VIRTIO_GPU_FORMAT_R8G8B8A8_UNORM:
	case VIRTIO_GPU_FORMAT_X8B8G8R8_UNORM:
	case VIRTIO_GPU_FORMAT_A8B8G8R8_UNORM:
	case VIRTIO_GPU_FORMAT_R8G8B8X8_UNORM:
		return true;
	default:
		return false;
	}
}

struct rect rect_read(const struct virtio_gpu_rect *from)
{
	return (struct rect) {
		.x = LE_GET32(from, x), .y = LE_GET32(from, y),
		.width = LE_GET32(from, width), .height = LE_GET32(from, height),
	};
}

/* Is it inside of what is @width by @height? */
bool rect_fits(const struct rect *rect, u32 width, u32 height)
{
	return rect->x <= width && rect->width <= width - rect->x &&
	       rect->y <= height && rect->height <= height - rect->y;
}

/* Both are in it, and no pixel more than that needs; either may be none. */
struct rect rect_around(const struct rect *a, const struct rect *b)
{
	u32 right_a = a->x + a->width, right_b = b->x + b->width;
	u32 bottom_a = a->y + a->height, bottom_b = b->y + b->height;
	struct rect both = { .x = a->x < b->x ? a->x : b->x, .y = a->y < b->y ? a->y : b->y };

	if (!a->width)
		return *b;
	if (!b->width)
		return *a;
	both.width = (right_a > right_b ? right_a : right_b) - both.x;
	both.height = (bottom_a > bottom_b ? bottom_a : bottom_b) - both.y;
	return both;
}

/* Where in an image, or from its origin in a backing, the rectangle begins. */
static u64 place_of(const struct gpu_resource *resource, const struct rect *rect)
{
	return (u64)rect->y * resource_stride(resource) + (u64)rect->x * RESOURCE_PIXEL;
}

static int load_now(struct gpu_resource *resource, struct guest *guest, const struct rect *rect,
		    u64 offset)
{
	return backing_read_rows(&resource->backing, guest, offset,
				 resource->pixels + place_of(resource, rect),
				 (u64)rect->width * RESOURCE_PIXEL, resource_stride(resource),
				 rect->height);
}

/* Has the backing all of it? */
static bool is_backed(const struct gpu_resource *resource, const struct rect *rect, u64 offset)
{
	u64 bytes = (u64)(rect->height - 1) * resource_stride(resource) +
		    (u64)rect->width * RESOURCE_PIXEL;
	u64 has = backing_bytes(&resource->backing);

	return offset <= has && bytes <= has - offset;
}

/**
 * resource_load() - TRANSFER_TO_HOST_2D
 * @resource: an image
 * @guest: whose
 * @rect: of it, which fits
 * @offset: where in its backing the rectangle begins; the next row of that is where
 *	    the next row of the whole image would be
 *
 * Most of what a driver hands over nobody looks at: it waits, together with what waits
 * already, until somebody does, or until its backing goes.
 *
 * Return: 0; -ENODATA where the backing ends before; what @guest says.  Then some of
 * it may have been loaded.
 */
int resource_load(struct gpu_resource *resource, struct guest *guest, const struct rect *rect,
		  u64 offset)
{
	u64 origin = offset - place_of(resource, rect);
	struct rect both = rect_around(rect, &resource->waits);
	int rc;

	if (!rect->width || !rect->height)
		return 0;
	if (!is_backed(resource, rect, offset))
		return load_now(resource, guest, rect, offset);
	if (resource->waits.width && resource->origin == origin &&
	    is_backed(resource, &both, origin + place_of(resource, &both))) {
		resource->waits = both;
		return 0;
	}
	rc = resource_settle(resource, guest);
	resource->waits = *rect;
	resource->origin = origin;
	return rc;
}

/**
 * resource_settle() - copy what waits
 * @resource: it; nothing waits of a blob
 * @guest: whose
 *
 * Return: 0, or what @guest says; nothing waits any more in any case.
 */
int resource_settle(struct gpu_resource *resource, struct guest *guest)
{
	struct rect waits = resource->waits;

	resource->waits.width = 0;
	if (!waits.width)
		return 0;
	return load_now(resource, guest, &waits, resource->origin + place_of(resource, &waits));
}
