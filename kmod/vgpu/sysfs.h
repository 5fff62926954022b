/* SPDX-License-Identifier: GPL-2.0 */
/* What the files of engines and of clients have in common. */
#ifndef _KVMSHARE_VGPU_SYSFS_H
#define _KVMSHARE_VGPU_SYSFS_H

#include <linux/capability.h>
#include <linux/kobject.h>
#include <linux/sysfs.h>

extern const struct bin_attribute vgpu_client_switches;	/* sysfs_client.c */

/* A file for root and the module's group; its show function stands above it. */
#define VGPU_ATTR_RO(_name) \
	static struct kobj_attribute _name##_attr = __ATTR(_name, 0440, _name##_show, NULL)

/* One that an administrator writes. */
#define VGPU_ATTR_RW(_name) \
	static struct kobj_attribute _name##_attr = __ATTR(_name, 0640, _name##_show, _name##_store)

/* The file's mode is not enough: root of a container may write it. */
static inline int vgpu_attr_number(const char *text, u64 least, u64 most, u64 *number)
{
	int rc;

	if (!capable(CAP_SYS_ADMIN))
		return -EPERM;
	rc = kstrtou64(text, 10, number);
	if (rc)
		return rc;
	return *number >= least && *number <= most ? 0 : -EINVAL;
}

#endif /* _KVMSHARE_VGPU_SYSFS_H */
