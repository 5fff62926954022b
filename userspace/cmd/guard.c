// SPDX-License-Identifier: GPL-2.0
/* kvmshare guard: rules about VMMs that hold on this host, by profiles. */
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "guard_common.h"
#include "../lib/clock.h"
#include "../lib/msg.h"
#include "../lib/out.h"
#include "../monitor/guard_pin.h"
#include "../monitor/guard_rule.h"

/* -- status ----------------------------------------------------------------- */

static const struct out_column columns[] = {
	{ "profile", "PROFILE", OUT_TEXT },
	{ "mode", "MODE", OUT_TEXT },
	{ "left_s", "CONFIRM WITHIN", OUT_RIGHT },
	{ "deny", "DENIES", OUT_RIGHT },
	{ "observe", "TELLS", OUT_RIGHT },
	{ "lists", "LISTS", OUT_TEXT },
	{ NULL, NULL, OUT_TEXT }
};

static const char *lists_of(const struct guard_policy *policy, char *text, size_t room)
{
	size_t length = 0;

	text[0] = '\0';
	for (int rule = 0; rule < GUARD_RULES && length < room; rule++)
		if (policy->lists & 1U << rule)
			length += (size_t)snprintf(text + length, room - length, "%s%s", length ? " " : "",
						   guard_words[rule].name);
	return text;
}

static json_object *row_of(const struct guard_policy *policy)
{
	json_object *row = json_object_new_object();
	uint64_t deny = 0, observe = 0, now = now_boot_ns();
	char name[GUARD_NAME_LEN], lists[256];

	for (int rule = 0; rule < GUARD_RULES; rule++) {
		deny += policy->actions[rule] >= GUARD_DENY;
		observe += policy->actions[rule] == GUARD_OBSERVE;
	}
	snprintf(name, sizeof(name), "%.*s", GUARD_NAME_LEN - 1, policy->name);
	json_object_object_add(row, "profile", printable_json(name));
	if (policy->until && policy->until <= now)
		out_str(row, "mode", "ended");
	else
		out_str(row, "mode", policy->enforced ? "enforce" : "observe");
	if (policy->until > now)
		out_uint(row, "left_s", (policy->until - now) / 1000000000);
	else
		out_str(row, "left_s", NULL);
	out_uint(row, "deny", deny);
	out_uint(row, "observe", observe);
	out_str(row, "lists", lists_of(policy, lists, sizeof(lists)));
	return row;
}

static json_object *rows_of(const struct guard_maps *maps)
{
	json_object *rows = json_object_new_array();
	struct guard_policy policy;
	__u32 number, *before = NULL;

	while (!guard_policy_next(maps, before, &number, &policy)) {
		/* What has no name holds again if one is not confirmed. */
		if (policy.name[0])
			json_object_array_add(rows, row_of(&policy));
		before = &number;
	}
	return rows;
}

static void show(json_object *rows, const struct guard_counts *counts)
{
	json_object *all;

	if (!out_is_json()) {
		printf("%llu VMMs so far; %llu events, of which %llu were lost\n\n", (unsigned long long)counts->vmms,
		       (unsigned long long)counts->produced, (unsigned long long)counts->lost);
		out_table(columns, rows, "");
		return;
	}
	all = json_object_new_object();
	out_uint(all, "vmms", counts->vmms);
	out_uint(all, "produced", counts->produced);
	out_uint(all, "lost", counts->lost);
	out_uint(all, "unmarked", counts->unmarked);
	json_object_object_add(all, "profiles", rows);
	out_line(all, NULL);
}

static int status(const struct cmd_line *line)
{
	struct guard_counts counts;
	struct guard_maps maps;
	int code = guard_take_pinned(&maps), err;

	(void)line;
	if (code)
		return code;
	err = guard_count(&maps, &counts);
	if (!err)
		show(rows_of(&maps), &counts);
	guard_maps_close(&maps);
	return err ? FAIL(EXIT_FAILED, .object = "guard", .reason = strerror(-err)) : EXIT_OK;
}

static int off(const struct cmd_line *line)
{
	int err = guard_unpin();

	(void)line;
	if (err)
		return FAIL(EXIT_FAILED, .object = GUARD_PINS, .reason = strerror(-err),
			    .remedy = err == -EPERM || err == -EACCES ? "run it as root" : NULL);
	msg_note("no rules hold, until kvmshare-monitor.service starts or a profile is applied");
	return EXIT_OK;
}

static const struct cmd_verb verbs[] = {
	{
		.name = "status",
		.what = "show which profiles hold, and what they have told so far",
		.run = status,
	}, {
		.name = "apply",
		.args = "FILE",
		.min = 1,
		.max = 1,
		.what = "have a profile hold, instead of one of its name",
		.more = "It holds until it is removed, whatever process ends, and from boot on where\n"
			"kvmshare-monitor.service is enabled. With --confirm-within it ends by itself, in the\n"
			"kernel, and what held before does again, unless: kvmshare guard confirm NAME.",
		.options = {
			{ "enforce", NULL, "what it denies does not come to pass, whatever it says of its mode", NULL },
			{ "observe", NULL, "it is told alone", NULL },
			{ "confirm-within", "TIME", "it must be confirmed until then: 90s, 5m, 1h", NULL },
		},
		.run = cmd_guard_apply,
	}, {
		.name = "confirm",
		.args = "NAME",
		.min = 1,
		.max = 1,
		.what = "have a profile hold for ever",
		.run = cmd_guard_confirm,
	}, {
		.name = "remove",
		.args = "NAME",
		.min = 1,
		.max = 1,
		.what = "have a profile hold no more, now and from boot on",
		.run = cmd_guard_remove,
	}, {
		.name = "off",
		.what = "have none hold, at once; what holds from boot on stays as it is",
		.run = off,
	}, {
		.name = "events",
		.what = "print what the profiles that hold tell and deny, from those on that nobody has read yet",
		.options = {
			{ "for", "TIME", "so long: 90s, 10m, 1h; until Ctrl-C by default", NULL },
		},
		.run = cmd_guard_events,
	}, {
		.name = "learn",
		.what = "write a profile of what a VMM is seen to do",
		.more = "It denies what was not seen. Read it before it is applied: what was seen once may be\n"
			"what should never be, and what comes once a year was not seen.",
		.options = {
			{ "vm", "ID", "of that VM", "@vm" },
			{ "pid", "PID", "of the VM of that process; without either, of all there are", NULL },
			{ "for", "TIME", "so long: 90s, 10m, 1h; 10m by default", NULL },
			{ "name", "NAME", "what to call it", NULL },
			{ "output", "FILE", "into a file, which is not there yet", NULL },
		},
		.run = cmd_guard_learn,
	}, {
		.name = "diff",
		.args = "OLD NEW",
		.min = 2,
		.max = 2,
		.what = "show what another profile changes",
		.run = cmd_guard_diff,
	},
	{ .run = NULL }
};

const struct cmd_object cmd_guard = {
	.name = "guard",
	.what = "rules about VMMs that hold on this host",
	.verbs = verbs,
};
