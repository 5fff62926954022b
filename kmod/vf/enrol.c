// SPDX-License-Identifier: GPL-2.0
/*
 * Which PFs take part: none, until an administrator enrols one.
 */
#include <linux/bitmap.h>
#include <linux/iommu.h>
#include <linux/slab.h>

#include "sysfs.h"
#include "vf.h"

/* One enrolment at a time; taken before vf_lock. */
static DEFINE_MUTEX(enrol_lock);

/* The last reference is gone; see create() for what is put here. */
void vf_enrol_free(struct kobject *kobj)
{
	struct vf_pf *pf = to_vf_pf(kobj);

	bitmap_free(pf->aside);
	pci_dev_put(pf->pdev);
	kfree(pf);
	vf_count(VF_COUNT_PF, -1);
}

/* Takes over the reference to @pdev, whatever comes of it. */
static struct vf_pf *create(const struct kvmshare_vf_enrol *arg, struct pci_dev *pdev)
{
	struct vf_pf *pf;
	int rc;

	pf = kzalloc(sizeof(*pf), GFP_KERNEL);
	if (!pf)
		goto err_put;
	pf->aside = bitmap_zalloc(VF_MAX_INDICES, GFP_KERNEL);
	if (!pf->aside)
		goto err_free;

	vf_count(VF_COUNT_PF, 1);
	kobject_init(&pf->kobj, &vf_sysfs_pf_ktype);
	INIT_LIST_HEAD(&pf->node);
	INIT_DELAYED_WORK(&pf->work, vf_scan_work);
	pf->pdev = pdev;
	pf->bdf = arg->pf;
	pf->reset_cleans = arg->flags & KVMSHARE_ENROL_RESET_CLEANS;
	strscpy(pf->driver, arg->driver, sizeof(pf->driver));

	rc = vf_sysfs_add(&pf->kobj, VF_SYSFS_PFS, "%s", pci_name(pdev));
	if (rc) {
		kobject_put(&pf->kobj);
		return ERR_PTR(rc);
	}
	return pf;

err_free:
	kfree(pf);
err_put:
	pci_dev_put(pdev);
	return ERR_PTR(-ENOMEM);
}

/* -ENOENT: not enrolled; else what a second enrolment with @arg answers. */
static int check_again(const struct kvmshare_vf_enrol *arg)
{
	bool reset_cleans = arg->flags & KVMSHARE_ENROL_RESET_CLEANS;
	struct vf_pf *pf;
	int rc = -ENOENT;

	spin_lock(&vf_lock);
	pf = vf_pool_find_pf(arg->pf);
	if (pf && pf->leaving)
		rc = -EBUSY;
	else if (pf && pf->reset_cleans == reset_cleans && !strcmp(pf->driver, arg->driver))
		rc = 0;
	else if (pf)
		rc = -EEXIST;
	spin_unlock(&vf_lock);
	return rc;
}

/* -EAGAIN where a device left meanwhile, which may have been this one. */
static int publish(struct vf_pf *pf, u64 removals)
{
	int rc = -EAGAIN;

	spin_lock(&vf_lock);
	if (removals == vf_notifier_removals()) {
		vf_pool_add_pf(pf);
		vf_pool_queue_pf(pf, 0);
		rc = 0;
	}
	spin_unlock(&vf_lock);
	return rc;
}

static int find_and_publish(const struct kvmshare_vf_enrol *arg)
{
	u64 removals = vf_notifier_removals();
	struct pci_dev *pdev;
	struct vf_pf *pf;
	int rc;

	pdev = pci_get_domain_bus_and_slot(arg->pf >> 16, (arg->pf >> 8) & 0xff,
					   arg->pf & 0xff);
	if (!pdev)
		return -ENOENT;
	rc = !pdev->is_physfn ? -ENOENT : !device_iommu_mapped(&pdev->dev) ? -EOPNOTSUPP : 0;
	if (rc) {
		pci_dev_put(pdev);
		return rc;
	}

	pf = create(arg, pdev);
	if (IS_ERR(pf))
		return PTR_ERR(pf);
	rc = publish(pf, removals);
	if (rc) {
		kobject_del(&pf->kobj);
	} else {
		kvmshare_event_post(KVMSHARE_EVENT_PF, 0, 1, arg->pf);
		/* Its VFs are there when the call returns. */
		flush_delayed_work(&pf->work);
	}
	kobject_put(&pf->kobj);
	return rc;
}

