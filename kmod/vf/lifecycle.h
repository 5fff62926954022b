/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What becomes of a VF: pure, the same file in the module and in the host's
 * unit tests.  It is told facts and answers with the next state, the next step
 * and the reason; it touches nothing.
 */
#ifndef _KVMSHARE_VF_LIFECYCLE_H
#define _KVMSHARE_VF_LIFECYCLE_H

#include "../compat/types.h"

/* The values of enum kvmshare_vf_state; pool.c asserts that they agree. */
enum vf_state {
	VF_FREE = 0,
	VF_LEASED,
	VF_HELD,
	VF_RESETTING,
	VF_DIRTY,
	VF_QUARANTINED,
	VF_FOREIGN,
	VF_GONE,
	VF_STATE_NR
};

/**
 * enum vf_event - what can happen to a VF
 * @VF_EV_LEASE: a lease takes it
 * @VF_EV_UNDO: that lease gives it back before it was bound for it
 * @VF_EV_LEASE_END: its lease has ended
 * @VF_EV_TAKEN: nobody has it, and the module took it to reset it
 * @VF_EV_IN_USE: something that leased nothing turned out to have it
 * @VF_EV_RESET: it was reset
 * @VF_EV_RESET_CLEAN: it was reset, and its PF says that this is enough
 * @VF_EV_RESET_FAILED: it could not be reset
 * @VF_EV_CLEANED: the service cleaned it
 * @VF_EV_QUARANTINE: an administrator sets it aside
 * @VF_EV_QUARANTINE_END: an administrator takes it back
 * @VF_EV_BOUND: someone else bound a driver to it
 * @VF_EV_UNBOUND: someone else unbound its driver
 * @VF_EV_REMOVED: it leaves the bus
 */
enum vf_event {
	VF_EV_LEASE = 0,
	VF_EV_UNDO,
	VF_EV_LEASE_END,
	VF_EV_TAKEN,
	VF_EV_IN_USE,
	VF_EV_RESET,
	VF_EV_RESET_CLEAN,
	VF_EV_RESET_FAILED,
	VF_EV_CLEANED,
	VF_EV_QUARANTINE,
	VF_EV_QUARANTINE_END,
	VF_EV_BOUND,
	VF_EV_UNBOUND,
	VF_EV_REMOVED,
	VF_EV_NR
};

#define VF_FORBIDDEN	(-1)

/**
 * vf_lifecycle_next() - the state after an event
 * @state: where the VF stands
 * @event: what happens
 *
 * Return: an enum vf_state, or VF_FORBIDDEN where it must not happen now.
 */
int vf_lifecycle_next(enum vf_state state, enum vf_event event);

/**
 * enum vf_driver - what is bound to a VF
 * @VF_DRV_NONE: nothing
 * @VF_DRV_VFIO: a driver that hands it to userspace, and may be unbound while
 *               nobody has it open
 * @VF_DRV_HOST: a driver of the host
 */
enum vf_driver {
	VF_DRV_NONE = 0,
	VF_DRV_VFIO,
	VF_DRV_HOST,
	VF_DRV_NR
};

/**
 * struct vf_facts - what the worker knows of a VF before it does anything
 * @state: where it stands
 * @driver: what is bound to it
 * @leased: a lease that has not ended names it
 * @named: a lease names it, ended or not
 * @leaving: it is off the bus, or its PF is being taken out of the pool
 * @unsaved: its driver override does not say yet whether it is quarantined
 * @claimed: its IOMMU group is somebody's
 * @seen_claimed: it was, once, since it became VF_FOREIGN
 * @tries: how often it was looked at in this state
 */
struct vf_facts {
	enum vf_state state;
	enum vf_driver driver;
	bool leased;
	bool named;
	bool leaving;
	bool unsaved;
	bool claimed;
	bool seen_claimed;
	u32 tries;
};

/**
 * enum vf_step - what the worker does next
 * @VF_STEP_NONE: nothing, until something happens
 * @VF_STEP_WAIT: look again later
 * @VF_STEP_TAKE: claim it, and reset it
 * @VF_STEP_SAVE: write into its driver override whether it is quarantined
 * @VF_STEP_SETTLE: its ended lease need not wait for it any longer
 * @VF_STEP_FORGET: take it out of the pool
 */
