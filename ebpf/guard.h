/* SPDX-License-Identifier: GPL-2.0 */
/* Rules about VMMs, and what guard.bpf.c tells of them. */
#ifndef KVMSHARE_EBPF_GUARD_H
#define KVMSHARE_EBPF_GUARD_H

#include <linux/types.h>
#include <stdbool.h>

/* Who it is about, and when it begins, is guard_watches(). */
enum guard_rule {
	GUARD_EXEC,		/* it executes a program */
	GUARD_EXEC_GONE,	/* one that is in no directory: a memfd, or removed */
	GUARD_MEMORY,		/* a stranger gets at the memory of a VMM */
	GUARD_TRACE,		/* it gets at the memory of others */
	GUARD_SIGNAL,		/* it sends others a signal */
	GUARD_RIGHTS,		/* it changes its user, or gains capabilities */
	GUARD_NAMESPACE,	/* it makes a user namespace */
	GUARD_MOUNT,		/* it mounts, moves or unmounts */
	GUARD_MODULE,		/* it loads a kernel module, or another kernel */
	GUARD_BPF,		/* it uses bpf() */
	GUARD_PERF,		/* it uses perf_event_open() */
	GUARD_WX,		/* it has memory that is both writable and executable */
	GUARD_URING,		/* it makes an io_uring */
	GUARD_USERFAULT,	/* it makes a userfaultfd */
	GUARD_CONNECT,		/* it connects to a network address */
	GUARD_BIND,		/* it takes one */
	GUARD_NODE,		/* it makes a device node */
	GUARD_DEVICE,		/* it opens a device */
	GUARD_SECOND_VM,	/* it makes another VM */
	GUARD_PASSED,		/* a stranger is handed a VM, or a vCPU */
	GUARD_DIED,		/* it ends by a signal that tells of a fault, or of its filter */
	GUARD_OPEN,		/* it opens a file */
	GUARD_BEGUN,		/* it makes its VM, and is one from now on */
	GUARD_RULES,
};

enum guard_action {
	GUARD_IGNORE,
	GUARD_OBSERVE,		/* it is told */
	GUARD_DENY,		/* it does not come to pass, and is told */
	GUARD_KILL,		/* likewise, and who tried it is killed */
	GUARD_ACTIONS,
};

/* What a process is. */
#define GUARD_VMM	1U	/* it has made a VM */
#define GUARD_HELPER	2U	/* a VMM started it */
#define GUARD_RUNS	4U	/* a vCPU has run: it has what it needs */
#define GUARD_SPARED	8U	/* it is never denied anything: the tool, and its service */
#define GUARD_ENFORCED	16U	/* whoever started it asked for that, whatever its profile says */

/**
 * struct guard_mark - of a process; kept with the leader of its threads
 * @id: that of no other VMM: its own, or of the one that started it; 0: none yet
 * @flags: what it is
 * @vmm: the VMM that it is, or that started it
 * @profile: what holds for it
 * @pad: 0
 */
struct guard_mark {
	__u64 id;
	__u32 flags;
	__u32 vmm;
	__u32 profile;
	__u32 pad;
};

/* The profile of whoever has none of its own. */
#define GUARD_COMMON	0U

#define GUARD_NAME_LEN	32

/**
 * struct guard_policy - a profile: what is done about each rule
 * @name: with its NUL
 * @actions: one of enum guard_action each
 * @enforced: else all that would be denied is only told
 * @lists: bits of rules that do not mean what the profile's lists have
 * @generation: of its lists
 * @before: the profile that holds once @until is over; 0: what is common
 * @until: nanoseconds since boot, suspend included, until which this one holds; 0: for ever
 * @again: @generation: whoever copies one while it is replaced sees that they differ
 * @pad: 0
 */
struct guard_policy {
	char name[GUARD_NAME_LEN];
	__u8 actions[GUARD_RULES];
	__u8 enforced;
	__u32 lists;
	__u32 generation;
	__u32 before;
	__u64 until;
	__u32 again;
	__u32 pad;
};

/**
 * struct guard_serials - what comes next; none is ever used twice: marks keep the numbers they have
 * @profile: number
 * @generation: of lists
 */
struct guard_serials {
	__u32 profile;
	__u32 generation;
};

/* What a VMM is allowed of a path; from the beginning of one, or all of it with its NUL. */
#define GUARD_MAY_READ	1U
#define GUARD_MAY_WRITE	2U
#define GUARD_MAY_EXEC	4U

#define GUARD_PATH_LEN	248

/**
 * struct guard_path - a path, or how it begins, in a profile's list
 * @bits: of what follows: those of @generation, and of as many bytes of @path as count
 * @generation: see struct guard_policy
 * @path: as the VMM sees it, from its own root
 */
struct guard_path {
	__u32 bits;
	__u32 generation;
	char path[GUARD_PATH_LEN];
};

/**
 * struct guard_number - a port, or a device, in a profile's list
 * @generation: see struct guard_policy
 * @rule: GUARD_CONNECT, GUARD_BIND or GUARD_DEVICE
 * @number: the port; or guard_device()
 */
struct guard_number {
	__u32 generation;
	__u32 rule;
	__u64 number;
};

/* Not the kernel's or the C library's encoding: one for both. Numbers are of characters or of blocks. */
#define GUARD_BLOCK	(1U << 31)

static inline __u64 guard_device(__u32 major, __u32 minor, bool block)
{
	return (__u64)(major | (block ? GUARD_BLOCK : 0)) << 32 | minor;
}

#define GUARD_TEXT_LEN	GUARD_PATH_LEN
#define GUARD_COMM_LEN	16

/**
 * struct guard_event - something a rule is about has been done, or tried
 * @at: nanoseconds since boot
 * @rule: which
 * @action: what was done about it
 * @tgid: who
 * @tid: its thread
 * @uid: its user
 * @vmm: the VMM that it is, or that started it, or that it is done to
 * @flags: what the process is
 * @profile: that was asked
 * @numbers: of the rule: see userspace/monitor/guard_rule.c
 * @comm: its name
 * @text: a path, or nothing
 */
struct guard_event {
	__u64 at;
	__u32 rule;
	__u32 action;
	__u32 tgid;
	__u32 tid;
	__u32 uid;
	__u32 vmm;
	__u32 flags;
	__u32 profile;
	__u64 numbers[2];
	char comm[GUARD_COMM_LEN];
	char text[GUARD_TEXT_LEN];
};

/**
 * struct guard_counts - since the programs run
 * @produced: events
 * @lost: of them those for which the buffer had no room
 * @vmms: processes that made a VM, or ran one
 * @unmarked: of them and of what they started, those that there was no memory to mark
 */
struct guard_counts {
	__u64 produced;
	__u64 lost;
	__u64 vmms;
	__u64 unmarked;
};

#endif /* KVMSHARE_EBPF_GUARD_H */
