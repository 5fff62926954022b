// SPDX-License-Identifier: GPL-2.0
#include "pci.h"
#include "spec.h"
#include "transport.h"

#define VENDOR_VIRTIO		0x1af4
#define DEVICE_MODERN		0x1040
#define SUBSYSTEM		0x1100
#define CLASS_DISPLAY_OTHER	0x0380

/* Capabilities, in the order of their chain. */
#define CAP_COMMON	0x40
#define CAP_ISR		0x50
#define CAP_DEVICE	0x60
#define CAP_NOTIFY	0x70
#define CAP_WINDOW	0x84
#define CAP_MSIX	0x98

#define CAP_BYTES	16U
#define CAP_NOTIFY_BYTES	20U
#define CAP_WINDOW_BYTES	20U
#define WINDOW_DATA	(CAP_WINDOW + CAP_BYTES)

/* Of MSI-X, in its BAR. */
#define TABLE_AT	0x000U
#define PENDING_AT	0x800U

static void put(struct pci_space *space, u32 at, u32 len, u64 value)
{
	le_put(&space->bytes[at], len, value);
}

static void allow(struct pci_space *space, u32 at, u32 len, u64 mask)
{
	le_put(&space->writable[at], len, mask);
}

/* What of a BAR can be written tells its size. */
static void add_bars(struct pci_space *space)
{
	u32 at = PCI_BASE_ADDRESS_0 + 4 * PCI_BAR_MSIX;

	put(space, at, 4, PCI_BASE_ADDRESS_SPACE_MEMORY);
	allow(space, at, 4, ~(u64)(PCI_BAR_MSIX_BYTES - 1));
	at = PCI_BASE_ADDRESS_0 + 4 * PCI_BAR_VIRTIO;
	put(space, at, 8, PCI_BASE_ADDRESS_SPACE_MEMORY | PCI_BASE_ADDRESS_MEM_TYPE_64 |
			  PCI_BASE_ADDRESS_MEM_PREFETCH);
	allow(space, at, 8, ~(u64)(TRANSPORT_BAR - 1));
}

static void add_cap(struct pci_space *space, u32 at, u32 next, u8 type, u32 len,
		    u32 offset, u32 bytes)
{
	put(space, at, 1, PCI_CAP_ID_VNDR);
	put(space, at + 1, 1, next);
	put(space, at + VIRTIO_PCI_CAP_LEN, 1, len);
	put(space, at + VIRTIO_PCI_CAP_CFG_TYPE, 1, type);
	put(space, at + VIRTIO_PCI_CAP_BAR, 1, PCI_BAR_VIRTIO);
	put(space, at + VIRTIO_PCI_CAP_OFFSET, 4, offset);
	put(space, at + VIRTIO_PCI_CAP_LENGTH, 4, bytes);
}

static void add_msix(struct pci_space *space)
{
	put(space, CAP_MSIX, 1, PCI_CAP_ID_MSIX);
	put(space, CAP_MSIX + PCI_MSIX_FLAGS, 2, TRANSPORT_VECTORS - 1);
	allow(space, CAP_MSIX + PCI_MSIX_FLAGS, 2, PCI_MSIX_FLAGS_ENABLE | PCI_MSIX_FLAGS_MASKALL);
	put(space, CAP_MSIX + PCI_MSIX_TABLE, 4, TABLE_AT | PCI_BAR_MSIX);
	put(space, CAP_MSIX + PCI_MSIX_PBA, 4, PENDING_AT | PCI_BAR_MSIX);
}

static void add_caps(struct pci_space *space)
{
	put(space, PCI_CAPABILITY_LIST, 1, CAP_COMMON);
	add_cap(space, CAP_COMMON, CAP_ISR, VIRTIO_PCI_CAP_COMMON_CFG, CAP_BYTES,
		TRANSPORT_COMMON, TRANSPORT_PART);
	add_cap(space, CAP_ISR, CAP_DEVICE, VIRTIO_PCI_CAP_ISR_CFG, CAP_BYTES,
		TRANSPORT_ISR, TRANSPORT_PART);
	add_cap(space, CAP_DEVICE, CAP_NOTIFY, VIRTIO_PCI_CAP_DEVICE_CFG, CAP_BYTES,
		TRANSPORT_DEVICE, TRANSPORT_PART);
	add_cap(space, CAP_NOTIFY, CAP_WINDOW, VIRTIO_PCI_CAP_NOTIFY_CFG, CAP_NOTIFY_BYTES,
		TRANSPORT_NOTIFY, TRANSPORT_PART);
	put(space, CAP_NOTIFY + VIRTIO_PCI_NOTIFY_CAP_MULT, 4, TRANSPORT_NOTIFY_STEP);
	add_cap(space, CAP_WINDOW, CAP_MSIX, VIRTIO_PCI_CAP_PCI_CFG, CAP_WINDOW_BYTES, 0, 0);
	put(space, CAP_WINDOW + VIRTIO_PCI_CAP_BAR, 1, 0);
	allow(space, CAP_WINDOW + VIRTIO_PCI_CAP_BAR, 1, 0xff);
	allow(space, CAP_WINDOW + VIRTIO_PCI_CAP_OFFSET, 4, ~0U);
	allow(space, CAP_WINDOW + VIRTIO_PCI_CAP_LENGTH, 4, ~0U);
	add_msix(space);
}

