// SPDX-License-Identifier: GPL-2.0
/* kvmshare top: what each VM does now, and what it costs. */
#include <errno.h>
#include <inttypes.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "guard_common.h"
#include "mem_common.h"
#include "top_rates.h"
#include "vgpu_common.h"
#include "vgpu_screen.h"
#include "../lib/clock.h"
#include "../lib/fs.h"
#include "../lib/msg.h"
#include "../lib/out.h"
#include "../lib/parse.h"
#include "../monitor/interrupt.h"
#include "../monitor/monitor.h"
#include "../monitor/reason_name.h"

#define VMS_MOST	1024

/**
 * struct look - what was there, at one time
 * @at_ns: when
 * @sums: exits so far
 * @run_ns: of engines' time so far, by process: an object
 */
struct look {
	uint64_t at_ns;
	struct sums sums;
	json_object *run_ns;
};

/**
 * struct top - what goes on
 * @monitor: exits, and what guests do too often
 * @before: the last look
 * @sort: the key that rows stand by
 * @screen: a terminal's whole screen
 */
struct top {
	struct monitor monitor;
	struct look before;
	const char *sort;
	bool screen;
};

static const struct out_column columns[] = {
	{ "vm", "VM", OUT_RIGHT },
	{ "pid", "PID", OUT_RIGHT },
	{ "name", "NAME", OUT_TEXT },
	{ "exits_per_s", "EXITS/S", OUT_RIGHT },
	{ "busy_percent", "IN EXITS%", OUT_RIGHT },
	{ "most", "MOST FOR", OUT_TEXT },
	{ "most_per_s", "OF THAT/S", OUT_RIGHT },
	{ "saved_mib", "SAVED MIB", OUT_RIGHT },
	{ "engine_percent", "ENGINE%", OUT_RIGHT },
	{ "leases", "LEASES", OUT_RIGHT },
	{ "alerts", "ALERTS", OUT_RIGHT },
	{ NULL, NULL, OUT_TEXT }
};

static uint64_t now_ns(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return (uint64_t)now.tv_sec * 1000000000 + (uint64_t)now.tv_nsec;
}

/* -- Looking ---------------------------------------------------------------- */

/* Engines' time by the processes that have it; empty where the module is not loaded. */
static json_object *engines_by_process(void)
{
	json_object *sums = json_object_new_object(), *clients;
	int err;

	clients = vgpu_objects(VGPU_CLIENTS, &err);
	for (size_t i = 0; clients && i < json_object_array_length(clients); i++) {
		json_object *client = json_object_array_get_idx(clients, i);
		const char *pid = fmt("%" PRId64, mem_number(client, "owner_pid"));

		out_int(sums, pid, mem_number(sums, pid) + mem_number(client, "run_ns"));
	}
	json_object_put(clients);
	return sums;
}

static void drop(struct look *look)
{
	sums_free(&look->sums);
	json_object_put(look->run_ns);
	*look = (struct look){ .at_ns = 0 };
}

static int take_look(struct top *top, struct look *look)
{
	int err = monitor_wait(&top->monitor, 0);

	*look = (struct look){ .at_ns = now_ns() };
	if (!err)
		err = vms_look(&top->monitor.vms, &top->monitor.exits, &top->monitor.abuse, now_ms());
	if (!err)
		err = vms_sum(&top->monitor.vms, &look->sums);
	if (!err)
		look->run_ns = engines_by_process();
	return err;
}

/* -- Rows ------------------------------------------------------------------- */

static json_object *vm_of(json_object *vms, uint32_t pid)
{
	for (size_t i = 0; vms && i < json_object_array_length(vms); i++) {
		json_object *vm = json_object_array_get_idx(vms, i);

		if (mem_number(vm, "pid") == pid)
			return vm;
	}
	return NULL;
}

static uint64_t alerts_of(const struct vms *vms, uint32_t pid)
{
	uint64_t alerts = 0;

	for (size_t i = 0; i < vms->nr; i++)
		for (enum abuse_kind kind = 0; vms->rows[i].tgid == pid && kind < ABUSE_KINDS; kind++)
			alerts += vms->rows[i].alerts[kind];
	return alerts;
}

static uint64_t leases_of(json_object *leases, uint32_t pid)
{
	uint64_t nr = 0;

	for (size_t i = 0; leases && i < json_object_array_length(leases); i++)
		nr += mem_number(json_object_array_get_idx(leases, i), "owner_pid") == pid;
	return nr;
}

