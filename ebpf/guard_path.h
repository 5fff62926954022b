/* SPDX-License-Identifier: GPL-2.0 */
/* Paths of files, as who opens or executes them sees them, and what profiles list of them. */
#ifndef KVMSHARE_EBPF_GUARD_PATH_H
#define KVMSHARE_EBPF_GUARD_PATH_H

#include "guard.h"

/* As long as the kernel has them. */
#define PATH_ROOM	4096

/**
 * struct scratch - what a thread needs to look a path up: more than its stack has
 * @key: of struct guard_policy's lists
 * @text: the path
 *
 * Of the thread: no other that comes between on its CPU changes what it has looked at.
 */
struct scratch {
	struct guard_path key;
	char text[PATH_ROOM];
};

struct {
	__uint(type, BPF_MAP_TYPE_TASK_STORAGE);
	__uint(map_flags, BPF_F_NO_PREALLOC);
	__type(key, int);
	__type(value, struct scratch);
} scratches SEC(".maps");

/* What profiles list: the longest that a path begins with counts. */
struct {
	__uint(type, BPF_MAP_TYPE_LPM_TRIE);
	__uint(map_flags, BPF_F_NO_PREALLOC);
	__uint(max_entries, 65536);
	__type(key, struct guard_path);
	__type(value, __u32);
} paths SEC(".maps");

#define PROC_SUPER_MAGIC	0x9fa0
#define PROC_PREFIX		6	/* "/proc/" */
#define PROC_SELF		10	/* "/proc/self" */

/* Behind the number of the process itself, where that is one of its own files in /proc; or 0. */
static __always_inline __u32 behind_own_number(const struct scratch *scratch)
{
	__u32 own = bpf_get_current_pid_tgid() >> 32, number = 0;

	if (scratch->text[1] != 'p' || scratch->text[2] != 'r' || scratch->text[3] != 'o' ||
	    scratch->text[4] != 'c' || scratch->text[5] != '/')
		return 0;
	for (__u32 i = PROC_PREFIX; i < PROC_PREFIX + 10; i++) {
		char digit = scratch->text[i];

		if (digit < '0' || digit > '9')
			return number == own && digit == '/' ? i : 0;
		number = number * 10 + (digit - '0');
	}
	return 0;
}

/* Its number is another each time: it has that of nobody. */
static __always_inline void make_key(struct scratch *scratch, struct file *file)
{
	__u32 behind = 0;

	__builtin_memset(scratch->key.path, 0, sizeof(scratch->key.path));
	if (BPF_CORE_READ(file, f_inode, i_sb, s_magic) == PROC_SUPER_MAGIC)
		behind = behind_own_number(scratch);
	if (!behind) {
		bpf_probe_read_kernel_str(scratch->key.path, sizeof(scratch->key.path), scratch->text);
		return;
	}
	__builtin_memcpy(scratch->key.path, "/proc/self", PROC_SELF);
	bpf_probe_read_kernel_str(scratch->key.path + PROC_SELF, sizeof(scratch->key.path) - PROC_SELF,
				  scratch->text + behind);
}

/*
 * Only where the kernel lets its path be asked for.  NULL where there is none: too long, or
 * no memory.
 */
static __always_inline struct scratch *path_of(struct file *file)
{
	struct scratch *scratch;

	scratch = bpf_task_storage_get(&scratches, bpf_get_current_task_btf(), 0,
				       BPF_LOCAL_STORAGE_GET_F_CREATE);
	if (!scratch || bpf_d_path(&file->f_path, scratch->text, sizeof(scratch->text)) < 0)
		return NULL;
	make_key(scratch, file);
	return scratch;
}

/* Does the profile list it, for all of @wanted? */
static __always_inline bool is_listed(struct scratch *scratch, const struct guard_policy *policy,
				      __u32 wanted)
{
	__u32 *may;

	scratch->key.bits = 8 * (sizeof(scratch->key) - sizeof(scratch->key.bits));
	scratch->key.generation = policy->generation;
	may = bpf_map_lookup_elem(&paths, &scratch->key);
	return may && (*may & wanted) == wanted;
}

#endif /* KVMSHARE_EBPF_GUARD_PATH_H */
