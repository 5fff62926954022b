// SPDX-License-Identifier: GPL-2.0
#include <inttypes.h>
#include <stdio.h>

#include "cmd.h"
#include "../lib/ctl.h"
#include "../lib/out.h"
#include "../lib/parse.h"
#include "../lib/pool.h"

static const struct out_column list_columns[] = {
	{ "id", "ID", OUT_RIGHT },
	{ "name", "NAME", OUT_TEXT },
	{ "tenant", "TENANT", OUT_TEXT },
	{ "state", "STATE", OUT_TEXT },
	{ "pid", "PID", OUT_RIGHT },
	{ "uid", "UID", OUT_RIGHT },
	{ "age_ms", "AGE", OUT_MS },
	{ NULL, NULL, OUT_TEXT }
};

static int vm_list(const struct cmd_line *line)
{
	json_object *vms;
	int err;

	(void)line;
	vms = pool_objects(POOL_VMS, &err);
	if (!vms)
		return pool_fail(err);
	out_table(list_columns, vms, "no VM runs or is expected");
	return EXIT_OK;
}

static int64_t number(json_object *object, const char *key)
{
	json_object *value;

	return json_object_object_get_ex(object, key, &value) ? json_object_get_int64(value) : -1;
}

/* A lease belongs to the VM whose process owns it; a process that has ended is 0. */
static void add_leases(json_object *vm)
{
	json_object *mine = json_object_new_array();
	int64_t pid = number(vm, "pid");
	json_object *leases;
	int err;

	leases = pool_objects(POOL_LEASES, &err);
	for (size_t i = 0; leases && i < json_object_array_length(leases); i++) {
		json_object *lease = json_object_array_get_idx(leases, i);

		if (pid > 0 && number(lease, "owner_pid") == pid)
			json_object_array_add(mine, json_object_new_int64(number(lease, "id")));
	}
	json_object_put(leases);
	json_object_object_add(vm, "leases", mine);
}

static const struct out_column show_columns[] = {
	{ "id", "id", OUT_TEXT },
	{ "name", "name", OUT_TEXT },
	{ "tenant", "tenant", OUT_TEXT },
	{ "state", "state", OUT_TEXT },
	{ "pid", "process", OUT_TEXT },
	{ "uid", "user", OUT_TEXT },
	{ "cgroup", "cgroup", OUT_TEXT },
	{ "age_ms", "age", OUT_MS },
	{ "leases", "leases", OUT_TEXT },
	{ NULL, NULL, OUT_TEXT }
};

static int parse_id(const struct cmd_line *line, uint64_t *id)
{
	if (parse_u64(line->args[0], 1, UINT64_MAX, id))
		return 0;
	return cmd_usage(line, line->args[0], "a VM is named by its number");
}

static int vm_show(const struct cmd_line *line)
{
	json_object *vm;
	uint64_t id;
	int err = parse_id(line, &id);

	if (err)
		return err;
	vm = pool_object(POOL_VMS, line->args[0]);
	if (!vm)
		return FAIL(EXIT_FAILED, .object = fmt("VM %s", line->args[0]),
			    .reason = "there is none of that number, or this user may not see it",
			    .remedy = "see: kvmshare vm list");
	add_leases(vm);
	out_record(show_columns, vm);
	return EXIT_OK;
}

static int take_label(const struct cmd_line *line, const char *option, char *to,
		      uint32_t *flags, uint32_t flag)
{
	const char *value = cmd_value(line, option);

	if (!value)
		return 0;
	if (!parse_label(value, KVMSHARE_NAME_LEN))
		return cmd_usage(line, fmt("--%s", option),
				 "it must be printable, not empty, and shorter than 64 characters");
	snprintf(to, KVMSHARE_NAME_LEN, "%s", value);
	*flags |= flag;
	return 0;
}

static int vm_set(const struct cmd_line *line)
{
	struct kvmshare_vm_set arg = { .size = sizeof(arg) };
	uint64_t id;
	int err = parse_id(line, &id);

	if (!err)
		err = take_label(line, "name", arg.name, &arg.flags, KVMSHARE_VM_SET_NAME);
	if (!err)
		err = take_label(line, "tenant", arg.tenant, &arg.flags, KVMSHARE_VM_SET_TENANT);
	if (!err && !arg.flags)
		err = cmd_usage(line, line->args[0], "nothing is asked for: give --name or --tenant");
	if (err)
		return err;
	arg.id = id;
	err = ctl_call(KVMSHARE_VM_SET, &arg);
	return err ? ctl_fail(KVMSHARE_VM_SET, err, fmt("VM %" PRIu64, id)) : EXIT_OK;
}

static const struct cmd_verb verbs[] = {
	{
		.name = "list",
		.what = "show the VMs that run on this host, or are about to",
		.run = vm_list,
	}, {
		.name = "show",
		.args = "ID",
		.min = 1,
		.max = 1,
		.values = "@vm",
		.what = "show all there is to know of one VM",
		.run = vm_show,
	}, {
		.name = "set",
		.args = "ID",
		.min = 1,
		.max = 1,
		.values = "@vm",
		.what = "name a VM, or give it its tenant",
		.more = "A VM's tenant is set once, by an administrator, before it holds anything.",
		.options = {
			{ "name", "NAME", "what to call it", NULL },
			{ "tenant", "TENANT", "whose it is", NULL },
		},
		.run = vm_set,
	},
	{ .run = NULL }
};

const struct cmd_object cmd_vm = {
	.name = "vm",
	.what = "virtual machines",
	.verbs = verbs,
};
