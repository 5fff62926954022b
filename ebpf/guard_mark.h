/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Who is a VMM?  Whoever makes a VM, by whatever name, and what it starts.  Kept with the
 * leader of its threads, and gone with that.
 */
#ifndef KVMSHARE_EBPF_GUARD_MARK_H
#define KVMSHARE_EBPF_GUARD_MARK_H

#include "guard_decide.h"
#include "guard_path.h"

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

/* Which profile is whose, by the path of its program. */
struct {
	__uint(type, BPF_MAP_TYPE_HASH);
	__uint(map_flags, BPF_F_NO_PREALLOC);
	__uint(max_entries, 1024);
	__type(key, char[GUARD_PATH_LEN]);
	__type(value, __u32);
} programs SEC(".maps");

static __always_inline struct guard_mark *mark_of(struct task_struct *task)
{
	struct task_struct *leader = task->group_leader;

	return leader ? bpf_task_storage_get(&marks, leader, 0, 0) : NULL;
}

/* Of a VMM, or of what it started; NULL for all others, and for whoever is only spared. */
static __always_inline struct guard_mark *vmm_mark_of(struct task_struct *task)
{
	struct guard_mark *mark = mark_of(task);

	return mark && mark->id ? mark : NULL;
}

static __always_inline struct guard_mark *my_mark(void)
{
	return vmm_mark_of(bpf_get_current_task_btf());
}

/* PID 1, the tool and its service. */
static __always_inline bool am_spared(void)
{
	struct guard_mark *mark;

	if (bpf_get_current_pid_tgid() >> 32 == 1)
		return true;
	mark = mark_of(bpf_get_current_task_btf());
	return mark && mark->flags & GUARD_SPARED;
}

/* What a process is at the moment; once it is seen that its VMM runs, it has that itself. */
static __always_inline __u32 flags_of(struct guard_mark *mark)
{
	__u64 id = mark->id;

	if (!(mark->flags & GUARD_RUNS) && bpf_map_lookup_elem(&running, &id))
		mark->flags |= GUARD_RUNS;
	return mark->flags;
}

/* By its program's path. Only where the kernel lets that be asked for. */
static __always_inline void find_profile(struct guard_mark *mark, struct task_struct *task)
{
	struct scratch *scratch;
	struct file *file;
	__u32 *profile;

	if (!task->mm)
		return;
	file = task->mm->exe_file;
	scratch = file ? path_of(file) : NULL;
	if (!scratch)
		return;
	profile = bpf_map_lookup_elem(&programs, scratch->key.path);
	mark->profile = profile ? *profile : GUARD_COMMON;
}

static __always_inline struct guard_mark *mark_as_vmm(struct task_struct *task)
{
	struct task_struct *leader = task->group_leader;
	struct guard_mark *mark = NULL;

	if (leader)
		mark = bpf_task_storage_get(&marks, leader, 0, BPF_LOCAL_STORAGE_GET_F_CREATE);
	if (!mark) {
		__sync_fetch_and_add(&counts.unmarked, 1);
		return NULL;
	}
	mark->flags |= GUARD_VMM;
	if (!mark->id) {
		mark->vmm = task->tgid;
		mark->id = __sync_fetch_and_add(&counts.vmms, 1) + 1;
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
