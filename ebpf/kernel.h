/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What the programs read of the kernel's structures, and no more: the loader finds where
 * each member is on the kernel that runs (CO-RE), so that one object is for all of them and
 * no kernel's headers are needed to build it.
 */
#ifndef KVMSHARE_EBPF_KERNEL_H
#define KVMSHARE_EBPF_KERNEL_H

#include <linux/types.h>
#include <stdbool.h>

#pragma clang attribute push(__attribute__((preserve_access_index)), apply_to = record)

struct task_struct {
	int pid;
	int tgid;
};

struct kvm {
	int userspace_pid;
};

struct kvm_vcpu {
	struct kvm *kvm;
	int vcpu_id;
};

struct trace_entry {
	int pid;
};

/* Records of tracepoints: arch/x86/kvm/trace.h, include/trace/events/kvm.h. */
struct trace_event_raw_kvm_exit {
	struct trace_entry ent;
	unsigned int exit_reason;
	unsigned int isa;
};

struct trace_event_raw_kvm_vcpu_wakeup {
	struct trace_entry ent;
	__u64 ns;
	bool waited;
};

struct seq_file {
	unsigned long count;
};

struct bpf_iter_meta {
	struct seq_file *seq;
};

struct bpf_iter__task {
	struct bpf_iter_meta *meta;
	struct task_struct *task;
};

#pragma clang attribute pop

#endif /* KVMSHARE_EBPF_KERNEL_H */
