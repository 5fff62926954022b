// SPDX-License-Identifier: GPL-2.0
/*
 * The directories pfs, vfs and leases of /sys/kernel/kvmshare.
 */
#include <linux/slab.h>

#include "../core/kvmshare.h"
#include "sysfs.h"
#include "vf.h"

static const char *const names[VF_SYSFS_NR] = {
	[VF_SYSFS_PFS]		= "pfs",
	[VF_SYSFS_VFS]		= "vfs",
	[VF_SYSFS_LEASES]	= "leases",
};

static struct kobject *dirs[VF_SYSFS_NR];

static void free_dir(struct kobject *kobj)
{
	kfree(kobj);
}

static const struct kobj_type dir_ktype = {
	.release = free_dir,
	.sysfs_ops = &kobj_sysfs_ops,
	.get_ownership = kvmshare_sysfs_ownership,
};

static struct kobject *add_dir(const char *name)
{
	struct kobject *dir;
	int rc;

	dir = kzalloc(sizeof(*dir), GFP_KERNEL);
	if (!dir)
		return ERR_PTR(-ENOMEM);
	rc = kobject_init_and_add(dir, &dir_ktype, kvmshare_sysfs_root(), "%s", name);
	if (rc) {
		kobject_put(dir);
		return ERR_PTR(rc);
	}
	return dir;
}

int vf_sysfs_add(struct kobject *kobj, enum vf_sysfs_dir dir, const char *name, ...)
{
	char text[32];
	va_list args;

	va_start(args, name);
	vscnprintf(text, sizeof(text), name, args);
	va_end(args);
	return kobject_add(kobj, dirs[dir], "%s", text);
}

static void remove_dir(struct kobject *dir)
{
	kobject_del(dir);
	kobject_put(dir);
}

int vf_sysfs_init(void)
{
	int i, rc;

	for (i = 0; i < VF_SYSFS_NR; i++) {
		dirs[i] = add_dir(names[i]);
		if (IS_ERR(dirs[i])) {
			rc = PTR_ERR(dirs[i]);
			goto err_remove;
		}
	}
	return 0;

err_remove:
	while (i--)
		remove_dir(dirs[i]);
	return rc;
}

/* What was in them is gone. */
void vf_sysfs_exit(void)
{
	int i;

	for (i = VF_SYSFS_NR; i--; )
		remove_dir(dirs[i]);
}
