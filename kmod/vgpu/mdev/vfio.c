// SPDX-License-Identifier: GPL-2.0
/*
 * What a VMM asks for of a device, as VFIO has it for one on a PCI bus.
 */
#include <linux/errno.h>
#include <linux/slab.h>
#include <linux/uaccess.h>

#include "mdev.h"

/* A region is so much of a descriptor's offsets. */
#define REGION_SHIFT	40
#define REGION_MASK	((1ULL << REGION_SHIFT) - 1)

#define DISPLAY_REGION	VFIO_PCI_NUM_REGIONS
#define REGIONS		(DISPLAY_REGION + 1)

/* -- Regions ---------------------------------------------------------------- */

static u64 size_of(u32 region)
{
	switch (region) {
	case VFIO_PCI_BAR0_REGION_INDEX + PCI_BAR_MSIX:
		return PCI_BAR_MSIX_BYTES;
	case VFIO_PCI_BAR0_REGION_INDEX + PCI_BAR_VIRTIO:
		return TRANSPORT_BAR;
	case VFIO_PCI_CONFIG_REGION_INDEX:
		return PCI_SPACE_BYTES;
	case DISPLAY_REGION:
		return VGPU_PICTURE_BYTES;
	default:
		return 0;
	}
}

static int region_info(struct vfio_device *vfio, struct vfio_region_info *info,
		       struct vfio_info_cap *caps)
{
	if (info->index >= REGIONS)
		return -EINVAL;
	info->size = size_of(info->index);
	info->offset = (u64)info->index << REGION_SHIFT;
	info->flags = info->size ? VFIO_REGION_INFO_FLAG_READ | VFIO_REGION_INFO_FLAG_WRITE : 0;
	if (info->index == DISPLAY_REGION)
		info->flags = VFIO_REGION_INFO_FLAG_READ | VFIO_REGION_INFO_FLAG_MMAP;
	return 0;
}

/* The largest part that can be accessed at once. */
static u32 part_of(u64 at, size_t left)
{
	u32 len = 8;

	while (len > left || at % len)
		len /= 2;
	return len;
}

/* All of what a VMM asked for that is in the region; others are not there. */
static ssize_t access(struct vgpu_device *device, char __user *user, size_t count, u64 offset,
		      bool write)
{
	u32 region = offset >> REGION_SHIFT;
	u64 at = offset & REGION_MASK, size = size_of(region);
	size_t done = 0;

	if (at >= size || count > size - at)
		return -EINVAL;
	if (region == DISPLAY_REGION)
		return write ? -EINVAL : vgpu_display_read(device, user, count, at);
	while (done < count) {
		u32 len = part_of(at + done, count - done);
		ssize_t rc;
		u8 bytes[8];

		if (write && copy_from_user(bytes, user + done, len))
			return -EFAULT;
		rc = vgpu_front_access(device, region, at + done, bytes, len, write);
		if (rc < 0)
			return rc;
		if (!write && copy_to_user(user + done, bytes, len))
			return -EFAULT;
		done += len;
	}
	return done;
}

static ssize_t vgpu_read(struct vfio_device *vfio, char __user *to, size_t count, loff_t *at)
{
	ssize_t got = access(to_vgpu_device(vfio), to, count, *at, false);

	if (got > 0)
		*at += got;
	return got;
}

static ssize_t vgpu_write(struct vfio_device *vfio, const char __user *from, size_t count,
			  loff_t *at)
{
	ssize_t put = access(to_vgpu_device(vfio), (char __user *)from, count, *at, true);

	if (put > 0)
		*at += put;
	return put;
}

static int vgpu_mmap(struct vfio_device *vfio, struct vm_area_struct *vma)
{
	u64 offset = (u64)vma->vm_pgoff << PAGE_SHIFT;

	if (offset != (u64)DISPLAY_REGION << REGION_SHIFT)
		return -EINVAL;
	return vgpu_display_map(to_vgpu_device(vfio), vma);
}

/* -- Calls ------------------------------------------------------------------ */

static int do_info(void __user *to)
{
	struct vfio_device_info info = { 0 };
	size_t len = offsetofend(struct vfio_device_info, num_irqs);
	u32 argsz;

	if (get_user(argsz, (u32 __user *)to))
		return -EFAULT;
	if (argsz < len)
		return -EINVAL;
	info.argsz = len;
	info.flags = VFIO_DEVICE_FLAGS_PCI | VFIO_DEVICE_FLAGS_RESET;
	info.num_regions = REGIONS;
	info.num_irqs = VFIO_PCI_NUM_IRQS;
	return copy_to_user(to, &info, len) ? -EFAULT : 0;
}

