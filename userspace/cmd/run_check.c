// SPDX-License-Identifier: GPL-2.0
/* What kvmshare run was asked for, read and checked before anything is taken. */
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "run.h"
#include "run_hugepages.h"
#include "run_mem.h"
#include "../lib/detach.h"
#include "../lib/msg.h"
#include "../lib/subst.h"

static const char untouched[] = "nothing was leased or started";

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

static long highest_reference(const struct run_plan *plan, const char *mark)
{
	long highest = SUBST_NONE;

	for (char **arg = plan->line->command; *arg; arg++) {
		long one = subst_highest(*arg, mark);

		if (one > highest)
			highest = one;
	}
	return highest;
}

/* @nr: so many there will be. */
static int check_references(const struct run_plan *plan, const char *mark, const char *option, uint32_t nr)
{
	long highest = highest_reference(plan, mark);

	if (highest < (long)nr)
		return 0;
	return FAIL(EXIT_USAGE, .object = fmt("%s%ld", mark, highest),
		    .reason = fmt("only %u are asked for, counted from 0", nr),
		    .kept = untouched,
		    .remedy = fmt("ask for another: %s; to hand it on as it is: @%s", option, mark));
}

static int check_all_references(const struct run_plan *plan)
{
	uint32_t vfs = 0;

	for (int i = 0; i < plan->nr_specs - plan->nr_fors; i++)
		vfs += plan->specs[i].count;
	return check_references(plan, "@vf", "--vf", vfs) ?:
	       check_references(plan, "@vgpu", "--vgpu", (uint32_t)(plan->nr_vgpus + plan->nr_fors));
}

/* -- Devices on engines ----------------------------------------------------- */

static int parse_vgpus(struct run_plan *plan)
{
	char error[PAIRS_ERROR_LEN];
	const char *text;

	for (; (text = cmd_nth(plan->line, "vgpu", plan->nr_vgpus)); plan->nr_vgpus++) {
		if (plan->nr_vgpus == RUN_VGPUS_MAX)
			return cmd_usage(plan->line, "--vgpu", fmt("at most %d of them", RUN_VGPUS_MAX));
		if (vgpu_spec_parse(text, &plan->vgpus[plan->nr_vgpus].spec, error))
			return cmd_usage(plan->line, fmt("--vgpu %s", text), error);
	}
	return 0;
}

/* Which work an engine does, too. */
static bool is_for_engines(const char *work)
{
	return !strcmp(work, "ai") || !strcmp(work, "graphics");
}

/* The command says by which name it refers to them: as @vgpu either will do. */
static int count_fors(struct run_plan *plan)
{
	const char *work;

	if (highest_reference(plan, "@vgpu") < plan->nr_vgpus)
		return 0;
	for (int i = 0; (work = cmd_nth(plan->line, "for", i)); i++, plan->nr_fors++)
		if (!is_for_engines(work))
			return FAIL(EXIT_USAGE, .object = fmt("--for %s", work),
				    .reason = "it is a VF's work alone, which @vgpu may not stand for",
				    .kept = untouched, .remedy = "ask for a VF by --vf, and refer to it by @vf");
	return 0;
}

/* -- The rest of it --------------------------------------------------------- */

static int check_user(struct run_plan *plan)
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

static int check_command(const struct run_plan *plan)
{
	int err = become_check(plan->line->command[0], plan->has_user ? &plan->user : NULL);

	if (!err)
		return 0;
	return FAIL(EXIT_FAILED, .object = plan->line->command[0], .reason = strerror(-err),
		    .kept = untouched, .remedy = "name a program that is there, with its path");
}

int run_check(struct run_plan *plan)
{
	int code = vf_parse_terms(plan->line, &plan->terms);

	if (code)
		return code;
	plan->nr_specs = vf_parse_specs(plan->line, plan->specs);
	if (plan->nr_specs < 0 || parse_vgpus(plan))
		return EXIT_USAGE;
	if (geteuid())
		return FAIL(EXIT_FAILED, .object = "kvmshare run",
			    .reason = "leasing needs CAP_SYS_ADMIN on the host",
			    .kept = untouched,
			    .remedy = "run it as root; the command runs as another user with --user");
	code = run_mem_check(plan->line, untouched);
	if (!code)
		code = run_hugepages_check(plan->line, untouched);
	if (!code)
		code = check_detach(plan->line);
	if (!code)
		code = count_fors(plan);
	if (!code)
		code = check_all_references(plan);
	if (!code)
		code = check_user(plan);
	return code ? code : check_command(plan);
}
