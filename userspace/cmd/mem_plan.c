// SPDX-License-Identifier: GPL-2.0
/* kvmshare mem plan: what the policy would do now, or is about to. It does nothing. */
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "mem_common.h"
#include "../lib/fs.h"
#include "../lib/msg.h"
#include "../lib/out.h"

static const struct out_column columns[] = {
	{ "object", "OBJECT", OUT_TEXT },
	{ "now", "NOW", OUT_TEXT },
	{ "planned", "PLANNED", OUT_TEXT },
	{ "reason", "REASON", OUT_TEXT },
	{ NULL, NULL, OUT_TEXT }
};

static const char *text_of(json_object *object, const char *key)
{
	json_object *value;

	return json_object_object_get_ex(object, key, &value) ? json_object_get_string(value) : "";
}

/* What is as it shall be is no plan. */
static void add(json_object *rows, const char *object, const char *now, const char *planned, const char *reason)
{
	json_object *row;

	if (!strcmp(now, planned))
		return;
	row = json_object_new_object();
	out_str(row, "object", object);
	out_str(row, "now", now);
	out_str(row, "planned", planned);
	out_str(row, "reason", reason);
	json_object_array_add(rows, row);
}

static const char *pages(int64_t nr)
{
	return fmt("%" PRId64 " pages", nr);
}

/* -- VMs -------------------------------------------------------------------- */

static int plan_vm(const char *id, void *rows)
{
	json_object *vm = mem_read_vm(id);

	if (!vm)
		return 0;
	if (mem_number(vm, "mergeable_bytes"))
		add(rows, fmt("VM %s", id), mem_number(vm, "advised_bytes") ? "mergeable" : "not mergeable",
		    mem_number(vm, "merged") ? "mergeable" : "not mergeable", text_of(vm, "reason"));
	json_object_put(vm);
	return 0;
}

/* -- ksmd and khugepaged ---------------------------------------------------- */

#define SHARED	"khugepaged/max_ptes_shared"

/* As "ours 1 before 0"; empty where nothing is known of it. */
static const char *knob_of(json_object *status, const char *name)
{
	json_object *knobs;
	const char *line;
	size_t len = strlen(name);

	if (!json_object_object_get_ex(status, "knobs", &knobs) ||
	    !json_object_is_type(knobs, json_type_array))
		return "";
	for (size_t i = 0; i < json_object_array_length(knobs); i++) {
		line = json_object_get_string(json_object_array_get_idx(knobs, i));
		if (!strncmp(line, name, len) && line[len] == ' ')
			return line + len + 1;
	}
	return "";
}

/* One that is somebody else's is left alone. */
static void plan_knob(json_object *rows, json_object *status, const char *name, uint64_t planned,
		      const char *reason)
{
	const char *dir = !strcmp(name, SHARED) ? "/sys/kernel/mm/transparent_hugepage" : "/sys/kernel/mm";
	const char *path = fmt("%s/%s", dir, name);
	uint64_t now;

	if (strncmp(knob_of(status, name), "theirs", 6) && !fs_read_u64("", path, &now))
		add(rows, path, fmt("%" PRIu64, now), fmt("%" PRIu64, planned), reason);
}

/* Nothing more is wanted of it: it is to be as it was. */
static void plan_rest(json_object *rows, json_object *status, const char *name, const char *reason)
{
	uint64_t before;

	if (sscanf(knob_of(status, name), "ours %*u before %" SCNu64, &before) == 1)
		plan_knob(rows, status, name, before, reason);
}

static void plan_host(json_object *rows, json_object *status)
{
	uint64_t rate = (uint64_t)mem_number(status, "rate_pages");
	const char *reason = text_of(status, "rate_reason");

	if (mem_number(status, "leaves_shared"))
		plan_knob(rows, status, SHARED, 0, "khugepaged and ksmd undo each other's work");
	if (!rate) {
		plan_rest(rows, status, "ksm/run", reason);
		return;
	}
	plan_knob(rows, status, "ksm/run", 1, reason);
	if (mem_number(status, "fresh_pages"))
		plan_knob(rows, status, "ksm/smart_scan", 0, reason);
	if (!mem_number(status, "advisor")) {
		plan_knob(rows, status, "ksm/pages_to_scan", rate, reason);
		plan_knob(rows, status, "ksm/sleep_millisecs", (uint64_t)mem_number(status, "rate_sleep_ms"), reason);
	}
}

/* -- Pools ------------------------------------------------------------------ */

static int plan_pool(const char *name, void *rows)
{
	json_object *pool = mem_read_dir(fmt(MEM_POOLS "/%s", name));

	if (!pool)
		return 0;
	if (mem_number(pool, "most_pages"))
		add(rows, fmt("pool %s", name), pages(mem_number(pool, "pages")),
		    pages(mem_number(pool, "wanted_pages")), text_of(pool, "reason"));
	json_object_put(pool);
	return 0;
}

int cmd_mem_plan(const struct cmd_line *line)
{
	json_object *status = mem_read_dir(MEM), *rows;

	(void)line;
	if (!status)
		return mem_not_loaded();
	rows = json_object_new_array();
	plan_host(rows, status);
	fs_list("", POOL_ROOT "/vms", plan_vm, rows);
	fs_list("", MEM_POOLS, plan_pool, rows);
	json_object_put(status);
	out_table(columns, rows, "all is as it shall be");
	return EXIT_OK;
}