/* The registry's name, or the process's. */
static void put_name(json_object *row, json_object *vm, uint32_t pid)
{
	json_object *name = NULL;
	char comm[32] = "";

	if (vm && json_object_object_get_ex(vm, "name", &name) && json_object_get_string_len(name)) {
		json_object_object_add(row, "name", printable_json(json_object_get_string(name)));
		return;
	}
	fs_read("", fmt("/proc/%u/comm", pid), comm, sizeof(comm));
	json_object_object_add(row, "name", printable_json(comm));
}

static void put_percent(json_object *row, const char *key, uint64_t ppm)
{
	if (out_is_json())
		json_object_object_add(row, key, json_object_new_double((double)ppm / 10000));
	else
		out_str(row, key, fmt("%" PRIu64 ".%" PRIu64, ppm / 10000, ppm / 1000 % 10));
}

static void put_saved(json_object *row, json_object *vm)
{
	json_object *mem = vm ? mem_read_vm(fmt("%" PRId64, mem_number(vm, "id"))) : NULL;

	if (mem)
		out_int(row, "saved_mib", mem_number(mem, "profit_bytes") / (1 << 20));
	else
		out_str(row, "saved_mib", NULL);
	json_object_put(mem);
}

/* Where no module shares one, there is none to have a part of. */
static void put_engine(json_object *row, const struct look *before, const struct look *now, uint32_t pid)
{
	const char *key = fmt("%u", pid);
	int64_t ran = mem_number(now->run_ns, key) - mem_number(before->run_ns, key);

	if (!json_object_object_get_ex(now->run_ns, key, NULL) || now->at_ns <= before->at_ns)
		out_str(row, "engine_percent", NULL);
	else
		put_percent(row, "engine_percent", ran > 0 ? (uint64_t)ran * 1000000 / (now->at_ns - before->at_ns) : 0);
}

static json_object *row_of(const struct top *top, const struct top_rate *rate, const struct look *now,
			   json_object *vms, json_object *leases)
{
	json_object *row = json_object_new_object(), *vm = vm_of(vms, rate->tgid);

	if (vm)
		out_int(row, "vm", mem_number(vm, "id"));
	else
		out_str(row, "vm", NULL);
	out_uint(row, "pid", rate->tgid);
	put_name(row, vm, rate->tgid);
	out_uint(row, "exits_per_s", rate->exits);
	put_percent(row, "busy_percent", rate->busy_ppm);
	out_str(row, "most", rate->most_exits ? reason_name(&rate->most) : NULL);
	out_uint(row, "most_per_s", rate->most_exits);
	put_saved(row, vm);
	put_engine(row, &top->before, now, rate->tgid);
	out_uint(row, "leases", leases_of(leases, rate->tgid));
	out_uint(row, "alerts", alerts_of(&top->monitor.vms, rate->tgid));
	return row;
}

static const char *sort_key;

/* The most of it first; the name, which is text, from the first letter on. */
static int compare(const void *a, const void *b)
{
	json_object *one, *other;
	double first, second;

	json_object_object_get_ex(*(json_object *const *)a, sort_key, &one);
	json_object_object_get_ex(*(json_object *const *)b, sort_key, &other);
	if (!strcmp(sort_key, "name"))
		return strcmp(json_object_get_string(one), json_object_get_string(other));
	first = json_object_get_double(one);
	second = json_object_get_double(other);
	return first < second ? 1 : first > second ? -1 : 0;
}

static json_object *rows_of(const struct top *top, const struct look *now)
{
	static struct top_rate rates[VMS_MOST];
	size_t nr = top_rates(&top->before.sums, &now->sums, now->at_ns - top->before.at_ns, rates, VMS_MOST);
	json_object *rows = json_object_new_array(), *vms, *leases;
	int err;

	vms = pool_objects(POOL_VMS, &err);
	leases = pool_objects(POOL_LEASES, &err);
	for (size_t i = 0; i < nr; i++)
		json_object_array_add(rows, row_of(top, &rates[i], now, vms, leases));
	json_object_put(vms);
	json_object_put(leases);
	sort_key = top->sort;
	json_object_array_sort(rows, compare);
	return rows;
}

