// SPDX-License-Identifier: GPL-2.0
/* kvmshare exits --detail: what guests touch. */
#include <stdio.h>
#include <string.h>

#include "exits_common.h"
#include "../lib/msg.h"
#include "../lib/out.h"
#include "../lib/pool.h"
#include "../monitor/detail.h"

/* For people, of each kind the most often touched; programs get all. */
#define SHOWN	10

static const char *const kinds[DETAIL_KINDS] = {
	[DETAIL_PORT]	= "port",
	[DETAIL_MMIO]	= "mmio",
	[DETAIL_MSR]	= "msr",
	[DETAIL_FAULT]	= "fault",
	[DETAIL_VECTOR]	= "vector",
};

static const struct out_column columns[] = {
	{ "vm", "VM", OUT_RIGHT },
	{ "pid", "PID", OUT_RIGHT },
	{ "kind", "KIND", OUT_TEXT },
	{ "where", "WHERE", OUT_RIGHT },
	{ "count", "COUNT", OUT_RIGHT },
	{ "writes", "WRITES", OUT_RIGHT },
	{ "refused", "REFUSED", OUT_RIGHT },
	{ NULL, NULL, OUT_TEXT }
};

static json_object *row_of(const struct detail_row *row, json_object *vms)
{
	json_object *json = json_object_new_object();

	exits_put_vm(json, vms, row->key.tgid);
	out_str(json, "kind", kinds[row->key.kind]);
	out_str(json, "where", fmt("0x%llx", (unsigned long long)row->key.where));
	out_uint(json, "count", row->detail.count);
	out_uint(json, "writes", row->detail.writes);
	out_uint(json, "refused", row->detail.refused);
	return json;
}

static void show(const struct details *details, const struct exits_wish *wish)
{
	json_object *rows = json_object_new_array();
	const struct detail_key *last = NULL;
	json_object *vms;
	int err, shown = 0;

	vms = pool_objects(POOL_VMS, &err);
	for (size_t i = 0; i < details->nr; i++) {
		const struct detail_key *key = &details->rows[i].key;

		if (!last || last->tgid != key->tgid || last->kind != key->kind)
			shown = 0;
		last = key;
		if ((wish->pid && key->tgid != wish->pid) || key->kind >= DETAIL_KINDS)
			continue;
		if (out_is_json() || shown++ < SHOWN)
			json_object_array_add(rows, row_of(&details->rows[i], vms));
	}
	json_object_put(vms);
	out_table(columns, rows, "no guest has touched anything meanwhile");
}

int exits_detail(const struct exits_wish *wish)
{
	struct programs programs;
	struct details details;
	int err = details_begin(&programs);
	int code = exits_tell(&programs, err);

	if (code)
		return code;
	exits_wait(wish);
	/* What comes and goes meanwhile would be read twice. */
	programs_stop(&programs);
	err = details_read(&programs, &details);
	programs_unload(&programs);
	if (err)
		return FAIL(EXIT_FAILED, .object = "exits", .reason = strerror(-err));
	show(&details, wish);
	details_free(&details);
	return EXIT_OK;
}
