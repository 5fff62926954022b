// SPDX-License-Identifier: GPL-2.0
/* kvmshare watch: what VMMs do that they should not. */
#include <errno.h>
#include <signal.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "cmd.h"
#include "../lib/clock.h"
#include "../lib/msg.h"
#include "../lib/out.h"
#include "../lib/parse.h"
#include "../monitor/guard.h"
#include "../monitor/guard_event.h"
#include "../monitor/guard_rule.h"

#define LOOK_MS		200

static volatile sig_atomic_t interrupted;

static void interrupt(int sig)
{
	(void)sig;
	interrupted = 1;
}

static int64_t wall_offset_ns(void)
{
	struct timespec wall, boot;

	clock_gettime(CLOCK_REALTIME, &wall);
	clock_gettime(CLOCK_BOOTTIME, &boot);
	return (wall.tv_sec - boot.tv_sec) * 1000000000LL + wall.tv_nsec - boot.tv_nsec;
}

static void on_event(const struct guard_event *event, void *arg)
{
	(void)arg;
	out_line(guard_event_json(event, wall_offset_ns()), guard_event_text(event));
}

/* What there was no room for is told as soon as it is known, and what there was at the end. */
static void tell_losses(const struct guard *guard, uint64_t *told, bool last)
{
	struct guard_counts counts;

	if (guard_count(guard, &counts) || (counts.lost == *told && !last))
		return;
	*told = counts.lost;
	out_line(guard_lost_json(&counts),
		 fmt("%llu events so far, of which %llu were lost: there was no room for them",
		     (unsigned long long)counts.produced, (unsigned long long)counts.lost));
}

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

/* Programs that read this must know, too. */
static void tell_off(const struct programs_off *off)
{
	json_object *json = json_object_new_object();

	out_str(json, "event", "off");
	out_str(json, "program", off->name);
	json_object_object_add(json, "why", printable_json(off->why));
	out_line(json, fmt("%s is off on this kernel: %s", off->name, off->why));
}

static int refuse(const struct guard *guard, int err)
{
	if (err == -EOPNOTSUPP)
		return FAIL(EXIT_UNSUPPORTED, .object = "watch", .reason = "this kernel does not ask such programs",
			    .kept = "nothing runs",
			    .remedy = "add bpf to its security modules: lsm=...,bpf on its command line; see /sys/kernel/security/lsm");
	if (err == -EPERM || err == -EACCES)
		return FAIL(EXIT_FAILED, .object = "watch", .reason = "the kernel does not let this user load programs",
			    .kept = "nothing runs", .remedy = "run it as root; in a container, on the host");
	return FAIL(EXIT_UNSUPPORTED, .object = "watch",
		    .reason = guard->programs.nr_off ? guard->programs.off[0].why : strerror(-err),
		    .kept = "nothing runs",
		    .remedy = "the kernel needs BPF among its security modules: see lsm= of kernel-parameters(7)");
}

static int go_on(struct guard *guard, uint64_t length_s)
{
	struct sigaction action = { .sa_handler = interrupt };
	uint64_t end = now_ms() + length_s * 1000, told = 0;
	int err = 0;

	sigaction(SIGINT, &action, NULL);
	sigaction(SIGTERM, &action, NULL);
	while (!interrupted && !err && (!length_s || now_ms() < end)) {
		err = guard_wait(guard, LOOK_MS);
		tell_losses(guard, &told, false);
	}
	/* What was done before the end is told before it. */
	guard_wait(guard, 0);
	tell_losses(guard, &told, true);
	return err ? FAIL(EXIT_FAILED, .object = "watch", .reason = strerror(-err)) : EXIT_OK;
}

static int watch(const struct cmd_line *line)
{
	struct guard_policy policy = { .enforced = cmd_has(line, "enforce"), .spared = (__u32)getpid() };
	struct guard guard = { .each = on_event };
	const char *length = cmd_value(line, "for");
	uint64_t length_s = 0;
	int err, code;

	if (cmd_has(line, "rules"))
		return show_rules();
	if (length && !parse_u64(length, 0, 86400, &length_s))
		return cmd_usage(line, "--for", "it is a number of seconds, up to a day; 0: until Ctrl-C");
	memset(policy.actions, policy.enforced ? GUARD_DENY : GUARD_OBSERVE, sizeof(policy.actions));
	code = take_rules(line, &policy);
	if (code)
		return code;
	err = guard_begin(&guard, &policy);
	if (err)
		return refuse(&guard, err);
	for (int i = 0; i < guard.programs.nr_off; i++)
		tell_off(&guard.programs.off[i]);
	msg_note("watching VMMs that begin from now on; Ctrl-C ends it");
	code = go_on(&guard, length_s);
	guard_end(&guard);
	return code;
}

static const struct cmd_verb verbs[] = {
	{
		.what = "watch what VMMs do that they should not, and tell",
		.more = "A VMM is who makes a VM, and what that starts. Rules count once a vCPU has run; until\n"
			"then it is setting up. With --enforce, while this runs, what a rule is about is refused.",
		.options = {
			{ "enforce", NULL, "deny it, instead of telling alone", NULL },
			{ "rule", "RULE=ACTION", "for that rule: ignore, observe, deny or kill", NULL },
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
