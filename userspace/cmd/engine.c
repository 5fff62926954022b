// SPDX-License-Identifier: GPL-2.0
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "vgpu_common.h"
#include "../lib/ctl.h"
#include "../lib/msg.h"
#include "../lib/out.h"
#include "../lib/parse.h"

/* A name that is part of a path. */
static int parse_engine(const struct cmd_line *line, const char *word)
{
	if (parse_label(word, KVMSHARE_ENGINE_NAME_LEN) && word[0] != '.' && !strchr(word, '/'))
		return 0;
	return cmd_usage(line, word, "an engine is named as in 'kvmshare engine list'");
}

/* -- Looking ---------------------------------------------------------------- */

static const struct out_column list_columns[] = {
	{ "name", "NAME", OUT_TEXT },
	{ "kind", "KIND", OUT_TEXT },
	{ "policy", "POLICY", OUT_TEXT },
	{ "clients", "CLIENTS", OUT_RIGHT },
	{ "load_ppm", "LOAD_PPM", OUT_RIGHT },
	{ "jain_ppm", "JAIN_PPM", OUT_RIGHT },
	{ "minmax_ppm", "MINMAX_PPM", OUT_RIGHT },
	{ "busy_ns", "BUSY", OUT_NS },
	{ NULL, NULL, OUT_TEXT }
};

static int engine_list(const struct cmd_line *line)
{
	json_object *rows;
	int err;

	(void)line;
	rows = vgpu_objects(VGPU_ENGINES, &err);
	if (!rows)
		return vgpu_read_fail(err);
	out_table(list_columns, rows, "there is no engine");
	return EXIT_OK;
}

static const struct out_column show_columns[] = {
	{ "name", "name", OUT_TEXT },
	{ "kind", "kind", OUT_TEXT },
	{ "types", "jobs", OUT_TEXT },
	{ "preemptible", "preemptible", OUT_TEXT },
	{ "numa_node", "NUMA node", OUT_TEXT },
	{ "policy", "policy", OUT_TEXT },
	{ "policies", "policies", OUT_TEXT },
	{ "clients", "clients", OUT_TEXT },
	{ "busy_clients", "busy clients", OUT_TEXT },
	{ "load_ppm", "load, ppm", OUT_TEXT },
	{ "jain_ppm", "Jain, ppm", OUT_TEXT },
	{ "minmax_ppm", "min/max, ppm", OUT_TEXT },
	{ "busy_ns", "busy", OUT_NS },
	{ "job_limit_us", "job limit, us", OUT_TEXT },
	{ "strikes", "strikes", OUT_TEXT },
	{ "strikes_window_ms", "within", OUT_MS },
	{ NULL, NULL, OUT_TEXT }
};

static int engine_show(const struct cmd_line *line)
{
	json_object *engine;
	int rc = parse_engine(line, line->args[0]), err;

	if (rc)
		return rc;
	engine = vgpu_object(VGPU_ENGINES, line->args[0]);
	if (engine) {
		out_record(show_columns, engine);
		return EXIT_OK;
	}
	engine = vgpu_objects(VGPU_ENGINES, &err);
	if (!engine)
		return vgpu_read_fail(err);
	json_object_put(engine);
	return FAIL(EXIT_FAILED, .object = fmt("engine %s", line->args[0]),
		    .reason = "there is none of that name", .remedy = "see: kvmshare engine list");
}

/* -- Changing --------------------------------------------------------------- */

static int engine_policy(const struct cmd_line *line)
{
	int rc = parse_engine(line, line->args[0]);

	if (rc)
		return rc;
	if (!parse_label(line->args[1], 32))
		return cmd_usage(line, line->args[1], "a policy is a word, as in 'kvmshare engine show'");
	return vgpu_write(VGPU_ENGINES, line->args[0], "policy", line->args[1]);
}

