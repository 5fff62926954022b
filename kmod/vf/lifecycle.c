// SPDX-License-Identifier: GPL-2.0
/*
 * What becomes of a VF: states, events, and the step that the worker does next.
 *
 *   FREE -> LEASED -> HELD -> RESETTING -> DIRTY -> FREE
 *                                 |
 *                                 +-> QUARANTINED (the reset failed)
 *
 * A VF is HELD for as long as a process has it open in VFIO: there is no
 * deadline, since a VFIO descriptor cannot be revoked.  FOREIGN is what others
 * use without a lease; GONE is off the bus.
 */
#include "lifecycle.h"

#define TO(state)	(1 + VF_##state)

/* One more than the next state; zero, for what is not named, forbids it. */
static const u8 transitions[VF_STATE_NR][VF_EV_NR] = {
	[VF_FREE] = {
		[VF_EV_LEASE] = TO(LEASED),
		[VF_EV_QUARANTINE] = TO(QUARANTINED),
		[VF_EV_BOUND] = TO(FOREIGN),
		[VF_EV_UNBOUND] = TO(FREE),
		[VF_EV_REMOVED] = TO(GONE),
	},
	[VF_LEASED] = {
		[VF_EV_UNDO] = TO(FREE),
		[VF_EV_LEASE_END] = TO(HELD),
		[VF_EV_BOUND] = TO(LEASED),
		[VF_EV_UNBOUND] = TO(LEASED),
		[VF_EV_REMOVED] = TO(GONE),
	},
	[VF_HELD] = {
		[VF_EV_TAKEN] = TO(RESETTING),
		[VF_EV_IN_USE] = TO(FOREIGN),
		[VF_EV_BOUND] = TO(HELD),
		[VF_EV_UNBOUND] = TO(HELD),
		[VF_EV_REMOVED] = TO(GONE),
	},
	[VF_RESETTING] = {
		[VF_EV_TAKEN] = TO(RESETTING),
		[VF_EV_IN_USE] = TO(FOREIGN),
		[VF_EV_RESET] = TO(DIRTY),
		[VF_EV_RESET_CLEAN] = TO(FREE),
		[VF_EV_RESET_FAILED] = TO(QUARANTINED),
		[VF_EV_BOUND] = TO(RESETTING),
		[VF_EV_UNBOUND] = TO(RESETTING),
		[VF_EV_REMOVED] = TO(GONE),
	},
	[VF_DIRTY] = {
		[VF_EV_CLEANED] = TO(FREE),
		[VF_EV_QUARANTINE] = TO(QUARANTINED),
		[VF_EV_BOUND] = TO(FOREIGN),
		[VF_EV_UNBOUND] = TO(DIRTY),
		[VF_EV_REMOVED] = TO(GONE),
	},
	[VF_QUARANTINED] = {
		[VF_EV_QUARANTINE] = TO(QUARANTINED),
		[VF_EV_QUARANTINE_END] = TO(RESETTING),
		[VF_EV_BOUND] = TO(QUARANTINED),
		[VF_EV_UNBOUND] = TO(QUARANTINED),
		[VF_EV_REMOVED] = TO(GONE),
	},
	[VF_FOREIGN] = {
		[VF_EV_TAKEN] = TO(RESETTING),
		[VF_EV_IN_USE] = TO(FOREIGN),
		[VF_EV_QUARANTINE] = TO(QUARANTINED),
		[VF_EV_BOUND] = TO(FOREIGN),
		[VF_EV_UNBOUND] = TO(RESETTING),
		[VF_EV_REMOVED] = TO(GONE),
	},
	[VF_GONE] = {
		[VF_EV_UNDO] = TO(GONE),
		[VF_EV_LEASE_END] = TO(GONE),
		[VF_EV_BOUND] = TO(GONE),
		[VF_EV_UNBOUND] = TO(GONE),
		[VF_EV_REMOVED] = TO(GONE),
	},
};

#undef TO

int vf_lifecycle_next(enum vf_state state, enum vf_event event)
{
	if ((unsigned int)state >= VF_STATE_NR || (unsigned int)event >= VF_EV_NR)
		return VF_FORBIDDEN;
	return (int)transitions[state][event] - 1;
}

#define SAVE_TRIES	8

/* A lease that has ended waits for a VF in these states, and no other. */
static bool lease_waits(enum vf_state state)
{
	return state == VF_HELD || state == VF_RESETTING;
}

/*
 * A VF that others use comes back when they unbind their driver, which is an
 * event.  One that was open in VFIO comes back when it is closed, which is
 * none; but one that was only just bound to VFIO is about to be opened.
 */
static enum vf_step step_foreign(const struct vf_facts *facts)
{
	switch (facts->driver) {
	case VF_DRV_HOST:
		return VF_STEP_NONE;
	case VF_DRV_VFIO:
		return facts->seen_claimed && !facts->claimed ? VF_STEP_TAKE : VF_STEP_WAIT;
	default:
		return VF_STEP_TAKE;
	}
}

/* A quarantine outlives the pool; but nothing may keep a VF in it for ever. */
static enum vf_step step_leaving(const struct vf_facts *facts)
{
	if (facts->named)
		return VF_STEP_NONE;
	if (facts->unsaved && facts->state != VF_GONE && facts->tries < SAVE_TRIES)
		return VF_STEP_SAVE;
	return VF_STEP_FORGET;
}

