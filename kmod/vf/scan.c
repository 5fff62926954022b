// SPDX-License-Identifier: GPL-2.0
/*
 * Finding the VFs of an enrolled PF: when it is enrolled, and when the bus says
 * that one was added.
 *
 * A VF that leaves the bus while it is looked at would never be heard of again.
 * So what was counted of leaving devices before the bus was walked must be the
 * same when the VF enters the pool: then the notice of its leaving is still to
 * come, and will find it there.
 */
#include <linux/iommu.h>

#include "../compat/override.h"
#include "vf.h"

#define RETRY_MS	200

/* A VF that left the bus, but that a lease still names, yields its name. */
static void hide_former(u32 bdf)
{
	struct vf_dev *vf;

	spin_lock(&vf_lock);
	for (vf = vf_pool_next(NULL, NULL); vf; vf = vf_pool_next(NULL, vf)) {
		if (vf->facts.bdf == bdf && vf->removed && READ_ONCE(vf->shown))
			break;
	}
	if (vf)
		kobject_get(&vf->kobj);
	spin_unlock(&vf_lock);
	if (!vf)
		return;

	vf_device_hide(vf);
	kobject_put(&vf->kobj);
}

/* Was the VF of that number set aside, before it was made anew? */
static bool remembered(const struct vf_pf *pf, const struct vf_dev *vf)
{
	bool aside;

	spin_lock(&vf_lock);
	aside = test_bit(vf->facts.index, pf->aside);
	spin_unlock(&vf_lock);
	return aside;
}

/**
 * struct first - where a VF stands that was never seen before
 * @state: there
 * @reason: why
 */
struct first {
	enum vf_state state;
	enum vf_reason reason;
};

static struct first look_first(const struct vf_pf *pf, struct vf_dev *vf)
{
	if (kvmshare_override_is(vf->pdev, VF_QUARANTINE_DRIVER))
		return (struct first){ VF_QUARANTINED, VF_WHY_OVERRIDE };
	if (remembered(pf, vf)) {
		/* Without memory for the name, the VF's work comes back to it. */
		kvmshare_override_set(vf->pdev, VF_QUARANTINE_DRIVER);
		return (struct first){ VF_QUARANTINED, VF_WHY_MADE_ANEW };
	}
	if (vf_bind_kind(pf, vf->pdev) == VF_DRV_HOST)
		return (struct first){ VF_FOREIGN, VF_WHY_HOST_DRIVER };
	return (struct first){ VF_RESETTING, VF_WHY_NONE };
}

static bool publish(struct vf_dev *vf, const struct first *first, u64 removals)
{
	bool aside = kvmshare_override_is(vf->pdev, VF_QUARANTINE_DRIVER);
	bool same;

	spin_lock(&vf_lock);
	same = removals == vf_notifier_removals() && !vf->pf->leaving;
	if (same) {
		vf->facts.generation = vf_pool_generation();
		vf->aside = aside;
		vf->state = first->state;
		if (vf->state == VF_QUARANTINED)
			__set_bit(vf->facts.index, vf->pf->aside);
		vf_pool_explain(vf, first->reason);
		vf_pool_add(vf);
		vf_pool_queue(vf, 0);
		kvmshare_event_post(KVMSHARE_EVENT_VF_STATE, vf->facts.generation,
				    vf->state, vf->facts.bdf);
	}
	spin_unlock(&vf_lock);
	return same;
}

static int is_dev(struct device *dev, void *data)
{
	return dev == data;
}

/*
 * The IOMMU core names the group of a device that arrives before the device is
 * in it; and nobody can claim an empty group.
 */
static bool in_its_group(struct pci_dev *pdev)
{
	struct iommu_group *group = iommu_group_get(&pdev->dev);
	bool in;

	if (!group)
		return false;
	in = iommu_group_for_each_dev(group, &pdev->dev, is_dev);
	iommu_group_put(group);
	return in;
}

/* Drivers come and go under the device lock, so none does unnoticed. */
static int add_locked(struct vf_pf *pf, struct pci_dev *pdev, u64 removals)
{
	struct first first;
	struct vf_dev *vf;
	int rc = 0;

	device_lock_assert(&pdev->dev);
	/* Until then, the notice that it was added is still to come. */
	if (!device_is_registered(&pdev->dev) || !in_its_group(pdev))
		return 0;

	hide_former(vf_bdf(pdev));
	vf = vf_device_create(pf, pdev);
	if (IS_ERR(vf))
		return PTR_ERR(vf);
	first = look_first(pf, vf);
	if (!publish(vf, &first, removals)) {
		vf_device_hide(vf);
		rc = -EAGAIN;
	}
	kobject_put(&vf->kobj);
	return rc;
}

static bool known(struct pci_dev *pdev)
{
	struct vf_dev *vf;

	spin_lock(&vf_lock);
	vf = vf_pool_find_pdev(pdev);
	spin_unlock(&vf_lock);
	return vf;
}

static int add(struct vf_pf *pf, struct pci_dev *pdev, u64 removals)
{
	int rc;

	if (known(pdev))
		return 0;
	/* Who removes the device may hold its lock until a user lets go. */
	if (!device_trylock(&pdev->dev))
		return -EAGAIN;
	rc = add_locked(pf, pdev, removals);
	device_unlock(&pdev->dev);
	return rc;
}

/* Did all of them enter the pool that should? */
static bool scan(struct vf_pf *pf)
{
	u64 removals = vf_notifier_removals();
	struct pci_dev *pdev = NULL;
	bool all = true;

	for_each_pci_dev(pdev) {
		if (pdev->is_virtfn && pci_physfn(pdev) == pf->pdev &&
		    add(pf, pdev, removals))
			all = false;
	}
	return all;
}

/* The work of a PF. */
void vf_scan_work(struct work_struct *work)
{
	struct vf_pf *pf = container_of(to_delayed_work(work), struct vf_pf, work);
	bool leaving, empty;

	spin_lock(&vf_lock);
	leaving = pf->leaving;
	empty = !vf_pool_next(pf, NULL);
	spin_unlock(&vf_lock);

	if (leaving && empty) {
		vf_enrol_forget(pf);
	} else if (!leaving && !scan(pf)) {
		spin_lock(&vf_lock);
		vf_pool_queue_pf(pf, RETRY_MS);
		spin_unlock(&vf_lock);
	}
}
