// SPDX-License-Identifier: GPL-2.0
/* kvmshare vf history: what became of past leases. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "vf_common.h"
#include "../lib/bdf.h"
#include "../lib/ctl.h"
#include "../lib/out.h"
#include "../lib/parse.h"

static const char *const states[KVMSHARE_VF_NR] = {
	[KVMSHARE_VF_FREE] = "free",
	[KVMSHARE_VF_LEASED] = "leased",
	[KVMSHARE_VF_HELD] = "held",
	[KVMSHARE_VF_RESETTING] = "resetting",
	[KVMSHARE_VF_DIRTY] = "dirty",
	[KVMSHARE_VF_QUARANTINED] = "quarantined",
	[KVMSHARE_VF_FOREIGN] = "foreign",
	[KVMSHARE_VF_GONE] = "gone",
};

static const char *const ends[KVMSHARE_END_NR] = {
	[KVMSHARE_END_NONE] = "not ended",
	[KVMSHARE_END_CLOSED] = "closed",
	[KVMSHARE_END_OWNER] = "owner gone",
	[KVMSHARE_END_RELEASED] = "released",
	[KVMSHARE_END_FAILED] = "failed",
};

static const struct out_column columns[] = {
	{ "seq", "SEQ", OUT_RIGHT },
	{ "vf", "VF", OUT_TEXT },
	{ "lease", "LEASE", OUT_RIGHT },
	{ "tenant", "TENANT", OUT_TEXT },
	{ "uid", "UID", OUT_RIGHT },
	{ "pid", "PID", OUT_RIGHT },
	{ "comm", "COMMAND", OUT_TEXT },
	{ "began_s", "BEGAN", OUT_TIME },
	{ "leased_ns", "LEASED", OUT_NS },
	{ "held_ns", "HELD", OUT_NS },
	{ "return_ns", "RETURN", OUT_NS },
	{ "end", "END", OUT_TEXT },
	{ "reset", "RESET", OUT_TEXT },
	{ "state", "WENT", OUT_TEXT },
	{ NULL, NULL, OUT_TEXT }
};

static const char *word(const char *const *words, uint32_t nr, uint32_t at)
{
	return at < nr && words[at] ? words[at] : "unknown";
}

static json_object *record_json(const struct kvmshare_vf_record *record)
{
	json_object *to = json_object_new_object();
	char text[BDF_LEN];

	out_uint(to, "seq", record->seq);
	bdf_format(record->bdf, text);
	out_str(to, "vf", text);
	bdf_format(record->pf, text);
	out_str(to, "pf", text);
	out_uint(to, "lease", record->lease);
	out_uint(to, "generation", record->generation);
	out_str(to, "tenant", *record->tenant ? record->tenant : NULL);
	out_uint(to, "uid", record->uid);
	out_int(to, "pid", record->pid);
	out_str(to, "comm", record->comm);
	out_uint(to, "began_s", record->began_ns / 1000000000);
	out_uint(to, "leased_ns", record->leased_ns);
	out_uint(to, "held_ns", record->held_ns);
	out_uint(to, "return_ns", record->return_ns);
	out_str(to, "end", word(ends, KVMSHARE_END_NR, record->end));
	out_int(to, "reset_errno", -(int64_t)record->reset);
	out_str(to, "reset", record->reset ? strerror(-record->reset) : "ok");
	out_str(to, "state", word(states, KVMSHARE_VF_NR, record->state));
	return to;
}

static int read_records(uint32_t vf, struct kvmshare_vf_record *records, uint32_t *nr)
{
	struct kvmshare_vf_history arg = {
		.size = sizeof(arg),
		.vf = vf,
		.count = KVMSHARE_MAX_RECORDS,
		.records = (uintptr_t)records,
	};
	int err = ctl_call(KVMSHARE_VF_HISTORY, &arg);

	*nr = arg.count;
	return err;
}

int cmd_vf_history(const struct cmd_line *line)
{
	const char *last = cmd_value(line, "last");
	struct kvmshare_vf_record *records;
	uint32_t vf = KVMSHARE_BDF_ANY, most = KVMSHARE_MAX_RECORDS, nr;
	json_object *rows;
	int err;

	if (line->nr_args && vf_parse_bdf(line, line->args[0], &vf))
		return EXIT_USAGE;
	if (last && !parse_u32(last, 1, KVMSHARE_MAX_RECORDS, &most))
		return cmd_usage(line, fmt("--last %s", last),
				 fmt("it must be from 1 to %u", KVMSHARE_MAX_RECORDS));
	records = calloc(KVMSHARE_MAX_RECORDS, sizeof(*records));
	err = records ? read_records(vf, records, &nr) : -ENOMEM;
	if (err) {
		free(records);
		return ctl_fail(KVMSHARE_VF_HISTORY, err, "history of leases");
	}
	rows = json_object_new_array();
	for (uint32_t i = nr > most ? nr - most : 0; i < nr; i++)
		json_object_array_add(rows, record_json(&records[i]));
	free(records);
	out_table(columns, rows, "no lease has ended yet");
	return EXIT_OK;
}
