/* SPDX-License-Identifier: GPL-2.0 */
/* What abuse.bpf.c counts of a guest that its exits' reasons do not tell. */
#ifndef KVMSHARE_EBPF_ABUSE_H
#define KVMSHARE_EBPF_ABUSE_H

#include <linux/types.h>

/**
 * struct abuse_counts - of a process, since the programs run
 * @msrs: accesses to MSRs that were answered by a fault: there is none, or not so
 * @interrupts: injected
 * @faults: of pages that are missing; not of registers of devices
 */
struct abuse_counts {
	__u64 msrs;
	__u64 interrupts;
	__u64 faults;
};

/**
 * struct abuse_row - as the iterator gives it
 * @tgid: the process
 * @pad: 0
 * @counts: its
 */
struct abuse_row {
	__u32 tgid;
	__u32 pad;
	struct abuse_counts counts;
};

#endif /* KVMSHARE_EBPF_ABUSE_H */
