// SPDX-License-Identifier: GPL-2.0
/*
 * The LEASE call: from a request to a descriptor that is the caller's.
 *
 * Until the descriptor is installed, which nothing can fail after, the lease is
 * this call's to end.
 */
#include <linux/cred.h>
#include <linux/file.h>
#include <linux/fs.h>
#include <linux/pid.h>
#include <linux/sched/signal.h>
#include <linux/slab.h>
#include <linux/uaccess.h>

#include "sysfs.h"
#include "vf.h"

/* How often VFs that could not be bound are replaced by others. */
#define ROUNDS	4

static struct vf_request request(const struct kvmshare_vf_lease *arg)
{
	struct vf_request req = {
		.count = arg->count,
		.nr_classes = arg->nr_classes,
		.pf = arg->pf,
		.vf = arg->vf,
		.vendor = arg->vendor,
		.device = arg->device,
		.node = arg->node,
		.strict_node = arg->flags & KVMSHARE_LEASE_STRICT_NODE,
		.pack = arg->flags & KVMSHARE_LEASE_PACK,
	};
	u32 i;

	BUILD_BUG_ON(VF_MATCH_MAX_PICKS != KVMSHARE_MAX_VFS);
	BUILD_BUG_ON(VF_MATCH_MAX_CLASSES != KVMSHARE_MAX_CLASSES);
	BUILD_BUG_ON(VF_MATCH_ANY != KVMSHARE_BDF_ANY);
	for (i = 0; i < arg->nr_classes; i++) {
		req.classes[i].value = arg->classes[i].value;
		req.classes[i].mask = arg->classes[i].mask;
	}
	return req;
}

/* The owner, and whom to charge: what must stand before there are VFs. */
static int set_parties(struct vf_lease *lease, const struct kvmshare_vf_lease *arg)
{
	char tenant[KVMSHARE_NAME_LEN] = "";
	int rc;

	rc = vf_owner_set(lease, task_tgid(current));
	if (rc)
		return rc;
	if (*arg->tenant)
		strscpy(tenant, arg->tenant, sizeof(tenant));
	else
		kvmshare_vm_tenant(task_tgid(current), tenant);

	spin_lock(&vf_lock);
	strscpy(lease->tenant, tenant, sizeof(lease->tenant));
	spin_unlock(&vf_lock);
	return 0;
}

static int bind_all(struct vf_lease *lease)
{
	u32 i;
	int rc;

	for (i = 0; i < lease->nr; i++) {
		rc = vf_bind_attach(lease->vfs[i], lease);
		if (rc)
			return rc;
	}
	return 0;
}

static int form(struct vf_lease *lease, const struct kvmshare_vf_lease *arg)
{
	struct vf_request req = request(arg);
	int rc;

	rc = set_parties(lease, arg);
	if (rc)
		return rc;
	rc = vf_pick(lease, &req, arg->flags & KVMSHARE_LEASE_WAIT);
	if (rc)
		return rc;
	rc = bind_all(lease);
	if (rc)
		return rc;
	return vf_sysfs_add(&lease->kobj, VF_SYSFS_LEASES, "%llu", lease->id);
}

/* A lease with its VFs, forming and referenced; or an ERR_PTR, and nothing is left. */
static struct vf_lease *make(const struct kvmshare_vf_lease *arg, u32 uid)
{
	struct vf_lease *lease;
	int rounds, rc = 0;

	for (rounds = 0; rounds < ROUNDS; rounds++) {
		lease = vf_lease_create(uid);
		if (IS_ERR(lease))
			return lease;
		rc = form(lease, arg);
		if (!rc)
			return lease;
		vf_lease_end(lease, KVMSHARE_END_FAILED);
		kobject_put(&lease->kobj);
		if (rc != -EAGAIN)
			return ERR_PTR(rc);
	}
	return ERR_PTR(-ENODEV);
}

static int copy_vfs(const struct vf_lease *lease, u64 to)
{
	struct kvmshare_vf __user *user = u64_to_user_ptr(to);
	struct kvmshare_vf vf;
	u32 i;

	for (i = 0; i < lease->nr; i++) {
		vf = lease->vfs[i]->facts;
		if (copy_to_user(&user[i], &vf, sizeof(vf)))
			return -EFAULT;
	}
	return 0;
}

/*
 * Tell the caller everything, then give him the descriptor.  From the
 * activation on others can end the lease, so its VFs are not looked at after.
 */
static int deliver(struct vf_lease *lease, struct kvmshare_vf_lease *arg, void __user *to)
{
	struct file *file;
	int rc;

	rc = copy_vfs(lease, arg->vfs);
	if (rc)
		return rc;
	file = vf_file_create(lease);
	if (IS_ERR(file))
		return PTR_ERR(file);
	arg->fd = get_unused_fd_flags(O_CLOEXEC);
	if (arg->fd < 0) {
		rc = arg->fd;
		goto err_file;
	}
	arg->id = lease->id;
	rc = kvmshare_ctl_put(to, arg, sizeof(*arg));
	if (rc)
		goto err_fd;
	rc = vf_lease_activate(lease);
	if (rc)
		goto err_fd;
	fd_install(arg->fd, file);
	return 0;

err_fd:
	put_unused_fd(arg->fd);
err_file:
	fput(file);
	return rc;
}

/**
 * vf_grant() - serve KVMSHARE_VF_LEASE
 * @arg: the call, well formed
 * @to: where the answer goes
 */
int vf_grant(struct kvmshare_vf_lease *arg, void __user *to)
{
	u32 caller = from_kuid(&init_user_ns, current_uid());
	u32 uid = arg->flags & KVMSHARE_LEASE_UID ? arg->uid : caller;
	struct vf_lease *lease = make(arg, uid);
	int rc;

	if (IS_ERR(lease))
		return PTR_ERR(lease);
	rc = deliver(lease, arg, to);
	if (rc)
		vf_lease_end(lease, KVMSHARE_END_FAILED);
	kobject_put(&lease->kobj);
	return rc;
}
