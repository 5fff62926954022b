/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What the files of kvmshare_vf offer each other.
 *
 * Locks, outermost first:
 *
 *   enrol_lock (enrol.c)       an enrolment
 *   vf_lease.owner_lock        a change of owner
 *   the VF's device lock       by trylock, or through the driver core; never
 *                              the PF's, nor the rescan lock: who writes
 *                              sriov_numvfs holds both, and waits for the users
 *                              of a VF
 *   shown_lock (device.c)      the vfs directory
 *   vf_dev.claim_lock          the claim on an IOMMU group
 *   vf_lock                    lists and states; a spinlock, nothing sleeps
 *                              under it
 *
 * The core calls vf_lease_holds() with its registry's mutex held, so the
 * registry is asked for nothing under any of these.  The bus notifier runs
 * under the notifier chain's lock, and mostly under a device lock: it takes
 * vf_lock, and claim_lock for a device that leaves, and does nothing slow.
 */
#ifndef _KVMSHARE_VF_VF_H
#define _KVMSHARE_VF_VF_H

#include "match.h"
#include "objects.h"

/* The driver override of a VF that is set aside: there is no such driver. */
#define VF_QUARANTINE_DRIVER	"kvmshare-quarantine"
#define VF_DEFAULT_DRIVER	"vfio-pci"

/* pool.c: which there are, and where they stand */
extern spinlock_t vf_lock;
extern wait_queue_head_t vf_pool_wait;
int vf_pool_init(void);
void vf_pool_exit(void);
struct vf_dev *vf_pool_find(u32 bdf);
struct vf_dev *vf_pool_find_pdev(const struct pci_dev *pdev);
struct vf_pf *vf_pool_find_pf(u32 bdf);
struct vf_pf *vf_pool_find_pf_pdev(const struct pci_dev *pdev);
void vf_pool_add(struct vf_dev *vf);
void vf_pool_add_pf(struct vf_pf *pf);
struct vf_dev *vf_pool_next(const struct vf_pf *pf, struct vf_dev *vf);
struct vf_pf *vf_pool_next_pf(struct vf_pf *pf);
bool vf_pool_is_free(const struct vf_dev *vf);
u32 vf_pool_candidates(struct vf_candidate *cand, u32 room, s32 node);
void vf_pool_changed(void);
u64 vf_pool_changes(void);
u64 vf_pool_generation(void);
int vf_pool_event(struct vf_dev *vf, enum vf_event event, enum vf_reason reason);
void vf_pool_explain(struct vf_dev *vf, enum vf_reason reason);
void vf_pool_queue(struct vf_dev *vf, u32 delay_ms);
void vf_pool_queue_pf(struct vf_pf *pf, u32 delay_ms);
void vf_pool_queue_lease(struct vf_lease *lease);

/* enrol.c: PFs */
int vf_enrol_set(const struct kvmshare_vf_enrol *arg);
void vf_enrol_start_leaving(struct vf_pf *pf);
void vf_enrol_forget(struct vf_pf *pf);
void vf_enrol_free(struct kobject *kobj);
void vf_enrol_exit(void);

/* scan.c: the work of a PF */
void vf_scan_work(struct work_struct *work);

/* device.c: VFs */
struct vf_dev *vf_device_create(struct vf_pf *pf, struct pci_dev *pdev);
void vf_device_count_group(struct vf_dev *vf);
void vf_device_hide(struct vf_dev *vf);
void vf_device_forget(struct vf_dev *vf);
void vf_device_free(struct kobject *kobj);

/* reclaim.c: the work of a VF */
void vf_reclaim_work(struct work_struct *work);

/* claim.c, reset.c, bind.c: what is done to a VF */
enum vf_claim vf_claim_take(struct vf_dev *vf);
void vf_claim_drop(struct vf_dev *vf);
enum vf_reset vf_reset_locked(struct vf_dev *vf);
enum vf_driver vf_bind_kind(const struct vf_pf *pf, const struct pci_dev *pdev);
int vf_bind_override_locked(struct vf_dev *vf, const char *driver);
bool vf_bind_save(struct vf_dev *vf);
int vf_bind_attach(struct vf_dev *vf, struct vf_lease *lease);
void vf_bind_release(struct vf_dev *vf);
void vf_bind_put(struct vf_dev *vf);

/* quarantine.c: what is said of a VF */
int vf_quarantine_set(const struct kvmshare_vf_quarantine *arg);
int vf_quarantine_cleaned(const struct kvmshare_vf_cleaned *arg);

/* notifier.c: what others do to it */
int vf_notifier_init(void);
void vf_notifier_exit(void);
u64 vf_notifier_removals(void);

/* lease.c: leases */
struct vf_lease *vf_lease_create(u32 uid);
struct vf_lease *vf_lease_get(u64 id);
int vf_lease_activate(struct vf_lease *lease);
void vf_lease_end(struct vf_lease *lease, enum kvmshare_lease_end end);
void vf_lease_end_locked(struct vf_lease *lease, enum kvmshare_lease_end end);
int vf_lease_release(const struct kvmshare_vf_release *arg);
void vf_lease_settle(struct vf_dev *vf);
bool vf_lease_holds(struct pid *tgid);
u32 vf_lease_charged(const char *tenant, u32 uid);
void vf_lease_free(struct kobject *kobj);

/* grant.c: the call that makes one; pick.c, file.c, owner.c: its parts */
int vf_grant(struct kvmshare_vf_lease *arg, void __user *to);
int vf_pick(struct vf_lease *lease, const struct vf_request *req, bool wait);
struct file *vf_file_create(struct vf_lease *lease);
int vf_owner_set(struct vf_lease *lease, struct pid *tgid);
void vf_owner_clear(struct vf_lease *lease);
int vf_owner_handover(const struct kvmshare_vf_handover *arg);

/* quota.c */
int vf_quota_set(const struct kvmshare_vf_quota *arg);
bool vf_quota_allows(const struct vf_lease *lease, u32 more);
void vf_quota_exit(void);

/* history.c */
int vf_history_init(void);
void vf_history_exit(void);
void vf_history_add(const struct vf_dev *vf);
int vf_history_read(struct kvmshare_vf_history *arg);

/* sysfs.c; see sysfs.h for the rest */
int vf_sysfs_init(void);
void vf_sysfs_exit(void);

/* counters.c: live objects of each kind */
enum vf_counter {
	VF_COUNT_PF = 0,
	VF_COUNT_VF,
	VF_COUNT_LEASE,
	VF_COUNT_OWNER,
	VF_COUNT_CLAIM,
	VF_COUNT_QUOTA,
	VF_COUNT_WAITER,
	VF_COUNT_NR
};

int vf_counters_init(void);
void vf_counters_exit(void);
void vf_count(enum vf_counter counter, int by);

/* ioctl.c: /dev/kvmshare */
int vf_ioctl_init(void);
void vf_ioctl_exit(void);

#endif /* _KVMSHARE_VF_VF_H */
