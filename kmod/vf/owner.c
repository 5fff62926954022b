// SPDX-License-Identifier: GPL-2.0
/*
 * Whose a lease is: watching its process, and handing it to another.
 *
 * The owner's end and a handover may meet.  vf_lock decides: a process that was
 * gone before it became the owner leaves the lease as it was, one that went
 * after it stopped being the owner means nothing, and any other ends the lease.
 */
#include <linux/pid.h>
#include <linux/sched.h>
#include <linux/slab.h>

#include "vf.h"

static void on_gone(struct kvmshare_owner *watch)
{
	struct vf_owner *owner = container_of(watch, struct vf_owner, watch);
	struct vf_lease *lease = owner->lease;

	spin_lock(&vf_lock);
	owner->dead = true;
	if (lease->owner == owner && lease->state == VF_LEASE_ACTIVE)
		vf_lease_end_locked(lease, KVMSHARE_END_OWNER);
	spin_unlock(&vf_lock);
}

/* The watch keeps no reference to the lease, which ends it before it goes. */
static struct vf_owner *watch(struct vf_lease *lease, struct pid *tgid)
{
	struct vf_owner *owner;
	int rc;

	owner = kzalloc(sizeof(*owner), GFP_KERNEL);
	if (!owner)
		return ERR_PTR(-ENOMEM);
	owner->lease = lease;
	rc = kvmshare_owner_watch(&owner->watch, tgid, on_gone);
	if (rc) {
		kfree(owner);
		return ERR_PTR(rc);
	}
	vf_count(VF_COUNT_OWNER, 1);
	return owner;
}

static void unwatch(struct vf_owner *owner)
{
	if (!owner)
		return;
	kvmshare_owner_unwatch(&owner->watch);
	kfree(owner);
	vf_count(VF_COUNT_OWNER, -1);
}

/* Give a lease that is forming its first owner. */
int vf_owner_set(struct vf_lease *lease, struct pid *tgid)
{
	struct vf_owner *owner = watch(lease, tgid);

	if (IS_ERR(owner))
		return PTR_ERR(owner);
	mutex_lock(&lease->owner_lock);
	spin_lock(&vf_lock);
	lease->owner = owner;
	spin_unlock(&vf_lock);
	mutex_unlock(&lease->owner_lock);
	return 0;
}

/* The lease has ended: its owner means nothing any more. */
void vf_owner_clear(struct vf_lease *lease)
{
	struct vf_owner *owner;

	mutex_lock(&lease->owner_lock);
	spin_lock(&vf_lock);
	owner = lease->owner;
	lease->owner = NULL;
	spin_unlock(&vf_lock);
	unwatch(owner);
	mutex_unlock(&lease->owner_lock);
}

static int replace(struct vf_lease *lease, struct vf_owner *owner,
		   struct task_struct *task, struct vf_owner **former)
{
	struct pid *pid = lease->pid;
	char comm[TASK_COMM_LEN];
	int rc = 0;

	get_task_comm(comm, task);
	spin_lock(&vf_lock);
	if (lease->state != VF_LEASE_ACTIVE) {
		rc = -ENOENT;
	} else if (owner->dead) {
		rc = -ESRCH;
	} else {
		*former = lease->owner;
		lease->owner = owner;
		lease->pid = get_pid(owner->watch.pid);
		strscpy(lease->comm, comm, sizeof(lease->comm));
		lease->inert = true;
		kvmshare_event_post(KVMSHARE_EVENT_LEASE_OWNER, lease->id,
				    pid_nr(lease->pid), 0);
		wake_up_all(&lease->wait);
	}
	spin_unlock(&vf_lock);
	if (!rc)
		put_pid(pid);
	return rc;
}

static int hand_over(struct vf_lease *lease, struct task_struct *task)
{
	struct vf_owner *owner, *former;
	struct pid *tgid;
	int rc;

	/* NULL once the process was reaped, which no lock of ours keeps away. */
	tgid = get_task_pid(task, PIDTYPE_TGID);
	if (!tgid)
		return -ESRCH;
	if (mutex_lock_interruptible(&lease->owner_lock)) {
		rc = -EINTR;
		goto out_put;
	}
	owner = watch(lease, tgid);
	if (IS_ERR(owner)) {
		rc = PTR_ERR(owner);
		goto out_unlock;
	}
	rc = replace(lease, owner, task, &former);
	unwatch(rc ? owner : former);
out_unlock:
	mutex_unlock(&lease->owner_lock);
out_put:
	put_pid(tgid);
	return rc;
}

static struct task_struct *find_task(pid_t nr)
{
	struct pid *pid = find_get_pid(nr);
	struct task_struct *task = get_pid_task(pid, PIDTYPE_PID);

	put_pid(pid);
	return task;
}

/* Serve KVMSHARE_VF_HANDOVER; @arg is well formed. */
int vf_owner_handover(const struct kvmshare_vf_handover *arg)
{
	struct vf_lease *lease;
	struct task_struct *task;
	int rc;

	lease = vf_lease_get(arg->id);
	if (!lease)
		return -ENOENT;
	task = find_task(arg->pid);
	if (task) {
		rc = hand_over(lease, task);
		put_task_struct(task);
	} else {
		rc = -ESRCH;
	}
	kobject_put(&lease->kobj);
	return rc;
}
