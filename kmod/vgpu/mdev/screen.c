// SPDX-License-Identifier: GPL-2.0
/*
 * Screenshots: what a device shows, for an administrator.
 */
#include <linux/errno.h>
#include <linux/minmax.h>
#include <linux/mm.h>
#include <linux/uaccess.h>

#include "../device/picture.h"
#include "mdev.h"

/* Page by page: no lock is held while the caller's memory may fault. */
static int copy_picture(struct vgpu_device *device, void __user *to, u64 bytes)
{
	u64 at;

	for (at = 0; at < bytes; at += PAGE_SIZE) {
		size_t part = min_t(u64, bytes - at, PAGE_SIZE);
		struct page *page = vgpu_display_page(device, at);
		unsigned long left;

		if (!page)
			return -ENOMEM;
		left = copy_to_user(to + at, page_address(page), part);
		put_page(page);
		if (left)
			return -EFAULT;
	}
	return 0;
}

static int take(struct vgpu_device *device, struct kvmshare_vgpu_screen *arg)
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
	return copy_picture(device, u64_to_user_ptr(arg->pixels), arg->bytes);
}

/**
 * vgpu_mdev_screen() - KVMSHARE_VGPU_SCREEN
 * @to: the caller's struct kvmshare_vgpu_screen
 */
long vgpu_mdev_screen(void __user *to)
{
	struct kvmshare_vgpu_screen arg;
	struct vgpu_device *device;
	int rc = kvmshare_ctl_get(&arg, sizeof(arg), to), put;

	if (rc)
		return rc;
	if (arg.flags)
		return -EINVAL;
	device = vgpu_device_get(arg.id);
	if (!device)
		return -ENOENT;
	rc = take(device, &arg);
	vgpu_device_put(device);
	if (rc && rc != -ENOSPC)
		return rc;
	put = kvmshare_ctl_put(to, &arg, sizeof(arg));
	return put ?: rc;
}
