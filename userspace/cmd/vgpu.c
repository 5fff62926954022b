// SPDX-License-Identifier: GPL-2.0
#include <inttypes.h>
#include <stdint.h>
#include <stdio.h>

#include "vgpu_common.h"
#include "vgpu_device.h"
#include "../lib/ctl.h"
#include "../lib/msg.h"
#include "../lib/out.h"
#include "../lib/parse.h"

static int parse_id(const struct cmd_line *line, uint64_t *id)
{
	if (parse_u64(line->args[0], 1, INT64_MAX, id))
		return 0;
	return cmd_usage(line, line->args[0], "a vGPU is named by its number, a device by its UUID");
}

/* -- Looking ---------------------------------------------------------------- */

static const struct out_column list_columns[] = {
	{ "id", "ID", OUT_RIGHT },
	{ "engine", "ENGINE", OUT_TEXT },
	{ "state", "STATE", OUT_TEXT },
	{ "owner_pid", "PID", OUT_RIGHT },
	{ "owner_comm", "COMMAND", OUT_TEXT },
	{ "uid", "UID", OUT_RIGHT },
	{ "device", "DEVICE", OUT_TEXT },
	{ "weight", "WEIGHT", OUT_RIGHT },
	{ "minimum_percent", "MIN%", OUT_RIGHT },
	{ "cap_percent", "CAP%", OUT_RIGHT },
	{ "jobs", "JOBS", OUT_RIGHT },
	{ "run_ns", "RUN", OUT_NS },
	{ "wait_ns", "WAITED", OUT_NS },
	{ NULL, NULL, OUT_TEXT }
};

static int vgpu_list(const struct cmd_line *line)
{
	json_object *rows;
	int err;

	(void)line;
	rows = vgpu_objects(VGPU_CLIENTS, &err);
	if (!rows)
		return vgpu_read_fail(err);
	vgpu_add_closed_devices(rows);
	out_table(list_columns, rows, "nobody shares an engine");
	return EXIT_OK;
}

static const struct out_column show_columns[] = {
	{ "id", "id", OUT_TEXT },
	{ "engine", "engine", OUT_TEXT },
	{ "state", "state", OUT_TEXT },
	{ "owner_pid", "process", OUT_TEXT },
	{ "owner_comm", "command", OUT_TEXT },
	{ "uid", "user", OUT_TEXT },
	{ "device", "device", OUT_TEXT },
	{ "vm", "VM", OUT_TEXT },
	{ "tenant", "tenant", OUT_TEXT },
	{ "cgroup", "cgroup", OUT_TEXT },
	{ "memory_bytes", "memory, bytes", OUT_TEXT },
	{ "weight", "weight", OUT_TEXT },
	{ "minimum_percent", "minimum, percent", OUT_TEXT },
	{ "cap_percent", "cap, percent", OUT_TEXT },
	{ "slice_us", "slice, us", OUT_TEXT },
	{ "averaging", "averaging", OUT_TEXT },
	{ "jobs", "jobs ended", OUT_TEXT },
	{ "slices", "slices", OUT_TEXT },
	{ "run_ns", "ran", OUT_NS },
	{ "wait_ns", "waited", OUT_NS },
	{ "throttled_ns", "held by its cap", OUT_NS },
	{ "overshoot_ns", "beyond its slices", OUT_NS },
	{ "strikes", "jobs past their limit", OUT_TEXT },
	{ "quarantine", "quarantined", OUT_TEXT },
	{ NULL, NULL, OUT_TEXT }
};

