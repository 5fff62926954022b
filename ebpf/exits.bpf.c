// SPDX-License-Identifier: GPL-2.0
/*
 * Exits of guests, by vCPU and reason: how many, how long, and who handled them.
 *
 * The two programs that run for each exit must cost next to nothing.  All that they change
 * is in the storage of the thread that runs the vCPU: no other CPU has it, no key is hashed,
 * nothing is streamed.  What there is of it the tool reads by an iterator over all tasks;
 * of a thread that ends a copy is kept.
 *
 * The exit's record has the reason, which the vCPU has only in its vendor's structures; the
 * entry's arguments have the vCPU.
 */
#include <linux/bpf.h>

#include "kernel.h"

#include <bpf/bpf_core_read.h>
#include <bpf/bpf_helpers.h>
#include <bpf/bpf_tracing.h>

#include "exits.h"

char gpl[] SEC("license") = "GPL";

struct exits_reasons reasons;

struct {
	__uint(type, BPF_MAP_TYPE_TASK_STORAGE);
	__uint(map_flags, BPF_F_NO_PREALLOC);
	__type(key, int);
	__type(value, struct exits_vcpu);
} vcpus SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_HASH);
	__uint(map_flags, BPF_F_NO_PREALLOC);
	__uint(max_entries, 1024);
	__type(key, __u64);
	__type(value, struct exits_vcpu);
} ended SEC(".maps");

/* For a reason that was not seen before; two CPUs may each take one for it. */
static __noinline __u32 new_place(__u32 isa, __u32 reason)
{
	__u64 place = __sync_fetch_and_add(&reasons.used, 1);
	__u32 slot = reason_slot(isa, reason);

	if (place >= EXITS_REST)
		place = EXITS_REST;
	else
		reasons.of[place] = (struct exits_reason){ isa, reason };
	if (slot < REASON_SLOTS)
		reasons.slots[(isa - 1) & 1][slot] = place + 1;
	return place;
}

static __always_inline __u32 place_of(__u32 isa, __u32 reason)
{
	__u32 slot = reason_slot(isa, reason);
	__u32 place;

	/* 6.1's verifier forgets the bound of a register that was copied: it sees this one. */
	barrier_var(slot);
	if (slot >= REASON_SLOTS)
		return EXITS_REST;
	place = reasons.slots[(isa - 1) & 1][slot];
	return place ? place - 1 : new_place(isa, reason);
}

static __noinline struct exits_vcpu *new_vcpu(struct task_struct *task)
{
	struct exits_vcpu *vcpu;

	vcpu = bpf_task_storage_get(&vcpus, task, 0, BPF_LOCAL_STORAGE_GET_F_CREATE);
	if (!vcpu)
		return NULL;
	vcpu->id = __sync_fetch_and_add(&reasons.ids, 1) + 1;
	vcpu->tgid = task->tgid;
	vcpu->tid = task->pid;
	return vcpu;
}

static __always_inline struct exits_place *place_in(struct exits_vcpu *vcpu, __u32 place)
{
	barrier_var(place);
	if (place >= EXITS_PLACES)
		return NULL;
	return &vcpu->places[place];
}

SEC("tp/kvm/kvm_exit")
int exits_exit(struct trace_event_raw_kvm_exit *record)
{
	struct task_struct *task = bpf_get_current_task_btf();
	struct exits_vcpu *vcpu = bpf_task_storage_get(&vcpus, task, 0, 0);
	struct exits_place *place;

	if (!vcpu)
		vcpu = new_vcpu(task);
	if (!vcpu) {
		__sync_fetch_and_add(&reasons.missed, 1);
		return 0;
	}
	vcpu->place = place_of(record->isa, record->exit_reason);
	place = place_in(vcpu, vcpu->place);
	if (place)
		place->count++;
	vcpu->left = bpf_ktime_get_ns();
	return 0;
}

static __noinline void name(struct exits_vcpu *vcpu, struct kvm_vcpu *of)
{
	vcpu->vcpu = (__u64)of;
	vcpu->vcpu_id = BPF_CORE_READ(of, vcpu_id);
	/* Too far in the structure of 6.1 to be read directly. */
	vcpu->vm_pid = BPF_CORE_READ(of, kvm, userspace_pid);
}

static __always_inline void add_time(struct exits_place *place, __u64 ns)
{
	place->ns += ns;
	if (ns > place->max_ns)
		place->max_ns = ns;
	if (!place->min_ns || ns < place->min_ns)
		place->min_ns = ns;
	place->histogram[histogram_slot(ns)]++;
}

SEC("tp_btf/kvm_entry")
int BPF_PROG(exits_entry, struct kvm_vcpu *of)
{
	struct exits_vcpu *vcpu = bpf_task_storage_get(&vcpus, bpf_get_current_task_btf(), 0, 0);
	struct exits_place *place;
	__u64 now;

	/* The argument is one that may be NULL, for newer verifiers. */
	if (!vcpu || !of)
		return 0;
	if (vcpu->vcpu != (__u64)of)
		name(vcpu, of);
	if (!vcpu->left)
		return 0;
	now = bpf_ktime_get_ns();
	place = place_in(vcpu, vcpu->place);
	if (place) {
		add_time(place, now - vcpu->left);
		if (vcpu->user_left) {
			place->users++;
			place->user_ns += now - vcpu->user_left;
			vcpu->user_left = 0;
		}
	}
	vcpu->left = 0;
	return 0;
}

/* The vCPU's thread goes back to its VMM. */
SEC("tp/kvm/kvm_userspace_exit")
int exits_user(void *record)
{
	struct exits_vcpu *vcpu = bpf_task_storage_get(&vcpus, bpf_get_current_task_btf(), 0, 0);

	if (vcpu && vcpu->left && !vcpu->user_left)
		vcpu->user_left = bpf_ktime_get_ns();
	return 0;
}

SEC("tp/kvm/kvm_vcpu_wakeup")
int exits_wakeup(struct trace_event_raw_kvm_vcpu_wakeup *record)
{
	struct exits_vcpu *vcpu = bpf_task_storage_get(&vcpus, bpf_get_current_task_btf(), 0, 0);

	if (!vcpu)
		return 0;
	vcpu->halts++;
	vcpu->halt_ns += record->ns;
	if (!record->waited)
		vcpu->polls++;
	return 0;
}

SEC("tp_btf/sched_process_exit")
int BPF_PROG(exits_ended, struct task_struct *task)
{
	struct exits_vcpu *vcpu;

	if (!task)
		return 0;
	vcpu = bpf_task_storage_get(&vcpus, task, 0, 0);
	if (!vcpu)
		return 0;
	if (bpf_map_update_elem(&ended, &vcpu->id, vcpu, BPF_ANY))
		__sync_fetch_and_add(&reasons.lost, 1);
	else
		bpf_task_storage_delete(&vcpus, task);
	return 0;
}

SEC("iter/task")
int exits_read(struct bpf_iter__task *ctx)
{
	struct task_struct *task = ctx->task;
	struct exits_vcpu *vcpu;

	if (!task)
		return 0;
	vcpu = bpf_task_storage_get(&vcpus, task, 0, 0);
	if (vcpu)
		bpf_seq_write(ctx->meta->seq, vcpu, sizeof(*vcpu));
	return 0;
}
