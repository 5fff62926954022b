/* SPDX-License-Identifier: GPL-2.0 */
/*
 * A window is over: what is to be done with all VMs, ksmd and khugepaged?  Pure.
 *
 * Here the single decisions meet, in an order: is there a loop of splits and
 * collapses, whose turn is it of the tenants, is each VM in or out, and how fast has
 * ksmd to be for those that are in.
 */
#ifndef _KVMSHARE_MEM_PLAN_H
#define _KVMSHARE_MEM_PLAN_H

#include "domain.h"
#include "looks.h"
#include "loop.h"
#include "merge.h"
#include "rate.h"

/* NUMA nodes that are told apart, where the kernel does not merge across them. */
#define PLAN_SCOPES	64

/**
 * struct plan_policy - an administrator's, or the defaults
 * @merge: of a VM
 * @loop: of splits and collapses
 * @domain: of tenants
 * @rate: of ksmd
 * @guess: percent of a VM's memory that merging is taken to save before it was tried
 */
struct plan_policy {
	struct merge_policy merge;
	struct loop_policy loop;
	struct domain_policy domain;
	struct rate_policy rate;
	u32 guess;
};

/**
 * struct plan_host - of the host, in this window
 * @loop: its splits, collapses and merged pages
 * @passes: of ksmd over all memory, ever
 * @others: pages that processes other than VMs have mergeable
 * @yield: as for ksmd's rate
 * @cost: likewise
 * @short_in: likewise
 */
struct plan_host {
	struct loop_facts loop;
	u64 passes;
	u64 others;
	u32 yield;
	u32 cost;
	u32 short_in;
};

/**
 * struct plan_vm - a VM; all zeroes is a new one
 * @tenant: whose; not 0
 * @scope: its memory is merged with that of VMs of the same alone; below PLAN_SCOPES
 * @guarded: it cannot advise its memory itself, and no other tenant's may be mergeable
 *           beside it
 * @pinned: a device has its memory
 * @advised: some of its memory is mergeable, whoever has seen to that
 * @mergeable: some of it is now, as it was last looked at
 * @apart: it is being taken apart, and may have merged pages that ksmd has forgotten
 * @pages: of its memory that could be mergeable
 * @merging: of them merged with others
 * @zero: of them merged with the zero page
 * @items: what ksmd has of it
 * @huge: huge pages of it
 * @merge: in, or out, and why
 * @gain: bytes that merging it saved when it was last seen so, or is taken to
 * @tried: it was in for long enough to tell
 * @looks: of ksmd at it, while it is in
 * @shown: the most pages of it that ksmd ever looked at twice
 * @changes: it is to be let in or taken out now
 * @exposed: windows in a row in which it was merged beside another tenant's, or,
 *           guarded, beside anybody else's
 *
 * Those up to @huge are of this window, the others are kept.
 */
struct plan_vm {
	u64 tenant;
	u32 scope;
	bool guarded;
	bool pinned;
	bool advised;
	bool mergeable;
	bool apart;
	u64 pages;
	u64 merging;
	u64 zero;
	u64 items;
	u64 huge;

	struct merge_vm merge;
	u64 gain;
	bool tried;
	struct looks looks;
	u64 shown;
	bool changes;
	u32 exposed;
};

/**
 * struct plan_whose - of which tenants something is
 * @one: one of them, or 0
 * @many: there is another one
 */
struct plan_whose {
	u64 one;
	bool many;
};

/**
 * struct plan_scope - VMs whose memory is merged with each other's
 * @domain: whose turn it is
 * @advised: tenants with mergeable memory in this window
 * @guarded: of them those whose VMs are guarded
 * @fresh: whose memory is mergeable that ksmd has not looked at twice, or 0
 * @news: likewise, and never did
 * @joins: whose VMs that did not pay are tried again in this window, or 0
 */
struct plan_scope {
	struct domain domain;
	struct plan_whose advised;
	struct plan_whose guarded;
	u64 fresh;
	u64 news;
	u64 joins;
};

/**
 * struct plan - all zeroes is before the first window
 * @loop: what was seen of splits and collapses
 * @looping: there is a loop
 * @scopes: each
 * @fresh: pages of memory that ksmd has not looked at twice
 * @rate: of ksmd
 * @rate_changes: it is to be another
 * @leaves_shared: khugepaged is to leave shared pages alone
 */
struct plan {
	struct loop loop;
	bool looping;
	struct plan_scope scopes[PLAN_SCOPES];
	u64 fresh;
	struct rate rate;
	bool rate_changes;
	bool leaves_shared;
};

bool plan_policy_valid(const struct plan_policy *policy);
void plan_window(struct plan *plan, const struct plan_policy *policy,
		 const struct plan_host *host, struct plan_vm *const *vms, u32 nr,
		 struct domain_tenant *room);

#endif /* _KVMSHARE_MEM_PLAN_H */
