// SPDX-License-Identifier: GPL-2.0
#include <linux/module.h>

static int __init kvmshare_init(void)
{
	return 0;
}

static void __exit kvmshare_exit(void)
{
}

module_init(kvmshare_init);
module_exit(kvmshare_exit);

MODULE_DESCRIPTION("kvmshare: VM registry and what its modules share");
MODULE_LICENSE("GPL");
MODULE_VERSION(KVMSHARE_RELEASE);
