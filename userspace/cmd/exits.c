// SPDX-License-Identifier: GPL-2.0
/* kvmshare exits: why guests leave to the host, how often, and what that takes. */
#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cmd.h"
#include "../lib/clock.h"
#include "../lib/msg.h"
#include "../lib/out.h"
#include "../lib/parse.h"
#include "../lib/pool.h"
#include "../monitor/exits.h"
#include "../monitor/reason_name.h"
#include "../monitor/sum.h"

#define LENGTH_S	10
#define LENGTH_MOST	86400

/**
 * struct wish - what is asked for
 * @vm: of which VM, by its number; 0: of all
 * @pid: of that, its VMM
 * @length_s: for so long; 0: until a signal
 * @by_vcpu: each vCPU for itself
 * @histogram: how long they take, in powers of two
 */
struct wish {
	uint64_t vm;
	uint32_t pid;
	uint64_t length_s;
	bool by_vcpu;
	bool histogram;
};

static volatile sig_atomic_t interrupted;

static void interrupt(int sig)
{
	(void)sig;
	interrupted = 1;
}

/* -- What is shown ---------------------------------------------------------- */

static const struct out_column columns[] = {
	{ "vm", "VM", OUT_RIGHT },
	{ "pid", "PID", OUT_RIGHT },
	{ "vcpu", "VCPU", OUT_RIGHT },
	{ "reason", "REASON", OUT_TEXT },
	{ "count", "COUNT", OUT_RIGHT },
	{ "users", "VMM", OUT_RIGHT },
	{ "ns", "TIME", OUT_NS },
	{ "user_ns", "IN VMM", OUT_NS },
	{ "min_ns", "MIN", OUT_NS },
	{ "mean_ns", "MEAN", OUT_NS },
	{ "p99_ns", "P99 BELOW", OUT_NS },
	{ "max_ns", "MAX", OUT_NS },
	{ "histogram", "HISTOGRAM", OUT_TEXT },
	{ NULL, NULL, OUT_TEXT }
};

static uint64_t number_of(json_object *object, const char *key)
{
	json_object *value;

	return json_object_object_get_ex(object, key, &value) ? json_object_get_uint64(value) : 0;
}

/* The number of a VMM's VM, as the modules have it; 0: they are not there, or do not know it. */
static uint64_t vm_of(json_object *vms, uint32_t pid)
{
	for (size_t i = 0; vms && i < json_object_array_length(vms); i++) {
		json_object *vm = json_object_array_get_idx(vms, i);

		if (number_of(vm, "pid") == pid)
			return number_of(vm, "id");
	}
	return 0;
}

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

static json_object *row_of(const struct sum *sum, uint64_t vm, const struct wish *wish)
{
	const struct exits_place *exits = &sum->exits;
	json_object *row = json_object_new_object();
	uint64_t over = 0;

	for (uint32_t i = 0; i < HISTOGRAM_SLOTS; i++)
		over += exits->histogram[i];
	if (vm)
		out_uint(row, "vm", vm);
	else
		out_str(row, "vm", NULL);
	out_uint(row, "pid", sum->tgid);
	if (wish->by_vcpu)
		out_int(row, "vcpu", sum->vcpu);
	else
		out_str(row, "vcpu", NULL);
	out_str(row, "reason", reason_name(&sum->reason));
	out_str(row, "vendor", reason_vendor(&sum->reason));
	out_uint(row, "number", sum->reason.reason);
	out_uint(row, "count", exits->count);
	out_uint(row, "users", exits->users);
	out_uint(row, "ns", exits->ns);
	out_uint(row, "user_ns", exits->user_ns);
	out_uint(row, "min_ns", exits->min_ns);
	out_uint(row, "mean_ns", over ? exits->ns / over : 0);
	out_uint(row, "p99_ns", sum_percentile(exits, 99));
	out_uint(row, "max_ns", exits->max_ns);
	if (wish->histogram)
		json_object_object_add(row, "histogram", out_is_json() ? histogram_of(exits) : histogram_for_people(exits));
	return row;
}

