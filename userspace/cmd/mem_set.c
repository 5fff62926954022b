// SPDX-License-Identifier: GPL-2.0
/* kvmshare mem mode, set, reclaim: what an administrator wants. */
#include <limits.h>
#include <stdio.h>
#include <string.h>

#include "mem_common.h"
#include "../lib/fs.h"
#include "../lib/msg.h"
#include "../lib/parse.h"

int cmd_mem_mode(const struct cmd_line *line)
{
	const char *id = line->args[0], *mode = line->args[1];
	int rc = mem_check_vm(line, id);

	if (rc)
		return rc;
	if (strcmp(mode, "auto") && strcmp(mode, "on") && strcmp(mode, "off"))
		return cmd_usage(line, mode, "a mode is auto, on or off");
	if (!fs_exists("", fmt(POOL_ROOT "/vms/%s/mem", id)))
		return mem_no_vm(id);
	rc = fs_write("", fmt(POOL_ROOT "/vms/%s/mem/mode", id), mode);
	return rc < 0 ? mem_write_failed(rc, fmt("VM %s", id)) : EXIT_OK;
}

/* A name in a directory, and nothing that leads out of it. */
static bool is_name(const char *word)
{
	return parse_label(word, 64) && !strchr(word, '/') && word[0] != '.';
}

int cmd_mem_set(const struct cmd_line *line)
{
	const char *name = line->args[0], *value = line->args[1];
	const char *pool = cmd_value(line, "pool");
	char dir[PATH_MAX];
	uint64_t number;
	int rc;

	if (!is_name(name))
		return cmd_usage(line, name, "a setting is named as its file");
	if (pool && !is_name(pool))
		return cmd_usage(line, pool, "a pool is named as kvmshare mem pools shows it");
	if (!parse_u64(value, 0, UINT64_MAX, &number))
		return cmd_usage(line, value, "a setting is a number");
	if (!fs_exists("", MEM))
		return mem_not_loaded();
	snprintf(dir, sizeof(dir), "%s%s%s", MEM, pool ? "/pools/" : "", pool ? pool : "");
	if (!fs_exists("", fmt("%s/%s", dir, name)))
		return FAIL(EXIT_FAILED, .object = name, .reason = "there is no setting of that name",
			    .kept = "nothing was changed", .remedy = fmt("see: ls %s", dir));
	rc = fs_write("", fmt("%s/%s", dir, name), value);
	return rc < 0 ? mem_write_failed(rc, name) : EXIT_OK;
}

/* A pool is asked itself. */
int cmd_mem_reclaim(const struct cmd_line *line)
{
	const char *name = line->args[0];
	int rc;

	if (!fs_exists("", MEM))
		return mem_not_loaded();
	if (is_name(name) && fs_exists("", fmt(MEM_POOLS "/%s", name)))
		rc = fs_write("", fmt(MEM_POOLS "/%s/reclaim", name), "1");
	else
		rc = fs_write("", MEM "/reclaim", name);
	return rc < 0 ? mem_write_failed(rc, name) : EXIT_OK;
}
