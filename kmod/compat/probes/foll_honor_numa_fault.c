// SPDX-License-Identifier: GPL-2.0
/* Does a page's user say whether NUMA balancing hides it? From 6.5 on. */
#include <linux/mm.h>

unsigned int probe(void);
unsigned int probe(void)
{
	return FOLL_HONOR_NUMA_FAULT;
}
