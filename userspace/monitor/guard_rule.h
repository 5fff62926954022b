/* SPDX-License-Identifier: GPL-2.0 */
/* What there is to say of each rule: ebpf/guard.h has them. */
#ifndef KVMSHARE_MONITOR_GUARD_RULE_H
#define KVMSHARE_MONITOR_GUARD_RULE_H

#include <stdbool.h>

#include "../../ebpf/guard.h"

/**
 * struct guard_word - a rule, for people and programs
 * @name: in events and options
 * @severity: "low", "medium", "high"
 * @technique: MITRE ATT&CK's, or NULL
 * @what: it is about, after "a VMM ..."
 * @numbers: what the event's numbers are, or NULL
 */
struct guard_word {
	const char *name;
	const char *severity;
	const char *technique;
	const char *what;
	const char *numbers[2];
};

extern const struct guard_word guard_words[GUARD_RULES];

/* Below GUARD_RULES, or -1. */
int guard_rule_of(const char *name);
/* "ignore", "observe", "deny", "kill", or -1. */
int guard_action_of(const char *name);
/* Its word; "?" where there is none. */
const char *guard_action(__u32 action);
/* What was done about it: "seen", "denied", "killed". */
const char *guard_done(__u32 action);

#endif
