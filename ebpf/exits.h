/* SPDX-License-Identifier: GPL-2.0 */
/* What exits.bpf.c counts, as the tool reads it. */
#ifndef KVMSHARE_EBPF_EXITS_H
#define KVMSHARE_EBPF_EXITS_H

#include <linux/types.h>

#include "histogram.h"
#include "reason.h"

/*
 * Reasons that are told apart on a host, while the programs run; what is left shares the last
 * place. As many as fit: from 7.x on a thread's storage takes no more than 8 KiB.
 */
#define EXITS_PLACES	54
#define EXITS_REST	(EXITS_PLACES - 1)

/**
 * struct exits_place - of a vCPU, exits for one reason
 * @count: how many
 * @users: of them those for which its VMM had to run
 * @ns: from the exit to the next entry
 * @user_ns: of that, outside the kernel
 * @min_ns: the shortest; 0 where none is over yet
 * @max_ns: the longest
 * @histogram: by histogram_slot()
 *
 * Whoever is under way is in @count, and not yet in the times.
 */
struct exits_place {
	__u64 count;
	__u64 users;
	__u64 ns;
	__u64 user_ns;
	__u64 min_ns;
	__u64 max_ns;
	__u32 histogram[HISTOGRAM_SLOTS];
};

/**
 * struct exits_vcpu - a thread that runs a vCPU
 * @id: not that of any other since the programs run
 * @vcpu: the kernel's pointer to what it ran last: tells VMs and vCPUs apart, no more
 * @left: when it left its guest, nanoseconds, or 0
 * @user_left: when it left the kernel after that, or 0
 * @tgid: its VMM
 * @tid: the thread
 * @vm_pid: the thread that made the VM
 * @vcpu_id: as the VMM numbers it
 * @place: of the exit that is under way
 * @ended: the thread has; set by who reads it
 * @halts: times that it waited for an interrupt
 * @halt_ns: so long, polling included
 * @polls: of @halts those that polling ended
 * @places: see struct exits_reasons
 */
struct exits_vcpu {
	__u64 id;
	__u64 vcpu;
	__u64 left;
	__u64 user_left;
	__u32 tgid;
	__u32 tid;
	__s32 vm_pid;
	__s32 vcpu_id;
	__u32 place;
	__u32 ended;
	__u64 halts;
	__u64 halt_ns;
	__u64 polls;
	struct exits_place places[EXITS_PLACES];
};

/**
 * struct exits_reason - what a place stands for
 * @isa: whose reason; 0: not in use
 * @reason: as recorded
 */
struct exits_reason {
	__u32 isa;
	__u32 reason;
};

/**
 * struct exits_reasons - the places, in the order in which their reasons were first seen
 * @used: so many; more than there are, where some had to share the last
 * @ids: of threads so far
 * @lost: threads whose end could not be kept: there was no room
 * @missed: exits of threads for which there was no memory
 * @of: what each stands for; two may be for the same
 * @slots: for each vendor's reason_slot() its place and 1, or 0
 */
struct exits_reasons {
	__u64 used;
	__u64 ids;
	__u64 lost;
	__u64 missed;
	struct exits_reason of[EXITS_PLACES];
	__u8 slots[2][REASON_SLOTS];
};

#endif /* KVMSHARE_EBPF_EXITS_H */
