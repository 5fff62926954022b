// SPDX-License-Identifier: GPL-2.0
/*
 * The object of a VF: made when its PF's VFs are looked for, forgotten when it
 * has left the bus or its PF the pool, and no lease waits for it.
 */
#include <linux/iommu.h>
#include <linux/slab.h>

#include "sysfs.h"
#include "vf.h"

/*
 * One change of the vfs directory at a time, with @shown of each VF: a VF that
 * left the bus may still be named by a lease when another takes its address.
 * Taken before vf_lock, and by no show function.
 */
static DEFINE_MUTEX(shown_lock);

static int count_member(struct device *dev, void *data)
{
	++*(u32 *)data;
	return 0;
}

/* Count the members of a VF's IOMMU group: one, if it is well isolated. */
void vf_device_count_group(struct vf_dev *vf)
{
	struct vf_dev *other;
	u32 members = 0;

	iommu_group_for_each_dev(vf->group, &members, count_member);
	spin_lock(&vf_lock);
	vf->group_size = members;
	/* Those that were counted before it came. */
	for (other = vf_pool_next(NULL, NULL); other; other = vf_pool_next(NULL, other)) {
		if (other->group == vf->group)
			other->group_size = members;
	}
	spin_unlock(&vf_lock);
}

/*
 * The number of a VF on its PF.  The kernel's own count divides by the VF
 * stride, which is 0 where a PF has one VF alone.
 */
static int index_of(struct pci_dev *pdev)
{
	struct pci_dev *pf = pci_physfn(pdev);
	u16 stride = 0;

	pci_read_config_word(pf, pci_find_ext_capability(pf, PCI_EXT_CAP_ID_SRIOV) +
			     PCI_SRIOV_VF_STRIDE, &stride);
	return stride ? pci_iov_vf_id(pdev) : 0;
}

static struct kvmshare_vf describe(struct pci_dev *pdev, struct iommu_group *group)
{
	return (struct kvmshare_vf){
		.bdf = vf_bdf(pdev),
		.pf = vf_bdf(pci_physfn(pdev)),
		.index = index_of(pdev),
		.iommu_group = iommu_group_id(group),
		.node = dev_to_node(&pdev->dev),
		.class_code = pdev->class,
		.vendor = pdev->vendor,
		.device = pdev->device,
	};
}

/* The last reference is gone; see vf_device_create() for what is put here. */
void vf_device_free(struct kobject *kobj)
{
	struct vf_dev *vf = to_vf_dev(kobj);

	WARN_ON(vf->claimed || vf->lease || vf->module);
	kobject_put(&vf->pf->kobj);
	iommu_group_put(vf->group);
	pci_dev_put(vf->pdev);
	kfree(vf);
	vf_count(VF_COUNT_VF, -1);
}

static int show(struct vf_dev *vf)
{
	int rc;

	mutex_lock(&shown_lock);
	rc = vf_sysfs_add(&vf->kobj, VF_SYSFS_VFS, "%s", pci_name(vf->pdev));
	WRITE_ONCE(vf->shown, !rc);
	mutex_unlock(&shown_lock);
	return rc;
}

/* Take a VF out of the vfs directory, if it is there. */
void vf_device_hide(struct vf_dev *vf)
{
	mutex_lock(&shown_lock);
	if (vf->shown)
		kobject_del(&vf->kobj);
	WRITE_ONCE(vf->shown, false);
	mutex_unlock(&shown_lock);
}

/**
 * vf_device_create() - make and show the object of a VF
 * @pf: its PF
 * @pdev: the VF; its device is locked
 *
 * Return: the object, its only reference the caller's; or an ERR_PTR.
 */
struct vf_dev *vf_device_create(struct vf_pf *pf, struct pci_dev *pdev)
{
	struct iommu_group *group;
	struct vf_dev *vf;
	int rc;

	group = iommu_group_get(&pdev->dev);
	if (!group)
		return ERR_PTR(-ENODEV);
	vf = kzalloc(sizeof(*vf), GFP_KERNEL);
	if (!vf) {
		iommu_group_put(group);
		return ERR_PTR(-ENOMEM);
	}

	vf_count(VF_COUNT_VF, 1);
	kobject_init(&vf->kobj, &vf_sysfs_vf_ktype);
	INIT_LIST_HEAD(&vf->node);
	INIT_DELAYED_WORK(&vf->work, vf_reclaim_work);
	mutex_init(&vf->claim_lock);
	vf->pdev = pci_dev_get(pdev);
	vf->group = group;
	kobject_get(&pf->kobj);
	vf->pf = pf;
	vf->facts = describe(pdev, group);
	vf->state = VF_RESETTING;
	vf->since = ktime_get();
	vf->driver = vf_bind_kind(pf, pdev);
	if (pdev->dev.driver)
		strscpy(vf->driver_name, pdev->dev.driver->name, sizeof(vf->driver_name));
	vf_device_count_group(vf);

	rc = show(vf);
	if (rc) {
		kobject_put(&vf->kobj);
		return ERR_PTR(rc);
	}
	return vf;
}

/*
 * From the VF's own work, when it is leaving and no lease names it: nobody
 * finds it any more, so nobody queues that work again.
 */
void vf_device_forget(struct vf_dev *vf)
{
	/* 1. Out of sight, so that another may have its name. */
	vf_device_hide(vf);

	/* 2. Out of the pool; its PF may be waiting to leave. */
	spin_lock(&vf_lock);
	list_del_init(&vf->node);
	vf_pool_queue_pf(vf->pf, 0);
	vf_pool_changed();
	spin_unlock(&vf_lock);

	/* 3. What was queued before that. */
	cancel_delayed_work(&vf->work);

	/* 4. The list's reference, and with it what the VF holds. */
	kobject_put(&vf->kobj);
}
