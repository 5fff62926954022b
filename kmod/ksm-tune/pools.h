/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The pools of hugetlb pages: each size on each NUMA node.  An administrator has one
 * looked after by saying how many pages it may have at most; the others are left as
 * they are.
 *
 * To make a pool larger may compact memory for minutes, so that is a worker's own.
 */
#ifndef _KVMSHARE_MEM_POOLS_H
#define _KVMSHARE_MEM_POOLS_H

#include <linux/kobject.h>
#include <linux/list.h>

#include "hist.h"
#include "knob.h"
#include "pool.h"

/* A demand is for so many looks, a second each. */
#define MEM_POOL_DEMAND_LOOKS	600

/**
 * struct mem_pool - a size on a node
 * @list: of all
 * @kobj: its files; the last reference frees it
 * @node: where
 * @kib: of a page
 * @policy: an administrator's
 * @demand: so many pages are asked for beforehand, until they are used
 * @demand_left: or for so many looks
 * @pool: what was decided
 * @knob: how many pages are set aside: whose that is
 * @facts: of the last window
 * @use: how many were in use lately
 * @wanted: what was decided last
 * @seen: how many were set aside in the last look
 * @before: likewise, before the last write
 * @unsure: it is not known what came of that
 *
 * The policy, @demand and all that is shown is under mem_lock; the worker alone changes
 * the rest.
 */
struct mem_pool {
	struct list_head list;
	struct kobject kobj;
	int node;
	unsigned long kib;
	struct pool_policy policy;
	u64 demand;
	u32 demand_left;
	struct pool pool;
	struct knob knob;
	struct pool_facts facts;
	struct hist use;
	u64 wanted;
	u64 seen;
	u64 before;
	bool unsure;
};

int mem_pools_init(void);
void mem_pools_exit(void);
/* Somebody asks for pages: look at once. */
void mem_pools_look(void);

/* pools_sysfs.c */

extern const struct kobj_type mem_pool_ktype;

#endif /* _KVMSHARE_MEM_POOLS_H */
