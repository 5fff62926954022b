/* SPDX-License-Identifier: GPL-2.0 */
/* What detail.bpf.c counts, as the tool reads it. */
#ifndef KVMSHARE_EBPF_DETAIL_H
#define KVMSHARE_EBPF_DETAIL_H

#include <linux/types.h>

/* What it is that a guest touched, or was given. */
enum detail_kind {
	DETAIL_PORT,		/* by its number */
	DETAIL_MMIO,		/* by the guest's physical address */
	DETAIL_MSR,		/* by its number */
	DETAIL_FAULT,		/* a page fault that KVM handled, by its error code */
	DETAIL_VECTOR,		/* an interrupt that was given to it, by its vector */
	DETAIL_KINDS,
};

/* The least recently touched are forgotten where there are more. */
#define DETAIL_MOST	8192

/**
 * struct detail_key - where
 * @tgid: the VMM
 * @kind: see enum detail_kind
 * @where: likewise
 */
struct detail_key {
	__u32 tgid;
	__u32 kind;
	__u64 where;
};

/**
 * struct detail - how often
 * @count: all
 * @writes: of these
 * @refused: those of an MSR that there is not, for which the guest got an exception
 */
struct detail {
	__u64 count;
	__u64 writes;
	__u64 refused;
};

#endif /* KVMSHARE_EBPF_DETAIL_H */
