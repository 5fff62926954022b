/* SPDX-License-Identifier: GPL-2.0 */
/* What the files of kvmshare_mem.ko offer to each other. */
#ifndef _KVMSHARE_MEM_MEM_H
#define _KVMSHARE_MEM_MEM_H

#include <linux/list.h>
#include <linux/mutex.h>
#include <linux/workqueue.h>

#include "../core/kvmshare.h"
#include "advise.h"
#include "forecast.h"
#include "history.h"
#include "host.h"
#include "huge.h"
#include "knob.h"
#include "meter.h"
#include "plan.h"
#include "vma.h"

/*
 * Protects the list of all VMs, and all that is decided and shown.  Held for a moment
 * only: readers of a VM's files take it inside of the registry's.  The worker alone
 * changes what it protects, but for new VMs, for what an administrator says of one, and
 * for the policy, and so reads the rest without it.
 */
extern struct mutex mem_lock;

/* -- vms.c ------------------------------------------------------------------ */

/**
 * struct mem_exposure - pages of a VM may have been merged with a stranger's
 * @since: when that began, nanoseconds since boot; 0: they are not now
 * @pages: of it that were merged then, at most
 * @times: that it began
 */
struct mem_exposure {
	u64 since;
	u64 pages;
	u64 times;
};

/**
 * struct mem_vm - a VM, as long as the registry has it
 * @all: in the list of all; mem_lock
 * @list: in mem_vms
 * @id: the registry's
 * @seen: the last window in which it was there; mem_lock
 * @mm: its struct held, not its memory; NULL while its process has not made it
 * @first: another VM of the same memory, which is looked after there; or NULL
 * @holds: the module stays for it
 * @left: the registry has it no more, and its memory is still to be taken apart
 * @tenant: as the registry has it
 * @node: that all its memory is of, ever since it was first looked at, or NUMA_NO_NODE
 * @placed: that is known
 * @plan: what was found of it, and decided
 * @facts: of its mappings
 * @resident: bytes that its process has
 * @out: in the last window none of it was mergeable, nor should have been
 * @items: what ksmd has of it, as it was last seen
 * @merging: what ksmd found merged of it, likewise
 * @suspect: for so many windows its memory counts as mergeable
 * @huge: its huge pages, as far as they are counted
 * @counted: they have had their turn
 * @apart: how far it is taken apart
 * @served: nanoseconds that taking it apart took
 * @rc: of the last attempt to let it in or take it out
 * @exposure: the last one, if it was ever
 */
struct mem_vm {
	struct list_head all;
	struct list_head list;
	u64 id;
	u64 seen;
	struct mm_struct *mm;
	struct mem_vm *first;
	bool holds;
	bool left;
	char tenant[KVMSHARE_NAME_LEN];
	int node;
	bool placed;
	struct plan_vm plan;
	struct mem_vma_facts facts;
	u64 resident;
	bool out;
	u64 items;
	u64 merging;
	u32 suspect;
	struct mem_huge huge;
	bool counted;
	struct mem_apart apart;
	u64 served;
	int rc;
	struct mem_exposure exposure;
};

extern struct list_head mem_vms;	/* those of this window; the worker's */
extern unsigned int mem_nr_vms;		/* how many those are; mem_lock */

int mem_vms_init(void);
void mem_vms_exit(void);
/* It, new if nobody has asked for it before; NULL where there is no memory for that. */
struct mem_vm *mem_vms_of(u64 id);
/* Who is there. For the worker. */
void mem_vms_collect(void);
/* The VM's memory, or NULL where it has none; to be given back by mem_vms_put(). */
struct mm_struct *mem_vms_get(struct mem_vm *vm);
/* Whether the module is to stay for the VM. For the worker. False: it goes already. */
bool mem_vms_hold(struct mem_vm *vm, bool hold);
void mem_vms_put(struct mm_struct *mm);

/* -- look.c ----------------------------------------------------------------- */

/* What is seen of each. For the worker. */
void mem_look(void);
bool mem_look_advised(const struct mem_vm *vm);

/* -- scopes.c --------------------------------------------------------------- */

/* On which node it has its memory, if on one. */
void mem_scopes_look(struct mem_vm *vm, struct mm_struct *mm);
/* With whom each could be merged. */
void mem_scopes_set(bool across);

/* -- knobs.c ---------------------------------------------------------------- */

#define MEM_KNOB_NAME_LEN 32

enum mem_knob {
	MEM_KSM_RUN,
	MEM_KSM_PAGES,
	MEM_KSM_SLEEP,
	MEM_KSM_SMART,
	MEM_KHUGEPAGED_SHARED,
	MEM_KNOBS
};

const char *mem_knob_name(enum mem_knob nr);
const struct knob *mem_knob(enum mem_knob nr);
int mem_knob_reclaim(const char *name);
/* As was decided. On a worker of their own: a write may wait for as long as a VMM likes. */
void mem_knobs_turn(void);
int mem_knobs_init(void);
/* What was before is put back, where it is still ours. */
void mem_knobs_exit(void);

/* -- policy.c --------------------------------------------------------------- */

/**
 * struct mem_policy - what an administrator set
 * @plan: see there
 * @window_ms: how long a window is
 * @hold_ns: how long a VM's memory lock may be held
 * @headroom: bytes that stay available while memory is taken apart
 * @observe: nothing is done, only shown
 */
struct mem_policy {
	struct plan_policy plan;
	u32 window_ms;
	u64 hold_ns;
	u64 headroom;
	bool observe;
};

/**
 * struct mem_state - what is shown of the last window
 * @host: what was seen
 * @plan: what was decided
 * @available: what is forecast of that, in KiB, a tick being a window
 * @history: the last hour
 * @windows: how many there were
 * @window_ns: of a CPU that they took, all of them
 */
struct mem_state {
	struct mem_host host;
	struct plan_host facts;
	struct meter ksmd;
	struct plan plan;
	struct forecast available;
	struct history history;
	u64 windows;
	u64 window_ns;
};

extern struct mem_policy mem_policy;	/* mem_lock */
extern struct mem_state mem_state;	/* likewise */

/* -- apply.c ---------------------------------------------------------------- */

/* A window is over. For the worker, as the others. */
void mem_apply(void);
u64 mem_apply_apart(void);
/* There is no worker any more. */
void mem_apply_end(void);

int mem_policy_init(void);
void mem_policy_exit(void);
void mem_policy_start(void);
void mem_policy_stop(void);

/* -- sysfs.c, sysfs_vm.c ---------------------------------------------------- */

/* What an administrator wrote. */
int mem_number_of(const char *text, u64 least, u64 most, u64 *number);
struct kobject *mem_sysfs_dir(void);
int mem_sysfs_init(void);
void mem_sysfs_exit(void);
int mem_sysfs_vm_init(void);
void mem_sysfs_vm_exit(void);

#endif /* _KVMSHARE_MEM_MEM_H */
