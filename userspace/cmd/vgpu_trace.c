// SPDX-License-Identifier: GPL-2.0
/* kvmshare vgpu trace: who had which engine when, as a file for a viewer. */
#include <errno.h>
#include <inttypes.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "vgpu_common.h"
#include "vgpu_slices.h"
#include "../lib/clock.h"
#include "../lib/fs.h"
#include "../lib/msg.h"
#include "../lib/out.h"
#include "../lib/parse.h"
#include "../lib/pool.h"

#define VGPUS		POOL_ROOT "/vgpus"
/* Between two looks: so short that slices of the least length all are seen. */
#define LEAST_MS	2
#define MOST_MS		100
#define RESCAN_MS	100

/**
 * struct trace - all that is followed
 * @all: the vGPUs
 * @nr: how many
 * @room: of @all
 * @line: names those that are wanted, or none: all are
 * @since_ns: what ended before is not wanted
 * @began: those that come now have no past
 */
struct trace {
	struct slices *all;
	size_t nr;
	size_t room;
	const struct cmd_line *line;
	uint64_t since_ns;
	bool began;
};

static volatile sig_atomic_t interrupted;

static void interrupt(int sig)
{
	(void)sig;
	interrupted = 1;
}

/* -- Which ------------------------------------------------------------------ */

static bool is_wanted(const struct trace *trace, const char *name)
{
	for (int i = 0; i < trace->line->nr_args; i++)
		if (!strcmp(trace->line->args[i], name))
			return true;
	return !trace->line->nr_args;
}

static bool is_known(const struct trace *trace, uint64_t id)
{
	for (size_t i = 0; i < trace->nr; i++)
		if (trace->all[i].id == id)
			return true;
	return false;
}

static struct slices *add(struct trace *trace)
{
	size_t room = trace->room ? trace->room * 2 : 16;
	struct slices *all;

	if (trace->nr == trace->room) {
		all = reallocarray(trace->all, room, sizeof(*all));
		if (!all)
			return NULL;
		trace->all = all;
		trace->room = room;
	}
	trace->all[trace->nr] = (struct slices){ 0 };
	return &trace->all[trace->nr++];
}

static int find_one(const char *name, void *arg)
{
	struct trace *trace = arg;
	struct slices *slices;
	uint64_t id;

	if (!parse_u64(name, 1, UINT64_MAX, &id) || !is_wanted(trace, name) || is_known(trace, id))
		return 0;
	slices = add(trace);
	if (!slices)
		return -ENOMEM;
	slices->id = id;
	/* Of one that came while others were followed, all is new. */
	slices->based = trace->began;
	fs_read("", fmt(VGPUS "/%s/engine", name), slices->engine, sizeof(slices->engine));
	fs_read("", fmt(VGPUS "/%s/owner_comm", name), slices->comm, sizeof(slices->comm));
	return 0;
}

/* -- Looking ---------------------------------------------------------------- */

static int count_of(const struct slices *slices, uint64_t *count)
{
	return fs_read_u64("", fmt(VGPUS "/%" PRIu64 "/slices", slices->id), count);
}

/* How many were new, or -ENOMEM; one that has gone has nothing new. */
static int look(struct slices *slices)
{
	struct kvmshare_vgpu_switch list[KVMSHARE_VGPU_SWITCHES];
	uint64_t before, after;
	int len, added;

	if (count_of(slices, &before))
		return 0;
	len = fs_read_all("", fmt(VGPUS "/%" PRIu64 "/switches", slices->id), list, sizeof(list));
	if (len < 0)
		return 0;
	added = slices_merge(slices, list, (size_t)len / sizeof(list[0]));
	if (added >= 0 && !count_of(slices, &after))
		slices_counted(slices, before, after);
	return added;
}

/* The most that were new of one, or a negative errno. */
static int look_at_all(struct trace *trace)
{
	int most = 0;

	for (size_t i = 0; i < trace->nr; i++) {
		int added = look(&trace->all[i]);

		if (added < 0)
			return added;
		if (added > most)
			most = added;
	}
	return most;
}

/* A look should find the file about a quarter new. */
static int next_pause(int ms, int added)
{
	if (added > KVMSHARE_VGPU_SWITCHES / 4)
		return ms / 2 > LEAST_MS ? ms / 2 : LEAST_MS;
	if (added < KVMSHARE_VGPU_SWITCHES / 16)
		return ms * 2 < MOST_MS ? ms * 2 : MOST_MS;
	return ms;
}