/* -- Again and again -------------------------------------------------------- */

static void show(const struct top *top, const struct look *now)
{
	json_object *rows = rows_of(top, now);

	if (top->screen) {
		screen_clear();
		screen_table(columns, rows);
		screen_line("");
		screen_line(json_object_array_length(rows) ? "q ends this" : "no guest runs; q ends this");
		json_object_put(rows);
	} else if (out_is_json()) {
		out_line(rows, NULL);
	} else {
		out_table(columns, rows, "no guest runs");
		putchar('\n');
		fflush(stdout);
	}
}

/* True where it is to end. */
static bool pause_for(const struct top *top, int ms)
{
	if (top->screen)
		return screen_wait(ms) || interrupted();
	poll(NULL, 0, ms);
	return interrupted();
}

static int go_on(struct top *top, int ms, uint64_t count)
{
	int err = take_look(top, &top->before);

	if (!err && top->screen)
		show(top, &top->before);
	while (!err && !pause_for(top, ms)) {
		struct look now;

		err = take_look(top, &now);
		if (!err)
			show(top, &now);
		drop(&top->before);
		top->before = now;
		if (count && !--count)
			break;
	}
	drop(&top->before);
	return err;
}

/* Alerts are counted; what they say is for kvmshare watch. */
static void count_alone(json_object *event, const char *text, void *arg)
{
	(void)text;
	(void)arg;
	json_object_put(event);
}

static int run_top(struct top *top, uint64_t seconds, uint64_t count)
{
	int err;

	monitor_begin(&top->monitor);
	if (!top->monitor.exits.object) {
		monitor_end(&top->monitor);
		return FAIL(EXIT_UNSUPPORTED, .object = "top", .reason = top->monitor.exits.off[0].why, .kept = "nothing runs",
			    .remedy = "run it as root, where KVM is loaded (modprobe kvm_amd, or kvm_intel)");
	}
	interrupt_catch();
	top->screen = !out_is_json() && screen_open();
	err = go_on(top, (int)seconds * 1000, count);
	if (top->screen)
		screen_close();
	monitor_end(&top->monitor);
	return err ? FAIL(EXIT_FAILED, .object = "top", .reason = strerror(-err)) : EXIT_OK;
}

static const char *key_of(const char *sort)
{
	static const struct {
		const char *word;
		const char *key;
	} keys[] = {
		{ "exits", "exits_per_s" }, { "busy", "busy_percent" }, { "saved", "saved_mib" },
		{ "engine", "engine_percent" }, { "leases", "leases" }, { "alerts", "alerts" }, { "name", "name" },
	};

	for (size_t i = 0; i < sizeof(keys) / sizeof(keys[0]); i++)
		if (!strcmp(keys[i].word, sort))
			return keys[i].key;
	return NULL;
}

static int top(const struct cmd_line *line)
{
	static struct top all = { .monitor = { .tell = count_alone } };
	const char *interval = cmd_value(line, "interval"), *given = cmd_value(line, "count");
	const char *sort = cmd_value(line, "sort");
	uint64_t seconds = 1, count = 0;

	if (interval && !parse_u64(interval, 1, 3600, &seconds))
		return cmd_usage(line, "--interval", "it is a number of seconds, up to an hour");
	if (given && !parse_u64(given, 1, UINT32_MAX, &count))
		return cmd_usage(line, "--count", "it is a number of times");
	all.sort = key_of(sort ? sort : "exits");
	if (!all.sort)
		return cmd_usage(line, "--sort", "it is exits, busy, saved, engine, leases, alerts or name");
	all.monitor.vms.ceilings = abuse_defaults;
	return run_top(&all, seconds, count);
}

static const struct cmd_verb verbs[] = {
	{
		.what = "show what each VM does now, and what it costs",
		.more = "A table that is drawn anew; where output is no terminal, one after the other. Needs root.",
		.options = {
			{ "sort", "KEY", "the most of it first: exits (default), busy, saved, engine, leases, alerts; name",
			  "exits busy saved engine leases alerts name" },
			{ "interval", "SECONDS", "from one to the next; 1 by default", NULL },
			{ "count", "N", "so many, and then end", NULL },
		},
		.run = top,
	},
	{ .run = NULL }
};

const struct cmd_object cmd_top = {
	.name = "top",
	.what = "what each VM does now",
	.verbs = verbs,
};
