// SPDX-License-Identifier: GPL-2.0
/* kvmshare run: lease, make ready, and become the command. */
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "vf_common.h"
#include "../lib/bdf.h"
#include "../lib/become.h"
#include "../lib/ctl.h"
#include "../lib/detach.h"
#include "../lib/node.h"
#include "../lib/parse.h"
#include "../lib/subst.h"

#define MAX_VFS		(VF_MAX_SPECS * KVMSHARE_MAX_VFS)

/**
 * struct plan - what is to become of this process
 * @line: what was typed
 * @nr_specs: entries of @specs and @leases
 * @specs: what to lease
 * @terms: how
 * @has_user: @user is to be become
 * @user: see @has_user
 * @leases: what was leased
 * @nr_vfs: entries of @vfs
 * @vfs: their VFs in order, as the command names them
 */
struct plan {
	const struct cmd_line *line;
	int nr_specs;
	struct vf_spec specs[VF_MAX_SPECS];
	struct lease_terms terms;
	bool has_user;
	struct become_user user;
	struct lease leases[VF_MAX_SPECS];
	size_t nr_vfs;
	char vfs[MAX_VFS][BDF_LEN];
};

static const char untouched[] = "nothing was leased or started";

/* -- Checks, before anything is taken --------------------------------------- */

static int check_detach(const struct cmd_line *line)
{
	const char *found = detach_find(line->command);

	if (!found)
		return 0;
	return FAIL(EXIT_FAILED, .object = line->command[0],
		    .reason = fmt("'%s' would leave the process that the lease belongs to, which ends with it", found),
		    .kept = untouched,
		    .remedy = "leave it out, and run kvmshare run itself in the background: by a systemd service, or with &");
}

static int check_references(const struct plan *plan)
{
	uint32_t nr = 0;

	for (int i = 0; i < plan->nr_specs; i++)
		nr += plan->specs[i].count;
	for (char **arg = plan->line->command; *arg; arg++)
		if (subst_highest(*arg) >= (long)nr)
			return FAIL(EXIT_USAGE, .object = *arg,
				    .reason = fmt("@vf%ld: only %u are asked for, counted from 0",
						  subst_highest(*arg), nr),
				    .kept = untouched, .remedy = "ask for another: --vf; to hand it on as it is: @@vf");
	return 0;
}

static int check_user(struct plan *plan)
{
	const char *name = cmd_value(plan->line, "user");

	if (!name)
		return 0;
	plan->has_user = true;
	if (become_find(name, &plan->user))
		return FAIL(EXIT_FAILED, .object = fmt("--user %s", name),
			    .reason = "there is no such user", .kept = untouched);
	plan->terms.has_uid = true;
	plan->terms.uid = plan->user.uid;
	return 0;
}

static int check_command(const struct plan *plan)
{
	int err = become_check(plan->line->command[0], plan->has_user ? &plan->user : NULL);

	if (!err)
		return 0;
	return FAIL(EXIT_FAILED, .object = plan->line->command[0], .reason = strerror(-err),
		    .kept = untouched, .remedy = "name a program that is there, with its path");
}

static int check_all(struct plan *plan)
{
	int code = vf_parse_terms(plan->line, &plan->terms);

	if (code)
		return code;
	plan->nr_specs = vf_parse_specs(plan->line, plan->specs);
	if (plan->nr_specs < 0)
		return EXIT_USAGE;
	if (geteuid())
		return FAIL(EXIT_FAILED, .object = "kvmshare run",
			    .reason = "leasing needs CAP_SYS_ADMIN on the host",
			    .kept = untouched,
			    .remedy = "run it as root; the command runs as another user with --user");
	code = check_detach(plan->line);
	if (!code)
		code = check_references(plan);
	if (!code)
		code = check_user(plan);
	return code ? code : check_command(plan);
}

/* -- Taking ----------------------------------------------------------------- */

