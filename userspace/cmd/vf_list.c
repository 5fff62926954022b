// SPDX-License-Identifier: GPL-2.0
/* kvmshare vf list: VFs, PFs and leases. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "vf_common.h"
#include "../lib/bdf.h"
#include "../lib/classes.h"
#include "../lib/ctl.h"
#include "../lib/holders.h"
#include "../lib/out.h"
#include "../lib/pci.h"
#include "../lib/pool.h"
#include "../lib/service.h"

static const char *text_of(json_object *object, const char *key)
{
	json_object *value;

	return json_object_object_get_ex(object, key, &value) && value ?
		json_object_get_string(value) : "";
}

static int64_t number_of(json_object *object, const char *key)
{
	json_object *value;

	return json_object_object_get_ex(object, key, &value) ? json_object_get_int64(value) : 0;
}

static void add_names(json_object *vf)
{
	uint16_t vendor = (uint16_t)strtoul(text_of(vf, "vendor"), NULL, 16);
	uint16_t device = (uint16_t)strtoul(text_of(vf, "device"), NULL, 16);
	uint32_t class = (uint32_t)strtoul(text_of(vf, "class"), NULL, 16);
	char name[PCI_NAME_LEN];

	pci_device_name(vendor, device, name);
	out_str(vf, "class_name", class_name_of(class));
	out_str(vf, "name", name);
}

/* Only where a process is what the VF waits for: looking is not for free. */
static void add_holders(json_object *vf)
{
	const char *state = text_of(vf, "state");
	json_object *holders = NULL;
	uint32_t bdf;

	if ((!strcmp(state, "held") || !strcmp(state, "foreign")) &&
	    bdf_parse(text_of(vf, "bdf"), &bdf))
		holders = holders_of(bdf, (int)number_of(vf, "iommu_group"));
	json_object_object_add(vf, "holders", holders ? holders : json_object_new_array());
}

/* For people: who has it, or why it stands where it does. */
static void add_about(json_object *vf)
{
	json_object *holders;
	const char *reason = text_of(vf, "reason");

	json_object_object_get_ex(vf, "holders", &holders);
	if (json_object_array_length(holders))
		out_str(vf, "about", fmt("open in %s", json_object_get_string(
				json_object_array_get_idx(holders, 0))));
	else
		out_str(vf, "about", *reason ? strdupa(reason) : NULL);
}

static const struct out_column vf_columns[] = {
	{ "bdf", "VF", OUT_TEXT },
	{ "state", "STATE", OUT_TEXT },
	{ "class_name", "CLASS", OUT_TEXT },
	{ "pf", "PF", OUT_TEXT },
	{ "numa_node", "NODE", OUT_RIGHT },
	{ "iommu_group", "GROUP", OUT_RIGHT },
	{ "driver", "DRIVER", OUT_TEXT },
	{ "lease", "LEASE", OUT_RIGHT },
	{ "tenant", "TENANT", OUT_TEXT },
	{ "state_ms", "SINCE", OUT_MS },
	{ "about", "ABOUT", OUT_TEXT },
	{ NULL, NULL, OUT_TEXT }
};

static bool wanted(json_object *vf, const char *pf, const char *state)
{
	return (!pf || !strcmp(pf, text_of(vf, "pf"))) &&
	       (!state || !strcmp(state, text_of(vf, "state")));
}

static int list_vfs(const char *pf, const char *state)
{
	json_object *rows = json_object_new_array();
	bool dirty = false;
	json_object *vfs;
	int err;

	vfs = pool_objects(POOL_VFS, &err);
	for (size_t i = 0; vfs && i < json_object_array_length(vfs); i++) {
		json_object *vf = json_object_array_get_idx(vfs, i);

		if (!wanted(vf, pf, state))
			continue;
		if (!number_of(vf, "lease"))
			out_str(vf, "lease", NULL);
		add_names(vf);
		add_holders(vf);
		add_about(vf);
		dirty |= !strcmp(text_of(vf, "state"), "dirty");
		json_object_array_add(rows, json_object_get(vf));
	}
	json_object_put(vfs);
	if (!vfs) {
		json_object_put(rows);
		return pool_fail(err);
	}
	out_table(vf_columns, rows, "no VF to show; PFs that could have some: kvmshare vf list --pfs");
	if (dirty && !service_runs())
		msg_note("dirty VFs are cleaned by the service, which does not run: systemctl start kvmshare-host");
	return EXIT_OK;
}

