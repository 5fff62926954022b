// SPDX-License-Identifier: GPL-2.0
/*
 * The mdev driver and its one parent, /sys/devices/virtual/kvmshare/vgpu: devices are
 * made and removed there, by hand or by mdevctl and libvirt.  Which engine a device
 * shares is one of its settings: engines come and go without it.
 */
#include <linux/bitmap.h>
#include <linux/device.h>
#include <linux/errno.h>
#include <linux/module.h>

#include "mdev.h"

static DEFINE_SPINLOCK(slots_lock);
static DECLARE_BITMAP(slots, VGPU_DEVICES_MAX);	/* slots_lock */

/* -- Slots ------------------------------------------------------------------ */

/* Returns it, from 1; or 0 where there is none left. */
static u32 take_slot(void)
{
	unsigned long free;

	spin_lock(&slots_lock);
	free = find_first_zero_bit(slots, VGPU_DEVICES_MAX);
	if (free < VGPU_DEVICES_MAX)
		__set_bit(free, slots);
	spin_unlock(&slots_lock);
	return free < VGPU_DEVICES_MAX ? free + 1 : 0;
}

static void give_slot(u32 slot)
{
	spin_lock(&slots_lock);
	__clear_bit(slot - 1, slots);
	spin_unlock(&slots_lock);
}

static unsigned int available(struct mdev_type *type)
{
	unsigned int taken;

	spin_lock(&slots_lock);
	taken = bitmap_weight(slots, VGPU_DEVICES_MAX);
	spin_unlock(&slots_lock);
	return VGPU_DEVICES_MAX - taken;
}

/* -- Devices ---------------------------------------------------------------- */

#define WIDTH_DEFAULT	1024
#define HEIGHT_DEFAULT	768

static void set_defaults(struct vgpu_device *device, struct mdev_device *mdev, u32 slot)
{
	device->name.slot = slot;
	strscpy(device->name.uuid, dev_name(&mdev->dev), sizeof(device->name.uuid));
	device->size = vgpu_size_of(mdev);
	device->width = WIDTH_DEFAULT;
	device->height = HEIGHT_DEFAULT;
	device->wanted = (struct sched_params) {
		.weight = device->size->weight,
		.cap = LEVEL_ONE,
		.averaging = 1,
		.slice = SCHED_SLICE_DEFAULT,
	};
}

static int vgpu_probe(struct mdev_device *mdev)
{
	struct vgpu_device *device;
	u32 slot = take_slot();
	int rc;

	if (!slot)
		return -ENOSPC;
	device = vfio_alloc_device(vgpu_device, vfio, &mdev->dev, &vgpu_vfio_ops);
	if (IS_ERR(device)) {
		give_slot(slot);
		return PTR_ERR(device);
	}
	vgpu_engines_forget(slot);
	set_defaults(device, mdev, slot);
	dev_set_drvdata(&mdev->dev, device);
	rc = vfio_register_emulated_iommu_dev(&device->vfio);
	if (rc) {
		vfio_put_device(&device->vfio);
		give_slot(slot);
		return rc;
	}
	vgpu_count(VGPU_COUNT_DEVICE, 1);
	return 0;
}

/* Whoever has it open closes it before this goes on. */
static void vgpu_remove(struct mdev_device *mdev)
{
	struct vgpu_device *device = dev_get_drvdata(&mdev->dev);
	u32 slot = device->name.slot;

	vfio_unregister_group_dev(&device->vfio);
	vfio_put_device(&device->vfio);
	give_slot(slot);
	vgpu_count(VGPU_COUNT_DEVICE, -1);
}

static struct mdev_driver driver = {
	.device_api = VFIO_DEVICE_API_PCI_STRING,
	.probe = vgpu_probe,
	.remove = vgpu_remove,
	.get_available = available,
	.show_description = vgpu_size_describe,
	.driver = {
		.name = "kvmshare_vgpu",
		.owner = THIS_MODULE,
		.mod_name = KBUILD_MODNAME,
		.dev_groups = vgpu_device_groups,
	},
};

/* -- The parent ------------------------------------------------------------- */

/* Types are called by it: kvmshare-256M. */
static struct class vgpu_class = { .name = "kvmshare" };

static struct device *parent_dev;
static struct mdev_parent parent;

int vgpu_mdev_init(void)
{
	int rc = vgpu_losses_init();

	if (rc)
		return rc;
	rc = class_register(&vgpu_class);
	if (rc)
		goto err_losses;
	parent_dev = device_create(&vgpu_class, NULL, MKDEV(0, 0), NULL, "vgpu");
	if (IS_ERR(parent_dev)) {
		rc = PTR_ERR(parent_dev);
		goto err_class;
	}
	rc = mdev_register_driver(&driver);
	if (rc)
		goto err_parent;
	rc = mdev_register_parent(&parent, parent_dev, &driver, vgpu_size_types, VGPU_SIZES);
	if (rc)
		goto err_driver;
	return 0;

err_driver:
	mdev_unregister_driver(&driver);
err_parent:
	device_unregister(parent_dev);
err_class:
	class_unregister(&vgpu_class);
err_losses:
	vgpu_losses_exit();
	return rc;
}

void vgpu_mdev_exit(void)
{
	mdev_unregister_parent(&parent);
	mdev_unregister_driver(&driver);
	device_unregister(parent_dev);
	class_unregister(&vgpu_class);
	vgpu_losses_exit();
}
