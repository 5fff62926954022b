// SPDX-License-Identifier: GPL-2.0
/* kvmshare exits: why guests leave to the host, how often, and what that takes. */
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "cmd.h"
#include "exits_common.h"
#include "../lib/msg.h"
#include "../lib/out.h"
#include "../lib/parse.h"
#include "../lib/pool.h"
#include "../monitor/exits.h"
#include "../monitor/reason_name.h"
#include "../monitor/sum.h"

#define LENGTH_S	10
#define LENGTH_MOST	86400

/* -- What is shown ---------------------------------------------------------- */

static const struct out_column columns[] = {
	{ "vm", "VM", OUT_RIGHT },
	{ "pid", "PID", OUT_RIGHT },
	{ "vcpu", "VCPU", OUT_RIGHT },
	{ "reason", "REASON", OUT_TEXT },
	{ "count", "COUNT", OUT_RIGHT },
	{ "users", "VMM", OUT_RIGHT },
	{ "ns", "TIME", OUT_RIGHT },
	{ "user_ns", "IN VMM", OUT_RIGHT },
	{ "min_ns", "MIN", OUT_RIGHT },
	{ "mean_ns", "MEAN", OUT_RIGHT },
	{ "p99_ns", "P99 BELOW", OUT_RIGHT },
	{ "max_ns", "MAX", OUT_RIGHT },
	{ "histogram", "HISTOGRAM", OUT_TEXT },
	{ NULL, NULL, OUT_TEXT }
};

/* Programs get all of it; people where most of it is. */
static json_object *histogram_of(const struct exits_place *exits)
{
	json_object *slots = json_object_new_array();

	for (uint32_t i = 0; i < HISTOGRAM_SLOTS; i++) {
		json_object *slot;

		if (!exits->histogram[i])
			continue;
		slot = json_object_new_object();
		if (i < HISTOGRAM_SLOTS - 1)
			out_uint(slot, "below_ns", histogram_end(i));
		else
			out_str(slot, "below_ns", NULL);
		out_uint(slot, "count", exits->histogram[i]);
		json_object_array_add(slots, slot);
	}
	return slots;
}

static json_object *histogram_for_people(const struct exits_place *exits)
{
	char text[HISTOGRAM_SLOTS + 1];
	uint32_t most = 1;

	for (uint32_t i = 0; i < HISTOGRAM_SLOTS; i++)
		if (exits->histogram[i] > most)
			most = exits->histogram[i];
	for (uint32_t i = 0; i < HISTOGRAM_SLOTS; i++) {
		uint64_t height = ((uint64_t)exits->histogram[i] * 8 + most - 1) / most;

		text[i] = " .:-=+*#@"[height];
	}
	text[HISTOGRAM_SLOTS] = '\0';
	return json_object_new_string(text);
}

/* Most exits take microseconds. */
static void put_ns(json_object *row, const char *key, uint64_t ns)
{
	if (out_is_json())
		out_uint(row, key, ns);
	else if (ns < 10000)
		out_str(row, key, fmt("%" PRIu64 " ns", ns));
	else if (ns < 10000000)
		out_str(row, key, fmt("%" PRIu64 " us", ns / 1000));
	else
		out_str(row, key, fmt("%" PRIu64 " ms", ns / 1000000));
}

static json_object *row_of(const struct sum *sum, json_object *vms, const struct exits_wish *wish)
{
	const struct exits_place *exits = &sum->exits;
	json_object *row = json_object_new_object();
	uint64_t over = 0;

	for (uint32_t i = 0; i < HISTOGRAM_SLOTS; i++)
		over += exits->histogram[i];
	exits_put_vm(row, vms, sum->tgid);
	if (wish->by_vcpu)
		out_int(row, "vcpu", sum->vcpu);
	else
		out_str(row, "vcpu", NULL);
	out_str(row, "reason", reason_name(&sum->reason));
	out_str(row, "vendor", reason_vendor(&sum->reason));
	out_uint(row, "number", sum->reason.reason);
	out_uint(row, "count", exits->count);
	out_uint(row, "users", exits->users);
	put_ns(row, "ns", exits->ns);
	put_ns(row, "user_ns", exits->user_ns);
	put_ns(row, "min_ns", exits->min_ns);
	put_ns(row, "mean_ns", over ? exits->ns / over : 0);
	put_ns(row, "p99_ns", sum_percentile(exits, 99));
	put_ns(row, "max_ns", exits->max_ns);
	if (wish->histogram)
		json_object_object_add(row, "histogram", out_is_json() ? histogram_of(exits) : histogram_for_people(exits));
	return row;
}

