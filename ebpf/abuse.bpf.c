// SPDX-License-Identifier: GPL-2.0
/*
 * What guests do to the host that the reasons of their exits do not tell: counted by VMM, in
 * the storage of its threads' leader.  userspace/monitor/abuse.c says what is too much.
 */
#include <linux/bpf.h>

#include "kernel.h"

#include <bpf/bpf_core_read.h>
#include <bpf/bpf_helpers.h>
#include <bpf/bpf_tracing.h>

#include "abuse.h"

char gpl[] SEC("license") = "GPL";

struct {
	__uint(type, BPF_MAP_TYPE_TASK_STORAGE);
	__uint(map_flags, BPF_F_NO_PREALLOC);
	__type(key, int);
	__type(value, struct abuse_counts);
} counted SEC(".maps");

static __always_inline struct abuse_counts *mine(void)
{
	struct task_struct *leader = bpf_get_current_task_btf()->group_leader;

	if (!leader)
		return NULL;
	return bpf_task_storage_get(&counted, leader, 0, BPF_LOCAL_STORAGE_GET_F_CREATE);
}

SEC("tp/kvm/kvm_msr")
int abuse_msr(struct trace_event_raw_kvm_msr *record)
{
	struct abuse_counts *counts = record->exception ? mine() : NULL;

	if (counts)
		__sync_fetch_and_add(&counts->msrs, 1);
	return 0;
}

SEC("tp/kvm/kvm_inj_virq")
int abuse_interrupt(void *record)
{
	struct abuse_counts *counts = mine();

	if (counts)
		__sync_fetch_and_add(&counts->interrupts, 1);
	return 0;
}

/* PFERR_RSVD_MASK: KVM's own mark on what is a device's. */
#define IS_DEVICES	8

SEC("tp/kvm/kvm_page_fault")
int abuse_fault(struct trace_event_raw_kvm_page_fault *record)
{
	struct abuse_counts *counts = record->error_code & IS_DEVICES ? NULL : mine();

	if (counts)
		__sync_fetch_and_add(&counts->faults, 1);
	return 0;
}

SEC("iter/task")
int abuse_read(struct bpf_iter__task *ctx)
{
	struct task_struct *task = ctx->task;
	struct abuse_counts *counts;
	struct abuse_row row = {};

	if (!task || task->pid != task->tgid)
		return 0;
	counts = bpf_task_storage_get(&counted, task, 0, 0);
	if (!counts)
		return 0;
	row.tgid = task->tgid;
	row.counts = *counts;
	bpf_seq_write(ctx->meta->seq, &row, sizeof(row));
	return 0;
}
