// SPDX-License-Identifier: GPL-2.0
/*
 * The directories engines and vgpus of /sys/kernel/kvmshare.
 */
#include "sysfs.h"
#include "vgpu.h"

static struct kobject *engines_dir;
static struct kobject *clients_dir;

int vgpu_sysfs_add_engine(struct vgpu_engine *engine)
{
	return kobject_add(&engine->kobj, engines_dir, "%s", engine->name);
}

int vgpu_sysfs_add_client(struct vgpu_client *client)
{
	int rc = kobject_add(&client->kobj, clients_dir, "%llu", client->id);

	/* It goes with its directory. */
	return rc ?: sysfs_create_bin_file(&client->kobj, &vgpu_client_switches);
}

/* It may never have been there. No lock is held that its files take. */
void vgpu_sysfs_remove_client(struct vgpu_client *client)
{
	if (client->kobj.state_in_sysfs)
		kobject_del(&client->kobj);
}

int vgpu_sysfs_init(void)
{
	engines_dir = kvmshare_sysfs_dir(kvmshare_sysfs_root(), "engines");
	if (IS_ERR(engines_dir))
		return PTR_ERR(engines_dir);
	clients_dir = kvmshare_sysfs_dir(kvmshare_sysfs_root(), "vgpus");
	if (IS_ERR(clients_dir)) {
		kobject_put(engines_dir);
		return PTR_ERR(clients_dir);
	}
	return 0;
}

/* What was in them is gone. */
void vgpu_sysfs_exit(void)
{
	kobject_put(clients_dir);
	kobject_put(engines_dir);
}
