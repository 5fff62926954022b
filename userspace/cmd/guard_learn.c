// SPDX-License-Identifier: GPL-2.0
/* kvmshare guard learn: a profile of what a VMM is seen to do. */
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "exits_common.h"
#include "guard_common.h"
#include "../lib/clock.h"
#include "../lib/msg.h"
#include "../lib/out.h"
#include "../lib/parse.h"
#include "../monitor/guard.h"
#include "../monitor/interrupt.h"
#include "../monitor/learn.h"

#define LENGTH_S	600
#define LOOK_MS		200

/**
 * struct lesson - one that goes on
 * @learned: so far
 * @pid: whose; 0: of all VMMs that there are
 * @err: why not all is in it, or 0
 */
struct lesson {
	struct learned learned;
	uint32_t pid;
	int err;
};

static void see(const struct guard_event *event, void *arg)
{
	struct lesson *lesson = arg;
	int err;

	/* What strangers do to it says nothing of what it does. */
	if (event->rule == GUARD_MEMORY || event->rule == GUARD_PASSED || (lesson->pid && event->vmm != lesson->pid))
		return;
	err = learn_event(&lesson->learned, event);
	if (err)
		lesson->err = err;
}

static int look(struct guard *guard, uint64_t length_s)
{
	uint64_t end = now_ms() + length_s * 1000;
	int err = 0;

	msg_note("learning for %llu s; Ctrl-C ends it sooner", (unsigned long long)length_s);
	interrupt_catch();
	while (!err && !interrupted() && now_ms() < end)
		err = guard_wait(guard, LOOK_MS);
	/* What it did until now. */
	guard_stop(guard);
	return err;
}

static int write_profile(const struct lesson *lesson, const char *path)
{
	FILE *file = path ? fopen(path, "wxe") : stdout;
	int err = 0;

	if (!file)
		return FAIL(EXIT_FAILED, .object = path, .reason = strerror(errno), .kept = "nothing was written",
			    .remedy = errno == EEXIST ? "name another, or remove it" : NULL);
	learn_print(&lesson->learned, file);
	if (fflush(file))
		err = errno;
	if (path)
		fclose(file);
	return err ? FAIL(EXIT_FAILED, .object = path ? path : "output", .reason = strerror(err)) : EXIT_OK;
}

/* A part of what it does makes a profile that hinders it. */
static int finish(const struct guard *guard, const struct lesson *lesson, const char *path)
{
	struct guard_counts counts;
	int err = guard_count(&guard->maps, &counts);

	if (!err)
		err = lesson->err;
	if (err)
		return FAIL(EXIT_FAILED, .object = "guard learn", .reason = strerror(-err), .kept = "nothing was written");
	if (counts.lost)
		return FAIL(EXIT_FAILED, .object = "guard learn",
			    .reason = fmt("%llu of %llu events were lost: it did too much at once",
					  (unsigned long long)counts.lost, (unsigned long long)counts.produced),
			    .kept = "nothing was written", .remedy = "learn again");
	return write_profile(lesson, path);
}

static int learn(struct lesson *lesson, uint64_t length_s, const char *path)
{
	struct guard guard = { .each = see, .arg = lesson };
	struct guard_policy policy = { .name = "learn" };
	int err, code;

	memset(policy.actions, GUARD_OBSERVE, sizeof(policy.actions));
	err = guard_begin(&guard, &policy);
	if (err)
		return guard_refuse("guard learn", &guard.programs, err);
	err = look(&guard, length_s);
	code = err ? FAIL(EXIT_FAILED, .object = "guard learn", .reason = strerror(-err)) : finish(&guard, lesson, path);
	guard_end(&guard);
	return code;
}

static int take_process(const struct cmd_line *line, uint32_t *pid)
{
	const char *process = cmd_value(line, "pid");

	if (!process)
		return exits_take_vm(line, pid);
	if (cmd_has(line, "vm"))
		return cmd_usage(line, "--pid", "not with --vm");
	return parse_u32(process, 1, INT32_MAX, pid) ? 0 : cmd_usage(line, "--pid", "it is the number of a process");
}

int cmd_guard_learn(const struct cmd_line *line)
{
	const char *length = cmd_value(line, "for"), *name = cmd_value(line, "name");
	static struct lesson lesson;
	char program[GUARD_PATH_LEN] = "";
	uint64_t length_s = LENGTH_S;
	int code;

	if (length && !guard_length(length, 1, &length_s))
		return cmd_usage(line, "--for", "it is a time such as 90s, 10m or 1h, up to a day");
	if (name && !profile_is_name(name))
		return cmd_usage(line, "--name", "it is of letters, digits, dots, dashes and underscores, at most 31");
	code = take_process(line, &lesson.pid);
	if (code)
		return code;
	lesson.err = learn_begin(&lesson.learned, name ? name : "learned");
	/* While it is there. */
	if (lesson.pid && readlink(fmt("/proc/%u/exe", lesson.pid), program, sizeof(program) - 1) > 0 &&
	    program[0] == '/' && !strstr(program, " (deleted)") && profile_add_program(&lesson.learned.profile, program))
		lesson.err = -ENOMEM;
	code = learn(&lesson, length_s, cmd_value(line, "output"));
	learn_end(&lesson.learned);
	return code;
}
