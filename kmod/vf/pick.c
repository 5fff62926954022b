// SPDX-License-Identifier: GPL-2.0
/*
 * From a request to VFs: copy what is free, let match.c choose without a lock,
 * and take the choice if all of it is still free; else somebody else got on,
 * and it is tried again.
 */
#include <linux/sched/signal.h>
#include <linux/slab.h>
#include <linux/mm.h>

#include "vf.h"

/**
 * struct choice - the room that choosing needs
 * @room: entries of @cand
 * @cand: what is free
 * @picks: what was chosen of it
 */
struct choice {
	u32 room;
	struct vf_candidate *cand;
	u32 picks[KVMSHARE_MAX_VFS];
};

/* What is free; -ENOMEM, or how many. */
static int collect(struct choice *choice, s32 node)
{
	u32 n;

	for (;;) {
		spin_lock(&vf_lock);
		n = vf_pool_candidates(choice->cand, choice->room, node);
		spin_unlock(&vf_lock);
		if (n <= choice->room)
			return n;

		kvfree(choice->cand);
		choice->room = n + 16;
		choice->cand = kvmalloc_array(choice->room, sizeof(*choice->cand), GFP_KERNEL);
		if (!choice->cand) {
			choice->room = 0;
			return -ENOMEM;
		}
	}
}

static void take_one(struct vf_lease *lease, struct vf_dev *vf)
{
	lockdep_assert_held(&vf_lock);
	WARN_ON_ONCE(vf_pool_event(vf, VF_EV_LEASE, VF_WHY_NONE));
	vf->facts.generation = vf_pool_generation();
	vf->times = (struct vf_times){ .began = ktime_get_real(), .leased = ktime_get() };
	vf->reset = 0;
	vf->lease = lease;
	/* Pairs with the put in lease.c, when the lease is forgotten. */
	kobject_get(&vf->kobj);
	lease->vfs[lease->nr++] = vf;
	lease->outstanding++;
}

/* -EAGAIN where one of them is not free any more; then none is taken. */
static int take(struct vf_lease *lease, const struct choice *choice, u32 count)
{
	struct vf_dev *vfs[KVMSHARE_MAX_VFS];
	int rc = 0;
	u32 i;

	spin_lock(&vf_lock);
	for (i = 0; i < count; i++) {
		vfs[i] = vf_pool_find(choice->cand[choice->picks[i]].bdf);
		if (!vfs[i] || !vf_pool_is_free(vfs[i])) {
			rc = -EAGAIN;
			goto out_unlock;
		}
	}
	if (!vf_quota_allows(lease, count)) {
		rc = -EDQUOT;
		goto out_unlock;
	}
	for (i = 0; i < count; i++)
		take_one(lease, vfs[i]);
out_unlock:
	spin_unlock(&vf_lock);
	return rc;
}

static bool over_quota(const struct vf_lease *lease, u32 count)
{
	bool allowed;

	spin_lock(&vf_lock);
	allowed = vf_quota_allows(lease, count);
	spin_unlock(&vf_lock);
	return !allowed;
}

/* Pick from what is free now. */
static int pick_now(struct vf_lease *lease, const struct vf_request *req,
		    struct choice *choice)
{
	int n, rc;

	/* Also where nothing is free: a quota is not worth waiting for. */
	if (over_quota(lease, req->count))
		return -EDQUOT;
	do {
		n = collect(choice, req->node);
		if (n < 0)
			return n;
		if (!vf_match_pick(req, choice->cand, n, choice->picks))
			return -ENOSPC;
		rc = take(lease, choice, req->count);
		cond_resched();
	} while (rc == -EAGAIN && !signal_pending(current));
	return rc == -EAGAIN ? -EINTR : rc;
}

static int wait_for_change(u64 changes)
{
	int rc;

	vf_count(VF_COUNT_WAITER, 1);
	rc = wait_event_interruptible(vf_pool_wait, vf_pool_changes() != changes);
	vf_count(VF_COUNT_WAITER, -1);
	return rc ? -EINTR : 0;
}

/**
 * vf_pick() - take VFs for a lease that is forming
 * @lease: the lease; holds none yet
 * @req: what it asks for
 * @wait: sleep until there is as much, unless a signal comes
 *
 * Return: 0, and they are @lease's; else -ENOSPC, -EDQUOT, -EINTR, -ENOMEM, and
 * it has none.
 */
int vf_pick(struct vf_lease *lease, const struct vf_request *req, bool wait)
{
	struct choice *choice;
	u64 changes;
	int rc;

	choice = kzalloc(sizeof(*choice), GFP_KERNEL);
	if (!choice)
		return -ENOMEM;
	do {
		changes = vf_pool_changes();
		rc = pick_now(lease, req, choice);
		if (rc != -ENOSPC || !wait)
			break;
		rc = wait_for_change(changes);
	} while (!rc);
	kvfree(choice->cand);
	kfree(choice);
	return rc;
}
