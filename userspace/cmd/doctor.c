// SPDX-License-Identifier: GPL-2.0
#include "cmd.h"
#include "../doctor/check.h"
#include "../lib/msg.h"
#include "../lib/out.h"

static const struct out_column columns[] = {
	{ "status", "STATUS", OUT_TEXT },
	{ "check", "CHECK", OUT_TEXT },
	{ "found", "FOUND", OUT_TEXT },
	{ "remedy", "TO MEND IT", OUT_TEXT },
	{ NULL, NULL, OUT_TEXT }
};

static int doctor(const struct cmd_line *line)
{
	json_object *rows = json_object_new_array();
	bool good = check_all("", rows);

	(void)line;
	out_table(columns, rows, "nothing was looked at");
	return good ? EXIT_OK : EXIT_FAILED;
}

static const struct cmd_verb verbs[] = {
	{
		.what = "look at this host: what is right, what is missing, and what mends it",
		.more = "Exits with 0 only if what kvmshare needs is there.",
		.run = doctor,
	},
	{ .run = NULL }
};

const struct cmd_object cmd_doctor = {
	.name = "doctor",
	.what = "is this host fit, and if not, what mends it",
	.verbs = verbs,
};
