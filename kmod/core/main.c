// SPDX-License-Identifier: GPL-2.0
#include <linux/module.h>
#include "core.h"

static int __init kvmshare_init(void)
{
	int err;

	err = kvmshare_sysfs_init();
	if (err)
		return err;
	err = kvmshare_counters_init();
	if (err)
		goto err_sysfs;
	err = kvmshare_owner_init();
	if (err)
		goto err_counters;
	err = kvmshare_events_init();
	if (err)
		goto err_owner;
	err = kvmshare_registry_init();
	if (err)
		goto err_events;
	err = kvmshare_discovery_init();
	if (err)
		goto err_registry;
	/* Last: from here on calls come in. */
	err = kvmshare_ctl_init();
	if (err)
		goto err_discovery;
	return 0;

err_discovery:
	kvmshare_discovery_exit();
err_registry:
	kvmshare_registry_exit();
err_events:
	kvmshare_events_exit();
err_owner:
	kvmshare_owner_exit();
err_counters:
	kvmshare_counters_exit();
err_sysfs:
	kvmshare_sysfs_exit();
	return err;
}

static void __exit kvmshare_exit(void)
{
	kvmshare_ctl_exit();
	kvmshare_discovery_exit();
	kvmshare_registry_exit();
	kvmshare_events_exit();
	kvmshare_owner_exit();
	kvmshare_counters_exit();
	kvmshare_sysfs_exit();
}

module_init(kvmshare_init);
module_exit(kvmshare_exit);

MODULE_DESCRIPTION("kvmshare: VM registry and what its modules share");
MODULE_LICENSE("GPL");
MODULE_VERSION(KVMSHARE_RELEASE);
