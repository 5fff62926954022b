// SPDX-License-Identifier: GPL-2.0
/*
 * The pool: which PFs and VFs there are, and where each VF stands.
 *
 * vf_lock protects the lists and every field of objects.h that names it.  An
 * object's work is queued only while the object is on its list and vf_lock is
 * held, so that an object which has left its list can cancel its work and go.
 */
#include <linux/ktime.h>
#include <linux/topology.h>

#include "trace.h"
#include "vf.h"

DEFINE_SPINLOCK(vf_lock);

/* Woken when a VF becomes free or leaves, or a PF has left. */
DECLARE_WAIT_QUEUE_HEAD(vf_pool_wait);

/* All under vf_lock. */
static LIST_HEAD(pfs);
static LIST_HEAD(vfs);
static u64 generation;
static u64 changes;

static struct workqueue_struct *pool_wq;

struct vf_dev *vf_pool_find(u32 bdf)
{
	struct vf_dev *vf;

	lockdep_assert_held(&vf_lock);
	list_for_each_entry(vf, &vfs, node) {
		if (vf->facts.bdf == bdf && !vf->removed && !vf->out)
			return vf;
	}
	return NULL;
}

struct vf_dev *vf_pool_find_pdev(const struct pci_dev *pdev)
{
	struct vf_dev *vf;

	lockdep_assert_held(&vf_lock);
	list_for_each_entry(vf, &vfs, node) {
		if (vf->pdev == pdev)
			return vf;
	}
	return NULL;
}

struct vf_pf *vf_pool_find_pf(u32 bdf)
{
	struct vf_pf *pf;

	lockdep_assert_held(&vf_lock);
	list_for_each_entry(pf, &pfs, node) {
		if (pf->bdf == bdf)
			return pf;
	}
	return NULL;
}

struct vf_pf *vf_pool_find_pf_pdev(const struct pci_dev *pdev)
{
	struct vf_pf *pf;

	lockdep_assert_held(&vf_lock);
	list_for_each_entry(pf, &pfs, node) {
		if (pf->pdev == pdev)
			return pf;
	}
	return NULL;
}

/* The list holds a reference; vf_enrol_forget() puts it. */
void vf_pool_add_pf(struct vf_pf *pf)
{
	lockdep_assert_held(&vf_lock);
	kobject_get(&pf->kobj);
	list_add_tail(&pf->node, &pfs);
}

/* The list holds a reference; vf_device_forget() puts it. */
void vf_pool_add(struct vf_dev *vf)
{
	lockdep_assert_held(&vf_lock);
	kobject_get(&vf->kobj);
	list_add_tail(&vf->node, &vfs);
}

/**
 * vf_pool_next() - walk over the VFs of a PF
 * @pf: the PF, or NULL for all
 * @vf: the last one seen, or NULL to begin
 */
struct vf_dev *vf_pool_next(const struct vf_pf *pf, struct vf_dev *vf)
{
	lockdep_assert_held(&vf_lock);
	vf = list_prepare_entry(vf, &vfs, node);
	list_for_each_entry_continue(vf, &vfs, node) {
		if (!pf || vf->pf == pf)
			return vf;
	}
	return NULL;
}

/* The same for PFs. */
struct vf_pf *vf_pool_next_pf(struct vf_pf *pf)
{
	lockdep_assert_held(&vf_lock);
	pf = list_prepare_entry(pf, &pfs, node);
	list_for_each_entry_continue(pf, &pfs, node)
		return pf;
	return NULL;
}

/* Clean, and the lease that it served last is settled. */
bool vf_pool_is_free(const struct vf_dev *vf)
{
	lockdep_assert_held(&vf_lock);
	return vf->state == VF_FREE && !vf->lease && !vf->out;
}

static u32 distance(int from, int to)
{
	if (from < 0)
		return 0;
	return to < 0 ? U32_MAX : (u32)node_distance(from, to);
}

/**
 * vf_pool_candidates() - what is free now
 * @cand: to fill
 * @room: entries of @cand
 * @node: where distances are measured from, or negative
 *
 * Return: how many are free; no more than @room of them are in @cand.
 */
u32 vf_pool_candidates(struct vf_candidate *cand, u32 room, s32 node)
{
	struct vf_dev *vf;
	u32 n = 0;

	lockdep_assert_held(&vf_lock);
	list_for_each_entry(vf, &vfs, node) {
		if (!vf_pool_is_free(vf))
			continue;
		if (n < room)
			cand[n] = (struct vf_candidate){
				.bdf = vf->facts.bdf,
				.pf = vf->facts.pf,
				.group = vf->facts.iommu_group,
				.group_size = vf->group_size,
				.class = vf->facts.class_code,
				.vendor = vf->facts.vendor,
				.device = vf->facts.device,
				.node = vf->facts.node,
				.distance = distance(node, vf->facts.node),
			};
		n++;
	}
	return n;
}

