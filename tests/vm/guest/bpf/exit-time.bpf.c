// SPDX-License-Identifier: GPL-2.0
/*
 * The least that times exits by their reason: when a thread left its guest is kept in a hash,
 * and what it took is added up by reason when it goes on.  It knows no VM, and has no histogram.
 */
#include <linux/bpf.h>

#include <bpf/bpf_helpers.h>

#include "../../../../ebpf/kernel.h"

char gpl[] SEC("license") = "GPL";

struct left {
	__u64 at;
	__u64 reason;
};

struct sum {
	__u64 count;
	__u64 ns;
};

struct {
	__uint(type, BPF_MAP_TYPE_HASH);
	__uint(max_entries, 4096);
	__type(key, __u32);
	__type(value, struct left);
} lefts SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_PERCPU_HASH);
	__uint(max_entries, 4096);
	__type(key, __u64);
	__type(value, struct sum);
} sums SEC(".maps");

SEC("tp/kvm/kvm_exit")
int leaves(struct trace_event_raw_kvm_exit *record)
{
	struct left left = { .at = bpf_ktime_get_ns(), .reason = record->exit_reason };
	__u32 tid = bpf_get_current_pid_tgid();

	bpf_map_update_elem(&lefts, &tid, &left, BPF_ANY);
	return 0;
}

SEC("tp/kvm/kvm_entry")
int enters(void *record)
{
	__u32 tid = bpf_get_current_pid_tgid();
	struct left *left = bpf_map_lookup_elem(&lefts, &tid);
	struct sum first = {}, *sum;

	if (!left)
		return 0;
	sum = bpf_map_lookup_elem(&sums, &left->reason);
	if (!sum) {
		bpf_map_update_elem(&sums, &left->reason, &first, BPF_ANY);
		return 0;
	}
	sum->count++;
	sum->ns += bpf_ktime_get_ns() - left->at;
	return 0;
}
