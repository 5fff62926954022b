// SPDX-License-Identifier: GPL-2.0
/*
 * The descriptor of a lease.  It is passed on and inherited like any other, and
 * gives no right to who gets it: it only keeps the lease from ending, as long
 * as the owner lives.  After a handover it means nothing.
 */
#include <linux/anon_inodes.h>
#include <linux/fs.h>
#include <linux/poll.h>

#include "vf.h"

static int release(struct inode *inode, struct file *file)
{
	struct vf_lease *lease = file->private_data;

	spin_lock(&vf_lock);
	if (!lease->inert)
		vf_lease_end_locked(lease, KVMSHARE_END_CLOSED);
	spin_unlock(&vf_lock);
	kobject_put(&lease->kobj);
	return 0;
}

static __poll_t poll(struct file *file, poll_table *table)
{
	struct vf_lease *lease = file->private_data;
	__poll_t mask = 0;

	poll_wait(file, &lease->wait, table);
	spin_lock(&vf_lock);
	if (lease->alarm)
		mask |= EPOLLPRI;
	if (lease->inert || lease->state == VF_LEASE_ENDED)
		mask |= EPOLLHUP;
	spin_unlock(&vf_lock);
	return mask;
}

static const struct file_operations lease_fops = {
	.owner = THIS_MODULE,
	.release = release,
	.poll = poll,
	.llseek = noop_llseek,
};

/* A descriptor to be; it holds a reference to the lease. */
struct file *vf_file_create(struct vf_lease *lease)
{
	struct file *file;

	kobject_get(&lease->kobj);
	file = anon_inode_getfile("[kvmshare-lease]", &lease_fops, lease, O_CLOEXEC);
	if (IS_ERR(file))
		kobject_put(&lease->kobj);
	return file;
}
