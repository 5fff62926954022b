// SPDX-License-Identifier: GPL-2.0
/* kvmshare watch: what VMMs do that they should not. */
#include <string.h>

#include "guard_common.h"
#include "../lib/msg.h"
#include "../lib/out.h"
#include "../lib/parse.h"
#include "../monitor/guard_pin.h"
#include "../monitor/guard_rule.h"
#include "../monitor/monitor.h"

/* RULE=ACTION, any number of times. */
static int take_rules(const struct cmd_line *line, struct guard_policy *policy)
{
	const char *given;

	for (int i = 0; (given = cmd_nth(line, "rule", i)); i++) {
		const char *equals = strchr(given, '=');
		int rule, action;

		if (!equals)
			return cmd_usage(line, "--rule", "it is RULE=ACTION, as exec=deny");
		rule = guard_rule_of(fmt("%.*s", (int)(equals - given), given));
		if (rule < 0)
			return cmd_usage(line, given, "there is no such rule: see kvmshare watch --rules");
		action = guard_action_of(equals + 1);
		if (action < 0)
			return cmd_usage(line, given, "an action is ignore, observe, deny or kill");
		policy->actions[rule] = (__u8)action;
	}
	return 0;
}

static const struct out_column rule_columns[] = {
	{ "rule", "RULE", OUT_TEXT },
	{ "severity", "SEVERITY", OUT_TEXT },
	{ "technique", "TECHNIQUE", OUT_TEXT },
	{ "what", "A VMM", OUT_TEXT },
	{ NULL, NULL, OUT_TEXT }
};

static int show_rules(void)
{
	json_object *rows = json_object_new_array();

	for (int i = 0; i < GUARD_RULES; i++) {
		json_object *row = json_object_new_object();

		out_str(row, "rule", guard_words[i].name);
		out_str(row, "severity", guard_words[i].severity);
		out_str(row, "technique", guard_words[i].technique);
		out_str(row, "what", guard_words[i].what);
		json_object_array_add(rows, row);
	}
	out_table(rule_columns, rows, "there are no rules");
	return EXIT_OK;
}

/* KIND=RATE, any number of times. */
static int take_ceilings(const struct cmd_line *line, struct abuse_ceilings *ceilings)
{
	const char *given;

	*ceilings = abuse_defaults;
	for (int i = 0; (given = cmd_nth(line, "ceiling", i)); i++) {
		const char *equals = strchr(given, '=');
		enum abuse_kind kind = ABUSE_KINDS;

		if (equals)
			kind = abuse_kind_of(fmt("%.*s", (int)(equals - given), given));
		if (kind == ABUSE_KINDS)
			return cmd_usage(line, given, "it is KIND=RATE, as msrs=500; kinds are nested, msrs, hypercalls, faults, interrupts and exits");
		if (!parse_u64(equals + 1, 0, 1000000000, &ceilings->rate[kind]))
			return cmd_usage(line, given, "a rate is a number a second and vCPU; 0: none is too high");
	}
	return 0;
}

static int watch_all(struct monitor *monitor, const struct guard_policy *policy, const char *only, uint64_t length_s)
{
	bool rules = !only || !strcmp(only, "guard"), guests = !only || !strcmp(only, "abuse");
	int err = 0, code;

	monitor->guard.each = monitor_on_guard;
	monitor->guard.arg = monitor;
	if (rules)
		err = guard_begin(&monitor->guard, policy);
	if (err)
		return guard_refuse("watch", &monitor->guard.programs, err);
	monitor_tell_off(monitor, &monitor->guard.programs);
	if (guests)
		monitor_begin(monitor);
	msg_note("watching VMMs, and what guests do; Ctrl-C ends it");
	code = guard_follow(monitor, "watch", length_s);
	monitor_end(monitor);
	if (rules)
		guard_end(&monitor->guard);
	return code;
}

static int watch(const struct cmd_line *line)
{
	struct guard_policy policy = { .name = "watch", .enforced = cmd_has(line, "enforce") };
	static struct monitor monitor = { .tell = guard_print };
	const char *length = cmd_value(line, "for"), *only = cmd_value(line, "only");
	uint64_t length_s = 0;
	int code;

	if (line->nr_args && strcmp(line->args[0], "check"))
		return cmd_usage(line, line->args[0], "only check may follow");
	if (line->nr_args && line->nr_given)
		return cmd_usage(line, "check", "it has no options");
	if (line->nr_args)
		return cmd_watch_check(line);
	if (cmd_has(line, "rules"))
		return show_rules();
	if (length && !parse_u64(length, 0, 86400, &length_s))
		return cmd_usage(line, "--for", "it is a number of seconds, up to a day; 0: until Ctrl-C");
	if (only && strcmp(only, "guard") && strcmp(only, "abuse"))
		return cmd_usage(line, "--only", "it is guard or abuse");
	if (policy.enforced && guard_is_off_at_boot())
		return FAIL(EXIT_UNSUPPORTED, .object = "--enforce", .reason = "the boot option kvmshare.guard=off is there",
			    .kept = "nothing runs", .remedy = "watch without it, or boot without that");
	memset(policy.actions, policy.enforced ? GUARD_DENY : GUARD_OBSERVE, sizeof(policy.actions));
	/* What all of them do: where it is asked for alone. */
	policy.actions[GUARD_OPEN] = GUARD_IGNORE;
	code = take_rules(line, &policy);
	if (!code)
		code = take_ceilings(line, &monitor.vms.ceilings);
	return code ? code : watch_all(&monitor, &policy, only, length_s);
}

static const struct cmd_verb verbs[] = {
	{
		.args = "[check]",
		.max = 1,
		.values = "check",
		.what = "watch what VMMs do that they should not, and guests too often, and tell",
		.more = "A VMM is who makes a VM, and what that starts. Rules count once a vCPU has run; until\n"
			"then it is setting up. With --enforce, while this runs, what a rule is about is refused.\n"
			"With check, each program must prove that it fires on this kernel, by harmless acts.",
		.options = {
			{ "enforce", NULL, "deny it, instead of telling alone", NULL },
			{ "rule", "RULE=ACTION", "for that rule: ignore, observe, deny or kill", NULL },
			{ "ceiling", "KIND=RATE", "of what a guest may do a second and vCPU: msrs=500", NULL },
			{ "only", "PART", "guard: rules about VMMs; abuse: what guests do", "guard abuse" },
			{ "rules", NULL, "show the rules there are, and do nothing", NULL },
			{ "for", "SECONDS", "so long; else until Ctrl-C", NULL },
		},
		.run = watch,
	},
	{ .run = NULL }
};

const struct cmd_object cmd_watch = {
	.name = "watch",
	.what = "what VMMs do that they should not",
	.verbs = verbs,
};
