// SPDX-License-Identifier: GPL-2.0
/*
 * kvmshare_vgpu: engines shared in time slices.
 */
#include <linux/module.h>

#include "vgpu.h"

static int __init vgpu_init(void)
{
	int rc;

	rc = vgpu_counters_init();
	if (rc)
		return rc;
	rc = vgpu_sysfs_init();
	if (rc)
		goto err_counters;
	rc = vgpu_client_init();
	if (rc)
		goto err_sysfs;
	rc = vgpu_soft_init();
	if (rc)
		goto err_client;
	rc = vgpu_edu_init();
	if (rc)
		goto err_soft;
	rc = vgpu_ctl_init();
	if (rc)
		goto err_edu;
	/* From here on there are clients. */
	rc = vgpu_mdev_init();
	if (rc)
		goto err_ctl;
	rc = vgpu_file_init();
	if (rc)
		goto err_mdev;
	return 0;

err_mdev:
	vgpu_mdev_exit();
err_ctl:
	vgpu_ctl_exit();
	vgpu_allow_exit();
err_edu:
	vgpu_edu_exit();
err_soft:
	vgpu_soft_exit();
err_client:
	vgpu_client_exit();
err_sysfs:
	vgpu_sysfs_exit();
err_counters:
	vgpu_counters_exit();
	return rc;
}

/* A descriptor, and a device that a VMM has open, hold the module: there is no client. */
static void __exit vgpu_exit(void)
{
	vgpu_file_exit();
	vgpu_mdev_exit();
	vgpu_ctl_exit();
	vgpu_allow_exit();
	vgpu_edu_exit();
	vgpu_soft_exit();
	vgpu_client_exit();
	vgpu_sysfs_exit();
	vgpu_counters_exit();
}

module_init(vgpu_init);
module_exit(vgpu_exit);

MODULE_DESCRIPTION("kvmshare: engines shared in time slices");
MODULE_LICENSE("GPL");
MODULE_VERSION(KVMSHARE_RELEASE);
