/* SPDX-License-Identifier: GPL-2.0 */
/* What is done about what a VMM does: pure, the same in the kernel and in the unit tests. */
#ifndef KVMSHARE_EBPF_GUARD_DECIDE_H
#define KVMSHARE_EBPF_GUARD_DECIDE_H

#include <stdbool.h>

#include "guard.h"

/* Of these no VMM has a use, at any time; nor has a stranger of what it keeps. */
#define GUARD_ALWAYS	(1U << GUARD_EXEC_GONE | 1U << GUARD_MODULE | 1U << GUARD_MEMORY)

/* Who does it need not know, nor mean it: it is refused, and lives. */
#define GUARD_STRANGERS	(1U << GUARD_MEMORY | 1U << GUARD_PASSED)

/* What is done to a VMM, or has been done when it is seen: nothing can be denied to it. */
#define GUARD_SEEN_ONLY	(1U << GUARD_DIED)

/**
 * guard_watches() - is a rule about such a process?
 * @rule: which
 * @flags: what the process is; 0: none of ours
 *
 * Until a vCPU runs a VMM is setting up, and may do what it is to do never again.
 */
static inline bool guard_watches(__u32 rule, __u32 flags)
{
	if (!flags || rule >= GUARD_RULES)
		return false;
	return flags & GUARD_RUNS || GUARD_ALWAYS & 1U << rule || GUARD_SEEN_ONLY & 1U << rule;
}

/* Is what is asked for to be enforced at the moment? */
static inline bool guard_enforces(const struct guard_policy *policy, __u64 now)
{
	return policy->enforced && (!policy->until || now < policy->until);
}

/**
 * guard_decide() - what is done about it
 * @policy: an administrator's
 * @rule: which; below GUARD_RULES
 * @tgid: who does it
 * @now: nanoseconds since boot, suspend included
 *
 * PID 1 and the tool are denied nothing, whatever they were taken for.
 */
static inline enum guard_action guard_decide(const struct guard_policy *policy, __u32 rule,
					     __u32 tgid, __u64 now)
{
	__u32 action = policy->actions[rule];

	if (action >= GUARD_ACTIONS)
		return GUARD_OBSERVE;
	if (action <= GUARD_OBSERVE)
		return (enum guard_action)action;
	if (tgid == 1 || tgid == policy->spared || !guard_enforces(policy, now) ||
	    GUARD_SEEN_ONLY & 1U << rule)
		return GUARD_OBSERVE;
	if (GUARD_STRANGERS & 1U << rule)
		return GUARD_DENY;
	return (enum guard_action)action;
}

/* Does such a signal tell that a process failed, or that its filter killed it? */
static inline bool guard_is_fault(int signal)
{
	/* SIGILL, SIGTRAP, SIGABRT, SIGBUS, SIGFPE, SIGSEGV, SIGSYS */
	return signal == 4 || signal == 5 || signal == 6 || signal == 7 || signal == 8 ||
	       signal == 11 || signal == 31;
}

/* PROT_WRITE and PROT_EXEC. */
static inline bool guard_is_wx(unsigned long prot)
{
	return (prot & 6) == 6;
}

#endif /* KVMSHARE_EBPF_GUARD_DECIDE_H */
