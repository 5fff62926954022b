// SPDX-License-Identifier: GPL-2.0
/*
 * The way back into the pool: the work of a VF.
 *
 * What to do next is lifecycle.c's to say; this collects the facts that it asks
 * for, and does it.  The work is the only one that resets, unbinds or forgets a
 * VF.  No step waits for another process: where one is in the way, the work
 * looks again later.
 */
#include <linux/iommu.h>

#include "../compat/override.h"
#include "vf.h"

static struct vf_facts collect(struct vf_dev *vf)
{
	bool claimed = iommu_group_dma_owner_claimed(vf->group);
	struct vf_facts facts;

	spin_lock(&vf_lock);
	if (vf->state == VF_FOREIGN && claimed)
		vf->seen_claimed = true;
	facts = (struct vf_facts){
		.state = vf->state,
		.driver = vf->driver,
		.leased = vf->lease && vf->lease->state != VF_LEASE_ENDED,
		.named = vf->lease,
		.leaving = vf->removed || vf->out,
		.unsaved = vf->aside != (vf->state == VF_QUARANTINED),
		.claimed = claimed,
		.seen_claimed = vf->seen_claimed,
		.tries = vf->tries,
	};
	spin_unlock(&vf_lock);
	return facts;
}

static void look_again(struct vf_dev *vf)
{
	spin_lock(&vf_lock);
	vf_pool_queue(vf, vf_lifecycle_delay(vf->state, vf->tries++));
	spin_unlock(&vf_lock);
}

/* Is the VF still where the verdict was made for? */
static bool apply_locked(struct vf_dev *vf, const struct vf_verdict *verdict)
{
	lockdep_assert_held(&vf_lock);
	if (verdict->has_event)
		return !vf_pool_event(vf, verdict->event, verdict->reason);
	vf_pool_explain(vf, verdict->reason);
	return true;
}

/*
 * The reset is over.  Who bound a driver once there was no claim any more has
 * the VF; the notifier left the state alone, since it was being reset.
 */
static void finish(struct vf_dev *vf, const struct vf_verdict *verdict)
{
	bool failed = verdict->event == VF_EV_RESET_FAILED;

	spin_lock(&vf_lock);
	if (vf->driver != VF_DRV_NONE && !failed)
		vf_pool_event(vf, VF_EV_IN_USE, VF_WHY_HOST_DRIVER);
	else
		apply_locked(vf, verdict);
	spin_unlock(&vf_lock);
}

/* Who makes a PF's VFs can keep one aside by its override before it is seen. */
static enum vf_reset reset(struct vf_dev *vf)
{
	enum vf_reset reset = vf_reset_locked(vf);
	bool ours;

	spin_lock(&vf_lock);
	ours = vf->aside;
	spin_unlock(&vf_lock);
	if (reset == VF_RESET_OK && !ours && kvmshare_override_is(vf->pdev, VF_QUARANTINE_DRIVER))
		return VF_RESET_ASIDE;
	return reset;
}

/* The device is locked and nobody's: reset it, and unbind it. */
static void give_back(struct vf_dev *vf)
{
	struct vf_verdict verdict;
	bool failed, bound;

	spin_lock(&vf_lock);
	vf->times.taken = ktime_get();
	spin_unlock(&vf_lock);

	verdict = vf_lifecycle_reset(reset(vf), vf->pf->reset_cleans);
	failed = verdict.event == VF_EV_RESET_FAILED;

	/*
	 * While the device is still bound, so that no other driver gets in
	 * between.  Without memory for the name, the work comes back to it.
	 */
	vf_bind_override_locked(vf, failed ? VF_QUARANTINE_DRIVER : NULL);

	/*
	 * A VF that was only just added is probed as soon as its lock is free,
	 * and the claim would make that fail: it outlasts the lock only where
	 * there is a driver to unbind.
	 */
	bound = vf->pdev->dev.driver;
	if (!bound)
		vf_claim_drop(vf);
	pci_dev_unlock(vf->pdev);

	if (bound)
		vf_bind_release(vf);
	vf_bind_put(vf);
	vf_claim_drop(vf);
	finish(vf, &verdict);
}

/* Returns whether there is more to do now. */
static bool take(struct vf_dev *vf, enum vf_state state)
{
	enum vf_claim claim = vf_claim_take(vf);
	struct vf_verdict verdict = vf_lifecycle_claimed(state, claim);
	bool valid;

	spin_lock(&vf_lock);
	valid = apply_locked(vf, &verdict);
	if (claim == VF_CLAIM_OTHER)
		vf->seen_claimed = true;
	spin_unlock(&vf_lock);

	if (claim == VF_CLAIM_OK && valid) {
		give_back(vf);
	} else if (claim == VF_CLAIM_OK) {
		pci_dev_unlock(vf->pdev);
		vf_claim_drop(vf);
	}
	if (verdict.again)
		look_again(vf);
	return !verdict.again;
}

/* Returns whether there is more to do now. */
static bool step(struct vf_dev *vf)
{
	struct vf_facts facts = collect(vf);

	switch (vf_lifecycle_step(&facts)) {
	case VF_STEP_TAKE:
		return take(vf, facts.state);
	case VF_STEP_SAVE:
		if (vf_bind_save(vf))
			return true;
		look_again(vf);
		return false;
	case VF_STEP_SETTLE:
		vf_lease_settle(vf);
		return true;
	case VF_STEP_FORGET:
		vf_device_forget(vf);
		return false;
	case VF_STEP_WAIT:
		look_again(vf);
		return false;
	default:
		return false;
	}
}

void vf_reclaim_work(struct work_struct *work)
{
	struct vf_dev *vf = container_of(to_delayed_work(work), struct vf_dev, work);

	while (step(vf))
		;
}
