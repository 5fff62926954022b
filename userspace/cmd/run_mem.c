// SPDX-License-Identifier: GPL-2.0
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "run_mem.h"
#include "../lib/fs.h"
#include "../lib/msg.h"
#include "../lib/pool.h"

int run_mem_check(const struct cmd_line *line, const char *untouched)
{
	const char *mode = cmd_value(line, "mem");

	if (!mode)
		return 0;
	if (strcmp(mode, "auto") && strcmp(mode, "on") && strcmp(mode, "off"))
		return cmd_usage(line, fmt("--mem %s", mode), "it is auto, on or off");
	if (fs_exists("", POOL_ROOT "/mem"))
		return 0;
	return FAIL(EXIT_UNSUPPORTED, .object = "--mem",
		    .reason = "the module kvmshare_mem is not loaded", .kept = untouched,
		    .remedy = "load it: modprobe kvmshare_mem");
}

int run_mem_tell(const struct cmd_line *line, uint64_t id)
{
	const char *mode = cmd_value(line, "mem");
	int err = mode ? fs_write("", fmt(POOL_ROOT "/vms/%" PRIu64 "/mem/mode", id), mode) : 0;

	if (err >= 0)
		return 0;
	return FAIL(EXIT_FAILED, .object = fmt("--mem %s", mode), .reason = strerror(-err),
		    .kept = "nothing was leased or started");
}
