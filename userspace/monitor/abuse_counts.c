// SPDX-License-Identifier: GPL-2.0
#include <errno.h>
#include <unistd.h>

#include "abuse_counts.h"

int abuse_begin(struct programs *programs)
{
	return programs_begin(programs, &object_abuse);
}

int abuse_read(const struct programs *programs, void (*each)(const struct abuse_row *row, void *arg), void *arg)
{
	struct abuse_row rows[64];
	int fd = programs_iterate(programs, "abuse_read");
	ssize_t got;

	if (fd < 0)
		return fd;
	/* Each read has whole rows: none is as long as what the kernel fills at once. */
	while ((got = read(fd, rows, sizeof(rows))) > 0 || (got < 0 && errno == EINTR))
		for (ssize_t i = 0; i < got / (ssize_t)sizeof(rows[0]); i++)
			each(&rows[i], arg);
	close(fd);
	return got < 0 ? -errno : 0;
}

void abuse_add_counts(struct abuse_sample *sample, const struct abuse_counts *counts)
{
	sample->counts[ABUSE_MSRS] += counts->msrs;
	sample->counts[ABUSE_INTERRUPTS] += counts->interrupts;
	sample->counts[ABUSE_FAULTS] += counts->faults;
}

/* SDM, volume 3, appendix C; APM, volume 2, appendix C. */
enum vmx_reason {
	VMX_EXTERNAL_INTERRUPT = 1,
	VMX_HLT = 12,
	VMX_VMCALL = 18,
	VMX_VMLAUNCH = 20,
	VMX_VMRESUME = 24,
};

enum svm_reason {
	SVM_INTR = 0x60,
	SVM_HLT = 0x78,
	SVM_VMRUN = 0x80,
	SVM_VMMCALL = 0x81,
};

/* ABUSE_KINDS: it is none of the guest's doing, or it waits. */
static enum abuse_kind kind_of(const struct exits_reason *reason)
{
	if (reason->isa == REASON_VMX) {
		switch (reason->reason & REASON_VMX_MASK) {
		case VMX_EXTERNAL_INTERRUPT:
		case VMX_HLT:
			return ABUSE_KINDS;
		case VMX_VMCALL:
			return ABUSE_HYPERCALLS;
		case VMX_VMLAUNCH:
		case VMX_VMRESUME:
			return ABUSE_NESTED;
		}
	} else if (reason->isa == REASON_SVM) {
		switch (reason->reason) {
		case SVM_INTR:
		case SVM_HLT:
			return ABUSE_KINDS;
		case SVM_VMMCALL:
			return ABUSE_HYPERCALLS;
		case SVM_VMRUN:
			return ABUSE_NESTED;
		}
	}
	return ABUSE_EXITS;
}

void abuse_add_exits(struct abuse_sample *sample, const struct exits_reason *reason, uint64_t count)
{
	enum abuse_kind kind = kind_of(reason);

	if (kind == ABUSE_KINDS)
		return;
	sample->counts[ABUSE_EXITS] += count;
	if (kind != ABUSE_EXITS)
		sample->counts[kind] += count;
}
