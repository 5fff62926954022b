/* SPDX-License-Identifier: GPL-2.0 */
/* Rules about VMMs, and what guard.bpf.c tells of them. */
#ifndef KVMSHARE_EBPF_GUARD_H
#define KVMSHARE_EBPF_GUARD_H

#include <linux/types.h>

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

/**
 * struct guard_policy - what is done about each rule
 * @actions: one of enum guard_action each
 * @enforced: else all that would be denied is only told
 * @until: nanoseconds since boot, suspend included, until which @enforced counts; 0: for ever
 * @spared: a process that is never denied anything, with all its threads: the tool
 */
struct guard_policy {
	__u8 actions[GUARD_RULES];
	__u8 enforced;
	__u64 until;
	__u32 spared;
};

#define GUARD_TEXT_LEN	128
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
	__u32 pad;
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
