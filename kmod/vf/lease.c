// SPDX-License-Identifier: GPL-2.0
/*
 * Leases: an object from the LEASE call until the last of its VFs is back.
 *
 *   FORMING -> ACTIVE -> ENDED -> forgotten
 *
 * A lease is on the list, and so visible to vf_lease_holds(), before it has a
 * tenant or a VF.  It ends at the first of: its last descriptor closed, its
 * owner gone, an administrator's word, a failure of the call that makes it.
 * Ending is one step under vf_lock; what is slow about it is its work's and its
 * VFs' works to do.
 */
#include <linux/pid.h>
#include <linux/slab.h>

#include "sysfs.h"
#include "trace.h"
#include "vf.h"

/* Both under vf_lock. */
static LIST_HEAD(leases);
static u64 last_id;

/* The last reference is gone; the VFs were put when it was forgotten. */
void vf_lease_free(struct kobject *kobj)
{
	struct vf_lease *lease = to_vf_lease(kobj);

	put_pid(lease->pid);
	kfree(lease);
	vf_count(VF_COUNT_LEASE, -1);
}

/* Off the list, out of sight, and with nothing left to give back. */
static void forget(struct vf_lease *lease)
{
	u32 i;

	cancel_delayed_work(&lease->work);
	/* Each pairs with the get in pick.c. */
	for (i = 0; i < lease->nr; i++)
		kobject_put(&lease->vfs[i]->kobj);
	if (lease->kobj.state_in_sysfs)
		kobject_del(&lease->kobj);
	/* The list's reference. */
	kobject_put(&lease->kobj);
	/* Pairs with the get in vf_lease_create(); our exit waits for this work. */
	module_put(THIS_MODULE);
}

/* The work of a lease: when it has ended, and when its last VF is back. */
static void lease_work(struct work_struct *work)
{
	struct vf_lease *lease = container_of(to_delayed_work(work), struct vf_lease, work);
	bool last;

	vf_owner_clear(lease);

	spin_lock(&vf_lock);
	last = !lease->outstanding;
	if (last)
		list_del_init(&lease->node);
	spin_unlock(&vf_lock);
	if (last)
		forget(lease);
}

/**
 * vf_lease_create() - begin a lease of the calling process
 * @uid: whom to charge
 *
 * Return: a lease that is forming, with a reference for the caller, who ends it
 * by vf_lease_end() if it comes to nothing; or an ERR_PTR.
 */
struct vf_lease *vf_lease_create(u32 uid)
{
	struct vf_lease *lease;

	lease = kzalloc(sizeof(*lease), GFP_KERNEL);
	if (!lease)
		return ERR_PTR(-ENOMEM);
	vf_count(VF_COUNT_LEASE, 1);
	kobject_init(&lease->kobj, &vf_sysfs_lease_ktype);
	init_waitqueue_head(&lease->wait);
	mutex_init(&lease->owner_lock);
	INIT_DELAYED_WORK(&lease->work, lease_work);
	lease->uid = uid;
	lease->since = ktime_get();
	lease->pid = get_pid(task_tgid(current));
	get_task_comm(lease->comm, current);

	/* We are inside a call that holds the module: this cannot fail. */
	__module_get(THIS_MODULE);
	spin_lock(&vf_lock);
	lease->id = ++last_id;
	kobject_get(&lease->kobj);
	list_add_tail(&lease->node, &leases);
	spin_unlock(&vf_lock);
	return lease;
}

/* A lease by its number, referenced, or NULL. */
struct vf_lease *vf_lease_get(u64 id)
{
	struct vf_lease *lease;

	spin_lock(&vf_lock);
	list_for_each_entry(lease, &leases, node) {
		if (lease->id == id) {
			kobject_get(&lease->kobj);
			goto out_unlock;
		}
	}
	lease = NULL;
out_unlock:
	spin_unlock(&vf_lock);
	return lease;
}

/* All is in place: from here on it is the owner's. */
int vf_lease_activate(struct vf_lease *lease)
{
	int rc = 0;

	spin_lock(&vf_lock);
	if (lease->owner->dead) {
		rc = -ESRCH;
	} else if (lease->alarm) {
		rc = -ENODEV;
	} else {
		lease->state = VF_LEASE_ACTIVE;
		trace_kvmshare_vf_lease(lease);
		kvmshare_event_post(KVMSHARE_EVENT_LEASE_NEW, lease->id, lease->nr, 0);
	}
	spin_unlock(&vf_lock);
	return rc;
}

