// SPDX-License-Identifier: GPL-2.0
/*
 * What others do to PFs and VFs: the bus tells, mostly with the device's lock
 * held.  So this sets states and queues works, and waits for nothing but a
 * claim on an IOMMU group that is being made or dropped.
 *
 *   added             its PF looks for it
 *   leaves            GONE; a lease's holder is told, and the lease goes on
 *                     without it
 *   driver unbound    under a lease, its holder is told before that waits for
 *                     it; a VF that was in use otherwise comes back
 *   driver bound      under a lease, its holder is told; else the VF is FOREIGN
 */
#include "vf.h"

/* How many PFs and VFs have left the bus; vf_lock. */
static u64 removals;

/* To be compared under vf_lock; to be remembered, without it. */
u64 vf_notifier_removals(void)
{
	return READ_ONCE(removals);
}

/* Its own doing is no news to the module. */
static bool is_ours(const struct vf_dev *vf)
{
	lockdep_assert_held(&vf_lock);
	return vf->actor == current;
}

static void tell_lease(struct vf_dev *vf, enum kvmshare_event_type type)
{
	struct vf_lease *lease = vf->lease;

	lockdep_assert_held(&vf_lock);
	if (!lease || lease->state == VF_LEASE_ENDED)
		return;
	/* One that is forming does not become active with this. */
	lease->alarm = true;
	if (lease->state != VF_LEASE_ACTIVE)
		return;
	kvmshare_event_post(type, lease->id, 0, vf->facts.bdf);
	wake_up_all(&lease->wait);
}

static void on_add(struct pci_dev *pdev)
{
	struct vf_pf *pf;

	spin_lock(&vf_lock);
	pf = vf_pool_find_pf_pdev(pci_physfn(pdev));
	if (pf)
		vf_pool_queue_pf(pf, 0);
	spin_unlock(&vf_lock);
}

/* Called before the IOMMU core hears of it, see claim.c. */
static void on_vf_leaving(struct pci_dev *pdev)
{
	struct vf_dev *vf;

	spin_lock(&vf_lock);
	WRITE_ONCE(removals, removals + 1);
	vf = vf_pool_find_pdev(pdev);
	if (vf) {
		kobject_get(&vf->kobj);
		if (!vf->removed && !vf->revoking)
			tell_lease(vf, KVMSHARE_EVENT_LEASE_REVOKE);
		vf->removed = true;
		vf_pool_event(vf, VF_EV_REMOVED, VF_WHY_REMOVED);
		vf_pool_queue(vf, 0);
	}
	spin_unlock(&vf_lock);
	if (!vf)
		return;

	vf_claim_drop(vf);
	kobject_put(&vf->kobj);
}

static void on_pf_leaving(struct pci_dev *pdev)
{
	struct vf_pf *pf;

	spin_lock(&vf_lock);
	WRITE_ONCE(removals, removals + 1);
	pf = vf_pool_find_pf_pdev(pdev);
	if (pf && !pf->leaving)
		vf_enrol_start_leaving(pf);
	spin_unlock(&vf_lock);
}

/* What follows waits for whoever has the VF open: that one has to know. */
static void on_unbind(struct vf_dev *vf)
{
	if (is_ours(vf) || vf->state != VF_LEASED)
		return;
	vf->revoking = true;
	vf_pool_explain(vf, VF_WHY_UNBINDING);
	tell_lease(vf, KVMSHARE_EVENT_LEASE_REVOKE);
}

static void on_unbound(struct vf_dev *vf)
{
	vf->driver = VF_DRV_NONE;
	vf->driver_name[0] = '\0';
	if (is_ours(vf))
		return;

	if (vf->state == VF_LEASED) {
		vf->revoking = false;
		vf_pool_explain(vf, VF_WHY_UNBOUND);
		tell_lease(vf, KVMSHARE_EVENT_LEASE_TOUCHED);
	} else if (vf->state == VF_FOREIGN) {
		vf_pool_event(vf, VF_EV_UNBOUND, VF_WHY_NONE);
		vf_pool_queue(vf, 0);
	}
}

static void on_bound(struct vf_dev *vf)
{
	vf->driver = vf_bind_kind(vf->pf, vf->pdev);
	strscpy(vf->driver_name, vf->pdev->dev.driver->name, sizeof(vf->driver_name));
	if (is_ours(vf))
		return;

	if (vf->state == VF_LEASED) {
		/* Somebody may use it from here on: it goes the whole way back. */
		vf->bound = true;
		vf_pool_explain(vf, VF_WHY_REBOUND);
		tell_lease(vf, KVMSHARE_EVENT_LEASE_TOUCHED);
	} else if (vf->state == VF_FREE || vf->state == VF_DIRTY || vf->state == VF_FOREIGN) {
		vf_pool_event(vf, VF_EV_BOUND, VF_WHY_HOST_DRIVER);
		vf_pool_queue(vf, 0);
	}
}

static void on_driver(struct pci_dev *pdev, unsigned long action)
{
	struct vf_dev *vf;

	spin_lock(&vf_lock);
	vf = vf_pool_find_pdev(pdev);
	if (!vf)
		goto out_unlock;
	if (action == BUS_NOTIFY_UNBIND_DRIVER)
		on_unbind(vf);
	else if (action == BUS_NOTIFY_UNBOUND_DRIVER)
		on_unbound(vf);
	else
		on_bound(vf);
out_unlock:
	spin_unlock(&vf_lock);
}

static int on_arrival(struct notifier_block *nb, unsigned long action, void *data)
{
	struct pci_dev *pdev = to_pci_dev(data);

	if (!pdev->is_virtfn)
		return NOTIFY_DONE;
	switch (action) {
	case BUS_NOTIFY_ADD_DEVICE:
		on_add(pdev);
		break;
	case BUS_NOTIFY_UNBIND_DRIVER:
	case BUS_NOTIFY_UNBOUND_DRIVER:
	case BUS_NOTIFY_BOUND_DRIVER:
		on_driver(pdev, action);
		break;
	}
	return NOTIFY_DONE;
}

static int on_departure(struct notifier_block *nb, unsigned long action, void *data)
{
	struct pci_dev *pdev = to_pci_dev(data);

	if (action != BUS_NOTIFY_DEL_DEVICE && action != BUS_NOTIFY_REMOVED_DEVICE)
		return NOTIFY_DONE;
	if (pdev->is_virtfn)
		on_vf_leaving(pdev);
	else if (pdev->is_physfn)
		on_pf_leaving(pdev);
	return NOTIFY_DONE;
}

/* After the IOMMU core, which gives a device that arrives its group. */
static struct notifier_block arrivals = {
	.notifier_call = on_arrival,
};

/* Before the IOMMU core, which takes the group of a device that leaves. */
static struct notifier_block departures = {
	.notifier_call = on_departure,
	.priority = 1,
};

int vf_notifier_init(void)
{
	int rc;

	rc = bus_register_notifier(&pci_bus_type, &departures);
	if (rc)
		return rc;
	rc = bus_register_notifier(&pci_bus_type, &arrivals);
	if (rc)
		bus_unregister_notifier(&pci_bus_type, &departures);
	return rc;
}

void vf_notifier_exit(void)
{
	bus_unregister_notifier(&pci_bus_type, &arrivals);
	bus_unregister_notifier(&pci_bus_type, &departures);
}
