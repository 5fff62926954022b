/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What a guest's driver has made: images of 2D, and blobs, by numbers of its choice
 * (virtio 1.2, section 5.7.6.8).  Pure; the caller serialises.
 */
#ifndef _KVMSHARE_VGPU_DEVICE_RESOURCE_H
#define _KVMSHARE_VGPU_DEVICE_RESOURCE_H

#include "backing.h"

#define RESOURCES_MAX	1024U
#define RESOURCE_SIDE_MAX	16384U
#define RESOURCE_PIXEL	4U

struct virtio_gpu_rect;

/* A @width of 0 is none. */
struct rect {
	u32 x;
	u32 y;
	u32 width;
	u32 height;
};

/**
 * struct gpu_resource - one of them
 * @id: its number, not 0
 * @format: VIRTIO_GPU_FORMAT_*; 0 of a blob
 * @width: in pixels, likewise
 * @height: in rows, likewise
 * @bytes: of it
 * @contexts: which may use it, by bit
 * @pixels: what the device has of an image; NULL of a blob, which is its backing
 * @backing: where in the guest's memory it is
 * @waits: of an image, what the driver has handed over and the device has not copied
 * @origin: where in the backing the whole image would begin, for that
 */
struct gpu_resource {
	u32 id;
	u32 format;
	u32 width;
	u32 height;
	u64 bytes;
	u64 contexts;
	u8 *pixels;
	struct backing backing;
	struct rect waits;
	u64 origin;
};

/**
 * struct resources - all of a device; all zeroes has none
 * @nr: how many there are
 * @slots: where one is, or after that, without a gap
 */
struct resources {
	u32 nr;
	struct gpu_resource *slots[2 * RESOURCES_MAX];
};

struct gpu_resource *resources_find(const struct resources *resources, u32 id);
bool resources_add(struct resources *resources, struct gpu_resource *resource);
void resources_remove(struct resources *resources, const struct gpu_resource *resource);

bool format_is_known(u32 format);
struct rect rect_read(const struct virtio_gpu_rect *from);
bool rect_fits(const struct rect *rect, u32 width, u32 height);
struct rect rect_around(const struct rect *a, const struct rect *b);
int resource_load(struct gpu_resource *resource, struct guest *guest, const struct rect *rect,
		  u64 offset);
int resource_settle(struct gpu_resource *resource, struct guest *guest);

static inline bool resource_is_blob(const struct gpu_resource *resource)
{
	return !resource->format;
}

static inline u32 resource_stride(const struct gpu_resource *resource)
{
	return resource->width * RESOURCE_PIXEL;
}

#endif /* _KVMSHARE_VGPU_DEVICE_RESOURCE_H */
