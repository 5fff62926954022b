// SPDX-License-Identifier: GPL-2.0
#include <bpf/bpf.h>
#include <errno.h>
#include <inttypes.h>
#include <string.h>
#include <unistd.h>

#include "service.h"
#include "../lib/fs.h"
#include "../lib/msg.h"
#include "../lib/pool.h"
#include "../monitor/guard_rule.h"
#include "../monitor/reason_name.h"

/* -- The format -------------------------------------------------------------- */

static void head(FILE *to, const char *name, const char *type, const char *what)
{
	fprintf(to, "# HELP kvmshare_%s %s\n# TYPE kvmshare_%s %s\n", name, what, name, type);
}

static void number(FILE *to, const char *name, const char *labels, uint64_t value)
{
	fprintf(to, "kvmshare_%s%s%s%s %" PRIu64 "\n", name, labels[0] ? "{" : "", labels, labels[0] ? "}" : "", value);
}

static void seconds(FILE *to, const char *name, const char *labels, uint64_t ns)
{
	fprintf(to, "kvmshare_%s{%s} %" PRIu64 ".%09" PRIu64 "\n", name, labels, ns / 1000000000, ns % 1000000000);
}

/* Printable ASCII, with what ends a label's value escaped; in fmt()'s buffers. */
static const char *label(const char *value)
{
	char text[256];
	size_t length = 0;

	for (; *value && length < sizeof(text) - 3; value++) {
		if (*value == '"' || *value == '\\')
			text[length++] = '\\';
		text[length++] = *value >= ' ' && *value <= '~' ? *value : '?';
	}
	text[length] = '\0';
	return fmt("%s", text);
}

/* -- Guests ------------------------------------------------------------------ */

/* The registry's number, where the modules are loaded; in fmt()'s buffers. */
static const char *vm_of(json_object *vms, uint32_t pid)
{
	for (size_t i = 0; vms && i < json_object_array_length(vms); i++) {
		json_object *vm = json_object_array_get_idx(vms, i), *its, *id;

		if (json_object_object_get_ex(vm, "pid", &its) && json_object_get_uint64(its) == pid &&
		    json_object_object_get_ex(vm, "id", &id))
			return fmt("%" PRIu64, json_object_get_uint64(id));
	}
	return "";
}

static const char *vm_labels(json_object *vms, uint32_t pid)
{
	return fmt("vm=\"%s\",pid=\"%u\"", vm_of(vms, pid), pid);
}

static void print_exits(FILE *to, const struct sums *sums, json_object *vms)
{
	static const char *const names[] = { "exits_total", "exit_users_total", "exit_seconds_total", "exit_user_seconds_total" };
	static const char *const whats[] = {
		"exits of guests", "exits for which the VMM had to run", "time from exits to entries",
		"of that, outside the kernel",
	};

	for (size_t which = 0; which < 4; which++) {
		head(to, names[which], "counter", whats[which]);
		for (size_t i = 0; i < sums->nr; i++) {
			const struct sum *sum = &sums->rows[i];
			const char *labels = fmt("%s,reason=\"%s\"", vm_labels(vms, sum->tgid), label(reason_name(&sum->reason)));

			if (which < 2)
				number(to, names[which], labels, which ? sum->exits.users : sum->exits.count);
			else
				seconds(to, names[which], labels, which == 2 ? sum->exits.ns : sum->exits.user_ns);
		}
	}
}

static void print_abuse(FILE *to, const struct vms *all, json_object *vms)
{
	head(to, "abuse_alerts_total", "counter", "times that a guest did something too often");
	for (size_t i = 0; i < all->nr; i++)
		for (enum abuse_kind kind = 0; kind < ABUSE_KINDS; kind++)
			if (all->rows[i].alerts[kind])
				number(to, "abuse_alerts_total",
				       fmt("%s,kind=\"%s\"", vm_labels(vms, all->rows[i].tgid), abuse_name(kind)),
				       all->rows[i].alerts[kind]);
}

/* -- Rules ------------------------------------------------------------------- */

