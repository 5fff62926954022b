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

struct mm_struct;

struct task_struct {
	int pid;
	int tgid;
	int exit_code;
	struct mm_struct *mm;
	struct task_struct *group_leader;
};

struct qstr {
	const unsigned char *name;
};

struct dentry {
	struct qstr d_name;
};

struct path {
	struct dentry *dentry;
};

struct super_block {
	unsigned long s_magic;
};

struct anon_vma {
	int unused;
};

struct inode {
	struct super_block *i_sb;
	unsigned short i_mode;
	unsigned int i_nlink;
	unsigned int i_rdev;
	unsigned long i_ino;
};

struct file {
	unsigned int f_mode;
	unsigned int f_flags;
	struct path f_path;
	struct inode *f_inode;
};

struct mm_struct {
	struct file *exe_file;
};

struct linux_binprm {
	struct file *file;
	const char *filename;
};

struct vm_area_struct {
	unsigned long vm_flags;
	struct anon_vma *anon_vma;
	struct file *vm_file;
};

typedef struct {
	unsigned int val;
} kuid_t;

typedef struct {
	unsigned int val;
} kgid_t;

struct cred {
	kuid_t euid;
	kgid_t egid;
};

struct sockaddr {
	unsigned short sa_family;
	char sa_data[14];
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

struct trace_event_raw_kvm_pio {
	struct trace_entry ent;
	unsigned int rw;
	unsigned int port;
};

struct trace_event_raw_kvm_mmio {
	struct trace_entry ent;
	__u32 type;
	__u64 gpa;
};

#define KVM_TRACE_MMIO_READ_UNSATISFIED	0
#define KVM_TRACE_MMIO_WRITE		2

struct trace_event_raw_kvm_fast_mmio {
	struct trace_entry ent;
	__u64 gpa;
};

struct trace_event_raw_kvm_msr {
	struct trace_entry ent;
	unsigned int write;
	__u32 ecx;
	__u8 exception;
};

struct trace_event_raw_kvm_page_fault {
	struct trace_entry ent;
	__u64 error_code;
};

struct trace_event_raw_kvm_inj_virq {
	struct trace_entry ent;
	unsigned int vector;
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

struct bpf_iter__task_file {
	struct bpf_iter_meta *meta;
	struct task_struct *task;
	unsigned int fd;
	struct file *file;
};

struct bpf_iter__task {
	struct bpf_iter_meta *meta;
	struct task_struct *task;
};

#pragma clang attribute pop

#endif /* KVMSHARE_EBPF_KERNEL_H */
