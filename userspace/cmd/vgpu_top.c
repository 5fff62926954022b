// SPDX-License-Identifier: GPL-2.0
/* kvmshare vgpu top: what each vGPU does now. */
#include <errno.h>
#include <inttypes.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "vgpu_common.h"
#include "vgpu_rates.h"
#include "vgpu_screen.h"
#include "../lib/msg.h"
#include "../lib/out.h"

/**
 * struct look - all vGPUs, at one time
 * @vgpus: as sysfs shows them
 * @samples: of each, in the same order
 * @nr: how many
 */
struct look {
	json_object *vgpus;
	struct vgpu_sample *samples;
	size_t nr;
};

static volatile sig_atomic_t interrupted;

static void interrupt(int sig)
{
	(void)sig;
	interrupted = 1;
}

/* -- Looking ---------------------------------------------------------------- */

static uint64_t number_of(json_object *object, const char *key)
{
	json_object *value;

	return json_object_object_get_ex(object, key, &value) ? json_object_get_uint64(value) : 0;
}

static uint64_t now_ns(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return (uint64_t)now.tv_sec * 1000000000 + (uint64_t)now.tv_nsec;
}

static struct vgpu_sample sample_of(json_object *vgpu, uint64_t at_ns)
{
	return (struct vgpu_sample) {
		.id = number_of(vgpu, "id"),
		.at_ns = at_ns,
		.run_ns = number_of(vgpu, "run_ns"),
		.wait_ns = number_of(vgpu, "wait_ns"),
		.throttled_ns = number_of(vgpu, "throttled_ns"),
		.jobs = number_of(vgpu, "jobs"),
		.slices = number_of(vgpu, "slices"),
	};
}

static void drop(struct look *look)
{
	json_object_put(look->vgpus);
	free(look->samples);
	*look = (struct look){ NULL };
}

/* 0 or a negative errno: what is printed would be lost behind a screen. */
static int take_look(struct look *look)
{
	uint64_t at_ns = now_ns();
	int err;

	look->vgpus = vgpu_objects(VGPU_CLIENTS, &err);
	if (!look->vgpus)
		return err;
	look->nr = json_object_array_length(look->vgpus);
	look->samples = calloc(look->nr + 1, sizeof(*look->samples));
	if (!look->samples) {
		drop(look);
		return -ENOMEM;
	}
	for (size_t i = 0; i < look->nr; i++)
		look->samples[i] = sample_of(json_object_array_get_idx(look->vgpus, i), at_ns);
	return 0;
}

/* -- What is shown ---------------------------------------------------------- */

static const struct out_column columns[] = {
	{ "id", "ID", OUT_RIGHT },
	{ "engine", "ENGINE", OUT_TEXT },
	{ "state", "STATE", OUT_TEXT },
	{ "owner_pid", "PID", OUT_RIGHT },
	{ "owner_comm", "COMMAND", OUT_TEXT },
	{ "weight", "WEIGHT", OUT_RIGHT },
	{ "minimum_percent", "MIN%", OUT_RIGHT },
	{ "cap_percent", "CAP%", OUT_RIGHT },
	{ "run", "RUN%", OUT_RIGHT },
	{ "wait", "WAIT%", OUT_RIGHT },
	{ "throttled", "CAPPED%", OUT_RIGHT },
	{ "jobs_per_s", "JOBS/S", OUT_RIGHT },
	{ "slices_per_s", "SLICES/S", OUT_RIGHT },
	{ "strikes", "STRIKES", OUT_RIGHT },
	{ NULL, NULL, OUT_TEXT }
};

/* A part for programs, or in percent for people; none where nothing is known yet. */
static void put_part(json_object *to, const char *key, bool known, uint64_t ppm)
{
	if (!out_is_json())
		out_str(to, key, known ? fmt("%" PRIu64 ".%" PRIu64, ppm / 10000, ppm / 1000 % 10) : NULL);
	else if (known)
		out_uint(to, fmt("%s_ppm", key), ppm);
	else
		out_str(to, fmt("%s_ppm", key), NULL);
}

static void put_count(json_object *to, const char *key, bool known, uint64_t count)
{
	if (known)
		out_uint(to, key, count);
	else
		out_str(to, key, NULL);
}

