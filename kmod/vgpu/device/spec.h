/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The structs and numbers of the specifications (virtio 1.2; PCI Local Bus 3.0), as the
 * kernel's uapi headers have them, in the module and on the host.
 */
#ifndef _KVMSHARE_VGPU_DEVICE_SPEC_H
#define _KVMSHARE_VGPU_DEVICE_SPEC_H

#ifdef __KERNEL__
#include <uapi/linux/pci_regs.h>
#include <uapi/linux/virtio_config.h>
#include <uapi/linux/virtio_gpu.h>
#include <uapi/linux/virtio_ids.h>
#include <uapi/linux/virtio_pci.h>
#include <uapi/linux/virtio_ring.h>
#else
#include <linux/pci_regs.h>
#include <linux/virtio_config.h>
#include <linux/virtio_gpu.h>
#include <linux/virtio_ids.h>
#include <linux/virtio_pci.h>
#include <linux/virtio_ring.h>
#endif

#include "le.h"

#endif /* _KVMSHARE_VGPU_DEVICE_SPEC_H */
