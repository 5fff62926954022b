// SPDX-License-Identifier: GPL-2.0
#include "cmd.h"

const struct cmd_object *const cmd_objects[] = {
	&cmd_vm,
	&cmd_vf,
	&cmd_engine,
	&cmd_vgpu,
	&cmd_mem,
	&cmd_exits,
	&cmd_watch,
	&cmd_guard,
	&cmd_top,
	&cmd_run,
	&cmd_doctor,
	&cmd_version,
	&cmd_completion,
	NULL
};

const struct cmd_option cmd_common[] = {
	{ "json", NULL, "print JSON instead of tables", NULL },
	{ "help", NULL, "say what there is to say here", NULL },
	{ NULL, NULL, NULL, NULL }
};
