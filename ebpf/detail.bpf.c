// SPDX-License-Identifier: GPL-2.0
/*
 * Which ports, addresses and MSRs guests touch, which page faults they cause and which
 * interrupts they get. None of these records says which vCPU it is: the thread that runs it
 * tells the VMM.
 */
#include <linux/bpf.h>

#include "kernel.h"

#include <bpf/bpf_core_read.h>
#include <bpf/bpf_helpers.h>

#include "detail.h"

char gpl[] SEC("license") = "GPL";

struct {
	__uint(type, BPF_MAP_TYPE_LRU_HASH);
	__uint(max_entries, DETAIL_MOST);
	__type(key, struct detail_key);
	__type(value, struct detail);
} details SEC(".maps");

static struct detail *detail_of(enum detail_kind kind, __u64 where)
{
	const struct detail_key key = {
		.tgid = bpf_get_current_pid_tgid() >> 32, .kind = kind, .where = where,
	};
	const struct detail none = {};
	struct detail *detail = bpf_map_lookup_elem(&details, &key);

	if (detail)
		return detail;
	bpf_map_update_elem(&details, &key, &none, BPF_NOEXIST);
	return bpf_map_lookup_elem(&details, &key);
}

static void count(enum detail_kind kind, __u64 where, bool writes, bool refused)
{
	struct detail *detail = detail_of(kind, where);

	if (!detail)
		return;
	__sync_fetch_and_add(&detail->count, 1);
	if (writes)
		__sync_fetch_and_add(&detail->writes, 1);
	if (refused)
		__sync_fetch_and_add(&detail->refused, 1);
}

SEC("tp/kvm/kvm_pio")
int detail_pio(struct trace_event_raw_kvm_pio *record)
{
	count(DETAIL_PORT, record->port, record->rw, false);
	return 0;
}

/* A read that the VMM has to answer is told twice, when it begins and when it is done. */
SEC("tp/kvm/kvm_mmio")
int detail_mmio(struct trace_event_raw_kvm_mmio *record)
{
	if (record->type != KVM_TRACE_MMIO_READ_UNSATISFIED)
		count(DETAIL_MMIO, record->gpa, record->type == KVM_TRACE_MMIO_WRITE, false);
	return 0;
}

SEC("tp/kvm/kvm_fast_mmio")
int detail_fast_mmio(struct trace_event_raw_kvm_fast_mmio *record)
{
	count(DETAIL_MMIO, record->gpa, true, false);
	return 0;
}

SEC("tp/kvm/kvm_msr")
int detail_msr(struct trace_event_raw_kvm_msr *record)
{
	count(DETAIL_MSR, record->ecx, record->write, record->exception);
	return 0;
}

SEC("tp/kvm/kvm_page_fault")
int detail_fault(struct trace_event_raw_kvm_page_fault *record)
{
	count(DETAIL_FAULT, record->error_code, record->error_code & 2, false);
	return 0;
}

SEC("tp/kvm/kvm_inj_virq")
int detail_virq(struct trace_event_raw_kvm_inj_virq *record)
{
	count(DETAIL_VECTOR, record->vector, false, false);
	return 0;
}