/* The registry then knows the VM's name and tenant from its first moment. */
static int expect_vm(const struct plan *plan)
{
	struct kvmshare_vm_attach arg = {
		.size = sizeof(arg),
		.flags = KVMSHARE_VM_EXPECT,
		.vm_fd = -1,
	};
	const char *name = cmd_value(plan->line, "name");
	int err;

	if (name && !parse_label(name, sizeof(arg.name)))
		return cmd_usage(plan->line, "--name",
				 "it must be printable, not empty, and shorter than 64 characters");
	snprintf(arg.name, sizeof(arg.name), "%s", name ? name : "");
	snprintf(arg.tenant, sizeof(arg.tenant), "%s", plan->terms.tenant ? plan->terms.tenant : "");
	err = ctl_call(KVMSHARE_VM_ATTACH, &arg);
	return err ? ctl_fail(KVMSHARE_VM_ATTACH, err, "registering the VM") : 0;
}

static void collect_vfs(struct plan *plan)
{
	for (int i = 0; i < plan->nr_specs; i++)
		for (uint32_t v = 0; v < plan->leases[i].nr; v++)
			bdf_format(plan->leases[i].vfs[v].bdf, plan->vfs[plan->nr_vfs++]);
}

static int give_nodes(const struct plan *plan)
{
	for (int i = 0; plan->has_user && i < plan->nr_specs; i++) {
		for (uint32_t v = 0; v < plan->leases[i].nr; v++) {
			uint32_t group = plan->leases[i].vfs[v].iommu_group;
			int err = node_give(group, plan->user.uid);

			if (err)
				return FAIL(EXIT_FAILED, .object = fmt("/dev/vfio/%u", group),
					    .reason = fmt("it cannot be given to %s: %s",
							  plan->user.name, strerror(-err)),
					    .kept = "the lease was given back");
		}
	}
	return 0;
}

/* -- Becoming --------------------------------------------------------------- */

/* The descriptors that the command inherits are the leases, nothing else of ours. */
static int keep_leases_open(const struct plan *plan)
{
	for (int i = 0; i < plan->nr_specs; i++)
		if (fcntl(plan->leases[i].fd, F_SETFD, 0))
			return -errno;
	return 0;
}

static int set_variables(const struct plan *plan)
{
	char name[32];

	for (size_t i = 0; i < plan->nr_vfs; i++) {
		snprintf(name, sizeof(name), "KVMSHARE_VF%zu", i);
		if (setenv(name, plan->vfs[i], 1))
			return -errno;
	}
	return 0;
}

static char **substitute(struct plan *plan)
{
	size_t nr = 0;
	char **argv;

	while (plan->line->command[nr])
		nr++;
	argv = calloc(nr + 1, sizeof(*argv));
	for (size_t i = 0; argv && i < nr; i++) {
		argv[i] = subst_apply(plan->line->command[i], plan->vfs, plan->nr_vfs);
		if (!argv[i])
			return NULL;
	}
	return argv;
}

static int become(struct plan *plan)
{
	char **argv = substitute(plan);
	int err = argv ? 0 : -ENOMEM;

	if (!err)
		err = keep_leases_open(plan);
	if (!err && plan->nr_vfs)
		err = become_unlimit_memory();
	if (!err && plan->has_user)
		err = become_drop(&plan->user);
	if (!err)
		err = set_variables(plan);
	if (!err)
		err = become_exec(argv);
	return FAIL(EXIT_FAILED, .object = plan->line->command[0], .reason = strerror(-err),
		    .kept = "what was leased is given back");
}

static int run(const struct cmd_line *line)
{
	static struct plan plan;	/* too large for the stack */
	int code;

	plan.line = line;
	code = check_all(&plan);
	if (!code)
		code = expect_vm(&plan);
	if (!code)
		code = lease_take_all(plan.specs, plan.nr_specs, &plan.terms, plan.leases);
	if (code)
		return code;
	collect_vfs(&plan);
	code = give_nodes(&plan);
	/* A failure ends this process, and with its descriptors every lease. */
	return code ? code : become(&plan);
}

static const struct cmd_verb verbs[] = {
	{
		.command = true,
		.what = "lease VFs and become a command; they come back when it ends, however it does",
		.more = "In the command's arguments @vf0, @vf1, ... become the addresses of the leased VFs,\n"
			"which are in the environment too: KVMSHARE_VF0, ...\n"
			"A SPEC is made of: class for count pf vf device node strict place,\n"
			"and for network VFs: mac vlan trust spoofchk. See kvmshare-run(8).",
		.options = {
			VF_OPTION_VF,
			VF_OPTION_FOR,
			VF_OPTION_TENANT,
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