static const struct out_column device_columns[] = {
	{ "device", "device", OUT_TEXT },
	{ "id", "vGPU", OUT_TEXT },
	{ "state", "state", OUT_TEXT },
	{ "engine", "engine", OUT_TEXT },
	{ "weight", "weight", OUT_TEXT },
	{ "minimum_percent", "minimum, percent", OUT_TEXT },
	{ "cap_percent", "cap, percent", OUT_TEXT },
	{ "slice_us", "slice, us", OUT_TEXT },
	{ "averaging", "averaging", OUT_TEXT },
	{ "resolution", "resolution", OUT_TEXT },
	{ "memory_bytes", "memory, bytes", OUT_TEXT },
	{ "memory_used_bytes", "of that used", OUT_TEXT },
	{ "pinned_bytes", "of the guest's memory pinned", OUT_TEXT },
	{ "jobs", "jobs ended", OUT_TEXT },
	{ "slices", "slices", OUT_TEXT },
	{ "run_ns", "ran", OUT_NS },
	{ "wait_ns", "waited", OUT_NS },
	{ "throttled_ns", "held by its cap", OUT_NS },
	{ "overshoot_ns", "beyond its slices", OUT_NS },
	{ "strikes", "jobs past their limit", OUT_TEXT },
	{ "quarantine", "quarantined", OUT_TEXT },
	{ NULL, NULL, OUT_TEXT }
};

static int show_device(const char *uuid)
{
	json_object *device = vgpu_device(uuid);

	if (!device)
		return vgpu_device_missing(uuid);
	out_record(device_columns, device);
	return EXIT_OK;
}

static int vgpu_show(const struct cmd_line *line)
{
	json_object *vgpu;
	uint64_t id;
	int rc, err;

	if (vgpu_is_uuid(line->args[0]))
		return show_device(line->args[0]);
	rc = parse_id(line, &id);
	if (rc)
		return rc;
	vgpu = vgpu_object(VGPU_CLIENTS, fmt("%" PRIu64, id));
	if (vgpu) {
		out_record(show_columns, vgpu);
		return EXIT_OK;
	}
	vgpu = vgpu_objects(VGPU_CLIENTS, &err);
	if (!vgpu)
		return vgpu_read_fail(err);
	json_object_put(vgpu);
	return FAIL(EXIT_FAILED, .object = fmt("vGPU %" PRIu64, id),
		    .reason = "there is none of that number", .remedy = "see: kvmshare vgpu list");
}

/* -- Changing --------------------------------------------------------------- */

/* Those that are said, one by one: a guest's device keeps them while nobody has it, too. */
static int set_device(const struct cmd_line *line, const char *uuid,
		      const struct kvmshare_vgpu_set *arg)
{
	const struct {
		uint32_t flag;
		const char *file;
		uint32_t value;
	} files[] = {
		{ KVMSHARE_VGPU_SET_WEIGHT, "weight", arg->weight },
		{ KVMSHARE_VGPU_SET_CAP, "cap_percent", arg->cap_percent },
		{ KVMSHARE_VGPU_SET_MINIMUM, "minimum_percent", arg->minimum_percent },
		{ KVMSHARE_VGPU_SET_SLICE, "slice_us", arg->slice_us },
		{ KVMSHARE_VGPU_SET_AVERAGING, "averaging", arg->averaging },
	};
	const char *resolution = cmd_value(line, "resolution");
	int rc = 0;

	if (!vgpu_device_exists(uuid))
		return vgpu_device_missing(uuid);
	if (cmd_has(line, "end-quarantine"))
		return cmd_usage(line, "--end-quarantine", "it ends that of a vGPU, by its number");
	for (size_t i = 0; i < sizeof(files) / sizeof(files[0]) && !rc; i++)
		if (arg->flags & files[i].flag)
			rc = vgpu_device_set(uuid, files[i].file, fmt("%u", files[i].value));
	if (!rc && resolution)
		rc = vgpu_device_set(uuid, "resolution", resolution);
	return rc;
}