/**
 * pci_space_init() - as it is after a reset
 * @space: it
 */
void pci_space_init(struct pci_space *space)
{
	*space = (struct pci_space) { 0 };
	put(space, PCI_VENDOR_ID, 2, VENDOR_VIRTIO);
	put(space, PCI_DEVICE_ID, 2, DEVICE_MODERN + VIRTIO_ID_GPU);
	put(space, PCI_REVISION_ID, 1, 1);
	put(space, PCI_CLASS_DEVICE, 2, CLASS_DISPLAY_OTHER);
	put(space, PCI_SUBSYSTEM_VENDOR_ID, 2, VENDOR_VIRTIO);
	put(space, PCI_SUBSYSTEM_ID, 2, SUBSYSTEM);
	put(space, PCI_STATUS, 2, PCI_STATUS_CAP_LIST);
	put(space, PCI_INTERRUPT_PIN, 1, 1);
	allow(space, PCI_COMMAND, 2, PCI_COMMAND_MEMORY | PCI_COMMAND_MASTER |
				     PCI_COMMAND_INTX_DISABLE);
	allow(space, PCI_INTERRUPT_LINE, 1, 0xff);
	add_bars(space);
	add_caps(space);
}

static bool is_inside(u32 at, u32 len)
{
	return at < PCI_SPACE_BYTES && len <= PCI_SPACE_BYTES - at;
}

/**
 * pci_space_read() - some bytes of it
 * @space: it
 * @at: from where
 * @to: where to; all ones of what is outside
 * @len: how many
 */
void pci_space_read(const struct pci_space *space, u32 at, void *to, u32 len)
{
	if (is_inside(at, len))
		memcpy(to, &space->bytes[at], len);
	else
		memset(to, 0xff, len);
}

/**
 * pci_space_write() - some bytes of it, as far as they can be changed
 * @space: it
 * @at: from where; nothing is done where that or the end is outside
 * @from: the new ones
 * @len: how many
 */
void pci_space_write(struct pci_space *space, u32 at, const void *from, u32 len)
{
	const u8 *byte = from;
	u32 i;

	if (!is_inside(at, len))
		return;
	for (i = at; i < at + len; i++, byte++) {
		u8 mask = space->writable[i];

		space->bytes[i] = (space->bytes[i] & ~mask) | (*byte & mask);
	}
}

/**
 * pci_space_window() - does an access mean a BAR, by way of the window?
 * @space: it
 * @at: of the access
 * @len: likewise
 * @window: out, where it does: what it reaches, within that BAR's virtio part
 */
bool pci_space_window(const struct pci_space *space, u32 at, u32 len, struct pci_window *window)
{
	const u8 *cap = &space->bytes[CAP_WINDOW];
	u32 wanted = (u32)le_get(cap + VIRTIO_PCI_CAP_LENGTH, 4);
	u32 offset = (u32)le_get(cap + VIRTIO_PCI_CAP_OFFSET, 4);

	if (at != WINDOW_DATA || len != wanted || (len != 1 && len != 2 && len != 4))
		return false;
	if (cap[VIRTIO_PCI_CAP_BAR] != PCI_BAR_VIRTIO || offset % len || offset >= TRANSPORT_BAR)
		return false;
	*window = (struct pci_window) { .bar = PCI_BAR_VIRTIO, .at = offset, .len = len };
	return true;
}

/* Has the driver turned off the interrupt that has a pin? */
bool pci_space_intx_off(const struct pci_space *space)
{
	return le_get(&space->bytes[PCI_COMMAND], 2) & PCI_COMMAND_INTX_DISABLE;
}

/* May the device reach the guest's memory? */
bool pci_space_is_master(const struct pci_space *space)
{
	return le_get(&space->bytes[PCI_COMMAND], 2) & PCI_COMMAND_MASTER;
}
