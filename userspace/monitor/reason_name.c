// SPDX-License-Identifier: GPL-2.0
#include <stddef.h>
#if defined(__x86_64__)
#include <asm/kvm.h>
#include <asm/svm.h>
#include <asm/vmx.h>
#endif

#include "../lib/msg.h"
#include "reason_name.h"

/* An entry that failed: bit 31 beside the basic reason (SDM, volume 3, 25.9.1). */
#define VMX_ENTRY_FAILED	0x80000000U

/* Some headers have their last one as 64 bits of ones. */
struct word {
	__u64 reason;
	const char *name;
};

static const struct word vmx[] = {
#ifdef VMX_EXIT_REASONS
	VMX_EXIT_REASONS,
#endif
	{ 0, NULL }
};

static const struct word svm[] = {
#ifdef SVM_EXIT_REASONS
	SVM_EXIT_REASONS,
#endif
	{ 0, NULL }
};

static const char *find(const struct word *words, __u32 reason)
{
	for (; words->name; words++)
		if ((__u32)words->reason == reason)
			return words->name;
	return NULL;
}

const char *reason_vendor(const struct exits_reason *reason)
{
	switch (reason->isa) {
	case REASON_VMX: return "vmx";
	case REASON_SVM: return "svm";
	default: return NULL;
	}
}

const char *reason_name(const struct exits_reason *reason)
{
	const char *name = NULL;

	if (reason->isa == REASON_VMX)
		name = find(vmx, reason->reason & ~VMX_ENTRY_FAILED);
	else if (reason->isa == REASON_SVM)
		name = find(svm, reason->reason);
	if (name && reason->isa == REASON_VMX && reason->reason & VMX_ENTRY_FAILED)
		return fmt("%s (entry failed)", name);
	if (name)
		return name;
	return reason->isa ? fmt("0x%x", reason->reason) : "others";
}