static int show(const struct exits *exits, const struct exits_wish *wish)
{
	json_object *rows = json_object_new_array();
	json_object *vms;
	struct sums sums;
	int err;

	err = sum_up(exits->vcpus, exits->nr, &exits->reasons, wish->by_vcpu, &sums);
	if (err) {
		json_object_put(rows);
		return FAIL(EXIT_FAILED, .object = "exits", .reason = strerror(-err));
	}
	vms = pool_objects(POOL_VMS, &err);
	for (size_t i = 0; i < sums.nr; i++) {
		if (wish->pid && sums.rows[i].tgid != wish->pid)
			continue;
		json_object_array_add(rows, row_of(&sums.rows[i], vms, wish));
	}
	json_object_put(vms);
	sums_free(&sums);
	out_table(columns, rows, "no guest has left to the host meanwhile");
	return EXIT_OK;
}

/* -- Counting --------------------------------------------------------------- */

static int count(const struct exits_wish *wish)
{
	struct programs programs;
	struct exits exits;
	int err = exits_begin(&programs);
	int code = exits_tell(&programs, err);

	if (code)
		return code;
	exits_wait(wish);
	err = exits_read(&programs, &exits);
	programs_unload(&programs);
	if (err)
		return FAIL(EXIT_FAILED, .object = "exits", .reason = strerror(-err));
	if (exits.reasons.missed)
		fprintf(stderr, "%llu exits are not in it: there was no memory for their threads\n", (unsigned long long)exits.reasons.missed);
	if (exits.reasons.lost)
		msg_note("%llu threads that ended are not in it: there were too many", (unsigned long long)exits.reasons.lost);
	code = show(&exits, wish);
	exits_free(&exits);
	return code;
}

static int exits(const struct cmd_line *line)
{
	struct exits_wish wish = {
		.length_s = LENGTH_S, .by_vcpu = cmd_has(line, "vcpus"), .histogram = cmd_has(line, "histogram"),
	};
	const char *length = cmd_value(line, "for");
	int err;

	if (length && !parse_u64(length, 0, LENGTH_MOST, &wish.length_s))
		return cmd_usage(line, "--for", "it is a number of seconds, up to a day; 0: until Ctrl-C");
	if (cmd_has(line, "detail") && (wish.by_vcpu || wish.histogram))
		return cmd_usage(line, "--detail", "it is of VMs, and has no times: no --vcpus, no --histogram");
	err = exits_take_vm(line, &wish.pid);
	if (err)
		return err;
	return cmd_has(line, "detail") ? exits_detail(&wish) : count(&wish);
}

static const struct cmd_verb verbs[] = {
	{
		.what = "count why guests leave to the host, and what that takes",
		.more = "Counts in the kernel, for all VMs, until it ends; needs root.",
		.options = {
			{ "vm", "ID", "of that VM alone", "@vm" },
			{ "for", "SECONDS", "so long; 10 by default, 0: until Ctrl-C", NULL },
			{ "vcpus", NULL, "each vCPU for itself", NULL },
			{ "detail", NULL, "instead, what guests touch: ports, addresses, MSRs, and more", NULL },
			{ "histogram", NULL, "how long they take, by powers of two from 256 ns on", NULL },
		},
		.run = exits,
	},
	{ .run = NULL }
};

const struct cmd_object cmd_exits = {
	.name = "exits",
	.what = "why guests leave to the host, and what that takes",
	.verbs = verbs,
};
