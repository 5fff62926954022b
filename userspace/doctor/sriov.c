// SPDX-License-Identifier: GPL-2.0
/* Devices with SR-IOV, and the IOMMU groups of their VFs. */
#include <stdio.h>
#include <string.h>

#include "check.h"
#include "../lib/bdf.h"
#include "../lib/classes.h"
#include "../lib/pci.h"

/* A VF that shares its group can only be leased together with the rest of it. */
static void look_groups(struct checkup *c, uint32_t pf, uint32_t vfs)
{
	char name[BDF_OBJECT_LEN];
	uint32_t vf, shared = 0, alone = 0;

	for (uint32_t i = 0; i < vfs; i++) {
		int group = pci_vf(c->root, pf, i, &vf) ? -1 : pci_iommu_group(c->root, vf);

		if (group >= 0 && pci_group_size(c->root, group) > 1)
			shared++;
		else
			alone++;
	}
	if (shared)
		check_warn(c, "move the card to a slot whose bridge has ACS",
			   "%s: %u of %u VFs share their IOMMU group with other devices",
			   bdf_object("PF", pf, name), shared, vfs);
	else
		check_ok(c, "%s: each of %u VFs has an IOMMU group of its own",
			 bdf_object("PF", pf, name), alone);
}

static int look_pf(uint32_t pf, void *arg)
{
	struct checkup *c = arg;
	uint32_t total = 0, now = 0, class = 0;
	char name[BDF_OBJECT_LEN], driver[64];

	pci_sriov(c->root, pf, &total, &now);
	pci_read_id(c->root, pf, "class", &class);
	pci_driver(c->root, pf, driver, sizeof(driver));
	bdf_object("PF", pf, name);
	if (!*driver)
		check_warn(c, "load its driver: VFs are made by it",
			   "%s (%s): %u VFs possible, but it has no driver",
			   name, class_name_of(class), total);
	else if (pci_iommu_group(c->root, pf) < 0)
		check_warn(c, "see the line on the IOMMU",
			   "%s (%s, %s): %u VFs possible, but it is not behind an IOMMU",
			   name, class_name_of(class), driver, total);
	else
		check_ok(c, "%s (%s, %s): %u VFs possible, %u there",
			 name, class_name_of(class), driver, total, now);
	if (now)
		look_groups(c, pf, now);
	return 0;
}

static void look_sriov(struct checkup *c)
{
	size_t before = json_object_array_length(c->rows);

	pci_each_pf(c->root, look_pf, c);
	if (json_object_array_length(c->rows) == before)
		check_missing(c, "put a card with SR-IOV in, or turn SR-IOV on in the firmware's setup",
			      "no PCI device of this host has it: there is nothing to lease");
}

const struct check check_sriov[] = {
	{ "SR-IOV", true, look_sriov },
	{ NULL, false, NULL }
};
