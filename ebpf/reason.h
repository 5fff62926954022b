/* SPDX-License-Identifier: GPL-2.0 */
/* Why a guest exits, as the processor's vendor numbers it: pure. */
#ifndef KVMSHARE_EBPF_REASON_H
#define KVMSHARE_EBPF_REASON_H

#include <linux/types.h>

/* The kvm_exit record's isa: KVM_ISA_VMX and KVM_ISA_SVM. */
#define REASON_VMX	1
#define REASON_SVM	2

/* VMX: the basic reason (SDM, volume 3, 25.9.1); SVM: APM, volume 2, appendix C. */
#define REASON_VMX_MASK		0xffff
#define REASON_SVM_FOLDED	0x400U
#define REASON_SVM_LOW		0x100U
#define REASON_SVM_HIGH		0x20U

/* Numbers that reason_slot() has for each vendor. */
#define REASON_SLOTS	(REASON_SVM_LOW + REASON_SVM_HIGH)
/* It is none of those: an entry that failed, a vendor or a number of later. */
#define REASON_OTHER	REASON_SLOTS

/**
 * reason_slot() - a small number for a reason
 * @isa: whose it is
 * @reason: as recorded
 *
 * Return: below REASON_SLOTS, or REASON_OTHER.
 */
static inline __u32 reason_slot(__u32 isa, __u32 reason)
{
	if (isa == REASON_VMX)
		return reason < REASON_SLOTS ? reason : REASON_OTHER;
	if (isa != REASON_SVM)
		return REASON_OTHER;
	if (reason < REASON_SVM_LOW)
		return reason;
	reason -= REASON_SVM_FOLDED;
	return reason < REASON_SVM_HIGH ? REASON_SVM_LOW + reason : REASON_OTHER;
}

#endif /* KVMSHARE_EBPF_REASON_H */