static int engine_set(const struct cmd_line *line)
{
	static const struct {
		const char *option;
		const char *file;
		uint64_t least;
		uint64_t most;
	} knobs[] = {
		{ "job-limit-us", "job_limit_us", 1000, 10000000 },
		{ "strikes", "strikes", 1, 16 },
		{ "strikes-window-ms", "strikes_window_ms", 1000, 86400000 },
	};
	const size_t nr = sizeof(knobs) / sizeof(knobs[0]);
	uint64_t values[sizeof(knobs) / sizeof(knobs[0])];
	uint32_t given = 0;
	int rc = parse_engine(line, line->args[0]);

	for (size_t i = 0; i < nr && !rc; i++)
		rc = vgpu_take(line, knobs[i].option, knobs[i].least, knobs[i].most, &values[i],
			       &given, 1U << i);
	if (!rc && !given)
		rc = cmd_usage(line, line->args[0], "nothing is asked for: see --help");
	for (size_t i = 0; i < nr && !rc; i++)
		if (given & 1U << i)
			rc = vgpu_write(VGPU_ENGINES, line->args[0], knobs[i].file,
					fmt("%" PRIu64, values[i]));
	return rc;
}

static int engine_add(const struct cmd_line *line)
{
	struct kvmshare_vgpu_engine arg = { .size = sizeof(arg), .node = -1 };
	json_object *added;
	uint64_t node;
	uint32_t given = 0;
	int err = vgpu_take(line, "node", 0, 1023, &node, &given, 1);

	if (err)
		return err;
	if (given)
		arg.node = (int32_t)node;
	err = ctl_call(KVMSHARE_VGPU_ENGINE, &arg);
	if (err)
		return vgpu_call_fail(KVMSHARE_VGPU_ENGINE, err, "a soft engine");
	added = json_object_new_object();
	out_str(added, "name", arg.name);
	out_line(added, arg.name);
	return EXIT_OK;
}

static int engine_remove(const struct cmd_line *line)
{
	struct kvmshare_vgpu_engine arg = { .size = sizeof(arg), .flags = KVMSHARE_ENGINE_REMOVE };
	int err = parse_engine(line, line->args[0]);

	if (err)
		return err;
	snprintf(arg.name, sizeof(arg.name), "%s", line->args[0]);
	err = ctl_call(KVMSHARE_VGPU_ENGINE, &arg);
	return err ? vgpu_call_fail(KVMSHARE_VGPU_ENGINE, err, fmt("engine %s", arg.name)) : EXIT_OK;
}

static const struct cmd_verb verbs[] = {
	{
		.name = "list",
		.what = "show the engines of this host, and how they are shared",
		.run = engine_list,
	}, {
		.name = "show",
		.args = "ENGINE",
		.min = 1,
		.max = 1,
		.values = "@engine",
		.what = "show all there is to know of one engine",
		.run = engine_show,
	}, {
		.name = "policy",
		.args = "ENGINE POLICY",
		.min = 2,
		.max = 2,
		.values = "@engine",
		.what = "say by which policy it is shared, from the next slice on",
		.more = "What its clients had saved or owed under the other one is forgotten.",
		.run = engine_policy,
	}, {
		.name = "set",
		.args = "ENGINE",
		.min = 1,
		.max = 1,
		.values = "@engine",
		.what = "say how long a job may last, and how often one may last longer",
		.more = "A client of which too many jobs ran past the limit is quarantined.",
		.options = {
			{ "job-limit-us", "US", "how long a job may have the engine", NULL },
			{ "strikes", "N", "so many jobs past the limit are too many", NULL },
			{ "strikes-window-ms", "MS", "within this time", NULL },
		},
		.run = engine_set,
	}, {
		.name = "add",
		.what = "make a soft engine: one more kernel thread that executes jobs",
		.options = {
			{ "node", "NODE", "near this NUMA node", NULL },
		},
		.run = engine_add,
	}, {
		.name = "remove",
		.args = "ENGINE",
		.min = 1,
		.max = 1,
		.values = "@engine",
		.what = "remove a soft engine; its clients' jobs fail",
		.run = engine_remove,
	}, {
		.name = "bench",
		.what = "keep clients busy on an engine, and tell how evenly they got on",
		.more = "Other clients of the engine take part, and are not counted.",
		.options = {
			{ "engine", "ENGINE", "which (the first there is)", "@engine" },
			{ "seconds", "N", "for how long (5)", NULL },
			{ "clients", "N", "so many (4)", NULL },
		},
		.run = cmd_engine_bench,
	},
	{ .run = NULL }
};

const struct cmd_object cmd_engine = {
	.name = "engine",
	.what = "engines that execute jobs of vGPUs",
	.verbs = verbs,
};
