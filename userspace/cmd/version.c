// SPDX-License-Identifier: GPL-2.0
#include <uapi/kvmshare_vgpu.h>

#include "cmd.h"
#include "../lib/ctl.h"
#include "../lib/out.h"

static const struct out_column columns[] = {
	{ "tool", "tool", OUT_TEXT },
	{ "uapi", "interface of the tool", OUT_TEXT },
	{ "modules", "modules", OUT_TEXT },
	{ "modules_uapi", "interface of the modules", OUT_TEXT },
	{ "loaded", "loaded", OUT_TEXT },
	{ NULL, NULL, OUT_TEXT }
};

static const struct {
	uint64_t bit;
	const char *name;
} modules[] = {
	{ KVMSHARE_MODULE_CORE, "kvmshare" },
	{ KVMSHARE_MODULE_VF, "kvmshare_vf" },
	{ KVMSHARE_MODULE_VGPU, "kvmshare_vgpu" },
};

static int version(const struct cmd_line *line)
{
	struct kvmshare_version arg = { .size = sizeof(arg) };
	json_object *record = json_object_new_object();
	json_object *loaded = json_object_new_array();
	bool there = !ctl_call(KVMSHARE_VERSION, &arg);

	(void)line;
	for (size_t i = 0; there && i < sizeof(modules) / sizeof(modules[0]); i++)
		if (arg.modules & modules[i].bit)
			json_object_array_add(loaded, json_object_new_string(modules[i].name));
	out_str(record, "tool", KVMSHARE_RELEASE);
	out_uint(record, "uapi", KVMSHARE_UAPI_VERSION);
	arg.release[sizeof(arg.release) - 1] = '\0';
	out_str(record, "modules", there ? arg.release : NULL);
	if (there)
		out_uint(record, "modules_uapi", arg.uapi);
	else
		out_str(record, "modules_uapi", NULL);
	json_object_object_add(record, "loaded", loaded);
	out_record(columns, record);
	return EXIT_OK;
}

static const struct cmd_verb verbs[] = {
	{
		.what = "show the release of this tool and of the loaded modules",
		.run = version,
	},
	{ .run = NULL }
};

const struct cmd_object cmd_version = {
	.name = "version",
	.what = "releases of the tool and of the modules",
	.verbs = verbs,
};
