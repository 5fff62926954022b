/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The objects of kvmshare_vf: enrolled PFs, their VFs, and leases.
 *
 * Each is a kobject, and its kobject's references are the only ones: who finds
 * one under vf_lock takes a reference before dropping that lock.  A kobject is
 * never deleted under a lock that a show function takes, that is, under
 * vf_lock.
 */
#ifndef _KVMSHARE_VF_OBJECTS_H
#define _KVMSHARE_VF_OBJECTS_H

#include <linux/kobject.h>
#include <linux/list.h>
#include <linux/mutex.h>
#include <linux/pci.h>
#include <linux/wait.h>
#include <linux/workqueue.h>

#include "../core/kvmshare.h"
#include "lifecycle.h"

struct iommu_group;
struct vf_lease;

/* NumVFs is a field of 16 bits. */
#define VF_MAX_INDICES	(1U << 16)

/**
 * struct vf_pf - an enrolled PF
 * @kobj: pfs/<bdf>
 * @node: in the pool's list; vf_lock
 * @pdev: the PF, referenced; fixed
 * @bdf: KVMSHARE_BDF(); fixed
 * @driver: what to bind a leased VF to; fixed
 * @reset_cleans: its VFs need nothing but a reset; fixed
 * @leaving: off the bus, or being taken out; vf_lock
 * @aside: which of its VFs are quarantined, by index, also while they are off
 *         the bus: making them anew ends no quarantine; vf_lock
 * @work: finds its VFs; forgets it once it is leaving and has none left
 */
struct vf_pf {
	struct kobject kobj;
	struct list_head node;
	struct pci_dev *pdev;
	u32 bdf;
	char driver[KVMSHARE_NAME_LEN];
	bool reset_cleans;
	bool leaving;
	unsigned long *aside;
	struct delayed_work work;
};

/**
 * struct vf_times - when the present use of a VF went from step to step
 * @began: CLOCK_REALTIME
 * @leased: ktime when the lease took it
 * @ended: ktime when the lease ended
 * @taken: ktime when the last holder had let go
 */
struct vf_times {
	ktime_t began;
	ktime_t leased;
	ktime_t ended;
	ktime_t taken;
};

/**
 * struct vf_dev - a VF of an enrolled PF
 * @kobj: vfs/<bdf>
 * @node: in the pool's list; vf_lock
 * @pdev: the VF, referenced; fixed
 * @group: its IOMMU group, referenced; fixed
 * @pf: its PF, referenced; fixed
 * @facts: what a lease of it is told; @facts.generation by vf_lock, the rest
 *         fixed
 * @group_size: members of @group, when last counted; vf_lock
 * @state: where it stands; vf_lock
 * @reason: why; vf_lock
 * @since: when it came into @state; vf_lock
 * @driver: what is bound to it, as far as was notified; vf_lock
 * @driver_name: and by which name; vf_lock
 * @lease: whose it is, until that lease need not wait for it; vf_lock
 * @bound: was bound for @lease, so that a holder could have opened it; vf_lock
 * @revoking: its driver is being unbound under @lease; vf_lock
 * @removed: on its way off the bus, or off it; vf_lock
 * @out: its PF is being taken out of the pool; vf_lock
 * @seen_claimed: its group was somebody's when last looked at in @state; vf_lock
 * @shown: has its directory; shown_lock of device.c
 * @aside: its driver override holds the name of our quarantine; vf_lock
 * @actor: the task that binds or unbinds it for this module; vf_lock
 * @tries: attempts in @state so far; vf_lock
 * @reset: what the last reset returned; vf_lock
 * @times: of the present use; vf_lock
 * @claim_lock: protects @claimed, and its change together with the claim
 * @claimed: this module owns @group
 * @module: of the driver that it was bound to for @lease, referenced; of the
 *          lessee while it binds, then of @work
 * @work: the way back, see reclaim.c
 */
struct vf_dev {
	struct kobject kobj;
	struct list_head node;
	struct pci_dev *pdev;
	struct iommu_group *group;
	struct vf_pf *pf;
	struct kvmshare_vf facts;
	u32 group_size;
	enum vf_state state;
	char reason[KVMSHARE_REASON_LEN];
	ktime_t since;
	enum vf_driver driver;
	char driver_name[32];
	struct vf_lease *lease;
	bool bound;
	bool revoking;
	bool removed;
	bool out;
	bool seen_claimed;
	bool shown;
	bool aside;
	struct task_struct *actor;
	u32 tries;
	int reset;
	struct vf_times times;
	struct mutex claim_lock;
	bool claimed;
	struct module *module;
	struct delayed_work work;
};

/**
 * struct vf_owner - the process that a lease belongs to
 * @watch: tells when it is gone
 * @lease: the lease; alive until the watch has ended
 * @dead: it is gone already; vf_lock
 */
struct vf_owner {
	struct kvmshare_owner watch;
	struct vf_lease *lease;
	bool dead;
};

enum vf_lease_state {
	VF_LEASE_FORMING = 0,	/* inside its LEASE call, not yet given out */
	VF_LEASE_ACTIVE,
	VF_LEASE_ENDED,		/* stays until its VFs are back */
	VF_LEASE_STATE_NR
};

/**
 * struct vf_lease - a lease, until its last VF is back
 * @kobj: leases/<id>
 * @node: in the list of leases; vf_lock
 * @id: its number; fixed
 * @uid: whom to charge; fixed
 * @tenant: whom to charge; written before it has VFs, then fixed
 * @since: when it was made; fixed
 * @state: vf_lock
 * @end: why it ended; vf_lock
 * @inert: handed over, so that its descriptors mean nothing; vf_lock
 * @alarm: a VF of it is being removed or was touched; vf_lock
 * @pid: the owner's tgid, referenced; vf_lock
 * @comm: the owner's command; vf_lock
 * @nr: entries of @vfs; of the lessee while it is forming, then fixed
 * @vfs: its VFs, referenced; as @nr
 * @outstanding: how many of @vfs are not back yet; vf_lock
 * @wait: pollers of its descriptors
 * @owner_lock: one change of @owner at a time; taken before vf_lock
 * @owner: who is watched, or NULL; written under @owner_lock and vf_lock
 * @work: ends the watch once it has ended, forgets it once all is back
 */
struct vf_lease {
	struct kobject kobj;
	struct list_head node;
	u64 id;
	u32 uid;
	char tenant[KVMSHARE_NAME_LEN];
	ktime_t since;
	enum vf_lease_state state;
	enum kvmshare_lease_end end;
	bool inert;
	bool alarm;
	struct pid *pid;
	char comm[TASK_COMM_LEN];
	u32 nr;
	struct vf_dev *vfs[KVMSHARE_MAX_VFS];
	u32 outstanding;
	wait_queue_head_t wait;
	struct mutex owner_lock;
	struct vf_owner *owner;
	struct delayed_work work;
};

static inline struct vf_pf *to_vf_pf(struct kobject *kobj)
{
	return container_of(kobj, struct vf_pf, kobj);
}

static inline struct vf_dev *to_vf_dev(struct kobject *kobj)
{
	return container_of(kobj, struct vf_dev, kobj);
}

static inline struct vf_lease *to_vf_lease(struct kobject *kobj)
{
	return container_of(kobj, struct vf_lease, kobj);
}

static inline u32 vf_bdf(struct pci_dev *pdev)
{
	return KVMSHARE_BDF(pci_domain_nr(pdev->bus), pdev->bus->number, pdev->devfn);
}

#endif /* _KVMSHARE_VF_OBJECTS_H */