static const struct out_column pf_columns[] = {
	{ "bdf", "PF", OUT_TEXT },
	{ "enrolled", "ENROLLED", OUT_TEXT },
	{ "class_name", "CLASS", OUT_TEXT },
	{ "numa_node", "NODE", OUT_RIGHT },
	{ "vfs_now", "VFS", OUT_RIGHT },
	{ "vfs_free", "FREE", OUT_RIGHT },
	{ "vfs_total", "MOST", OUT_RIGHT },
	{ "driver", "DRIVER", OUT_TEXT },
	{ "vf_driver", "VF-DRIVER", OUT_TEXT },
	{ "cleaning", "CLEANING", OUT_TEXT },
	{ "name", "NAME", OUT_TEXT },
	{ NULL, NULL, OUT_TEXT }
};

/* Of an enrolled PF, what the module knows; of another, nulls. */
static void add_enrolment(json_object *pf, const char *bdf)
{
	static const char *const from[] = { "driver", "cleaning", "vfs_free" };
	static const char *const to[] = { "vf_driver", "cleaning", "vfs_free" };
	json_object *known = pool_object(POOL_PFS, bdf);

	out_bool(pf, "enrolled", known);
	for (size_t i = 0; i < sizeof(from) / sizeof(from[0]); i++) {
		json_object *value = NULL;

		json_object_object_get_ex(known, from[i], &value);
		json_object_object_add(pf, to[i], json_object_get(value));
	}
	json_object_put(known);
}

static int add_pf(uint32_t bdf, void *arg)
{
	json_object *pf = json_object_new_object();
	uint32_t class = 0, vendor = 0, device = 0, total = 0, now = 0;
	char text[BDF_LEN], name[PCI_NAME_LEN], driver[64];
	int64_t node = -1;

	bdf_format(bdf, text);
	pci_sriov("", bdf, &total, &now);
	pci_read_id("", bdf, "class", &class);
	pci_read_id("", bdf, "vendor", &vendor);
	pci_read_id("", bdf, "device", &device);
	pci_driver("", bdf, driver, sizeof(driver));
	pci_device_name((uint16_t)vendor, (uint16_t)device, name);
	fs_read_s64("", pci_path(bdf, "numa_node"), &node);

	out_str(pf, "bdf", text);
	out_str(pf, "class", fmt("0x%06x", class));
	out_str(pf, "class_name", class_name_of(class));
	out_int(pf, "numa_node", node);
	out_uint(pf, "vfs_now", now);
	out_uint(pf, "vfs_total", total);
	out_str(pf, "driver", *driver ? driver : NULL);
	out_str(pf, "name", name);
	add_enrolment(pf, text);
	json_object_array_add(arg, pf);
	return 0;
}

static int list_pfs(void)
{
	json_object *rows = json_object_new_array();
	int err = pci_each_pf("", add_pf, rows);

	if (err && err != -ENOENT) {
		json_object_put(rows);
		return FAIL(EXIT_FAILED, .object = "/sys/bus/pci/devices", .reason = strerror(-err));
	}
	out_table(pf_columns, rows, "no PCI device of this host has SR-IOV");
	return EXIT_OK;
}

static const struct out_column lease_columns[] = {
	{ "id", "LEASE", OUT_RIGHT },
	{ "state", "STATE", OUT_TEXT },
	{ "owner_pid", "PID", OUT_RIGHT },
	{ "owner_comm", "COMMAND", OUT_TEXT },
	{ "uid", "UID", OUT_RIGHT },
	{ "tenant", "TENANT", OUT_TEXT },
	{ "vfs", "VFS", OUT_RIGHT },
	{ "age_ms", "AGE", OUT_MS },
	{ NULL, NULL, OUT_TEXT }
};

static int list_leases(void)
{
	json_object *leases;
	int err;

	leases = pool_objects(POOL_LEASES, &err);
	if (!leases)
		return pool_fail(err);
	out_table(lease_columns, leases, "nothing is leased");
	return EXIT_OK;
}

int cmd_vf_list(const struct cmd_line *line)
{
	const char *pf = cmd_value(line, "pf");
	char name[BDF_LEN];
	uint32_t bdf;

	if (cmd_has(line, "pfs") + cmd_has(line, "leases") + (pf || cmd_has(line, "state")) > 1)
		return cmd_usage(line, "options",
				 "--pfs, --leases, and --pf with --state exclude each other");
	if (pf && vf_parse_bdf(line, pf, &bdf))
		return EXIT_USAGE;
	if (pf)
		bdf_format(bdf, name);
	if (cmd_has(line, "pfs"))
		return list_pfs();
	if (cmd_has(line, "leases"))
		return list_leases();
	return list_vfs(pf ? name : NULL, cmd_value(line, "state"));
}
