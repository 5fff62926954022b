// SPDX-License-Identifier: GPL-2.0
/*
 * Screenshots: what a device shows, for an administrator.
 */
#include <linux/errno.h>
#include <linux/minmax.h>
#include <linux/mm.h>
#include <linux/slab.h>
#include <linux/uaccess.h>

#include "../device/picture.h"
#include "mdev.h"

/* What a picture stands in, with references of its own: the device may be closed meanwhile. */
struct shot {
	struct page **pages;
	u64 nr;
};

static void put_shot(struct shot *shot)
{
	while (shot->nr)
		put_page(shot->pages[--shot->nr]);
	kvfree(shot->pages);
}

static int get_shot(struct vgpu_device *device, u64 bytes, struct shot *shot)
{
	u64 nr = DIV_ROUND_UP(bytes, PAGE_SIZE);

	shot->pages = kvcalloc(nr, sizeof(*shot->pages), GFP_KERNEL_ACCOUNT);
	if (!shot->pages)
		return -ENOMEM;
	while (shot->nr < nr) {
		struct page *page = vgpu_display_page(device, shot->nr * PAGE_SIZE);

		if (!page)
			return -ENOMEM;
		shot->pages[shot->nr++] = page;
	}
	return 0;
}

static int copy_shot(const struct shot *shot, void __user *to, u64 bytes)
{
	u64 at;

	for (at = 0; at < bytes; at += PAGE_SIZE) {
		size_t part = min_t(u64, bytes - at, PAGE_SIZE);

		if (copy_to_user(to + at, page_address(shot->pages[at >> PAGE_SHIFT]), part))
			return -EFAULT;
	}
	return 0;
}

static int take(struct vgpu_device *device, struct kvmshare_vgpu_screen *arg, struct shot *shot)
{
	u64 room = arg->bytes;
	int rc = vgpu_worker_look(device);

	if (rc)
		return rc;
	mutex_lock(&device->picture.lock);
	arg->width = device->picture.width;
	arg->height = device->picture.height;
	mutex_unlock(&device->picture.lock);
	arg->bytes = (u64)arg->width * arg->height * PICTURE_PIXEL;
	if (room < arg->bytes)
		return -ENOSPC;
	return arg->bytes ? get_shot(device, arg->bytes, shot) : 0;
}

/**
 * vgpu_mdev_screen() - KVMSHARE_VGPU_SCREEN
 * @to: the caller's struct kvmshare_vgpu_screen
 */
long vgpu_mdev_screen(void __user *to)
{
	struct kvmshare_vgpu_screen arg;
	struct vgpu_device *device;
	struct shot shot = { 0 };
	int rc = kvmshare_ctl_get(&arg, sizeof(arg), to), put;

	if (rc)
		return rc;
	if (arg.flags)
		return -EINVAL;
	device = vgpu_device_get(arg.id);
	if (!device)
		return -ENOENT;
	rc = take(device, &arg, &shot);
	vgpu_device_put(device);
	if (!rc)
		rc = copy_shot(&shot, u64_to_user_ptr(arg.pixels), arg.bytes);
	put_shot(&shot);
	if (rc && rc != -ENOSPC)
		return rc;
	put = kvmshare_ctl_put(to, &arg, sizeof(arg));
	return put ?: rc;
}