static int enrol(const struct kvmshare_vf_enrol *arg)
{
	int rc;

	if (mutex_lock_interruptible(&enrol_lock))
		return -EINTR;
	rc = check_again(arg);
	if (rc == -ENOENT) {
		do {
			rc = find_and_publish(arg);
		} while (rc == -EAGAIN && !signal_pending(current));
	}
	mutex_unlock(&enrol_lock);
	return rc == -EAGAIN ? -EINTR : rc;
}

static bool in_use(const struct vf_pf *pf)
{
	struct vf_dev *vf;

	for (vf = vf_pool_next(pf, NULL); vf; vf = vf_pool_next(pf, vf)) {
		if (vf->lease || vf->state == VF_HELD || vf->state == VF_RESETTING)
			return true;
	}
	return false;
}

/**
 * vf_enrol_start_leaving() - take a PF and its VFs out of the pool
 * @pf: the PF
 *
 * Each leaves by its own work: VFs first, as soon as no lease names them, and
 * the PF after the last.
 */
void vf_enrol_start_leaving(struct vf_pf *pf)
{
	struct vf_dev *vf;

	lockdep_assert_held(&vf_lock);
	pf->leaving = true;
	for (vf = vf_pool_next(pf, NULL); vf; vf = vf_pool_next(pf, vf)) {
		vf->out = true;
		vf->tries = 0;
		vf_pool_queue(vf, 0);
	}
	vf_pool_queue_pf(pf, 0);
}

/* From the PF's own work, when it is leaving and has no VF left. */
void vf_enrol_forget(struct vf_pf *pf)
{
	u32 bdf = pf->bdf;

	/* 1. Out of sight; then out of the pool, so that its name is free. */
	kobject_del(&pf->kobj);
	spin_lock(&vf_lock);
	list_del_init(&pf->node);
	vf_pool_changed();
	spin_unlock(&vf_lock);

	/* 2. What was queued before that, and the list's reference. */
	cancel_delayed_work(&pf->work);
	kobject_put(&pf->kobj);
	kvmshare_event_post(KVMSHARE_EVENT_PF, 0, 0, bdf);
}

static bool has_left(struct vf_pf *pf)
{
	bool left;

	spin_lock(&vf_lock);
	left = list_empty(&pf->node);
	spin_unlock(&vf_lock);
	return left;
}

static int take_out(u32 bdf)
{
	struct vf_pf *pf;
	int rc = 0;

	spin_lock(&vf_lock);
	pf = vf_pool_find_pf(bdf);
	if (!pf)
		rc = -ENOENT;
	else if (pf->leaving || in_use(pf))
		rc = -EBUSY;
	else
		vf_enrol_start_leaving(pf);
	if (!rc)
		kobject_get(&pf->kobj);
	spin_unlock(&vf_lock);
	if (rc)
		return rc;

	/* It, not its address: that may be enrolled again before this looks. */
	rc = wait_event_interruptible(vf_pool_wait, has_left(pf)) ? -EINTR : 0;
	kobject_put(&pf->kobj);
	return rc;
}

/* Serve KVMSHARE_VF_ENROL; @arg is well formed, and names a driver. */
int vf_enrol_set(const struct kvmshare_vf_enrol *arg)
{
	if (arg->flags & KVMSHARE_ENROL_OUT)
		return take_out(arg->pf);
	return enrol(arg);
}

static bool all_left(void)
{
	bool left;

	spin_lock(&vf_lock);
	left = !vf_pool_next_pf(NULL);
	spin_unlock(&vf_lock);
	return left;
}

/* No call comes in any more, nor does the bus say anything; no lease is left. */
void vf_enrol_exit(void)
{
	struct vf_pf *pf;

	spin_lock(&vf_lock);
	for (pf = vf_pool_next_pf(NULL); pf; pf = vf_pool_next_pf(pf))
		vf_enrol_start_leaving(pf);
	spin_unlock(&vf_lock);
	wait_event(vf_pool_wait, all_left());
}
