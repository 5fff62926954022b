/* SPDX-License-Identifier: GPL-2.0 */
/* What is seen of the host's memory, each window. */
#ifndef _KVMSHARE_MEM_HOST_H
#define _KVMSHARE_MEM_HOST_H

#include <linux/types.h>

/* What is in ksm/run, as mm/ksm.c has it. */
#define KSM_RUN_MERGE	1
#define KSM_RUN_UNMERGE	2

/**
 * struct mem_host - a sample
 * @at: when, nanoseconds since boot
 * @available: bytes that could be had without swapping
 * @total: bytes of memory
 * @committed: pages that were promised
 * @scanned: pages that reclaim has looked at, ever
 * @refaulted: pages that were read again after reclaim took them, ever
 * @stalled: allocations that had to reclaim themselves, ever
 * @splits: huge pages that were split, ever
 * @collapses: that khugepaged made, ever
 * @cow_ksm: merged pages that were written to, ever
 * @ksmd_ns: of a CPU that ksmd took, ever
 * @khugepaged_ns: likewise
 * @ksmd_sleeps: how often ksmd went to sleep, ever
 * @shared: pages that stand for several
 * @sharing: pages that are merged, beyond those
 * @unshared: pages that were looked at and are like no other
 * @volatile_pages: pages that change too fast for that
 * @zero: pages that became the zero page
 * @passes: of ksmd over all memory, ever
 * @looked: pages that ksmd has looked at, ever; before 6.6 about so many
 * @across: ksmd merges across NUMA nodes
 * @advised: the kernel's own advisor sets ksmd's pace
 */
struct mem_host {
	u64 at;
	u64 available;
	u64 total;
	u64 committed;
	u64 scanned;
	u64 refaulted;
	u64 stalled;
	u64 splits;
	u64 collapses;
	u64 cow_ksm;
	u64 ksmd_ns;
	u64 khugepaged_ns;
	u64 ksmd_sleeps;
	u64 shared;
	u64 sharing;
	u64 unshared;
	u64 volatile_pages;
	u64 zero;
	u64 passes;
	u64 looked;
	bool across;
	bool advised;
};

int mem_host_init(void);
void mem_host_exit(void);
/* For one thread at a time; @before: the last one, or all zeroes. */
void mem_host_sample(struct mem_host *host, const struct mem_host *before);

#endif /* _KVMSHARE_MEM_HOST_H */
