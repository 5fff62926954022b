/* SPDX-License-Identifier: GPL-2.0 */
/* What is done about what a VMM does: pure, the same in the kernel and in the unit tests. */
#ifndef KVMSHARE_EBPF_GUARD_DECIDE_H
#define KVMSHARE_EBPF_GUARD_DECIDE_H

#include <stdbool.h>

#include "guard.h"

/* Of these no VMM has a use, at any time; nor has a stranger of what it keeps. */
#define GUARD_ALWAYS	(1U << GUARD_EXEC_GONE | 1U << GUARD_MODULE | 1U << GUARD_MEMORY | 1U << GUARD_BEGUN)

/* Who does it need not know, nor mean it: it is refused, and lives. */
#define GUARD_STRANGERS	(1U << GUARD_MEMORY | 1U << GUARD_PASSED)

/* What is done to a VMM, or has been done when it is seen: nothing can be denied to it. */
#define GUARD_SEEN_ONLY	(1U << GUARD_DIED | 1U << GUARD_BEGUN)

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

/* Does it still hold?  One that nobody confirmed ends by itself. */
static inline bool guard_holds(const struct guard_policy *policy, __u64 now)
{
	return !policy->until || now < policy->until;
}

/* Is what is asked for to be enforced? */
static inline bool guard_enforces(const struct guard_policy *policy, __u32 flags)
{
	return flags & GUARD_ENFORCED || policy->enforced;
}

/**
 * guard_decide() - what is done about it
 * @policy: an administrator's
 * @rule: which; below GUARD_RULES
 * @flags: what the process is that the rule protects, or is about
 * @spared: PID 1, the tool or its service does it; they are denied nothing, whatever else they are
 */
static inline enum guard_action guard_decide(const struct guard_policy *policy, __u32 rule,
					     __u32 flags, bool spared)
{
	__u32 action = policy->actions[rule];

	if (action >= GUARD_ACTIONS)
		return GUARD_OBSERVE;
	if (action <= GUARD_OBSERVE)
		return (enum guard_action)action;
	if (spared || !guard_enforces(policy, flags) || GUARD_SEEN_ONLY & 1U << rule)
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
