// SPDX-License-Identifier: GPL-2.0
/*
 * What the pure device does not do itself: the guest's memory, its own, and who is told.
 */
#include <linux/errno.h>
#include <linux/mm.h>
#include <linux/slab.h>
#include <linux/vmalloc.h>

#include "mdev.h"

/* -- The guest's memory ----------------------------------------------------- */

static int reach(struct guest *guest, u64 at, void *bytes, u32 len, bool write)
{
	struct vgpu_device *device = container_of(guest, struct vgpu_device, guest);

	if (vgpu_device_fails(device))
		return -EINTR;
	return vfio_dma_rw(&device->vfio, at, bytes, len, write);
}

static int read_guest(struct guest *guest, u64 at, void *to, u32 len)
{
	return reach(guest, at, to, len, false);
}

static int write_guest(struct guest *guest, u64 at, const void *from, u32 len)
{
	return reach(guest, at, (void *)from, len, true);
}

/* -- The device's own ------------------------------------------------------- */

/* Large parts are made of single pages: for more in a row others' would be moved. */
static void *take(struct gpu *gpu, u64 bytes)
{
	struct vgpu_device *device = vgpu_device_of(gpu);
	void *memory;

	if (bytes > device->size->bytes - device->used)
		return NULL;
	if (bytes > PAGE_SIZE)
		memory = __vmalloc(bytes, GFP_KERNEL_ACCOUNT | __GFP_ZERO | __GFP_NOWARN);
	else
		memory = kzalloc(bytes, GFP_KERNEL_ACCOUNT);
	if (!memory)
		return NULL;
	WRITE_ONCE(device->used, device->used + bytes);
	vgpu_count(VGPU_COUNT_PART, 1);
	return memory;
}

static void give(struct gpu *gpu, void *memory, u64 bytes)
{
	struct vgpu_device *device = vgpu_device_of(gpu);

	kvfree(memory);
	WRITE_ONCE(device->used, device->used - bytes);
	vgpu_count(VGPU_COUNT_PART, -1);
	cond_resched();
}

/* -- Who is told ------------------------------------------------------------ */

static void shown(struct gpu *gpu)
{
	vgpu_device_of(gpu)->drawn = true;
}

static void drawn(struct gpu *gpu, const struct rect *rect)
{
	vgpu_device_of(gpu)->drawn = true;
}

static void drop(struct gpu *gpu, struct gpu_resource *resource)
{
	vgpu_image_part_gone(vgpu_device_of(gpu), resource);
}

static const struct gpu_ops ops = {
	.take = take,
	.give = give,
	.shown = shown,
	.drawn = drawn,
	.drop = drop,
	.submit = vgpu_work_submit,
};

/* -- Coming and going ------------------------------------------------------- */

/* Its client is there: its engine says which jobs there are. */
int vgpu_back_alloc(struct vgpu_device *device)
{
	struct gpu *gpu;

	device->back = kvzalloc(sizeof(*device->back), GFP_KERNEL_ACCOUNT);
	if (!device->back)
		return -ENOMEM;
	device->guest = (struct guest) { .read = read_guest, .write = write_guest };
	gpu = &device->back->gpu;
	gpu->ops = &ops;
	gpu->guest = &device->guest;
	gpu->job_types = device->client->engine->ops->types;
	gpu_init(gpu, device->width, device->height);
	return 0;
}

void vgpu_back_free(struct vgpu_device *device)
{
	kvfree(device->back);
	device->back = NULL;
}
