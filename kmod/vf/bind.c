// SPDX-License-Identifier: GPL-2.0
/*
 * Drivers of VFs: which one there is, binding for a lease, unbinding after it,
 * and the driver override.
 *
 * Around each of these the VF names the task that does it, so that the
 * notifier knows it from what others do.
 */
#include <linux/iommu.h>
#include <linux/kmod.h>

#include "../compat/override.h"
#include "vf.h"

/**
 * vf_bind_kind() - what is bound to a VF
 * @pf: its PF
 * @pdev: the VF, locked, or in a notifier that is called with its lock held
 *
 * A driver of VFIO's that this module does not know is the host's: only of
 * those that it binds itself does it know how they end.
 */
enum vf_driver vf_bind_kind(const struct vf_pf *pf, const struct pci_dev *pdev)
{
	struct device_driver *drv = pdev->dev.driver;

	if (!drv)
		return VF_DRV_NONE;
	if (strcmp(drv->name, pf->driver) && strcmp(drv->name, VF_DEFAULT_DRIVER))
		return VF_DRV_HOST;
	return to_pci_driver(drv)->driver_managed_dma ? VF_DRV_VFIO : VF_DRV_HOST;
}

/**
 * vf_bind_override_locked() - set a VF's driver override
 * @vf: the VF, its device locked
 * @driver: the only driver to match it from now on, or NULL for any
 *
 * Return: 0, or -ENOMEM, which NULL never meets.
 */
int vf_bind_override_locked(struct vf_dev *vf, const char *driver)
{
	int rc;

	device_lock_assert(&vf->pdev->dev);
	rc = kvmshare_override_set(vf->pdev, driver);
	if (rc)
		return rc;

	spin_lock(&vf_lock);
	vf->aside = driver && !strcmp(driver, VF_QUARANTINE_DRIVER);
	spin_unlock(&vf_lock);
	return 0;
}

/* Write into the override whether the VF is quarantined; false: try again. */
bool vf_bind_save(struct vf_dev *vf)
{
	const char *driver;
	int rc;

	/* Who removes the device may hold its lock until a user lets go. */
	if (!device_trylock(&vf->pdev->dev))
		return false;
	spin_lock(&vf_lock);
	driver = vf->state == VF_QUARANTINED ? VF_QUARANTINE_DRIVER : NULL;
	spin_unlock(&vf_lock);
	rc = vf_bind_override_locked(vf, driver);
	device_unlock(&vf->pdev->dev);
	return !rc;
}

static void set_actor(struct vf_dev *vf, struct task_struct *actor)
{
	spin_lock(&vf_lock);
	vf->actor = actor;
	spin_unlock(&vf_lock);
}

/**
 * struct wanted - a driver looked for
 * @name: its name
 * @drv: out, the driver, its module referenced
 */
struct wanted {
	const char *name;
	struct device_driver *drv;
};

/* The walk keeps the driver from being unregistered while it is looked at. */
static int match_driver(struct device_driver *drv, void *data)
{
	struct wanted *wanted = data;

	if (strcmp(drv->name, wanted->name))
		return 0;
	if (to_pci_driver(drv)->driver_managed_dma && try_module_get(drv->owner))
		wanted->drv = drv;
	return 1;
}

/* Pairs with the module_put() of whoever ends @vf->module. */
static struct device_driver *get_driver(const char *name)
{
	struct wanted wanted = { .name = name };

	bus_for_each_drv(&pci_bus_type, NULL, &wanted, match_driver);
	if (!wanted.drv) {
		request_module("%s", name);
		bus_for_each_drv(&pci_bus_type, NULL, &wanted, match_driver);
	}
	return wanted.drv;
}

static int in_lease(struct device *dev, void *data)
{
	const struct vf_lease *lease = data;
	u32 i;

	for (i = 0; i < lease->nr; i++) {
		if (&lease->vfs[i]->pdev->dev == dev)
			return 0;
	}
	return -EAGAIN;
}

/* Was it bound, by us or by others, since the lease took it? */
static bool was_bound(struct vf_dev *vf)
{
	bool bound;

	spin_lock(&vf_lock);
	bound = vf->bound;
	spin_unlock(&vf_lock);
	return bound;
}

/* Let only @drv match, and bind it. */
static int attach(struct vf_dev *vf, struct device_driver *drv)
{
	struct device *dev = &vf->pdev->dev;
	int rc;

	rc = device_lock_interruptible(dev);
	if (rc)
		return -EINTR;
	/* Whoever was faster may have used it: it is not clean any more. */
	rc = was_bound(vf) ? -EAGAIN : vf_bind_override_locked(vf, drv->name);
	device_unlock(dev);
	if (rc)
		return rc;

	/* Whatever comes of it, the VF goes the whole way back from here. */
	spin_lock(&vf_lock);
	vf->bound = true;
	spin_unlock(&vf_lock);
	return device_driver_attach(drv, dev);
}

/**
 * vf_bind_attach() - bind a VF for its lease
 * @vf: the VF
 * @lease: the lease, forming
 *
 * Return: 0; -EAGAIN where another VF may do; -ENXIO where there is no such
 * driver; -EINTR, -ENOMEM, or -ENODEV.
 */
int vf_bind_attach(struct vf_dev *vf, struct vf_lease *lease)
{
	struct device_driver *drv;
	int rc;

	rc = iommu_group_for_each_dev(vf->group, lease, in_lease);
	if (rc) {
		vf_device_count_group(vf);
		return -EAGAIN;
	}
	drv = get_driver(vf->pf->driver);
	if (!drv)
		return -ENXIO;

	/* Put by vf_bind_put(), on the way back. */
	vf->module = drv->owner;
	set_actor(vf, current);
	rc = attach(vf, drv);
	set_actor(vf, NULL);
	if (!was_bound(vf))
		vf_bind_put(vf);
	switch (rc) {
	case 0:
	case -EINTR:
	case -ENOMEM:
		return rc;
	case -EAGAIN:
	case -EBUSY:
	case -ENODEV:
		pci_dbg(vf->pdev, "kvmshare: %s not bound: error %d\n", vf->pf->driver, rc);
		return -EAGAIN;
	default:
		pci_warn(vf->pdev, "kvmshare: cannot bind %s: error %d\n",
			 vf->pf->driver, rc);
		return -ENODEV;
	}
}

/* Unbind what is bound to a VF; its group is claimed, so nobody has it open. */
void vf_bind_release(struct vf_dev *vf)
{
	set_actor(vf, current);
	device_release_driver(&vf->pdev->dev);
	set_actor(vf, NULL);
}

/* Let go of the driver that the VF was bound to for a lease. */
void vf_bind_put(struct vf_dev *vf)
{
	struct module *module = vf->module;

	vf->module = NULL;
	module_put(module);
}
