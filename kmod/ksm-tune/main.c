// SPDX-License-Identifier: GPL-2.0
/*
 * kvmshare_mem: which VMs' memory is merged, and how much is done for that.
 */
#include <linux/module.h>

#include "files.h"
#include "mem.h"
#include "pools.h"

static int __init mem_init(void)
{
	int rc;

	rc = mem_files_init();
	if (rc)
		return rc;
	rc = mem_host_init();
	if (rc)
		goto err_files;
	rc = mem_vms_init();
	if (rc)
		goto err_host;
	rc = mem_knobs_init();
	if (rc)
		goto err_vms;
	rc = mem_policy_init();
	if (rc)
		goto err_knobs;
	rc = mem_sysfs_init();
	if (rc)
		goto err_policy;
	rc = mem_pools_init();
	if (rc)
		goto err_sysfs;
	rc = mem_sysfs_vm_init();
	if (rc)
		goto err_pools;
	mem_policy_start();
	return 0;

err_pools:
	mem_pools_exit();
err_sysfs:
	mem_sysfs_exit();
err_policy:
	mem_policy_exit();
err_knobs:
	mem_knobs_exit();
err_vms:
	mem_vms_exit();
err_host:
	mem_host_exit();
err_files:
	mem_files_exit();
	return rc;
}

static void __exit mem_exit(void)
{
	mem_policy_stop();
	mem_sysfs_vm_exit();
	mem_pools_exit();
	mem_sysfs_exit();
	mem_policy_exit();
	mem_knobs_exit();
	mem_vms_exit();
	mem_host_exit();
	mem_files_exit();
}

module_init(mem_init);
module_exit(mem_exit);

MODULE_DESCRIPTION("kvmshare: a policy of merged and huge pages that knows VMs");
MODULE_LICENSE("GPL");
MODULE_VERSION(KVMSHARE_RELEASE);
