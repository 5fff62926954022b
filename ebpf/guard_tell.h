/* SPDX-License-Identifier: GPL-2.0 */
/* What a rule has come to is told, and done. */
#ifndef KVMSHARE_EBPF_GUARD_TELL_H
#define KVMSHARE_EBPF_GUARD_TELL_H

#include "guard_mark.h"

#define EPERM	1
#define EAGAIN	11
#define ENOMEM	12
#define SIGKILL	9

/* A burst of some thousands. */
#define GUARD_RING_BYTES	(1 << 21)

/* By profile. */
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

/* One; of who applies profiles. */
struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(max_entries, 1);
	__type(key, __u32);
	__type(value, struct guard_serials);
} serials SEC(".maps");

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

static __noinline void tell(struct guard_mark *mark, const struct about *about,
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

/* As many as can be behind each other: a profile, what held before it, and what is common. */
#define POLICIES_DEEP	3

/*
 * What holds for a process, as a whole: a copy, since one may be replaced while it is looked at.
 * Where a profile was taken away, or its time is over, another does.
 */
static __noinline int copy_policy(const struct guard_mark *mark, struct guard_policy *policy)
{
	__u32 profile = mark ? mark->profile : GUARD_COMMON;
	__u64 now = bpf_ktime_get_boot_ns();

	if (!policy)
		return -1;
	for (int i = 0; i < POLICIES_DEEP; i++) {
		const struct guard_policy *found = bpf_map_lookup_elem(&policies, &profile);

		profile = GUARD_COMMON;
		if (!found)
			continue;
		*policy = *found;
		/* It was replaced meanwhile: what stands there now is whole. */
		if (policy->generation != policy->again)
			*policy = *found;
		if (guard_holds(policy, now))
			return 0;
		profile = policy->before;
	}
	return -1;
}

/* By such a policy: 0, or what it gets instead of what it wanted. */
static __noinline int judge_by(const struct guard_policy *policy, struct guard_mark *mark,
			       const struct about *about)
{
	enum guard_action action;
	__u32 rule = about->rule, flags;

	if (!mark || !policy)
		return 0;
	flags = flags_of(mark);
	barrier_var(rule);
	if (rule >= GUARD_RULES || !guard_watches(rule, flags))
		return 0;
	action = guard_decide(policy, rule, flags, am_spared());
	if (action == GUARD_IGNORE)
		return 0;
	tell(mark, about, action);
	if (action == GUARD_KILL)
		bpf_send_signal(SIGKILL);
	return action >= GUARD_DENY ? -EPERM : 0;
}

/* Of a process that is marked. */
static __noinline int judge(struct guard_mark *mark, const struct about *about)
{
	struct guard_policy policy = {};

	if (!mark || !guard_watches(about->rule, flags_of(mark)) || copy_policy(mark, &policy))
		return 0;
	return judge_by(&policy, mark, about);
}

/* Does the profile list what it may, and not only what it may not? */
static __always_inline bool lists(const struct guard_policy *policy, enum guard_rule rule)
{
	return policy->lists & 1U << rule;
}

/* Where the profile lists that port or device it is none of a rule's. */
static __always_inline int judge_number(struct guard_mark *mark, const struct about *about, __u64 number)
{
	struct guard_number key = { .rule = about->rule, .number = number };
	struct guard_policy policy = {};

	if (!guard_watches(about->rule, flags_of(mark)) || copy_policy(mark, &policy))
		return 0;
	key.generation = policy.generation;
	if (lists(&policy, about->rule) && bpf_map_lookup_elem(&numbers, &key))
		return 0;
	return judge_by(&policy, mark, about);
}

/* Nothing that is watched may come to pass unwatched, where that is enforced. */
static __noinline bool is_enforced(struct guard_mark *mark)
{
	struct guard_policy policy = {};

	return mark && !am_spared() && !copy_policy(mark, &policy) && guard_enforces(&policy, mark->flags);
}

/* Most rules are about the process that is at it, and have nothing more to say. */
static __always_inline int judge_me(enum guard_rule rule, __u64 number, __u64 other)
{
	const struct about about = { .rule = rule, .numbers = { number, other } };
	struct guard_mark *mark = my_mark();

	return mark ? judge(mark, &about) : 0;
}

#endif /* KVMSHARE_EBPF_GUARD_TELL_H */
