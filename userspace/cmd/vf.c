// SPDX-License-Identifier: GPL-2.0
/* kvmshare vf: its verbs; each has a file of its own, vf_*.c. */
#include "vf_common.h"

static const struct cmd_verb verbs[] = {
	{
		.name = "list",
		.what = "show the VFs of the pool, the PFs of this host, or the leases",
		.options = {
			{ "pfs", NULL, "show all PFs with SR-IOV, enrolled or not", NULL },
			{ "leases", NULL, "show the leases", NULL },
			{ "pf", "PF", "only VFs of this PF", "@pf" },
			{ "state", "STATE", "only VFs in this state",
			  "free leased held resetting dirty quarantined foreign gone" },
		},
		.run = cmd_vf_list,
	}, {
		.name = "enrol",
		.args = "PF",
		.min = 1,
		.max = 1,
		.values = "@pf",
		.what = "let a PF's VFs into the pool, or take them out",
		.more = "Nothing of the PF is changed. It is kept over a reboot.",
		.options = {
			{ "driver", "DRIVER", "what to bind a leased VF to (vfio-pci)", "vfio-pci" },
			{ "limit", "N", "how many VFs may be made of it (all it can have)", NULL },
			{ "reset-cleans", NULL, "a reset is enough: the service cleans nothing", NULL },
			{ "out", NULL, "take it out", NULL },
		},
		.run = cmd_vf_enrol,
	}, {
		.name = "provision",
		.args = "PF N",
		.min = 2,
		.max = 2,
		.values = "@pf",
		.what = "make N VFs of an enrolled PF, or remove them all (0)",
		.more = "No driver of the host takes the new VFs. What was set aside stays so.\n"
			"Removing waits for whoever has a VF open, and says who that is.",
		.run = cmd_vf_provision,
	}, {
		.name = "lease",
		.what = "lease VFs, and hold them until Ctrl-C or the end of standard input",
		.options = {
			VF_OPTION_VF,
			VF_OPTION_FOR,
			VF_OPTION_TENANT,
			{ "uid", "UID", "the user to charge", NULL },
			VF_OPTION_WAIT,
		},
		.run = cmd_vf_lease,
	}, {
		.name = "release",
		.args = "LEASE",
		.min = 1,
		.max = 1,
		.values = "@lease",
		.what = "end a lease; its VFs come back when nobody has them open",
		.run = cmd_vf_release,
	}, {
		.name = "handover",
		.args = "LEASE PID",
		.min = 2,
		.max = 2,
		.values = "@lease",
		.what = "give a lease to another process",
		.more = "It then ends when that process does, or when it is released.",
		.run = cmd_vf_handover,
	}, {
		.name = "quarantine",
		.args = "VF",
		.min = 1,
		.max = 1,
		.values = "@vf",
		.what = "set a VF aside, so that it is not leased, or take it back",
		.more = "It is kept over a reboot.",
		.options = {
			{ "reason", "TEXT", "what to show", NULL },
			{ "end", NULL, "take it back: it is reset, cleaned, and free", NULL },
		},
		.run = cmd_vf_quarantine,
	}, {
		.name = "history",
		.args = "[VF]",
		.max = 1,
		.values = "@vf",
		.what = "show what became of past leases",
		.options = {
			{ "last", "N", "only the last N", NULL },
		},
		.run = cmd_vf_history,
	}, {
		.name = "quota",
		.what = "show or set how many VFs a user or tenant may have at once",
		.more = "It is kept over a reboot. Of more than a quota nothing is taken away.",
		.options = {
			{ "uid", "UID", "whose", NULL },
			{ "tenant", "TENANT", "whose", NULL },
			{ "max", "N", "how many", NULL },
			{ "none", NULL, "as many as there are", NULL },
		},
		.run = cmd_vf_quota,
	},
	{ .run = NULL }
};

const struct cmd_object cmd_vf = {
	.name = "vf",
	.what = "virtual functions of PCI devices: pool, leases, quotas",
	.verbs = verbs,
};