static int vgpu_set(const struct cmd_line *line)
{
	struct kvmshare_vgpu_set arg = { .size = sizeof(arg) };
	uint64_t id = 0, weight = 0, minimum = 0, cap = 0, slice = 0, averaging = 0;
	bool is_device = vgpu_is_uuid(line->args[0]);
	int err = is_device ? 0 : parse_id(line, &id);

	if (!err)
		err = vgpu_take(line, "weight", 1, 10000, &weight, &arg.flags, KVMSHARE_VGPU_SET_WEIGHT);
	if (!err)
		err = vgpu_take(line, "minimum", 0, 100, &minimum, &arg.flags, KVMSHARE_VGPU_SET_MINIMUM);
	if (!err)
		err = vgpu_take(line, "cap", 1, 100, &cap, &arg.flags, KVMSHARE_VGPU_SET_CAP);
	if (!err)
		err = vgpu_take(line, "slice-us", 100, 30000, &slice, &arg.flags, KVMSHARE_VGPU_SET_SLICE);
	if (!err)
		err = vgpu_take(line, "averaging", 1, 60, &averaging, &arg.flags,
				KVMSHARE_VGPU_SET_AVERAGING);
	if (cmd_has(line, "end-quarantine"))
		arg.flags |= KVMSHARE_VGPU_SET_RELEASE;
	if (!err && cmd_has(line, "resolution") && !is_device)
		err = cmd_usage(line, "--resolution", "a device has one, and is named by its UUID");
	if (!err && !arg.flags && !cmd_has(line, "resolution"))
		err = cmd_usage(line, line->args[0], "nothing is asked for: see --help");
	if (err)
		return err;
	arg.id = id;
	arg.weight = weight;
	arg.minimum_percent = minimum;
	arg.cap_percent = cap;
	arg.slice_us = slice;
	arg.averaging = averaging;
	if (is_device)
		return set_device(line, line->args[0], &arg);
	err = ctl_call(KVMSHARE_VGPU_SET, &arg);
	return err ? vgpu_call_fail(KVMSHARE_VGPU_SET, err, fmt("vGPU %" PRIu64, id)) : EXIT_OK;
}

/* What is not said is all that one client can have. */
static int take_allowance(const struct cmd_line *line, struct kvmshare_vgpu_allow *arg)
{
	uint64_t clients = 1, weight = 100, minimum = 0, cap = 100, memory = 64 << 20;
	uint32_t given = 0;
	int err;

	err = vgpu_take(line, "clients", 1, 4096, &clients, &given, 1);
	if (!err)
		err = vgpu_take(line, "weight", 1, 10000, &weight, &given, 1);
	if (!err)
		err = vgpu_take(line, "minimum", 0, 100, &minimum, &given, 1);
	if (!err)
		err = vgpu_take(line, "cap", 1, 100, &cap, &given, 1);
	if (!err)
		err = vgpu_take(line, "memory", 0, UINT64_MAX / 2, &memory, &given, 1);
	if (!err && given && cmd_has(line, "none"))
		err = cmd_usage(line, "--none", "with it nothing else is said");
	arg->clients = clients;
	arg->weight = weight;
	arg->minimum_percent = minimum;
	arg->cap_percent = cap;
	arg->memory = memory;
	return err;
}

static int vgpu_allow(const struct cmd_line *line)
{
	struct kvmshare_vgpu_allow arg = { .size = sizeof(arg) };
	uint32_t uid;
	int err;

	if (!parse_u32(line->args[0], 0, UINT32_MAX - 1, &uid))
		return cmd_usage(line, line->args[0], "a user is named by its number");
	err = take_allowance(line, &arg);
	if (err)
		return err;
	arg.uid = uid;
	if (cmd_has(line, "none"))
		arg.flags = KVMSHARE_ALLOW_NONE;
	err = ctl_call(KVMSHARE_VGPU_ALLOW, &arg);
	return err ? vgpu_call_fail(KVMSHARE_VGPU_ALLOW, err, fmt("user %u", uid)) : EXIT_OK;
}