enum vf_step {
	VF_STEP_NONE = 0,
	VF_STEP_WAIT,
	VF_STEP_TAKE,
	VF_STEP_SAVE,
	VF_STEP_SETTLE,
	VF_STEP_FORGET,
	VF_STEP_NR
};

enum vf_step vf_lifecycle_step(const struct vf_facts *facts);

/**
 * enum vf_claim - how an attempt to take a VF went
 * @VF_CLAIM_OK: it is the module's
 * @VF_CLAIM_LOCKED: somebody is at work with the device
 * @VF_CLAIM_OTHER: its IOMMU group is somebody's
 * @VF_CLAIM_HOST: a driver of the host is bound to it
 * @VF_CLAIM_LEAVING: it is on its way off the bus
 * @VF_CLAIM_ERROR: the IOMMU refused, or there was no memory
 */
enum vf_claim {
	VF_CLAIM_OK = 0,
	VF_CLAIM_LOCKED,
	VF_CLAIM_OTHER,
	VF_CLAIM_HOST,
	VF_CLAIM_LEAVING,
	VF_CLAIM_ERROR,
	VF_CLAIM_NR
};

/**
 * enum vf_reset - how a reset went
 * @VF_RESET_OK: done, and the function answers
 * @VF_RESET_NO_METHOD: the function has none
 * @VF_RESET_FAILED: the kernel says that it failed
 * @VF_RESET_SILENT: done, but the function does not answer
 * @VF_RESET_BUSY: done, but the function still has transactions pending
 * @VF_RESET_ASIDE: done, but somebody has set the VF aside by its override
 */
enum vf_reset {
	VF_RESET_OK = 0,
	VF_RESET_NO_METHOD,
	VF_RESET_FAILED,
	VF_RESET_SILENT,
	VF_RESET_BUSY,
	VF_RESET_ASIDE,
	VF_RESET_NR
};

/**
 * enum vf_reason - why a VF is where it is, for people
 * See reasons[] in lifecycle.c for the words.
 */
enum vf_reason {
	VF_WHY_NONE = 0,
	VF_WHY_OPEN,
	VF_WHY_LOCKED,
	VF_WHY_CLAIM_ERROR,
	VF_WHY_HOST_DRIVER,
	VF_WHY_OPEN_FOREIGN,
	VF_WHY_NEEDS_CLEANING,
	VF_WHY_NO_RESET_METHOD,
	VF_WHY_RESET_FAILED,
	VF_WHY_SILENT,
	VF_WHY_PENDING,
	VF_WHY_OVERRIDE,
	VF_WHY_MADE_ANEW,
	VF_WHY_ADMIN,
	VF_WHY_UNBOUND,
	VF_WHY_REBOUND,
	VF_WHY_UNBINDING,
	VF_WHY_REMOVED,
	VF_WHY_NR
};

/**
 * struct vf_verdict - what follows from an attempt
 * @event: feed it to vf_lifecycle_next(), where @has_event
 * @has_event: something follows for the state
 * @again: look again after a while
 * @reason: what to show
 */
struct vf_verdict {
	enum vf_event event;
	bool has_event;
	bool again;
	enum vf_reason reason;
};

/**
 * vf_lifecycle_claimed() - what follows from an attempt to take a VF
 * @state: where it stood
 * @claim: how it went
 */
struct vf_verdict vf_lifecycle_claimed(enum vf_state state, enum vf_claim claim);

/**
 * vf_lifecycle_reset() - what follows from a reset
 * @reset: how it went
 * @reset_cleans: the PF's VFs need nothing else
 */
struct vf_verdict vf_lifecycle_reset(enum vf_reset reset, bool reset_cleans);

/* Milliseconds to wait before looking for the @tries-th time again. */
u32 vf_lifecycle_delay(enum vf_state state, u32 tries);

/* The sentence of a reason; empty for VF_WHY_NONE. */
const char *vf_lifecycle_reason(enum vf_reason reason);

/* The word of a state. */
const char *vf_lifecycle_word(enum vf_state state);

#endif /* _KVMSHARE_VF_LIFECYCLE_H */
