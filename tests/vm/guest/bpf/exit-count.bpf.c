// SPDX-License-Identifier: GPL-2.0
/* The least that counts exits by their reason, as bpftrace's @[args.exit_reason] = count(). */
#include <linux/bpf.h>

#include <bpf/bpf_helpers.h>

#include "../../../../ebpf/kernel.h"

char gpl[] SEC("license") = "GPL";

struct {
	__uint(type, BPF_MAP_TYPE_PERCPU_HASH);
	__uint(max_entries, 4096);
	__type(key, __u64);
	__type(value, __u64);
} counts SEC(".maps");

SEC("tp/kvm/kvm_exit")
int count(struct trace_event_raw_kvm_exit *record)
{
	__u64 reason = record->exit_reason, one = 1;
	__u64 *count = bpf_map_lookup_elem(&counts, &reason);

	if (count)
		(*count)++;
	else
		bpf_map_update_elem(&counts, &reason, &one, BPF_ANY);
	return 0;
}
