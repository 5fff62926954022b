// SPDX-License-Identifier: GPL-2.0
/*
 * Parts of the guest's memory that jobs are done in: pinned, and seen by the kernel in a
 * row.  One is kept when its jobs have ended, since the next ones mostly are done in the
 * same.
 */
#include <linux/errno.h>
#include <linux/minmax.h>
#include <linux/mm.h>
#include <linux/slab.h>
#include <linux/vmalloc.h>

#include "mdev.h"

/* So many that have no work are kept. */
#define KEPT_MAX	32

/* -- Coming and going ------------------------------------------------------- */

static void free_image(struct vgpu_image *image)
{
	vunmap(image->at);
	vgpu_pins_put(image, 0);
	kvfree(image->pages);
	kvfree(image->places);
	kfree(image);
}

static void destroy(struct vgpu_device *device, struct vgpu_image *image)
{
	mutex_lock(&device->pins);
	vgpu_pins_give_up(device, image);
	list_del(&image->node);
	mutex_unlock(&device->pins);
	WRITE_ONCE(device->pinned, device->pinned - image->nr * PAGE_SIZE);
	vgpu_count(VGPU_COUNT_PIN, -(long)image->nr);
	free_image(image);
	cond_resched();
}

/* The places of a part's pages, of which it has whole ones; see find_parts(). */
static void add_places(struct vgpu_image *image, const struct gpu_resource *part)
{
	const struct span *span = part->backing.spans;
	u64 at;

	for (at = 0; at < part->bytes; at += PAGE_SIZE) {
		while (at >= span[1].start)
			span++;
		image->places[image->nr++] = span->at + (at - span->start);
	}
}

/* Whole pages of this machine, which may be larger than 4 KiB. */
static bool is_in_pages(const struct gpu_resource *part)
{
	return PAGE_ALIGNED(part->bytes | part->backing.bits);
}

static int fill(struct vgpu_device *device, struct vgpu_image *image)
{
	int rc;

	WRITE_ONCE(device->pinned, device->pinned + image->nr * PAGE_SIZE);
	vgpu_count(VGPU_COUNT_PIN, image->nr);
	rc = vgpu_pins_take(device, image);
	if (rc)
		return rc;
	image->at = vmap(image->pages, image->nr, VM_MAP, PAGE_KERNEL);
	return image->at ? 0 : -ENOMEM;
}

static struct vgpu_image *new_image(const struct gpu_work *work)
{
	struct vgpu_image *image = kzalloc(sizeof(*image), GFP_KERNEL_ACCOUNT);
	u64 nr = work->bytes >> PAGE_SHIFT;
	u32 i;

	if (!image)
		return NULL;
	image->pages = kvcalloc(nr, sizeof(*image->pages), GFP_KERNEL_ACCOUNT);
	image->places = kvcalloc(nr, sizeof(*image->places), GFP_KERNEL_ACCOUNT);
	if (!image->pages || !image->places) {
		free_image(image);
		return NULL;
	}
	for (i = 0; i < work->nr; i++) {
		image->parts[i] = work->parts[i];
		add_places(image, work->parts[i]);
	}
	image->nr_parts = work->nr;
	return image;
}

static struct vgpu_image *make(struct vgpu_device *device, const struct gpu_work *work)
{
	struct vgpu_image *image = new_image(work);
	int rc;

	if (!image)
		return ERR_PTR(-ENOMEM);
	rc = vgpu_pins_enter(device, image);
	if (rc) {
		free_image(image);
		return ERR_PTR(rc);
	}
	rc = fill(device, image);
	if (!rc)
		return image;
	destroy(device, image);
	return ERR_PTR(rc);
}

/* -- Keeping ---------------------------------------------------------------- */

static bool is_of(const struct vgpu_image *image, const struct gpu_work *work)
{
	return !image->stale && !READ_ONCE(image->lost) && image->nr_parts == work->nr &&
	       !memcmp(image->parts, work->parts, work->nr * sizeof(*work->parts));
}

/* The worker alone makes and destroys them. */
static struct vgpu_image *find(struct vgpu_device *device, const struct gpu_work *work)
{
	struct vgpu_image *image;

	list_for_each_entry(image, &device->images, node) {
		if (is_of(image, work))
			return image;
	}
	return NULL;
}

/* The one that was made first of those that have no work; returns false without one. */
static bool let_go(struct vgpu_device *device)
{
	struct vgpu_image *image;

	list_for_each_entry_reverse(image, &device->images, node) {
		if (!image->uses) {
			destroy(device, image);
			return true;
		}
	}
	return false;
}

/* At most as much as the device has memory, or one command buffer may have. */
static bool make_room(struct vgpu_device *device, u64 bytes)
{
	u64 most = max(device->size->bytes, GPU_WORK_BYTES);

	while (device->pinned + bytes > most) {
		if (!let_go(device))
			return false;
	}
	return true;
}

static void keep_few(struct vgpu_device *device)
{
	struct vgpu_image *image;
	u32 kept = 0;

	list_for_each_entry(image, &device->images, node)
		kept += !image->uses;
	if (kept > KEPT_MAX)
		let_go(device);
}

/**
 * vgpu_image_get() - what the jobs of a command buffer are done in
 * @device: whose
 * @work: it; has parts
 *
 * Return: it, or an ERR_PTR(): -EINVAL, -EAGAIN where too much is pinned already, -EFAULT
 * where some of it is no memory, -ENOMEM where there is none or the VMM may lock no more.
 */
struct vgpu_image *vgpu_image_get(struct vgpu_device *device, const struct gpu_work *work)
{
	struct vgpu_image *image = find(device, work);
	u32 i;

	for (i = 0; i < work->nr && !image; i++) {
		if (!is_in_pages(work->parts[i]))
			return ERR_PTR(-EINVAL);
	}
	if (!image) {
		if (!make_room(device, work->bytes))
			return ERR_PTR(-EAGAIN);
		image = make(device, work);
	}
	if (!IS_ERR(image))
		image->uses++;
	return image;
}

/* A work of it has ended. */
void vgpu_image_put(struct vgpu_device *device, struct vgpu_image *image)
{
	if (--image->uses)
		return;
	if (image->stale || READ_ONCE(image->lost))
		destroy(device, image);
	else
		keep_few(device);
}

static bool has_part(const struct vgpu_image *image, const struct gpu_resource *part)
{
	u32 i;

	for (i = 0; i < image->nr_parts; i++) {
		if (image->parts[i] == part)
			return true;
	}
	return false;
}

/* A resource is about to go; jobs that are done in it have its memory until they end. */
void vgpu_image_part_gone(struct vgpu_device *device, const struct gpu_resource *part)
{
	struct vgpu_image *image, *next;

	list_for_each_entry_safe(image, next, &device->images, node) {
		if (!has_part(image, part))
			continue;
		image->stale = true;
		if (!image->uses)
			destroy(device, image);
	}
}

/* None has a work any more. */
void vgpu_images_free(struct vgpu_device *device)
{
	while (let_go(device))
		;
}

/* Those that have lost their memory keep nobody's pages for longer than they must. */
void vgpu_images_tidy(struct vgpu_device *device)
{
	struct vgpu_image *image, *next;

	list_for_each_entry_safe(image, next, &device->images, node) {
		if (READ_ONCE(image->lost) && !image->uses)
			destroy(device, image);
	}
}
