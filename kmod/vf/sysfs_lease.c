// SPDX-License-Identifier: GPL-2.0
/*
 * /sys/kernel/kvmshare/leases/<id>: a lease, until its last VF is back.
 */
#include <linux/ktime.h>
#include <linux/pid_namespace.h>

#include "sysfs.h"
#include "vf.h"

static ssize_t state_show(struct kobject *kobj, struct kobj_attribute *attr, char *buf)
{
	static const char *const words[VF_LEASE_STATE_NR] = {
		[VF_LEASE_FORMING]	= "forming",
		[VF_LEASE_ACTIVE]	= "active",
		[VF_LEASE_ENDED]	= "ended",
	};

	return sysfs_emit(buf, "%s\n", words[READ_ONCE(to_vf_lease(kobj)->state)]);
}
VF_SYSFS_ATTR(state);

static ssize_t owner_pid_show(struct kobject *kobj, struct kobj_attribute *attr, char *buf)
{
	struct vf_lease *lease = to_vf_lease(kobj);
	pid_t pid;

	spin_lock(&vf_lock);
	pid = kvmshare_owner_nr(lease->pid, task_active_pid_ns(current));
	spin_unlock(&vf_lock);
	return sysfs_emit(buf, "%d\n", pid);
}
VF_SYSFS_ATTR(owner_pid);

static ssize_t owner_comm_show(struct kobject *kobj, struct kobj_attribute *attr, char *buf)
{
	struct vf_lease *lease = to_vf_lease(kobj);
	ssize_t len;

	spin_lock(&vf_lock);
	len = sysfs_emit(buf, "%s\n", lease->comm);
	spin_unlock(&vf_lock);
	return len;
}
VF_SYSFS_ATTR(owner_comm);

static ssize_t handed_over_show(struct kobject *kobj, struct kobj_attribute *attr, char *buf)
{
	return sysfs_emit(buf, "%d\n", READ_ONCE(to_vf_lease(kobj)->inert));
}
VF_SYSFS_ATTR(handed_over);

static ssize_t uid_show(struct kobject *kobj, struct kobj_attribute *attr, char *buf)
{
	return sysfs_emit(buf, "%u\n", to_vf_lease(kobj)->uid);
}
VF_SYSFS_ATTR(uid);

static ssize_t tenant_show(struct kobject *kobj, struct kobj_attribute *attr, char *buf)
{
	return sysfs_emit(buf, "%s\n", to_vf_lease(kobj)->tenant);
}
VF_SYSFS_ATTR(tenant);

static ssize_t vfs_show(struct kobject *kobj, struct kobj_attribute *attr, char *buf)
{
	return sysfs_emit(buf, "%u\n", READ_ONCE(to_vf_lease(kobj)->outstanding));
}
VF_SYSFS_ATTR(vfs);

static ssize_t age_ms_show(struct kobject *kobj, struct kobj_attribute *attr, char *buf)
{
	return sysfs_emit(buf, "%lld\n",
			  ktime_ms_delta(ktime_get(), to_vf_lease(kobj)->since));
}
VF_SYSFS_ATTR(age_ms);

static struct attribute *lease_attrs[] = {
	&state_attr.attr,
	&owner_pid_attr.attr,
	&owner_comm_attr.attr,
	&handed_over_attr.attr,
	&uid_attr.attr,
	&tenant_attr.attr,
	&vfs_attr.attr,
	&age_ms_attr.attr,
	NULL
};
ATTRIBUTE_GROUPS(lease);

const struct kobj_type vf_sysfs_lease_ktype = {
	.release = vf_lease_free,
	.sysfs_ops = &kobj_sysfs_ops,
	.default_groups = lease_groups,
	.get_ownership = kvmshare_sysfs_ownership,
};
