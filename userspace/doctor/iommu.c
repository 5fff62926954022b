// SPDX-License-Identifier: GPL-2.0
/* The IOMMU, interrupt remapping, and VFIO on top of them. */
#include <stdio.h>
#include <string.h>

#include "check.h"
#include "../lib/fs.h"
#include "../lib/msg.h"

static int count_one(const char *name, void *arg)
{
	(void)name;
	++*(int *)arg;
	return 0;
}

static void look_iommu(struct checkup *c)
{
	int groups = 0;

	fs_list(c->root, "/sys/kernel/iommu_groups", count_one, &groups);
	if (groups)
		check_ok(c, "on, %d groups", groups);
	else if (fs_exists(c->root, "/sys/firmware/acpi/tables/DMAR"))
		check_missing(c, "add intel_iommu=on to GRUB_CMDLINE_LINUX in /etc/default/grub; update-grub; reboot",
			      "the firmware offers one, the kernel does not use it");
	else if (fs_exists(c->root, "/sys/firmware/acpi/tables/IVRS"))
		check_missing(c, "take amd_iommu=off or iommu=off off the kernel's command line; reboot",
			      "the firmware offers one, the kernel does not use it");
	else
		check_missing(c, "turn VT-d or AMD-Vi on in the firmware's setup",
			      "the firmware offers none");
}

/* Interrupts that are remapped come through chips whose names begin so. */
static int is_remapped(const char *name, void *arg)
{
	const struct checkup *c = arg;
	char chip[64];

	return fs_read(c->root, fmt("/sys/kernel/irq/%s/chip_name", name), chip, sizeof(chip)) > 0 &&
	       (!strncmp(chip, "IR-", 3) || strstr(chip, "-IR-"));
}

static void look_remapping(struct checkup *c)
{
	char unsafe[8] = "";

	fs_read(c->root, "/sys/module/vfio_iommu_type1/parameters/allow_unsafe_interrupts",
		unsafe, sizeof(unsafe));
	if (fs_list(c->root, "/sys/kernel/irq", is_remapped, c) == 1)
		check_ok(c, "on");
	else if (*unsafe == 'Y')
		check_warn(c, "turn interrupt remapping on in the firmware's setup",
			   "off, and VFIO is told to do without: a guest can forge interrupts");
	else
		check_missing(c, "turn interrupt remapping on in the firmware's setup, or take intremap=off off the kernel's command line",
			      "off: VFIO refuses devices without it");
}

static bool has_module(const char *root, const char *release, const char *path)
{
	static const char *const ends[] = { "", ".xz", ".zst", ".gz" };

	for (size_t i = 0; i < sizeof(ends) / sizeof(ends[0]); i++)
		if (fs_exists(root, fmt("/lib/modules/%s/%s.ko%s", release, path, ends[i])))
			return true;
	return false;
}

static void look_vfio(struct checkup *c)
{
	char release[128] = "";

	fs_read(c->root, "/proc/sys/kernel/osrelease", release, sizeof(release));
	if (fs_exists(c->root, "/sys/bus/pci/drivers/vfio-pci"))
		check_ok(c, "vfio-pci is loaded");
	else if (has_module(c->root, release, "kernel/drivers/vfio/pci/vfio-pci"))
		check_warn(c, "modprobe vfio-pci", "vfio-pci is there, but not loaded");
	else
		check_missing(c, "boot a kernel with CONFIG_VFIO_PCI",
			      "kernel %s has no vfio-pci", release);
}

const struct check check_iommu[] = {
	{ "IOMMU", true, look_iommu },
	{ "interrupt remapping", true, look_remapping },
	{ "VFIO", true, look_vfio },
	{ NULL, false, NULL }
};
