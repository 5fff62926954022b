// SPDX-License-Identifier: GPL-2.0
/*
 * The screen, for the VMM's display and for screenshots: a picture that the worker makes
 * when somebody asks for it, in pages that a VMM maps as a region.
 */
#include <linux/errno.h>
#include <linux/mm.h>
#include <linux/slab.h>
#include <linux/uaccess.h>
#include <uapi/drm/drm_fourcc.h>

#include "../../compat/vma.h"
#include "../device/picture.h"
#include "mdev.h"

#define PAGES	(VGPU_PICTURE_BYTES >> PAGE_SHIFT)

void vgpu_display_init(struct vgpu_picture *picture)
{
	mutex_init(&picture->lock);
}

/* Nobody maps any of it: who does has the device open. */
void vgpu_display_free(struct vgpu_picture *picture)
{
	unsigned long i;

	for (i = 0; picture->pages && i < PAGES; i++) {
		if (!picture->pages[i])
			continue;
		__free_page(picture->pages[i]);
		vgpu_count(VGPU_COUNT_PAGE, -1);
	}
	kvfree(picture->pages);
	picture->pages = NULL;
	picture->width = 0;
	picture->height = 0;
}

/* Returns NULL without memory. */
static struct page *page_of(struct vgpu_picture *picture, unsigned long nr)
{
	lockdep_assert_held(&picture->lock);
	if (!picture->pages)
		picture->pages = kvcalloc(PAGES, sizeof(*picture->pages), GFP_KERNEL_ACCOUNT);
	if (!picture->pages)
		return NULL;
	if (!picture->pages[nr]) {
		picture->pages[nr] = alloc_page(GFP_KERNEL_ACCOUNT | __GFP_ZERO);
		if (picture->pages[nr])
			vgpu_count(VGPU_COUNT_PAGE, 1);
	}
	return picture->pages[nr];
}

/* -- Made by the worker ----------------------------------------------------- */

static bool put_row(struct vgpu_picture *picture, u64 at, const u8 *row, u32 len)
{
	while (len) {
		u32 part = min_t(u32, len, PAGE_SIZE - offset_in_page(at));
		struct page *page = page_of(picture, at >> PAGE_SHIFT);

		if (!page)
			return false;
		memcpy(page_address(page) + offset_in_page(at), row, part);
		at += part;
		row += part;
		len -= part;
	}
	return true;
}

static bool put_rows(struct vgpu_picture *picture, const struct gpu *gpu, u8 *row)
{
	u32 len = picture_width(gpu) * PICTURE_PIXEL, y;

	for (y = 0; y < picture_height(gpu); y++) {
		picture_row(gpu, y, row);
		if (!put_row(picture, (u64)y * len, row, len))
			return false;
		cond_resched();
	}
	return true;
}

/* Where there is no memory for it, or it is too large, the screen looks as if it were off. */
static void make(struct vgpu_picture *picture, const struct gpu *gpu)
{
	u64 len = picture_width(gpu) * (u64)PICTURE_PIXEL;
	u8 *row = NULL;

	lockdep_assert_held(&picture->lock);
	picture->width = 0;
	picture->height = 0;
	if (!len || len * picture_height(gpu) > VGPU_PICTURE_BYTES)
		return;
	row = kvmalloc(len, GFP_KERNEL_ACCOUNT);
	if (row && put_rows(picture, gpu, row)) {
		picture->width = picture_width(gpu);
		picture->height = picture_height(gpu);
	}
	kvfree(row);
}

/* By the worker. */
void vgpu_display_make(struct vgpu_device *device)
{
	if (!device->drawn)
		return;
	device->drawn = false;
	gpu_settle(&device->back->gpu);
	mutex_lock(&device->picture.lock);
	make(&device->picture, &device->back->gpu);
	mutex_unlock(&device->picture.lock);
}

/* -- Looked at -------------------------------------------------------------- */

