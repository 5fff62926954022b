/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Shall a VM's memory be merged? Pure.
 *
 * A VM whose mode is auto is let in on trial.  Once ksmd has looked at all of it
 * twice (looks.h), merging has to pay: it saves more than its own records take,
 * those records are not out of all proportion to what they find, and what it
 * saves is worth the huge pages that were split for it.  Where it does not pay
 * the VM is taken out.  It is tried again after a while that doubles each time,
 * if there is memory then that it was never beside; if not, much later.  Others
 * that did not pay are tried together with it: they were not beside each other
 * either, where one came while the other was out.  Where it does, it is looked at
 * again each window, and has to fail twice in a row: a guest that is busy for a
 * moment stays.
 *
 * What an administrator asks for, and what cannot merge, comes before all that.
 */
#ifndef _KVMSHARE_MEM_MERGE_H
#define _KVMSHARE_MEM_MERGE_H

#include "../compat/types.h"

/* What an item of ksmd's takes: struct ksm_rmap_item, and its part of a slab page. */
#define MERGE_ITEM_BYTES	64

enum merge_mode {
	MERGE_AUTO,
	MERGE_ALWAYS,
	MERGE_NEVER,
};

enum merge_reason {
	MERGE_NEW,		/* not looked at yet */
	MERGE_ASKED,		/* an administrator wants it so */
	MERGE_PINNED,		/* a device may write to it at any time */
	MERGE_TENANTS,		/* others' memory is mergeable now */
	MERGE_TRIAL,		/* it is seen whether it pays */
	MERGE_PAYS,
	MERGE_LOSES,		/* it takes more memory than it saves */
	MERGE_POOR,		/* too many items for what they find */
	MERGE_SPLITS,		/* it costs huge pages that are worth more */
	MERGE_LOOP,		/* what it splits is put together again, and again */
	MERGE_RESTS,		/* it did not pay, and is tried again later */
	MERGE_WAITS,		/* the same, when there is new memory beside it */
};

/**
 * struct merge_policy - an administrator's, or the defaults
 * @page: bytes of a page
 * @huge_pages: pages of a huge one
 * @huge_price: so many pages must be saved for a huge page that is lost
 * @items_most: so many items for each merged page are borne
 * @rest: windows until it may be tried again, the first time
 * @rest_most: the longest
 * @retry: windows until it is tried again though nothing is new
 * @kept: windows until one that had to be out is in again
 */
struct merge_policy {
	u32 page;
	u32 huge_pages;
	u32 huge_price;
	u32 items_most;
	u32 rest;
	u32 rest_most;
	u32 retry;
	u32 kept;
};

/**
 * struct merge_facts - of a VM, in this window
 * @merging: pages of it that are merged with others
 * @zero: pages of it that are the zero page for that reason
 * @items: what ksmd has of it
 * @huge: huge pages of it
 * @pages: that it has
 * @seen: it is in, and ksmd has looked at all of it twice
 * @news: memory that it was never merged with is mergeable now, or it has grown itself
 * @joins: others of its tenant are tried again now
 * @pinned: a device has its memory
 * @strangers: memory of another tenant is mergeable
 * @loop: it is the one to be taken out for a loop of splits and collapses
 */
struct merge_facts {
	u64 merging;
	u64 zero;
	u64 items;
	u64 huge;
	u64 pages;
	bool seen;
	bool news;
	bool joins;
	bool pinned;
	bool strangers;
	bool loop;
};

/**
 * struct merge_vm - a VM; all zeroes is a new one
 * @mode: an administrator's
 * @in: its memory is mergeable
 * @reason: why it is, or is not
 * @huge: the most huge pages that it had since it was let in, of the memory that it has
 * @doubts: windows in a row in which it did not pay
 * @rests: how many windows are left of its rest
 * @failed: trials in a row that did not pay
 * @quiet: windows until it is tried again though nothing is new
 * @news: something is new since it was taken out
 */
struct merge_vm {
	enum merge_mode mode;
	bool in;
	enum merge_reason reason;
	u64 huge;
	u32 doubts;
	u32 rests;
	u32 failed;
	u32 quiet;
	bool news;
};

bool merge_policy_valid(const struct merge_policy *policy);
s64 merge_profit(const struct merge_policy *policy, const struct merge_facts *facts);
u32 merge_waits(const struct merge_vm *vm);
bool merge_is_due(const struct merge_vm *vm, bool news);
bool merge_decide(struct merge_vm *vm, const struct merge_policy *policy,
		  const struct merge_facts *facts);
void merge_ask(struct merge_vm *vm, enum merge_mode mode);

#endif /* _KVMSHARE_MEM_MERGE_H */
