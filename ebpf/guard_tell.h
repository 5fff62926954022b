/* SPDX-License-Identifier: GPL-2.0 */
/* What a rule has come to is told, and done. */
#ifndef KVMSHARE_EBPF_GUARD_TELL_H
#define KVMSHARE_EBPF_GUARD_TELL_H

#include "guard_mark.h"

#define EPERM	1
#define SIGKILL	9

/* A burst of some thousands. */
#define GUARD_RING_BYTES	(1 << 21)

/* By profile.  Each is replaced as a whole: nobody sees a half of one. */
struct {
	__uint(type, BPF_MAP_TYPE_HASH);
	__uint(max_entries, 1024);
	__type(key, __u32);
	__type(value, struct guard_policy);
} policies SEC(".maps");

/* Ports and devices that profiles list. */
struct {
	__uint(type, BPF_MAP_TYPE_HASH);
	__uint(map_flags, BPF_F_NO_PREALLOC);
	__uint(max_entries, 65536);
	__type(key, struct guard_number);
	__type(value, __u8);
} numbers SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_RINGBUF);
	__uint(max_entries, GUARD_RING_BYTES);
} events SEC(".maps");

/**
 * struct about - what a rule was met by
 * @rule: which
 * @numbers: of the rule
 * @text: in the kernel's memory, or NULL
 */
struct about {
	enum guard_rule rule;
	__u64 numbers[2];
	const char *text;
};

static __noinline void tell(const struct guard_mark *mark, const struct about *about,
			    enum guard_action action)
{
	__u64 who = bpf_get_current_pid_tgid();
	struct guard_event *event;

	__sync_fetch_and_add(&counts.produced, 1);
	event = bpf_ringbuf_reserve(&events, sizeof(*event), 0);
	if (!event) {
		__sync_fetch_and_add(&counts.lost, 1);
		return;
	}
	event->at = bpf_ktime_get_boot_ns();
	event->rule = about->rule;
	event->action = action;
	event->tgid = who >> 32;
	event->tid = who;
	event->uid = bpf_get_current_uid_gid();
	event->vmm = mark->vmm;
	event->flags = flags_of(mark);
	event->profile = mark->profile;
	event->numbers[0] = about->numbers[0];
	event->numbers[1] = about->numbers[1];
	bpf_get_current_comm(event->comm, sizeof(event->comm));
	event->text[0] = '\0';
	if (about->text)
		bpf_probe_read_kernel_str(event->text, sizeof(event->text), about->text);
	bpf_ringbuf_submit(event, 0);
}

/* Where a profile was taken away, what is common holds. */
static __always_inline const struct guard_policy *policy_of(const struct guard_mark *mark)
{
	const struct guard_policy *policy;
	__u32 profile = mark->profile, other = GUARD_COMMON;

	policy = bpf_map_lookup_elem(&policies, &profile);
	if (policy && guard_holds(policy, bpf_ktime_get_boot_ns()))
		return policy;
	if (policy)
		other = policy->before;
	return bpf_map_lookup_elem(&policies, &other);
}

/* Of a process that is marked: 0, or what it gets instead of what it wanted. */
static __noinline int judge(const struct guard_mark *mark, const struct about *about)
{
	const struct guard_policy *policy;
	enum guard_action action;
	__u32 rule = about->rule, flags;

	if (!mark)
		return 0;
	flags = flags_of(mark);
	policy = guard_watches(rule, flags) ? policy_of(mark) : NULL;
	if (!policy)
		return 0;
	barrier_var(rule);
	if (rule >= GUARD_RULES)
		return 0;
	action = guard_decide(policy, rule, flags, am_spared());
	if (action == GUARD_IGNORE)
		return 0;
	tell(mark, about, action);
	if (action == GUARD_KILL)
		bpf_send_signal(SIGKILL);
	return action >= GUARD_DENY ? -EPERM : 0;
}

/* One whose profile lists what it may. */
static __always_inline bool lists(const struct guard_policy *policy, enum guard_rule rule)
{
	return policy && policy->lists & 1U << rule;
}

static __always_inline bool lists_number(const struct guard_mark *mark, enum guard_rule rule,
					 __u64 number)
{
	const struct guard_policy *policy = policy_of(mark);
	struct guard_number key = { .rule = rule, .number = number };

	if (!lists(policy, rule))
		return false;
	key.generation = policy->generation;
	return bpf_map_lookup_elem(&numbers, &key);
}

/* Most rules are about the process that is at it, and have nothing more to say. */
static __always_inline int judge_me(enum guard_rule rule, __u64 number, __u64 other)
{
	const struct about about = { .rule = rule, .numbers = { number, other } };
	struct guard_mark *mark = my_mark();

	return mark ? judge(mark, &about) : 0;
}

#endif /* KVMSHARE_EBPF_GUARD_TELL_H */
