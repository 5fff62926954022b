// SPDX-License-Identifier: GPL-2.0
/* kvmshare run: take what is asked for, and become the command. */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "run.h"
#include "../lib/msg.h"
#include "../lib/seal.h"
#include "../lib/subst.h"

/* The descriptors that the command inherits are the leases, nothing else of ours. */
static int keep_leases_open(const struct run_plan *plan)
{
	for (int i = 0; i < plan->nr_specs; i++)
		if (plan->leases[i].fd >= 0 && fcntl(plan->leases[i].fd, F_SETFD, 0))
			return -errno;
	return 0;
}

static int set_variables(const char *prefix, char *const *values, size_t nr)
{
	char name[32];

	for (size_t i = 0; i < nr; i++) {
		snprintf(name, sizeof(name), "%s%zu", prefix, i);
		if (setenv(name, values[i], 1))
			return -errno;
	}
	return 0;
}

static char **substitute(struct run_plan *plan)
{
	const struct subst kinds[] = {
		{ "@vf", plan->vfs, plan->nr_vfs },
		{ "@vgpu", plan->paths, plan->nr_paths },
		{ NULL, NULL, 0 }
	};
	size_t nr = 0;
	char **argv;

	while (plan->line->command[nr])
		nr++;
	argv = calloc(nr + 1, sizeof(*argv));
	for (size_t i = 0; argv && i < nr; i++) {
		argv[i] = subst_apply(plan->line->command[i], kinds);
		if (!argv[i])
			return NULL;
	}
	return argv;
}

static int become(struct run_plan *plan)
{
	char **argv = substitute(plan);
	int err = argv ? 0 : -ENOMEM;

	if (!err)
		err = keep_leases_open(plan);
	if (!err && plan->nr_vfs + plan->nr_paths)
		err = become_unlimit_memory();
	if (!err && plan->has_user)
		err = become_drop(&plan->user);
	/* A tenant's memory meets no other's: not by its own doing, either. */
	if (!err && plan->terms.tenant)
		err = seal_memory();
	if (!err)
		err = set_variables("KVMSHARE_VF", plan->vfs, plan->nr_vfs);
	if (!err)
		err = set_variables("KVMSHARE_VGPU", plan->paths, plan->nr_paths);
	if (!err)
		err = become_exec(argv);
	return FAIL(EXIT_FAILED, .object = plan->line->command[0], .reason = strerror(-err),
		    .kept = "what was leased is given back");
}

static int run(const struct cmd_line *line)
{
	static struct run_plan plan;	/* too large for the stack */
	int code;

	plan.line = line;
	code = run_check(&plan);
	/* A failure ends this process, and with its descriptors every lease. */
	if (!code)
		code = run_take(&plan);
	return code ? code : become(&plan);
}

static const struct cmd_verb verbs[] = {
	{
		.command = true,
		.what = "lease VFs, make vGPUs and become a command; all come back when it ends, however it does",
		.more = "In the command's arguments @vf0, @vf1, ... become the addresses of the leased VFs,\n"
			"and @vgpu0, ... where the vGPUs are in sysfs: -device vfio-pci,sysfsdev=@vgpu0. They\n"
			"are in the environment too: KVMSHARE_VF0, KVMSHARE_VGPU0, ...\n"
			"--for ai and --for graphics are a whole VF; where the command refers to it by @vgpu,\n"
			"a whole VF where one is free, and else a slice of an engine.\n"
			"A SPEC is made of: class for count pf vf device node strict place,\n"
			"and for network VFs: mac vlan trust spoofchk. A vGPU's, of: weight min cap mem engine\n"
			"slice averaging resolution. See kvmshare-run(8).",
		.options = {
			VF_OPTION_VF,
			{ "vgpu", "SPEC", "a vGPU to make: weight=4,min=20,cap=60,mem=256M,... (may be repeated)", NULL },
			VF_OPTION_FOR,
			VF_OPTION_TENANT,
			{ "mem", "MODE", "whether its memory is merged: auto, on or off", "auto on off" },
			{ "hugepages", "SIZE", "huge pages that are free when it begins: 2M or 1G,mem=4G,node=0", "2M 1G" },
			{ "name", "NAME", "what to call the VM", NULL },
			{ "user", "USER", "become this user before the command", "@user" },
			VF_OPTION_WAIT,
		},
		.run = run,
	},
	{ .run = NULL }
};

const struct cmd_object cmd_run = {
	.name = "run",
	.what = "a VMM with what it needs, from start to end",
	.verbs = verbs,
};
