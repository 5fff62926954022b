// SPDX-License-Identifier: GPL-2.0
/*
 * /sys/kernel/kvmshare/vfs/<bdf>: a VF of an enrolled PF.
 */
#include <linux/ktime.h>

#include "sysfs.h"
#include "vf.h"

/* A file whose value never changes. */
#define FACT_ATTR(_name, _format, _value)					\
static ssize_t _name##_show(struct kobject *kobj, struct kobj_attribute *attr,	\
			    char *buf)						\
{										\
	const struct kvmshare_vf *facts = &to_vf_dev(kobj)->facts;		\
										\
	return sysfs_emit(buf, _format "\n", facts->_value);			\
}										\
VF_SYSFS_ATTR(_name)

FACT_ATTR(index, "%u", index);
FACT_ATTR(numa_node, "%d", node);
FACT_ATTR(iommu_group, "%u", iommu_group);
FACT_ATTR(class, "0x%06x", class_code);
FACT_ATTR(vendor, "0x%04x", vendor);
FACT_ATTR(device, "0x%04x", device);

static ssize_t pf_show(struct kobject *kobj, struct kobj_attribute *attr, char *buf)
{
	return sysfs_emit(buf, "%s\n", pci_name(to_vf_dev(kobj)->pf->pdev));
}
VF_SYSFS_ATTR(pf);

static ssize_t state_show(struct kobject *kobj, struct kobj_attribute *attr, char *buf)
{
	return sysfs_emit(buf, "%s\n", vf_lifecycle_word(READ_ONCE(to_vf_dev(kobj)->state)));
}
VF_SYSFS_ATTR(state);

static ssize_t state_ms_show(struct kobject *kobj, struct kobj_attribute *attr, char *buf)
{
	struct vf_dev *vf = to_vf_dev(kobj);
	ktime_t since;

	spin_lock(&vf_lock);
	since = vf->since;
	spin_unlock(&vf_lock);
	return sysfs_emit(buf, "%lld\n", ktime_ms_delta(ktime_get(), since));
}
VF_SYSFS_ATTR(state_ms);

static ssize_t reason_show(struct kobject *kobj, struct kobj_attribute *attr, char *buf)
{
	struct vf_dev *vf = to_vf_dev(kobj);
	ssize_t len;

	spin_lock(&vf_lock);
	len = sysfs_emit(buf, "%s\n", vf->reason);
	spin_unlock(&vf_lock);
	return len;
}
VF_SYSFS_ATTR(reason);

static ssize_t driver_show(struct kobject *kobj, struct kobj_attribute *attr, char *buf)
{
	struct vf_dev *vf = to_vf_dev(kobj);
	ssize_t len;

	spin_lock(&vf_lock);
	len = sysfs_emit(buf, "%s\n", vf->driver_name);
	spin_unlock(&vf_lock);
	return len;
}
VF_SYSFS_ATTR(driver);

static ssize_t generation_show(struct kobject *kobj, struct kobj_attribute *attr, char *buf)
{
	struct vf_dev *vf = to_vf_dev(kobj);
	u64 generation;

	spin_lock(&vf_lock);
	generation = vf->facts.generation;
	spin_unlock(&vf_lock);
	return sysfs_emit(buf, "%llu\n", generation);
}
VF_SYSFS_ATTR(generation);

static ssize_t lease_show(struct kobject *kobj, struct kobj_attribute *attr, char *buf)
{
	struct vf_dev *vf = to_vf_dev(kobj);
	u64 id;

	spin_lock(&vf_lock);
	id = vf->lease ? vf->lease->id : 0;
	spin_unlock(&vf_lock);
	return sysfs_emit(buf, "%llu\n", id);
}
VF_SYSFS_ATTR(lease);

static ssize_t tenant_show(struct kobject *kobj, struct kobj_attribute *attr, char *buf)
{
	struct vf_dev *vf = to_vf_dev(kobj);
	ssize_t len;

	spin_lock(&vf_lock);
	len = sysfs_emit(buf, "%s\n", vf->lease ? vf->lease->tenant : "");
	spin_unlock(&vf_lock);
	return len;
}
VF_SYSFS_ATTR(tenant);

static struct attribute *vf_attrs[] = {
	&state_attr.attr,
	&state_ms_attr.attr,
	&reason_attr.attr,
	&driver_attr.attr,
	&generation_attr.attr,
	&lease_attr.attr,
	&tenant_attr.attr,
	&pf_attr.attr,
	&index_attr.attr,
	&numa_node_attr.attr,
	&iommu_group_attr.attr,
	&class_attr.attr,
	&vendor_attr.attr,
	&device_attr.attr,
	NULL
};
ATTRIBUTE_GROUPS(vf);

const struct kobj_type vf_sysfs_vf_ktype = {
	.release = vf_device_free,
	.sysfs_ops = &kobj_sysfs_ops,
	.default_groups = vf_groups,
	.get_ownership = kvmshare_sysfs_ownership,
};
