// SPDX-License-Identifier: GPL-2.0
/*
 * kvmshare_vf: leases of SR-IOV VFs.
 */
#include <linux/module.h>

#include "vf.h"

static int __init vf_init(void)
{
	int rc;

	rc = vf_counters_init();
	if (rc)
		return rc;
	rc = vf_history_init();
	if (rc)
		goto err_counters;
	rc = vf_sysfs_init();
	if (rc)
		goto err_history;
	rc = vf_pool_init();
	if (rc)
		goto err_sysfs;
	rc = vf_notifier_init();
	if (rc)
		goto err_pool;
	/* Last: from here on there are callers. */
	rc = vf_ioctl_init();
	if (rc)
		goto err_notifier;
	return 0;

err_notifier:
	vf_notifier_exit();
err_pool:
	vf_pool_exit();
err_sysfs:
	vf_sysfs_exit();
err_history:
	vf_history_exit();
err_counters:
	vf_counters_exit();
	return rc;
}

/* A lease holds the module, so there is none. */
static void __exit vf_exit(void)
{
	vf_ioctl_exit();
	/* What the calls made: PFs with their VFs, and quotas. */
	vf_enrol_exit();
	vf_quota_exit();
	vf_notifier_exit();
	vf_pool_exit();
	vf_sysfs_exit();
	vf_history_exit();
	vf_counters_exit();
}

module_init(vf_init);
module_exit(vf_exit);

MODULE_DESCRIPTION("kvmshare: pool and leases of SR-IOV VFs");
MODULE_LICENSE("GPL");
MODULE_VERSION(KVMSHARE_RELEASE);
