/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Who is a VMM?  Whoever makes a VM, by whatever name, and what it starts.  Kept with the
 * leader of its threads, and gone with that.
 */
#ifndef KVMSHARE_EBPF_GUARD_MARK_H
#define KVMSHARE_EBPF_GUARD_MARK_H

#include "guard_decide.h"

/**
 * struct guard_mark - of a process
 * @id: that of no other VMM: its own, or of the one that started it
 * @flags: what it is
 * @vmm: the VMM that it is, or that started it
 */
struct guard_mark {
	__u64 id;
	__u32 flags;
	__u32 vmm;
};

struct guard_counts counts;

/* VMMs with a vCPU that has run, by @id: all that belongs to one is in the same phase. */
struct {
	__uint(type, BPF_MAP_TYPE_LRU_HASH);
	__uint(max_entries, 16384);
	__type(key, __u64);
	__type(value, __u8);
} running SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_TASK_STORAGE);
	__uint(map_flags, BPF_F_NO_PREALLOC);
	__type(key, int);
	__type(value, struct guard_mark);
} marks SEC(".maps");

static __always_inline struct guard_mark *mark_of(struct task_struct *task)
{
	struct task_struct *leader = task->group_leader;

	return leader ? bpf_task_storage_get(&marks, leader, 0, 0) : NULL;
}

static __always_inline struct guard_mark *my_mark(void)
{
	return mark_of(bpf_get_current_task_btf());
}

/* What a process is at the moment. */
static __always_inline __u32 flags_of(const struct guard_mark *mark)
{
	__u64 id = mark->id;

	if (mark->flags & GUARD_RUNS || !bpf_map_lookup_elem(&running, &id))
		return mark->flags;
	return mark->flags | GUARD_RUNS;
}

static __noinline struct guard_mark *mark_as_vmm(void)
{
	struct task_struct *leader = bpf_get_current_task_btf()->group_leader;
	struct guard_mark *mark = NULL;

	if (leader)
		mark = bpf_task_storage_get(&marks, leader, 0, BPF_LOCAL_STORAGE_GET_F_CREATE);
	if (!mark) {
		__sync_fetch_and_add(&counts.unmarked, 1);
		return NULL;
	}
	mark->flags |= GUARD_VMM;
	if (!mark->id) {
		mark->id = __sync_fetch_and_add(&counts.vmms, 1) + 1;
		mark->vmm = bpf_get_current_pid_tgid() >> 32;
	}
	return mark;
}

static __always_inline void mark_as_running(struct guard_mark *mark)
{
	__u64 id = mark->id;
	__u8 yes = 1;

	if (mark->flags & GUARD_RUNS)
		return;
	mark->flags |= GUARD_RUNS;
	bpf_map_update_elem(&running, &id, &yes, BPF_ANY);
}

#endif /* KVMSHARE_EBPF_GUARD_MARK_H */
