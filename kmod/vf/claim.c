// SPDX-License-Identifier: GPL-2.0
/*
 * Owning a VF's IOMMU group, so that nobody can open the VF.
 *
 * VFIO claims the DMA ownership of a group when a process puts it into a
 * container, and holds it until the last descriptor of the group and of its
 * devices is closed.  So the claim succeeds only where nobody has the VF, and
 * while it is held nobody can get it: it is taken before the reset and kept
 * until the driver is unbound, since unbinding vfio-pci waits, with the device
 * lock held, for whoever has the device open.
 *
 * A group must not lose its device while it is owned (the IOMMU core warns),
 * so a VF that is being removed gives the claim up: the notifier marks it
 * removed and then drops the claim, and a claim is only made under claim_lock
 * by who has seen there that the mark is not set.
 */
#include <linux/iommu.h>

#include "vf.h"

static bool removed(struct vf_dev *vf)
{
	bool removed;

	spin_lock(&vf_lock);
	removed = vf->removed;
	spin_unlock(&vf_lock);
	return removed;
}

static enum vf_claim claim_group(struct vf_dev *vf)
{
	enum vf_claim claim = VF_CLAIM_LEAVING;
	int rc;

	mutex_lock(&vf->claim_lock);
	if (removed(vf))
		goto out_unlock;

	rc = iommu_group_claim_dma_owner(vf->group, vf);
	if (rc == -EPERM || rc == -EBUSY) {
		claim = VF_CLAIM_OTHER;
	} else if (rc) {
		claim = VF_CLAIM_ERROR;
	} else {
		claim = VF_CLAIM_OK;
		vf->claimed = true;
		vf_count(VF_COUNT_CLAIM, 1);
	}
out_unlock:
	mutex_unlock(&vf->claim_lock);
	return claim;
}

/**
 * vf_claim_take() - make sure that nobody has a VF, nor can get it
 * @vf: the VF
 *
 * Return: VF_CLAIM_OK, and the group is owned (see vf_claim_drop()) and the
 * device locked (see pci_dev_unlock()); else why not, and neither.
 */
enum vf_claim vf_claim_take(struct vf_dev *vf)
{
	enum vf_claim claim;

	/* Who removes or opens the device may hold its lock for long. */
	if (!pci_dev_trylock(vf->pdev))
		return VF_CLAIM_LOCKED;

	if (!device_is_registered(&vf->pdev->dev))
		claim = VF_CLAIM_LEAVING;
	else if (vf_bind_kind(vf->pf, vf->pdev) == VF_DRV_HOST)
		claim = VF_CLAIM_HOST;
	else
		claim = claim_group(vf);
	if (claim != VF_CLAIM_OK)
		pci_dev_unlock(vf->pdev);
	return claim;
}

/* Also where there is no claim: the removal of a VF may have dropped it. */
void vf_claim_drop(struct vf_dev *vf)
{
	mutex_lock(&vf->claim_lock);
	if (vf->claimed) {
		iommu_group_release_dma_owner(vf->group);
		vf->claimed = false;
		vf_count(VF_COUNT_CLAIM, -1);
	}
	mutex_unlock(&vf->claim_lock);
}