static const struct cmd_verb verbs[] = {
	{
		.name = "types",
		.what = "show which devices guests can have",
		.run = cmd_vgpu_types,
	}, {
		.name = "create",
		.what = "make a device for a guest, and print its UUID",
		.more = "It lasts until it is destroyed or the module goes; mdevctl keeps others over a reboot.",
		.options = {
			{ "size", "SIZE", "of its memory: see types (256M)", "64M 256M 1G 4G" },
			{ "uuid", "UUID", "its name, instead of a new one", NULL },
			{ "engine", "NAME", "which it shares (the one with the fewest clients)", "@engine" },
			{ "weight", "N", "1 to 10000: its part beside the others (by its size)", NULL },
			{ "minimum", "PERCENT", "what it is guaranteed of the engine", NULL },
			{ "cap", "PERCENT", "what it gets of the engine at most", NULL },
			{ "slice-us", "US", "how long it has the engine at once", NULL },
			{ "averaging", "N", "over so many slices it pays back what a job ran too long", NULL },
			{ "resolution", "WxH", "what its screen would rather be (1024x768)", NULL },
		},
		.run = cmd_vgpu_create,
	}, {
		.name = "destroy",
		.args = "UUID",
		.min = 1,
		.max = 1,
		.what = "remove a device that no guest has",
		.run = cmd_vgpu_destroy,
	}, {
		.name = "screenshot",
		.args = "ID|UUID",
		.min = 1,
		.max = 1,
		.values = "@vgpu",
		.what = "write what a guest's device shows as PNG",
		.options = {
			{ "output", "FILE", "where to, instead of standard output", NULL },
		},
		.run = cmd_vgpu_screenshot,
	}, {
		.name = "list",
		.what = "show who shares the engines",
		.run = vgpu_list,
	}, {
		.name = "show",
		.args = "ID|UUID",
		.min = 1,
		.max = 1,
		.values = "@vgpu",
		.what = "show all there is to know of one vGPU",
		.run = vgpu_show,
	}, {
		.name = "set",
		.args = "ID|UUID",
		.min = 1,
		.max = 1,
		.values = "@vgpu",
		.what = "change how a vGPU shares its engine, while it runs",
		.more = "Of a vGPU all of it is changed, or nothing; of a device, one after another.",
		.options = {
			{ "weight", "N", "1 to 10000: its part beside the others", NULL },
			{ "minimum", "PERCENT", "what it is guaranteed of the engine", NULL },
			{ "cap", "PERCENT", "what it gets of the engine at most", NULL },
			{ "slice-us", "US", "how long it has the engine at once", NULL },
			{ "averaging", "N", "over so many slices it pays back what a job ran too long", NULL },
			{ "resolution", "WxH", "of a device: what its screen would rather be", NULL },
			{ "end-quarantine", NULL, "its jobs run again", NULL },
		},
		.run = vgpu_set,
	}, {
		.name = "allow",
		.args = "UID",
		.min = 1,
		.max = 1,
		.what = "bound what a user may have of the engines, until the module goes",
		.more = "Who is not told of may have nothing; root may have all.",
		.options = {
			{ "clients", "N", "vGPUs at once (1)", NULL },
			{ "weight", "N", "of one of them, at most (100)", NULL },
			{ "minimum", "PERCENT", "of all of them on an engine together, at most (0)", NULL },
			{ "cap", "PERCENT", "of one of them, at most (100)", NULL },
			{ "memory", "BYTES", "of all of them together (64 MiB)", NULL },
			{ "none", NULL, "nothing, from now on; what it has stays", NULL },
		},
		.run = vgpu_allow,
	}, {
		.name = "top",
		.what = "watch what each vGPU does, until q or Ctrl-C",
		.options = {
			{ "interval", "SECONDS", "between two looks (1)", NULL },
			{ "count", "N", "end after so many", NULL },
		},
		.run = cmd_vgpu_top,
	}, {
		.name = "trace",
		.args = "[ID...]",
		.max = CMD_MAX_WORDS,
		.values = "@vgpu",
		.what = "write down who had which engine when, for Perfetto or Chrome",
		.more = "Without an ID, of all vGPUs. Ctrl-C ends it early; what there is is written.",
		.options = {
			{ "seconds", "N", "for how long (5)", NULL },
			{ "output", "FILE", "where to, instead of standard output", NULL },
		},
		.run = cmd_vgpu_trace,
	},
	{ .run = NULL }
};

const struct cmd_object cmd_vgpu = {
	.name = "vgpu",
	.what = "those who share engines",
	.verbs = verbs,
};