static void print_guard(FILE *to, const struct monitor *monitor, const struct arms *arms)
{
	struct guard_counts counts;

	head(to, "guard_armed", "gauge", "1 where the rules hold");
	number(to, "guard_armed", "", arms->armed);
	head(to, "guard_events_total", "counter", "events by rule and what was done, as this service read them");
	for (__u32 rule = 0; rule < GUARD_RULES; rule++)
		for (__u32 action = 0; action < GUARD_ACTIONS; action++)
			if (monitor->events[rule][action])
				number(to, "guard_events_total",
				       fmt("rule=\"%s\",action=\"%s\"", guard_words[rule].name, guard_done(action)),
				       monitor->events[rule][action]);
	if (!arms->armed || guard_count(&monitor->guard.maps, &counts))
		return;
	head(to, "guard_produced_total", "counter", "events since the programs run");
	number(to, "guard_produced_total", "", counts.produced);
	head(to, "guard_lost_total", "counter", "events for which there was no room");
	number(to, "guard_lost_total", "", counts.lost);
	head(to, "guard_vmms_total", "counter", "VMMs so far");
	number(to, "guard_vmms_total", "", counts.vmms);
	head(to, "guard_unmarked_total", "counter", "processes that there was no memory to watch");
	number(to, "guard_unmarked_total", "", counts.unmarked);
}

/* -- What it costs ----------------------------------------------------------- */

/* Its programs' own time, where bpf_stats are on: kernel.bpf_stats_enabled. */
static void print_programs(FILE *to, const struct programs *programs)
{
	struct bpf_program *program;

	if (!programs->object)
		return;
	bpf_object__for_each_program(program, programs->object) {
		struct bpf_prog_info info = { 0 };
		__u32 length = sizeof(info);
		const char *labels = fmt("program=\"%s\"", bpf_program__name(program));

		if (bpf_program__fd(program) < 0 || bpf_obj_get_info_by_fd(bpf_program__fd(program), &info, &length))
			continue;
		number(to, "monitor_program_runs_total", labels, info.run_cnt);
		seconds(to, "monitor_program_seconds_total", labels, info.run_time_ns);
	}
}

static uint64_t resident_bytes(void)
{
	char text[64] = "";
	uint64_t all, resident = 0;

	if (fs_read("", "/proc/self/statm", text, sizeof(text)) < 0 ||
	    sscanf(text, "%" SCNu64 " %" SCNu64, &all, &resident) != 2)
		return 0;
	return resident * (uint64_t)sysconf(_SC_PAGESIZE);
}

static void print_off(FILE *to, const struct programs *programs)
{
	for (int i = 0; i < programs->nr_off; i++)
		number(to, "monitor_program_off", fmt("program=\"%s\"", label(programs->off[i].name)), 1);
}

static void print_own(FILE *to, const struct monitor *monitor, const struct sink *sink)
{
	head(to, "monitor_program_runs_total", "counter", "runs of its programs, where kernel.bpf_stats_enabled is 1");
	head(to, "monitor_program_seconds_total", "counter", "and the time that they took");
	print_programs(to, &monitor->exits);
	print_programs(to, &monitor->abuse);
	head(to, "monitor_program_off", "gauge", "1 for a program that this kernel does not take");
	print_off(to, &monitor->guard.programs);
	print_off(to, &monitor->exits);
	print_off(to, &monitor->abuse);
	head(to, "monitor_resident_bytes", "gauge", "memory of the service");
	number(to, "monitor_resident_bytes", "", resident_bytes());
	head(to, "monitor_unwritten_total", "counter", "events that could not be written");
	number(to, "monitor_unwritten_total", "", sink->failed);
}

void metrics_print(const struct monitor *monitor, const struct sink *sink, const struct arms *arms, FILE *to)
{
	struct sums sums;
	json_object *vms;
	int err;

	vms = pool_objects(POOL_VMS, &err);
	if (!vms_sum(&monitor->vms, &sums)) {
		print_exits(to, &sums, vms);
		sums_free(&sums);
	}
	print_abuse(to, &monitor->vms, vms);
	json_object_put(vms);
	head(to, "exits_missed_total", "counter", "exits for which there was no memory");
	number(to, "exits_missed_total", "", monitor->vms.running.reasons.missed);
	print_guard(to, monitor, arms);
	print_own(to, monitor, sink);
}

int metrics_write(const struct monitor *monitor, const struct sink *sink, const struct arms *arms, const char *path)
{
	const char *temporary = fmt("%s.tmp", path);
	FILE *file = fopen(temporary, "we");
	int err = 0;

	if (!file)
		return -errno;
	metrics_print(monitor, sink, arms, file);
	/* fmt()'s buffers are few, and printing has used them. */
	temporary = fmt("%s.tmp", path);
	if (fclose(file) || rename(temporary, path)) {
		err = -errno;
		unlink(temporary);
	}
	return err;
}
