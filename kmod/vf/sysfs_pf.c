// SPDX-License-Identifier: GPL-2.0
/*
 * /sys/kernel/kvmshare/pfs/<bdf>: an enrolled PF.
 */
#include "sysfs.h"
#include "vf.h"

static ssize_t driver_show(struct kobject *kobj, struct kobj_attribute *attr, char *buf)
{
	return sysfs_emit(buf, "%s\n", to_vf_pf(kobj)->driver);
}
VF_SYSFS_ATTR(driver);

static ssize_t cleaning_show(struct kobject *kobj, struct kobj_attribute *attr, char *buf)
{
	return sysfs_emit(buf, "%s\n", to_vf_pf(kobj)->reset_cleans ? "reset" : "service");
}
VF_SYSFS_ATTR(cleaning);

static ssize_t numa_node_show(struct kobject *kobj, struct kobj_attribute *attr, char *buf)
{
	return sysfs_emit(buf, "%d\n", dev_to_node(&to_vf_pf(kobj)->pdev->dev));
}
VF_SYSFS_ATTR(numa_node);

static ssize_t total_vfs_show(struct kobject *kobj, struct kobj_attribute *attr, char *buf)
{
	return sysfs_emit(buf, "%d\n", pci_sriov_get_totalvfs(to_vf_pf(kobj)->pdev));
}
VF_SYSFS_ATTR(total_vfs);

static u32 count(struct vf_pf *pf, bool only_free)
{
	struct vf_dev *vf;
	u32 n = 0;

	spin_lock(&vf_lock);
	for (vf = vf_pool_next(pf, NULL); vf; vf = vf_pool_next(pf, vf))
		n += only_free ? vf_pool_is_free(vf) : !vf->removed;
	spin_unlock(&vf_lock);
	return n;
}

static ssize_t vfs_show(struct kobject *kobj, struct kobj_attribute *attr, char *buf)
{
	return sysfs_emit(buf, "%u\n", count(to_vf_pf(kobj), false));
}
VF_SYSFS_ATTR(vfs);

static ssize_t vfs_free_show(struct kobject *kobj, struct kobj_attribute *attr, char *buf)
{
	return sysfs_emit(buf, "%u\n", count(to_vf_pf(kobj), true));
}
VF_SYSFS_ATTR(vfs_free);

static struct attribute *pf_attrs[] = {
	&driver_attr.attr,
	&cleaning_attr.attr,
	&numa_node_attr.attr,
	&total_vfs_attr.attr,
	&vfs_attr.attr,
	&vfs_free_attr.attr,
	NULL
};
ATTRIBUTE_GROUPS(pf);

const struct kobj_type vf_sysfs_pf_ktype = {
	.release = vf_enrol_free,
	.sysfs_ops = &kobj_sysfs_ops,
	.default_groups = pf_groups,
	.get_ownership = kvmshare_sysfs_ownership,
};
