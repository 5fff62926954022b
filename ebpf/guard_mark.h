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
 * @flags: what it is
 * @vmm: the VMM that it is, or that started it
 */
struct guard_mark {
	__u32 flags;
	__u32 vmm;
};

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

static __noinline void mark_as_vmm(__u32 tgid)
{
	struct task_struct *leader = bpf_get_current_task_btf()->group_leader;
	struct guard_mark *mark = NULL;

	if (leader)
		mark = bpf_task_storage_get(&marks, leader, 0, BPF_LOCAL_STORAGE_GET_F_CREATE);
	if (!mark)
		return;
	mark->flags |= GUARD_VMM;
	mark->vmm = tgid;
}

#endif /* KVMSHARE_EBPF_GUARD_MARK_H */
