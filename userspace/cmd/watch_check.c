// SPDX-License-Identifier: GPL-2.0
/* kvmshare watch check: does each program fire on this kernel? */
#include <bpf/bpf.h>
#include <errno.h>
#include <string.h>
#include <unistd.h>

#include "guard_common.h"
#include "../lib/msg.h"
#include "../lib/out.h"
#include "../monitor/abuse_counts.h"
#include "../monitor/detail.h"
#include "../monitor/exits.h"
#include "../monitor/fires.h"
#include "../monitor/guard.h"

static const struct out_column columns[] = {
	{ "object", "OBJECT", OUT_TEXT },
	{ "program", "PROGRAM", OUT_TEXT },
	{ "state", "STATE", OUT_TEXT },
	{ "why", "WHY", OUT_TEXT },
	{ NULL, NULL, OUT_TEXT }
};

/**
 * struct tally - what was found
 * @rows: for people and programs
 * @silent: programs that did not fire
 * @off: programs that are not there
 */
struct tally {
	json_object *rows;
	int silent;
	int off;
};

/* What is not asked on all of them. */
static const char *excuse_of(const char *name)
{
	if (!strcmp(name, "detail_fast_mmio"))
		return "KVM has no such way to a device's register on this processor";
	if (!strcmp(name, "guard_ioctl_compat"))
		return "this kernel runs no programs for 32 bits";
	return NULL;
}

static void add_row(struct tally *tally, const char *object, const char *name, const char *state, const char *why)
{
	json_object *row = json_object_new_object();

	out_str(row, "object", object);
	out_str(row, "program", name);
	out_str(row, "state", state);
	if (why)
		json_object_object_add(row, "why", printable_json(why));
	else
		out_str(row, "why", NULL);
	json_object_array_add(tally->rows, row);
}

static bool has_run(const struct bpf_program *program)
{
	struct bpf_prog_info info = { 0 };
	__u32 length = sizeof(info);

	return !bpf_obj_get_info_by_fd(bpf_program__fd(program), &info, &length) && info.run_cnt;
}

static void tell(struct tally *tally, const char *object, const struct programs *programs)
{
	struct bpf_program *program;

	for (int i = 0; i < programs->nr_off; i++, tally->off++)
		add_row(tally, object, programs->off[i].name, "off", programs->off[i].why);
	if (!programs->object)
		return;
	bpf_object__for_each_program(program, programs->object) {
		const char *name = bpf_program__name(program);

		if (programs_why_off(programs, name))
			continue;
		if (has_run(program)) {
			add_row(tally, object, name, "fires", NULL);
		} else if (excuse_of(name)) {
			add_row(tally, object, name, "not asked", excuse_of(name));
		} else {
			add_row(tally, object, name, "silent", "it was not asked by what should have");
			tally->silent++;
		}
	}
}

static void nobody(const struct abuse_row *row, void *arg)
{
	(void)row;
	(void)arg;
}

static void no_event(const struct guard_event *event, void *arg)
{
	(void)event;
	(void)arg;
}

/* Iterators, too: they are programs as the others are. */
static void read_all(const struct programs *exits, const struct programs *abuse)
{
	struct exits read;

	if (exits->object && !exits_read(exits, &read))
		exits_free(&read);
	if (abuse->object)
		abuse_read(abuse, nobody, NULL);
}

static int check_all(struct tally *tally)
{
	struct guard_policy policy = { .name = "check" };
	struct guard guard = { .each = no_event };
	struct programs exits, detail, abuse;
	int err = guard_begin(&guard, &policy), guest;

	exits_begin(&exits);
	details_begin(&detail);
	abuse_begin(&abuse);
	if (err && !exits.object)
		return guard_refuse("watch check", &guard.programs, err);
	fires_acts();
	guest = fires_guest();
	if (guest)
		msg_note("no guest can be run here, so what is counted of guests cannot fire: %s", strerror(-guest));
	read_all(&exits, &abuse);
	tell(tally, "guard", &guard.programs);
	tell(tally, "exits", &exits);
	tell(tally, "detail", &detail);
	tell(tally, "abuse", &abuse);
	if (!err)
		guard_end(&guard);
	programs_unload(&exits);
	programs_unload(&detail);
	programs_unload(&abuse);
	return 0;
}

int cmd_watch_check(const struct cmd_line *line)
{
	struct tally tally = { .rows = json_object_new_array() };
	int stats = bpf_enable_stats(BPF_STATS_RUN_TIME), code;

	(void)line;
	if (stats < 0) {
		json_object_put(tally.rows);
		return guard_refuse("watch check", &(const struct programs){ NULL }, stats);
	}
	code = check_all(&tally);
	close(stats);
	if (code) {
		json_object_put(tally.rows);
		return code;
	}
	out_table(columns, tally.rows, "there are no programs");
	if (tally.silent)
		return FAIL(EXIT_FAILED, .object = "watch check", .reason = fmt("%d programs did not fire", tally.silent));
	return tally.off ? EXIT_UNSUPPORTED : EXIT_OK;
}