static void add_rates(struct look *now, const struct look *before)
{
	for (size_t i = 0; i < now->nr; i++) {
		json_object *vgpu = json_object_array_get_idx(now->vgpus, i);
		struct vgpu_rate rate = { 0 };
		bool known = vgpu_rate(vgpu_sample_find(before->samples, before->nr,
							now->samples[i].id),
				       &now->samples[i], &rate);

		put_part(vgpu, "run", known, rate.run_ppm);
		put_part(vgpu, "wait", known, rate.wait_ppm);
		put_part(vgpu, "throttled", known, rate.throttled_ppm);
		put_count(vgpu, "jobs_per_s", known, rate.jobs);
		put_count(vgpu, "slices_per_s", known, rate.slices);
	}
}

static void draw_engine(json_object *engine)
{
	json_object *name, *policy;

	if (json_object_object_get_ex(engine, "name", &name) &&
	    json_object_object_get_ex(engine, "policy", &policy))
		screen_line(fmt("%-8s %-6s %4" PRIu64 " clients  load %5.1f%%  Jain %.3f  min/max %.3f",
				json_object_get_string(name), json_object_get_string(policy),
				number_of(engine, "clients"),
				(double)number_of(engine, "load_ppm") / 10000,
				(double)number_of(engine, "jain_ppm") / 1000000,
				(double)number_of(engine, "minmax_ppm") / 1000000));
}

static void draw(json_object *engines, json_object *vgpus)
{
	screen_clear();
	for (size_t i = 0; i < json_object_array_length(engines); i++)
		draw_engine(json_object_array_get_idx(engines, i));
	screen_line("");
	screen_table(columns, vgpus);
	screen_line("");
	screen_line("q ends this");
}

static void print(json_object *engines, json_object *vgpus)
{
	json_object *all;

	if (!out_is_json()) {
		out_table(columns, json_object_get(vgpus), "nobody shares an engine");
		putchar('\n');
		fflush(stdout);
		return;
	}
	all = json_object_new_object();
	json_object_object_add(all, "engines", json_object_get(engines));
	json_object_object_add(all, "vgpus", json_object_get(vgpus));
	out_line(all, NULL);
}

static int show(struct look *now, const struct look *before, bool screen)
{
	json_object *engines;
	int err;

	add_rates(now, before);
	engines = vgpu_objects(VGPU_ENGINES, &err);
	if (!engines)
		return err;
	(screen ? draw : print)(engines, now->vgpus);
	json_object_put(engines);
	return 0;
}

/* -- Again and again -------------------------------------------------------- */

/* True where it is to end. */
static bool pause_for(int ms, bool screen)
{
	if (screen)
		return screen_wait(ms) || interrupted;
	poll(NULL, 0, ms);
	return interrupted;
}

/* A screen has something at once; a table waits until there is something to tell. */
static int watch(struct look *before, int ms, uint64_t count, bool screen)
{
	int err = screen ? show(before, before, true) : 0;

	while (!err && !pause_for(ms, screen)) {
		struct look now;

		err = take_look(&now);
		if (err)
			break;
		err = show(&now, before, screen);
		drop(before);
		*before = now;
		if (count && !--count)
			break;
	}
	return err;
}

int cmd_vgpu_top(const struct cmd_line *line)
{
	struct sigaction action = { .sa_handler = interrupt }, was;
	uint64_t seconds = 1, count = 0;
	struct look look;
	uint32_t given = 0;
	bool screen;
	int err;

	if (vgpu_take(line, "interval", 1, 3600, &seconds, &given, 1) ||
	    vgpu_take(line, "count", 1, UINT32_MAX, &count, &given, 1))
		return EXIT_USAGE;
	err = take_look(&look);
	if (err)
		return vgpu_read_fail(err);
	/* Before the screen, which would take it where nobody has. */
	sigaction(SIGINT, &action, &was);
	screen = !out_is_json() && screen_open();
	err = watch(&look, (int)seconds * 1000, count, screen);
	if (screen)
		screen_close();
	sigaction(SIGINT, &was, NULL);
	drop(&look);
	return err ? vgpu_read_fail(err) : EXIT_OK;
}
