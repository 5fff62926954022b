// SPDX-License-Identifier: GPL-2.0
/*
 * /sys/kernel/kvmshare: the root directory, and how directories in it are made
 * so that one tenant learns nothing of another.
 */
#include <linux/module.h>
#include <linux/slab.h>
#include <linux/sysfs.h>
#include <linux/user_namespace.h>
#include "core.h"

/* Set at load, from the group that the packages made. */
static unsigned int gid;
module_param(gid, uint, 0444);
MODULE_PARM_DESC(gid, "group that may read VMs and leases in sysfs (default 0)");

static struct kobject *root;

void kvmshare_sysfs_ownership(kvmshare_ownership_kobject *kobj, kuid_t *uid,
			      kgid_t *out)
{
	kgid_t kgid = make_kgid(&init_user_ns, gid);

	*uid = GLOBAL_ROOT_UID;
	*out = gid_valid(kgid) ? kgid : GLOBAL_ROOT_GID;
}
EXPORT_SYMBOL_GPL(kvmshare_sysfs_ownership);

static void release_dir(struct kobject *kobj)
{
	kfree(kobj);
}

static const struct kobj_type dir_ktype = {
	.release = release_dir,
	.sysfs_ops = &kobj_sysfs_ops,
	.get_ownership = kvmshare_sysfs_ownership,
};

static struct kobject *make_dir(struct kobject *parent, const char *name)
{
	struct kobject *dir;
	int err;

	dir = kzalloc(sizeof(*dir), GFP_KERNEL);
	if (!dir)
		return ERR_PTR(-ENOMEM);
	err = kobject_init_and_add(dir, &dir_ktype, parent, "%s", name);
	if (err) {
		kobject_put(dir);
		return ERR_PTR(err);
	}
	return dir;
}

/**
 * kvmshare_sysfs_dir() - make a directory for root and the module's group
 * @parent: where
 * @name: its name
 *
 * sysfs makes every directory for all to enter, and lets a mode be set by name
 * below a kobject, be it that of a file or of a directory.
 *
 * Return: the directory, to be ended by kobject_put(), or an ERR_PTR().
 */
struct kobject *kvmshare_sysfs_dir(struct kobject *parent, const char *name)
{
	const struct attribute self = { .name = name };
	struct kobject *dir = make_dir(parent, name);
	int err;

	if (IS_ERR(dir))
		return dir;
	err = sysfs_chmod_file(parent, &self, 0750);
	if (err) {
		kobject_put(dir);
		return ERR_PTR(err);
	}
	return dir;
}
EXPORT_SYMBOL_GPL(kvmshare_sysfs_dir);

struct kobject *kvmshare_sysfs_root(void)
{
	return root;
}
EXPORT_SYMBOL_GPL(kvmshare_sysfs_root);

static ssize_t version_show(struct kobject *kobj, struct kobj_attribute *attr,
			    char *buf)
{
	return sysfs_emit(buf, "%s\n", KVMSHARE_RELEASE);
}
static struct kobj_attribute version_attr = __ATTR_RO(version);

static ssize_t uapi_show(struct kobject *kobj, struct kobj_attribute *attr,
			 char *buf)
{
	return sysfs_emit(buf, "%u\n", KVMSHARE_UAPI_VERSION);
}
static struct kobj_attribute uapi_attr = __ATTR_RO(uapi);

static struct attribute *root_attrs[] = {
	&version_attr.attr,
	&uapi_attr.attr,
	NULL
};

static const struct attribute_group root_group = { .attrs = root_attrs };

int kvmshare_sysfs_init(void)
{
	int err;

	root = make_dir(kernel_kobj, "kvmshare");
	if (IS_ERR(root))
		return PTR_ERR(root);
	err = sysfs_create_group(root, &root_group);
	if (err)
		kobject_put(root);
	return err;
}

void kvmshare_sysfs_exit(void)
{
	sysfs_remove_group(root, &root_group);
	kobject_put(root);
}
