/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The configuration space of a virtio device over PCI (virtio 1.2, section 4.1; PCI
 * Local Bus 3.0, chapter 6): 256 bytes, without a PCI Express capability, since the
 * VFIO reset stands for the FLR.  Pure; the caller serialises.
 */
#ifndef _KVMSHARE_VGPU_DEVICE_PCI_H
#define _KVMSHARE_VGPU_DEVICE_PCI_H

#include "../../compat/types.h"

#define PCI_SPACE_BYTES		256U
#define PCI_BAR_MSIX		1U
#define PCI_BAR_VIRTIO		4U
#define PCI_BAR_MSIX_BYTES	0x1000U

/**
 * struct pci_space - a function's configuration
 * @bytes: as they are read
 * @writable: the bits of each that a write changes
 */
struct pci_space {
	u8 bytes[PCI_SPACE_BYTES];
	u8 writable[PCI_SPACE_BYTES];
};

/**
 * struct pci_window - what the driver reaches in a BAR by way of configuration space
 *		       (virtio 1.2, section 4.1.4.9)
 * @bar: which
 * @at: where in it
 * @len: 1, 2 or 4 bytes
 */
struct pci_window {
	u8 bar;
	u32 at;
	u32 len;
};

void pci_space_init(struct pci_space *space);
void pci_space_read(const struct pci_space *space, u32 at, void *to, u32 len);
void pci_space_write(struct pci_space *space, u32 at, const void *from, u32 len);
bool pci_space_window(const struct pci_space *space, u32 at, u32 len, struct pci_window *window);
bool pci_space_intx_off(const struct pci_space *space);
bool pci_space_is_master(const struct pci_space *space);

#endif /* _KVMSHARE_VGPU_DEVICE_PCI_H */