/* A VF became free, or an object left: whoever waits looks again. */
void vf_pool_changed(void)
{
	lockdep_assert_held(&vf_lock);
	WRITE_ONCE(changes, changes + 1);
	wake_up_all(&vf_pool_wait);
}

/* Differs from what it was if vf_pool_changed() was called in between. */
u64 vf_pool_changes(void)
{
	return READ_ONCE(changes);
}

u64 vf_pool_generation(void)
{
	lockdep_assert_held(&vf_lock);
	return ++generation;
}

/* Say why a VF is where it is, with the reset's error where that says more. */
void vf_pool_explain(struct vf_dev *vf, enum vf_reason reason)
{
	lockdep_assert_held(&vf_lock);
	if (reason == VF_WHY_RESET_FAILED)
		scnprintf(vf->reason, sizeof(vf->reason), "%s (error %d)",
			  vf_lifecycle_reason(reason), vf->reset);
	else
		strscpy(vf->reason, vf_lifecycle_reason(reason), sizeof(vf->reason));
}

static void enter_state(struct vf_dev *vf, enum vf_state state)
{
	trace_kvmshare_vf_state(vf, state);
	vf->state = state;
	vf->since = ktime_get();
	vf->tries = 0;
	vf->seen_claimed = false;
	kvmshare_event_post(KVMSHARE_EVENT_VF_STATE, vf->facts.generation, state,
			    vf->facts.bdf);
	if (state == VF_FREE || state == VF_GONE)
		vf_pool_changed();
}

/**
 * vf_pool_event() - let something happen to a VF
 * @vf: the VF
 * @event: what happens
 * @reason: what to show from then on
 *
 * Return: 0, or -EBUSY where the VF's state forbids it; nothing is changed then.
 */
int vf_pool_event(struct vf_dev *vf, enum vf_event event, enum vf_reason reason)
{
	int next;

	lockdep_assert_held(&vf_lock);
	BUILD_BUG_ON(VF_STATE_NR != (int)KVMSHARE_VF_NR);
	BUILD_BUG_ON(VF_FREE != (int)KVMSHARE_VF_FREE ||
		     VF_LEASED != (int)KVMSHARE_VF_LEASED ||
		     VF_HELD != (int)KVMSHARE_VF_HELD ||
		     VF_RESETTING != (int)KVMSHARE_VF_RESETTING ||
		     VF_DIRTY != (int)KVMSHARE_VF_DIRTY ||
		     VF_QUARANTINED != (int)KVMSHARE_VF_QUARANTINED ||
		     VF_FOREIGN != (int)KVMSHARE_VF_FOREIGN ||
		     VF_GONE != (int)KVMSHARE_VF_GONE);

	next = vf_lifecycle_next(vf->state, event);
	if (next == VF_FORBIDDEN)
		return -EBUSY;

	/* What is dirty anew is another thing to acknowledge. */
	if (next == VF_DIRTY && vf->state != VF_DIRTY && !vf->lease)
		vf->facts.generation = vf_pool_generation();
	if (next == VF_QUARANTINED)
		__set_bit(vf->facts.index, vf->pf->aside);
	else if (event == VF_EV_QUARANTINE_END)
		__clear_bit(vf->facts.index, vf->pf->aside);
	vf_pool_explain(vf, reason);
	if (next != vf->state)
		enter_state(vf, next);
	return 0;
}

/* At once hastens what is queued for later; later delays nothing. */
static void queue(struct delayed_work *work, u32 delay_ms)
{
	if (delay_ms)
		queue_delayed_work(pool_wq, work, msecs_to_jiffies(delay_ms));
	else
		mod_delayed_work(pool_wq, work, 0);
}

void vf_pool_queue(struct vf_dev *vf, u32 delay_ms)
{
	lockdep_assert_held(&vf_lock);
	queue(&vf->work, delay_ms);
}

void vf_pool_queue_pf(struct vf_pf *pf, u32 delay_ms)
{
	lockdep_assert_held(&vf_lock);
	queue(&pf->work, delay_ms);
}

void vf_pool_queue_lease(struct vf_lease *lease)
{
	lockdep_assert_held(&vf_lock);
	queue(&lease->work, 0);
}

int vf_pool_init(void)
{
	/* Unbound: a reset sleeps for 100 ms and more, one work a VF. */
	pool_wq = alloc_workqueue("kvmshare_vf", WQ_UNBOUND, 0);
	return pool_wq ? 0 : -ENOMEM;
}

/* Nothing is enrolled any more, and nobody queues. */
void vf_pool_exit(void)
{
	WARN_ON(!list_empty(&pfs) || !list_empty(&vfs));
	destroy_workqueue(pool_wq);
}
