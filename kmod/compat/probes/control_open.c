// SPDX-License-Identifier: GPL-2.0
/* Always yes: a symbol that every kernel exports to every module. */
#include <linux/printk.h>

void probe(void);
void probe(void)
{
	pr_info("open\n");
}