/* Where VFIO does not ask for it by get_region_info_caps. */
static int do_region(struct vfio_device *vfio, void __user *to)
{
	struct vfio_region_info info;
	size_t len = offsetofend(struct vfio_region_info, offset);
	int rc;

	if (copy_from_user(&info, to, len))
		return -EFAULT;
	if (info.argsz < len)
		return -EINVAL;
	info.cap_offset = 0;
	rc = region_info(vfio, &info, NULL);
	if (rc)
		return rc;
	return copy_to_user(to, &info, len) ? -EFAULT : 0;
}

static int do_irq(void __user *to)
{
	struct vfio_irq_info info;
	size_t len = offsetofend(struct vfio_irq_info, count);
	int rc;

	if (copy_from_user(&info, to, len))
		return -EFAULT;
	if (info.argsz < len)
		return -EINVAL;
	rc = vgpu_irqs_info(&info);
	if (rc)
		return rc;
	return copy_to_user(to, &info, len) ? -EFAULT : 0;
}

static int do_set_irqs(struct vgpu_device *device, void __user *from)
{
	size_t len = offsetofend(struct vfio_irq_set, count), data_size = 0;
	struct vfio_irq_info info = { 0 };
	struct vfio_irq_set set;
	void *data = NULL;
	int rc;

	if (copy_from_user(&set, from, len))
		return -EFAULT;
	info.index = set.index;
	rc = vgpu_irqs_info(&info);
	if (!rc)
		rc = vfio_set_irqs_validate_and_prepare(&set, info.count, VFIO_PCI_NUM_IRQS,
							&data_size);
	if (rc)
		return rc;
	if (data_size) {
		data = memdup_user(from + len, data_size);
		if (IS_ERR(data))
			return PTR_ERR(data);
	}
	rc = vgpu_irqs_set(&device->irqs, &set, data);
	kfree(data);
	return rc;
}

static long vgpu_ioctl(struct vfio_device *vfio, unsigned int cmd, unsigned long arg)
{
	struct vgpu_device *device = to_vgpu_device(vfio);
	void __user *to = (void __user *)arg;

	switch (cmd) {
	case VFIO_DEVICE_GET_INFO:
		return do_info(to);
	case VFIO_DEVICE_GET_REGION_INFO:
		return do_region(vfio, to);
	case VFIO_DEVICE_GET_IRQ_INFO:
		return do_irq(to);
	case VFIO_DEVICE_SET_IRQS:
		return do_set_irqs(device, to);
	case VFIO_DEVICE_RESET:
		return vgpu_worker_reset(device);
	case VFIO_DEVICE_QUERY_GFX_PLANE:
		return vgpu_display_query(device, to);
	default:
		return -ENOTTY;
	}
}

/* -- Coming and going ------------------------------------------------------- */

static int vgpu_open(struct vfio_device *vfio)
{
	return vgpu_device_open(to_vgpu_device(vfio));
}

static void vgpu_close(struct vfio_device *vfio)
{
	vgpu_device_close(to_vgpu_device(vfio));
}

static int vgpu_init(struct vfio_device *vfio)
{
	struct vgpu_device *device = to_vgpu_device(vfio);

	mutex_init(&device->lock);
	mutex_init(&device->front_lock);
	mutex_init(&device->pins);
	INIT_DELAYED_WORK(&device->watch, vgpu_worker_watch);
	init_waitqueue_head(&device->done);
	INIT_LIST_HEAD(&device->works);
	INIT_LIST_HEAD(&device->images);
	vgpu_loss_init(&device->loss);
	vgpu_irqs_init(&device->irqs);
	vgpu_display_init(&device->picture);
	return 0;
}

static void vgpu_release(struct vfio_device *vfio)
{
	vgpu_loss_exit(&to_vgpu_device(vfio)->loss);
	kvmshare_vfio_free(vfio);
}

/* Somebody removes it while it is open; that goes on when the VMM has let go. */
static void vgpu_request(struct vfio_device *vfio, unsigned int count)
{
	struct vgpu_device *device = to_vgpu_device(vfio);

	if (!vgpu_irqs_request(&device->irqs) && !count)
		pr_notice("device %s is to be removed, and its VMM does not listen to that: it goes when that closes it\n",
			  device->name.uuid);
}

static void vgpu_dma_unmap(struct vfio_device *vfio, u64 at, u64 len)
{
	vgpu_loss_take(to_vgpu_device(vfio), at, len);
}

const struct vfio_device_ops vgpu_vfio_ops = {
	.name = "kvmshare-vgpu",
	.init = vgpu_init,
	.release = vgpu_release,
	.open_device = vgpu_open,
	.close_device = vgpu_close,
	.read = vgpu_read,
	.write = vgpu_write,
	.ioctl = vgpu_ioctl,
	.mmap = vgpu_mmap,
	.request = vgpu_request,
	.dma_unmap = vgpu_dma_unmap,
	KVMSHARE_VFIO_IOMMUFD_OPS
	KVMSHARE_VFIO_REGION_OPS
};
