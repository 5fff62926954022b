// SPDX-License-Identifier: GPL-2.0
/* What an administrator asks for, through /dev/kvmshare. */
#include <linux/capability.h>
#include <linux/errno.h>
#include <linux/numa.h>
#include <linux/nodemask.h>

#include "vgpu.h"

#define SET_FLAGS	(KVMSHARE_VGPU_SET_WEIGHT | KVMSHARE_VGPU_SET_MINIMUM | \
			 KVMSHARE_VGPU_SET_CAP | KVMSHARE_VGPU_SET_SLICE | \
			 KVMSHARE_VGPU_SET_AVERAGING | KVMSHARE_VGPU_SET_RELEASE)

static long do_allow(void __user *to)
{
	struct kvmshare_vgpu_allow arg;
	int rc = kvmshare_ctl_get(&arg, sizeof(arg), to);

	if (rc)
		return rc;
	if (arg.flags & ~KVMSHARE_ALLOW_NONE || arg.reserved)
		return -EINVAL;
	return vgpu_allow_set(&arg);
}

static long do_set(void __user *to)
{
	struct vgpu_client *client;
	struct kvmshare_vgpu_set arg;
	int rc = kvmshare_ctl_get(&arg, sizeof(arg), to);

	if (rc)
		return rc;
	if (!arg.flags || arg.flags & ~SET_FLAGS || arg.reserved)
		return -EINVAL;
	client = vgpu_client_get(arg.id);
	if (!client)
		return -ENOENT;
	rc = vgpu_client_set(client, &arg);
	vgpu_client_put(client);
	return rc;
}

static int add_engine(struct kvmshare_vgpu_engine *arg, void __user *to)
{
	int rc;

	if (arg->name[0])
		return -EINVAL;
	if (arg->node != NUMA_NO_NODE &&
	    (arg->node < 0 || arg->node >= MAX_NUMNODES || !node_online(arg->node)))
		return -EINVAL;
	rc = vgpu_soft_add(arg->node, arg->name);
	return rc ?: kvmshare_ctl_put(to, arg, sizeof(*arg));
}

static long do_engine(void __user *to)
{
	struct kvmshare_vgpu_engine arg;
	int rc = kvmshare_ctl_get(&arg, sizeof(arg), to);

	if (rc)
		return rc;
	if (arg.flags & ~KVMSHARE_ENGINE_REMOVE || arg.reserved)
		return -EINVAL;
	if (!(arg.flags & KVMSHARE_ENGINE_REMOVE))
		return add_engine(&arg, to);
	if (kvmshare_ctl_check_text(arg.name, sizeof(arg.name)))
		return -EINVAL;
	return vgpu_soft_remove(arg.name);
}

static long serve(unsigned int nr, void __user *to)
{
	if (!capable(CAP_SYS_ADMIN))
		return -EPERM;
	switch (nr) {
	case _IOC_NR(KVMSHARE_VGPU_ALLOW):
		return do_allow(to);
	case _IOC_NR(KVMSHARE_VGPU_SET):
		return do_set(to);
	case _IOC_NR(KVMSHARE_VGPU_ENGINE):
		return do_engine(to);
	case _IOC_NR(KVMSHARE_VGPU_SCREEN):
		return vgpu_mdev_screen(to);
	default:
		return -ENOTTY;
	}
}

static const struct kvmshare_ctl_ops ctl_ops = {
	.owner = THIS_MODULE,
	.first = KVMSHARE_IOC_VGPU_FIRST,
	.last = KVMSHARE_IOC_VGPU_LAST,
	.module = KVMSHARE_MODULE_VGPU,
	.ioctl = serve,
	.holds = vgpu_client_holds,
};

int vgpu_ctl_init(void)
{
	return kvmshare_ctl_register(&ctl_ops);
}

void vgpu_ctl_exit(void)
{
	kvmshare_ctl_unregister(&ctl_ops);
}
