/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The directories of kvmshare_vf under /sys/kernel/kvmshare.
 */
#ifndef _KVMSHARE_VF_SYSFS_H
#define _KVMSHARE_VF_SYSFS_H

#include <linux/kobject.h>
#include <linux/sysfs.h>

enum vf_sysfs_dir {
	VF_SYSFS_PFS = 0,
	VF_SYSFS_VFS,
	VF_SYSFS_LEASES,
	VF_SYSFS_NR
};

extern const struct kobj_type vf_sysfs_pf_ktype;	/* sysfs_pf.c */
extern const struct kobj_type vf_sysfs_vf_ktype;	/* sysfs_vf.c */
extern const struct kobj_type vf_sysfs_lease_ktype;	/* sysfs_lease.c */

/* Show an initialized kobject in one of the directories. */
__printf(3, 4)
int vf_sysfs_add(struct kobject *kobj, enum vf_sysfs_dir dir, const char *name, ...);

/* A file for root and the module's group; its show function stands above it. */
#define VF_SYSFS_ATTR(_name) \
	static struct kobj_attribute _name##_attr = __ATTR(_name, 0440, _name##_show, NULL)

#endif /* _KVMSHARE_VF_SYSFS_H */
