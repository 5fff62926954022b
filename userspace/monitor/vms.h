/* SPDX-License-Identifier: GPL-2.0 */
/* VMs as the programs count them, from look to look. */
#ifndef KVMSHARE_MONITOR_VMS_H
#define KVMSHARE_MONITOR_VMS_H

#include "abuse_counts.h"
#include "exits.h"
#include "sum.h"

/**
 * struct vm - a VMM with vCPUs
 * @tgid: it
 * @seen: at this look
 * @ended: what its threads counted that have ended; NULL: none has
 * @counts: of its guests' doings
 * @abuse: what is known of them
 * @alerts: so far, by kind
 */
struct vm {
	__u32 tgid;
	bool seen;
	struct exits_vcpu *ended;
	struct abuse_counts counts;
	struct abuse_vm abuse;
	uint64_t alerts[ABUSE_KINDS];
};

/**
 * struct vms - all of them
 * @rows: see struct vm
 * @nr: how many
 * @running: what their threads had counted at the last look
 * @ceilings: of what their guests may do
 * @each: gets every alert
 * @arg: of @each
 */
struct vms {
	struct vm *rows;
	size_t nr;
	struct exits running;
	struct abuse_ceilings ceilings;
	void (*each)(const struct vm *vm, const struct abuse_alert *alert, void *arg);
	void *arg;
};

/*
 * At such a time, of programs that may not be there: then their objects are NULL.  0 or a negative
 * errno; what was known stays known.
 */
int vms_look(struct vms *vms, const struct programs *exits, const struct programs *abuse, uint64_t now_ms);
/* All exits so far, by VMM and reason. 0 or -ENOMEM. */
int vms_sum(const struct vms *vms, struct sums *sums);
void vms_free(struct vms *vms);

#endif
