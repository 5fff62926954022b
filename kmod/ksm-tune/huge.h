/* SPDX-License-Identifier: GPL-2.0 */
/* How many huge pages a VM's memory is in. */
#ifndef _KVMSHARE_MEM_HUGE_H
#define _KVMSHARE_MEM_HUGE_H

#include <linux/mm_types.h>
#include <linux/types.h>

/**
 * struct mem_huge - a count that may take several windows; all zeroes begins anew
 * @at: where it goes on
 * @found: until there
 */
struct mem_huge {
	unsigned long at;
	u64 found;
};

/**
 * mem_huge_count() - go on counting
 * @mm: whose
 * @count: how far it is
 * @left: so many entries may be looked at; what is left of that
 *
 * Return: 0: all is counted, and @count->found is it; -EAGAIN: not yet; -EBUSY: the mm's
 * lock could not be had.
 */
int mem_huge_count(struct mm_struct *mm, struct mem_huge *count, u64 *left);

#endif /* _KVMSHARE_MEM_HUGE_H */