static int show(const struct exits *exits, const struct wish *wish)
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
		json_object_array_add(rows, row_of(&sums.rows[i], vm_of(vms, sums.rows[i].tgid), wish));
	}
	json_object_put(vms);
	sums_free(&sums);
	out_table(columns, rows, "no guest has left to the host meanwhile");
	return EXIT_OK;
}

/* -- Counting --------------------------------------------------------------- */

static int refuse(const struct programs *programs, int err)
{
	if (err == -EPERM || err == -EACCES)
		return FAIL(EXIT_FAILED, .object = "exits", .reason = "the kernel does not let this user load programs",
			    .kept = "nothing runs", .remedy = "run it as root; in a container, on the host");
	return FAIL(EXIT_UNSUPPORTED, .object = "exits",
		    .reason = programs->nr_off ? programs->off[0].why : strerror(-err), .kept = "nothing runs",
		    .remedy = "KVM must be loaded (modprobe kvm_amd, or kvm_intel), and tracefs be mounted");
}

static void tell_what_is_off(const struct programs *programs)
{
	for (int i = 0; i < programs->nr_off; i++)
		msg_note("%s is off on this kernel: %s", programs->off[i].name, programs->off[i].why);
}

static void wait_for(uint64_t length_s)
{
	struct sigaction action = { .sa_handler = interrupt };
	uint64_t end = now_ms() + length_s * 1000;

	sigaction(SIGINT, &action, NULL);
	sigaction(SIGTERM, &action, NULL);
	while (!interrupted) {
		uint64_t now = now_ms();

		if (length_s && now >= end)
			return;
		poll(NULL, 0, length_s && end - now < 1000 ? (int)(end - now) : 1000);
	}
}

static int count(const struct wish *wish)
{
	struct programs programs;
	struct exits exits;
	int err = exits_begin(&programs);
	int code;

	if (err)
		return refuse(&programs, err);
	tell_what_is_off(&programs);
	msg_note("counting for %s", wish->length_s ? fmt("%lu s; Ctrl-C ends it sooner", (unsigned long)wish->length_s) : "as long as it takes: Ctrl-C ends it");
	wait_for(wish->length_s);
	err = exits_read(&programs, &exits);
	if (err) {
		programs_unload(&programs);
		return FAIL(EXIT_FAILED, .object = "exits", .reason = strerror(-err));
	}
	if (exits.reasons.lost)
		msg_note("%llu threads that ended are not in it: there were too many", (unsigned long long)exits.reasons.lost);
	code = show(&exits, wish);
	exits_free(&exits);
	programs_unload(&programs);
	return code;
}

static int take_vm(const struct cmd_line *line, struct wish *wish)
{
	const char *value = cmd_value(line, "vm");
	json_object *vm;

	if (!value)
		return 0;
	if (!parse_u64(value, 1, UINT64_MAX, &wish->vm))
		return cmd_usage(line, "--vm", "a VM is named by its number");
	vm = pool_object(POOL_VMS, value);
	if (!vm)
		return FAIL(EXIT_FAILED, .object = fmt("VM %s", value), .reason = "there is none of that number",
			    .remedy = "see: kvmshare vm list");
	wish->pid = (uint32_t)number_of(vm, "pid");
	json_object_put(vm);
	return 0;
}

static int exits(const struct cmd_line *line)
{
	struct wish wish = {
		.length_s = LENGTH_S, .by_vcpu = cmd_has(line, "vcpus"), .histogram = cmd_has(line, "histogram"),
	};
	const char *length = cmd_value(line, "for");
	int err;

	if (length && !parse_u64(length, 0, LENGTH_MOST, &wish.length_s))
		return cmd_usage(line, "--for", "it is a number of seconds, up to a day; 0: until Ctrl-C");
	err = take_vm(line, &wish);
	return err ? err : count(&wish);
}

static const struct cmd_verb verbs[] = {
	{
		.what = "count why guests leave to the host, and what that takes",
		.more = "Counts in the kernel, for all VMs, until it ends; needs root.",
		.options = {
			{ "vm", "ID", "of that VM alone", "@vm" },
			{ "for", "SECONDS", "so long; 10 by default, 0: until Ctrl-C", NULL },
			{ "vcpus", NULL, "each vCPU for itself", NULL },
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