static int follow(struct trace *trace, uint64_t ms)
{
	uint64_t end = now_ms() + ms, scan = 0;
	int pause = LEAST_MS, err = 0;

	for (;;) {
		uint64_t now = now_ms();

		if (now >= scan || now >= end) {
			scan = now + RESCAN_MS;
			err = fs_list("", VGPUS, find_one, trace);
		}
		if (!err)
			err = look_at_all(trace);
		if (err < 0 || now >= end || interrupted)
			break;
		/* The first look finds what was before. */
		pause = trace->began ? next_pause(pause, err) : pause;
		trace->began = true;
		err = 0;
		poll(NULL, 0, end - now < (uint64_t)pause ? (int)(end - now) : pause);
	}
	return err < 0 ? err : 0;
}

/* -- Writing ---------------------------------------------------------------- */

static int fail_write(const char *name, int err)
{
	return FAIL(EXIT_FAILED, .object = name, .reason = strerror(-err),
		    .kept = "it is as it was before");
}

/* 0 or a negative errno; closes @fd. */
static int write_whole(const struct trace *trace, int fd)
{
	mode_t mask = umask(0);
	FILE *to;
	int err;

	umask(mask);
	to = fdopen(fd, "w");
	if (!to) {
		err = -errno;
		close(fd);
		return err;
	}
	err = fchmod(fd, 0666 & ~mask) ? -errno : 0;
	if (!err)
		err = slices_write(to, trace->all, trace->nr, trace->since_ns);
	if (fclose(to) && !err)
		err = -errno;
	return err;
}

/* Whole, or not at all: it takes the place of what is there when it is written. */
static int write_file(const struct trace *trace, const char *name)
{
	char *temporary;
	int fd, err;

	if (asprintf(&temporary, "%s.XXXXXX", name) < 0)
		return fail_write(name, -ENOMEM);
	fd = mkstemp(temporary);
	err = fd < 0 ? -errno : write_whole(trace, fd);
	if (!err && rename(temporary, name))
		err = -errno;
	if (err && fd >= 0)
		unlink(temporary);
	free(temporary);
	return err ? fail_write(name, err) : EXIT_OK;
}

static void tell(const struct trace *trace)
{
	uint64_t missed = 0;

	for (size_t i = 0; i < trace->nr; i++)
		missed += slices_missed(&trace->all[i]);
	if (!trace->nr)
		msg_note("nobody shared an engine: the trace is empty");
	if (missed)
		msg_note("at least %" PRIu64 " slices are missing: they were overwritten before they were read",
			 missed);
}

static int finish(const struct trace *trace, const char *output)
{
	tell(trace);
	if (output)
		return write_file(trace, output);
	/* Whether it reached its reader is seen at the end of this program. */
	slices_write(stdout, trace->all, trace->nr, trace->since_ns);
	return EXIT_OK;
}

/* -- The verb --------------------------------------------------------------- */

static int check(const struct cmd_line *line, const char *output)
{
	struct stat stat;

	for (int i = 0; i < line->nr_args; i++) {
		uint64_t id;

		/* As the directory is called: no zero stands in front. */
		if (!parse_u64(line->args[i], 1, UINT64_MAX, &id) || line->args[i][0] == '0')
			return cmd_usage(line, line->args[i], "a vGPU is named by its number");
	}
	/* A device would be replaced by a file. */
	if (output && !lstat(output, &stat) && !S_ISREG(stat.st_mode))
		return cmd_usage(line, fmt("--output %s", output), "it is there, and is no file");
	return 0;
}

static int check_there(const struct cmd_line *line)
{
	if (!fs_exists("", VGPUS))
		return vgpu_read_fail(-ENOENT);
	for (int i = 0; i < line->nr_args; i++)
		if (!fs_exists("", fmt(VGPUS "/%s", line->args[i])))
			return FAIL(EXIT_FAILED, .object = fmt("vGPU %s", line->args[i]),
				    .reason = "there is none of that number",
				    .remedy = "see: kvmshare vgpu list");
	return 0;
}

static uint64_t now_ns(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return (uint64_t)now.tv_sec * 1000000000 + (uint64_t)now.tv_nsec;
}

int cmd_vgpu_trace(const struct cmd_line *line)
{
	struct sigaction action = { .sa_handler = interrupt }, was;
	const char *output = cmd_value(line, "output");
	struct trace trace = { .line = line };
	uint64_t seconds = 5;
	uint32_t given = 0;
	int err, code;

	if (check(line, output) || vgpu_take(line, "seconds", 1, 3600, &seconds, &given, 1))
		return EXIT_USAGE;
	code = check_there(line);
	if (code)
		return code;
	sigaction(SIGINT, &action, &was);
	trace.since_ns = now_ns();
	err = follow(&trace, seconds * 1000);
	sigaction(SIGINT, &was, NULL);
	code = err ? vgpu_read_fail(err) : finish(&trace, output);
	for (size_t i = 0; i < trace.nr; i++)
		slices_free(&trace.all[i]);
	free(trace.all);
	return code;
}