enum vf_step vf_lifecycle_step(const struct vf_facts *facts)
{
	if (facts->named && !facts->leased &&
	    (facts->leaving || !lease_waits(facts->state)))
		return VF_STEP_SETTLE;
	if (facts->leaving)
		return step_leaving(facts);

	switch (facts->state) {
	case VF_HELD:
	case VF_RESETTING:
		return VF_STEP_TAKE;
	case VF_QUARANTINED:
		return facts->unsaved ? VF_STEP_SAVE : VF_STEP_NONE;
	case VF_FOREIGN:
		return facts->unsaved ? VF_STEP_SAVE : step_foreign(facts);
	default:
		return VF_STEP_NONE;
	}
}

struct vf_verdict vf_lifecycle_claimed(enum vf_state state, enum vf_claim claim)
{
	struct vf_verdict verdict = { .again = true };

	switch (claim) {
	case VF_CLAIM_OK:
		return (struct vf_verdict){ .has_event = true, .event = VF_EV_TAKEN };
	case VF_CLAIM_HOST:
		return (struct vf_verdict){ .has_event = true, .event = VF_EV_IN_USE,
					    .reason = VF_WHY_HOST_DRIVER };
	case VF_CLAIM_OTHER:
		verdict.reason = VF_WHY_OPEN;
		if (state == VF_HELD)
			break;
		verdict.has_event = true;
		verdict.event = VF_EV_IN_USE;
		verdict.reason = VF_WHY_OPEN_FOREIGN;
		break;
	case VF_CLAIM_LEAVING:
		verdict.reason = VF_WHY_REMOVED;
		break;
	case VF_CLAIM_ERROR:
		verdict.reason = VF_WHY_CLAIM_ERROR;
		break;
	default:
		verdict.reason = VF_WHY_LOCKED;
		break;
	}
	return verdict;
}

struct vf_verdict vf_lifecycle_reset(enum vf_reset reset, bool reset_cleans)
{
	static const enum vf_reason why[VF_RESET_NR] = {
		[VF_RESET_NO_METHOD]	= VF_WHY_NO_RESET_METHOD,
		[VF_RESET_FAILED]	= VF_WHY_RESET_FAILED,
		[VF_RESET_SILENT]	= VF_WHY_SILENT,
		[VF_RESET_BUSY]		= VF_WHY_PENDING,
		[VF_RESET_ASIDE]	= VF_WHY_OVERRIDE,
	};
	struct vf_verdict verdict = { .has_event = true };

	if (reset != VF_RESET_OK) {
		verdict.event = VF_EV_RESET_FAILED;
		verdict.reason = (unsigned int)reset < VF_RESET_NR ? why[reset] :
								     VF_WHY_RESET_FAILED;
		verdict.again = true;
	} else if (reset_cleans) {
		verdict.event = VF_EV_RESET_CLEAN;
	} else {
		verdict.event = VF_EV_RESET;
		verdict.reason = VF_WHY_NEEDS_CLEANING;
	}
	return verdict;
}

#define DELAY_MIN_MS	10
#define DELAY_MAX_MS	1000

u32 vf_lifecycle_delay(enum vf_state state, u32 tries)
{
	if (state == VF_FOREIGN || tries > 6)
		return DELAY_MAX_MS;
	return DELAY_MIN_MS << tries;
}

static const char *const reasons[VF_WHY_NR] = {
	[VF_WHY_NONE]		= "",
	[VF_WHY_OPEN]		= "its lease has ended, and a process still has it open in VFIO",
	[VF_WHY_LOCKED]		= "someone is at work with the device; tried again",
	[VF_WHY_CLAIM_ERROR]	= "its IOMMU group cannot be claimed; tried again",
	[VF_WHY_HOST_DRIVER]	= "a driver was bound to it without a lease; unbind that driver",
	[VF_WHY_OPEN_FOREIGN]	= "a process that leased nothing has it open in VFIO",
	[VF_WHY_NEEDS_CLEANING]	= "reset; to be cleaned by kvmshare-host.service",
	[VF_WHY_NO_RESET_METHOD] = "reset failed: the function has no reset method",
	[VF_WHY_RESET_FAILED]	= "reset failed",
	[VF_WHY_SILENT]		= "reset failed: the function does not answer",
	[VF_WHY_PENDING]	= "reset failed: transactions are still pending",
	[VF_WHY_OVERRIDE]	= "set aside before, as its driver override says",
	[VF_WHY_MADE_ANEW]	= "set aside before the VFs of its PF were made anew",
	[VF_WHY_ADMIN]		= "set aside by an administrator",
	[VF_WHY_UNBOUND]	= "its driver was unbound under the lease",
	[VF_WHY_REBOUND]	= "another driver was bound under the lease",
	[VF_WHY_UNBINDING]	= "its driver is being unbound under the lease; let go of it",
	[VF_WHY_REMOVED]	= "off the bus",
};

const char *vf_lifecycle_reason(enum vf_reason reason)
{
	return (unsigned int)reason < VF_WHY_NR ? reasons[reason] : "";
}

static const char *const words[VF_STATE_NR] = {
	[VF_FREE]		= "free",
	[VF_LEASED]		= "leased",
	[VF_HELD]		= "held",
	[VF_RESETTING]		= "resetting",
	[VF_DIRTY]		= "dirty",
	[VF_QUARANTINED]	= "quarantined",
	[VF_FOREIGN]		= "foreign",
	[VF_GONE]		= "gone",
};

const char *vf_lifecycle_word(enum vf_state state)
{
	return (unsigned int)state < VF_STATE_NR ? words[state] : "unknown";
}
