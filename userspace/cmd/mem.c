// SPDX-License-Identifier: GPL-2.0
/* kvmshare mem: its verbs. */
#include "mem_common.h"

static const struct cmd_verb verbs[] = {
	{
		.name = "status",
		.what = "show what is seen of the host's memory, and what is done",
		.run = cmd_mem_status,
	}, {
		.name = "explain",
		.args = "[VM]",
		.max = 1,
		.values = "@vm",
		.what = "show why each VM's memory is merged, or not; or all there is to know of one",
		.run = cmd_mem_explain,
	}, {
		.name = "plan",
		.what = "show what the policy would do, which is all that it does where it only observes",
		.run = cmd_mem_plan,
	}, {
		.name = "history",
		.what = "draw the last hour",
		.run = cmd_mem_history,
	}, {
		.name = "pools",
		.what = "show the pools of hugetlb pages, and why each is as large as it is",
		.run = cmd_mem_pools,
	}, {
		.name = "mode",
		.args = "VM auto|on|off",
		.min = 2,
		.max = 2,
		.values = "@vm",
		.what = "have a VM's memory merged where that pays, always, or never",
		.run = cmd_mem_mode,
	}, {
		.name = "set",
		.args = "NAME VALUE",
		.min = 2,
		.max = 2,
		.what = "change a setting of the policy, or of a pool",
		.options = {
			{ "pool", "POOL", "of this one, such as node0-2048kB", NULL },
		},
		.run = cmd_mem_set,
	}, {
		.name = "reclaim",
		.args = "KNOB",
		.min = 1,
		.max = 1,
		.what = "take back a knob of the kernel's, or a pool, that somebody else has changed",
		.more = "Such as ksm/run, or node0-2048kB: see kvmshare mem status and kvmshare mem pools.",
		.run = cmd_mem_reclaim,
	}, {
		.name = "rebuild",
		.args = "[VM]",
		.max = 1,
		.values = "@vm",
		.what = "make huge pages again that merging has split, where the policy asks for it",
		.options = {
			{ "follow", NULL, "go on, each second", NULL },
		},
		.run = cmd_mem_rebuild,
	},
	{ .run = NULL }
};

const struct cmd_object cmd_mem = {
	.name = "mem",
	.what = "memory of VMs that is merged, and huge pages",
	.verbs = verbs,
};