static void detach(struct vf_dev *vf)
{
	struct vf_lease *lease = vf->lease;

	lockdep_assert_held(&vf_lock);
	vf->lease = NULL;
	vf->bound = false;
	vf->revoking = false;
	if (!--lease->outstanding)
		vf_pool_queue_lease(lease);
}

/* What was never bound goes back at once, what was goes the whole way. */
static void give_back(struct vf_dev *vf)
{
	lockdep_assert_held(&vf_lock);
	vf->times.ended = ktime_get();
	if (vf->bound) {
		vf_pool_event(vf, VF_EV_LEASE_END,
			      vf->removed ? VF_WHY_REMOVED : VF_WHY_NONE);
	} else {
		vf_pool_event(vf, VF_EV_UNDO, vf->removed ? VF_WHY_REMOVED : VF_WHY_NONE);
		detach(vf);
	}
	vf_pool_queue(vf, 0);
}

/**
 * vf_lease_end_locked() - end a lease, unless it has ended
 * @lease: the lease
 * @end: why
 *
 * Whoever ends it for a reason that a handover undoes looks for that reason
 * under the same hold of vf_lock.
 */
void vf_lease_end_locked(struct vf_lease *lease, enum kvmshare_lease_end end)
{
	u32 i;

	lockdep_assert_held(&vf_lock);
	if (lease->state == VF_LEASE_ENDED)
		return;
	if (lease->state == VF_LEASE_ACTIVE) {
		trace_kvmshare_vf_release(lease, end);
		kvmshare_event_post(KVMSHARE_EVENT_LEASE_END, lease->id, 0, 0);
	}
	lease->state = VF_LEASE_ENDED;
	lease->end = end;
	for (i = 0; i < lease->nr; i++) {
		if (lease->vfs[i]->lease == lease)
			give_back(lease->vfs[i]);
	}
	vf_pool_queue_lease(lease);
	wake_up_all(&lease->wait);
}

void vf_lease_end(struct vf_lease *lease, enum kvmshare_lease_end end)
{
	spin_lock(&vf_lock);
	vf_lease_end_locked(lease, end);
	spin_unlock(&vf_lock);
}

/* Serve KVMSHARE_VF_RELEASE; @arg is well formed. */
int vf_lease_release(const struct kvmshare_vf_release *arg)
{
	struct vf_lease *lease = vf_lease_get(arg->id);
	bool active;

	if (!lease)
		return -ENOENT;
	spin_lock(&vf_lock);
	active = lease->state == VF_LEASE_ACTIVE;
	if (active)
		vf_lease_end_locked(lease, KVMSHARE_END_RELEASED);
	spin_unlock(&vf_lock);
	kobject_put(&lease->kobj);
	return active ? 0 : -ENOENT;
}

/* From a VF's work: its lease has ended and need not wait for it any longer. */
void vf_lease_settle(struct vf_dev *vf)
{
	/*
	 * Where it was not unbound by us: it is off the bus, or another's.
	 * Before the next lease can have it, which binds it.
	 */
	vf_bind_put(vf);
	spin_lock(&vf_lock);
	if (vf->bound)
		vf_history_add(vf);
	detach(vf);
	if (vf->state == VF_FREE)
		vf_pool_changed();
	spin_unlock(&vf_lock);
}

/* Does a process have a lease, or VFs of one that has ended? */
bool vf_lease_holds(struct pid *tgid)
{
	struct vf_lease *lease;
	bool holds = false;

	spin_lock(&vf_lock);
	list_for_each_entry(lease, &leases, node) {
		if (lease->pid == tgid) {
			holds = true;
			break;
		}
	}
	spin_unlock(&vf_lock);
	return holds;
}

/* How many VFs a tenant, or where that is NULL a uid, has leased and held. */
u32 vf_lease_charged(const char *tenant, u32 uid)
{
	struct vf_lease *lease;
	u32 n = 0;

	lockdep_assert_held(&vf_lock);
	list_for_each_entry(lease, &leases, node) {
		/* Nobody was ever given that one. */
		if (lease->end == KVMSHARE_END_FAILED)
			continue;
		if (tenant ? !strcmp(lease->tenant, tenant) : lease->uid == uid)
			n += lease->outstanding;
	}
	return n;
}
