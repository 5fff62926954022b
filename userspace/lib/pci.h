/* SPDX-License-Identifier: GPL-2.0 */
/* PCI functions as the kernel shows them, below a root (see fs.h). */
#ifndef KVMSHARE_LIB_PCI_H
#define KVMSHARE_LIB_PCI_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define PCI_NAME_LEN	128

/* The path of a file of a function, in fmt()'s buffers. */
const char *pci_path(uint32_t bdf, const char *file);
bool pci_exists(const char *root, uint32_t bdf);
int pci_read_id(const char *root, uint32_t bdf, const char *file, uint32_t *value);
/* Where the kernel writes hexadecimal without "0x". */
int pci_read_hex(const char *root, uint32_t bdf, const char *file, uint32_t *value);
/* Its driver's name; empty where it has none. */
void pci_driver(const char *root, uint32_t bdf, char *name, size_t room);
/* -1 where it has no group. */
int pci_iommu_group(const char *root, uint32_t bdf);
/* How many functions share that group. */
int pci_group_size(const char *root, int group);

/* Is it a PF with SR-IOV; how many VFs can it have, and has it? */
int pci_sriov(const char *root, uint32_t bdf, uint32_t *total, uint32_t *now);
/* Its VF of a number: 0 or a negative errno. */
int pci_vf(const char *root, uint32_t pf, uint32_t index, uint32_t *vf);
/* Where that VF is or would be, also while it is being removed. */
int pci_vf_place(const char *root, uint32_t pf, uint32_t index, uint32_t *vf);
/* The PF of a VF, and the VF's number on it. */
int pci_vf_parent(const char *root, uint32_t vf, uint32_t *pf, uint32_t *index);
/* The first entry of a subdirectory, such as "net" or "nvme". */
int pci_child(const char *root, uint32_t bdf, const char *kind, char *name, size_t room);

/* Call @each for every PF with SR-IOV, in order of addresses; as fs_list(). */
int pci_each_pf(const char *root, int (*each)(uint32_t bdf, void *arg), void *arg);

/* "Intel Corporation 82576 Virtual Function", as pci.ids has it. */
void pci_device_name(uint16_t vendor, uint16_t device, char name[PCI_NAME_LEN]);

#endif
