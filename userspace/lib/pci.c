// SPDX-License-Identifier: GPL-2.0
#include <errno.h>
#include <pci/pci.h>
#include <stdio.h>
#include <string.h>

#include "bdf.h"
#include "fs.h"
#include "msg.h"
#include "parse.h"
#include "pci.h"

#define PCI_DEVICES	"/sys/bus/pci/devices"

const char *pci_path(uint32_t bdf, const char *file)
{
	char text[BDF_LEN];

	bdf_format(bdf, text);
	return fmt(PCI_DEVICES "/%s%s%s", text, *file ? "/" : "", file);
}

bool pci_exists(const char *root, uint32_t bdf)
{
	return fs_exists(root, pci_path(bdf, ""));
}

int pci_read_id(const char *root, uint32_t bdf, const char *file, uint32_t *value)
{
	uint64_t v;
	int err = fs_read_u64(root, pci_path(bdf, file), &v);

	if (!err)
		*value = (uint32_t)v;
	return err;
}

int pci_read_hex(const char *root, uint32_t bdf, const char *file, uint32_t *value)
{
	char text[32];
	int err = fs_read(root, pci_path(bdf, file), text, sizeof(text));

	if (err < 0)
		return err;
	return parse_hex(text, 8, value, NULL) ? 0 : -EINVAL;
}

void pci_driver(const char *root, uint32_t bdf, char *name, size_t room)
{
	fs_link_base(root, pci_path(bdf, "driver"), name, room);
}

int pci_iommu_group(const char *root, uint32_t bdf)
{
	char name[16];
	uint32_t group;

	if (fs_link_base(root, pci_path(bdf, "iommu_group"), name, sizeof(name)) ||
	    !parse_u32(name, 0, INT32_MAX, &group))
		return -1;
	return (int)group;
}

static int count_one(const char *name, void *arg)
{
	(void)name;
	++*(int *)arg;
	return 0;
}

int pci_group_size(const char *root, int group)
{
	int nr = 0;
	int err = fs_list(root, fmt("/sys/kernel/iommu_groups/%d/devices", group),
			  count_one, &nr);

	return err ? err : nr;
}

static int count_vf(const char *name, void *arg)
{
	if (!strncmp(name, "virtfn", strlen("virtfn")))
		++*(uint32_t *)arg;
	return 0;
}

/*
 * By the links, since sriov_numvfs cannot be read, nor the reader killed, for
 * as long as the kernel removes VFs; and that waits for whoever has one open.
 */
int pci_sriov(const char *root, uint32_t bdf, uint32_t *total, uint32_t *now)
{
	int err = pci_read_id(root, bdf, "sriov_totalvfs", total);

	*now = 0;
	return err ? err : fs_list(root, pci_path(bdf, ""), count_vf, now);
}

/* The specification of SR-IOV, 2.1.2: First VF Offset and VF Stride. */
int pci_vf_place(const char *root, uint32_t pf, uint32_t index, uint32_t *vf)
{
	uint32_t offset, stride;
	int err = pci_read_id(root, pf, "sriov_offset", &offset);

	if (!err)
		err = pci_read_id(root, pf, "sriov_stride", &stride);
	if (!err)
		*vf = pf + offset + stride * index;
	return err;
}

static int link_bdf(const char *root, const char *path, uint32_t *bdf)
{
	char name[BDF_LEN];
	int err = fs_link_base(root, path, name, sizeof(name));

	if (err)
		return err;
	return bdf_parse(name, bdf) ? 0 : -EINVAL;
}

int pci_vf(const char *root, uint32_t pf, uint32_t index, uint32_t *vf)
{
	return link_bdf(root, pci_path(pf, fmt("virtfn%u", index)), vf);
}

int pci_vf_parent(const char *root, uint32_t vf, uint32_t *pf, uint32_t *index)
{
	uint32_t total, now, at;
	int err = link_bdf(root, pci_path(vf, "physfn"), pf);

	if (!err)
		err = pci_sriov(root, *pf, &total, &now);
	for (*index = 0; !err && *index < now; ++*index)
		if (!pci_vf(root, *pf, *index, &at) && at == vf)
			return 0;
	return err ? err : -ENODEV;
}

static int keep_first(const char *name, void *arg)
{
	snprintf(arg, PCI_NAME_LEN, "%s", name);
	return 1;
}

int pci_child(const char *root, uint32_t bdf, const char *kind, char *name, size_t room)
{
	char first[PCI_NAME_LEN] = "";
	int err = fs_list(root, pci_path(bdf, kind), keep_first, first);

	if (err < 0)
		return err;
	if (!*first)
		return -ENOENT;
	return snprintf(name, room, "%s", first) < (int)room ? 0 : -ENAMETOOLONG;
}

struct pf_walk {
	const char *root;
	int (*each)(uint32_t bdf, void *arg);
	void *arg;
};

static int try_pf(const char *name, void *arg)
{
	const struct pf_walk *walk = arg;
	uint32_t bdf, total;

	if (!bdf_parse(name, &bdf) ||
	    pci_read_id(walk->root, bdf, "sriov_totalvfs", &total) || !total)
		return 0;
	return walk->each(bdf, walk->arg);
}

int pci_each_pf(const char *root, int (*each)(uint32_t bdf, void *arg), void *arg)
{
	struct pf_walk walk = { root, each, arg };

	return fs_list(root, PCI_DEVICES, try_pf, &walk);
}

void pci_device_name(uint16_t vendor, uint16_t device, char name[PCI_NAME_LEN])
{
	static struct pci_access *access;

	/* Never pci_init(): looking names up needs no access to the bus. */
	if (!access)
		access = pci_alloc();
	if (!pci_lookup_name(access, name, PCI_NAME_LEN, PCI_LOOKUP_VENDOR | PCI_LOOKUP_DEVICE,
			     vendor, device))
		snprintf(name, PCI_NAME_LEN, "%04x:%04x", vendor, device);
}