static int fill_plane(struct vgpu_device *device, struct vfio_device_gfx_plane_info *info)
{
	struct vgpu_picture *picture = &device->picture;
	int rc;

	/* A VMM asks for the plane of type 0, which is none of a screen; the cursor is in it. */
	if (info->drm_plane_type == 2)
		return -EINVAL;
	rc = vgpu_worker_look(device);
	if (rc)
		return rc;
	mutex_lock(&picture->lock);
	info->drm_format = DRM_FORMAT_XRGB8888;
	info->drm_format_mod = 0;
	info->width = picture->width;
	info->height = picture->height;
	info->stride = picture->width * PICTURE_PIXEL;
	info->size = info->stride * picture->height;
	info->x_pos = 0;
	info->y_pos = 0;
	info->x_hot = 0;
	info->y_hot = 0;
	info->region_index = VFIO_PCI_NUM_REGIONS;
	mutex_unlock(&picture->lock);
	return 0;
}

/**
 * vgpu_display_query() - VFIO_DEVICE_QUERY_GFX_PLANE
 * @device: open
 * @to: the VMM's struct vfio_device_gfx_plane_info
 */
int vgpu_display_query(struct vgpu_device *device, void __user *to)
{
	size_t len = offsetofend(struct vfio_device_gfx_plane_info, dmabuf_id);
	struct vfio_device_gfx_plane_info info;
	int rc;

	if (copy_from_user(&info, to, len))
		return -EFAULT;
	if (info.argsz < len)
		return -EINVAL;
	if (info.flags == (VFIO_GFX_PLANE_TYPE_PROBE | VFIO_GFX_PLANE_TYPE_REGION))
		return 0;
	if (info.flags != VFIO_GFX_PLANE_TYPE_REGION)
		return -EINVAL;
	rc = fill_plane(device, &info);
	if (rc)
		return rc;
	return copy_to_user(to, &info, len) ? -EFAULT : 0;
}

/* Returns a page of the picture with a reference, or NULL. */
struct page *vgpu_display_page(struct vgpu_device *device, u64 at)
{
	struct page *page = NULL;

	mutex_lock(&device->picture.lock);
	if (at < VGPU_PICTURE_BYTES)
		page = page_of(&device->picture, at >> PAGE_SHIFT);
	if (page)
		get_page(page);
	mutex_unlock(&device->picture.lock);
	return page;
}

/* No lock is held while the reader's memory may fault. */
ssize_t vgpu_display_read(struct vgpu_device *device, char __user *to, size_t count, u64 at)
{
	size_t done = 0;

	while (done < count) {
		size_t part = min_t(size_t, count - done, PAGE_SIZE - offset_in_page(at + done));
		struct page *page = vgpu_display_page(device, at + done);
		unsigned long left;

		if (!page)
			return -ENOMEM;
		left = copy_to_user(to + done, page_address(page) + offset_in_page(at + done), part);
		put_page(page);
		if (left)
			return -EFAULT;
		done += part;
	}
	return done;
}

static vm_fault_t fault(struct vm_fault *vmf)
{
	struct vgpu_device *device = vmf->vma->vm_private_data;
	/* The region's beginning is a multiple of what is mapped of it. */
	u64 at = ((u64)vmf->pgoff << PAGE_SHIFT) & (VGPU_PICTURE_BYTES - 1);

	vmf->page = vgpu_display_page(device, at);
	return vmf->page ? 0 : VM_FAULT_OOM;
}

static const struct vm_operations_struct vm_ops = { .fault = fault };

/* From the region's beginning; a mapping keeps the device open. */
int vgpu_display_map(struct vgpu_device *device, struct vm_area_struct *vma)
{
	if (vma->vm_end - vma->vm_start > VGPU_PICTURE_BYTES)
		return -EINVAL;
	kvmshare_vma_set(vma, VM_DONTEXPAND | VM_DONTDUMP);
	vma->vm_private_data = device;
	vma->vm_ops = &vm_ops;
	return 0;
}
