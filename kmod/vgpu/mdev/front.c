// SPDX-License-Identifier: GPL-2.0
/*
 * Registers, as the VMM's threads read and write them for the guest.  A VMM may hold a
 * lock of its own over that which stops the whole guest: nothing here waits for the
 * worker.
 */
#include <linux/errno.h>

#include "../device/le.h"
#include "mdev.h"

/* -- Interrupts ------------------------------------------------------------- */

static void update_level(struct vgpu_device *device)
{
	const struct device_front *front = &device->front;

	lockdep_assert_held(&device->front_lock);
	vgpu_irqs_level(&device->irqs, front->transport.isr && !pci_space_intx_off(&front->pci));
}

/* What of its configuration has changed is in its isr by now. */
static void tell_config(struct vgpu_device *device)
{
	lockdep_assert_held(&device->front_lock);
	if (!vgpu_irqs_vector(&device->irqs, device->front.transport.config_vector))
		update_level(device);
}

/* The driver has been given back requests of a queue. */
void vgpu_front_tell(struct vgpu_device *device, u32 queue)
{
	struct transport *transport = &device->front.transport;

	mutex_lock(&device->front_lock);
	if (!vgpu_irqs_vector(&device->irqs, transport->queues[queue].vector)) {
		transport->isr |= TRANSPORT_ISR_QUEUE;
		update_level(device);
	}
	mutex_unlock(&device->front_lock);
}

/* A ring of it is broken; a driver that waits for a reset is not told. */
void vgpu_front_break(struct vgpu_device *device)
{
	mutex_lock(&device->front_lock);
	if (!device->front.transport.resetting && !device->failing) {
		transport_break(&device->front.transport);
		tell_config(device);
	}
	mutex_unlock(&device->front_lock);
}

/* Its screen would rather be another. */
void vgpu_front_changed(struct vgpu_device *device)
{
	mutex_lock(&device->front_lock);
	device_front_changed(&device->front);
	tell_config(device);
	mutex_unlock(&device->front_lock);
}

/* -- State ------------------------------------------------------------------ */

/* Returns whether its queues are served, and how they are set up. */
bool vgpu_front_works(struct vgpu_device *device, struct transport *transport)
{
	bool works;

	mutex_lock(&device->front_lock);
	works = transport_works(&device->front.transport) && !device->failing &&
		pci_space_is_master(&device->front.pci);
	if (works)
		*transport = device->front.transport;
	mutex_unlock(&device->front_lock);
	return works;
}

/* Nothing is behind it any more: it is as it was asked for, of the function or of its driver. */
void vgpu_front_reset(struct vgpu_device *device)
{
	mutex_lock(&device->front_lock);
	clear_bit(VGPU_RESET, &device->todo);
	if (test_and_clear_bit(VGPU_RESET_ALL, &device->todo)) {
		device_front_init(&device->front);
		WRITE_ONCE(device->reset.granted, atomic_read(&device->reset.asked));
	} else {
		device_front_reset(&device->front);
	}
	WRITE_ONCE(device->failing, false);
	update_level(device);
	mutex_unlock(&device->front_lock);
}

/* -- Access ----------------------------------------------------------------- */

static void put_register(struct vgpu_device *device, u32 at, u32 len, u64 value)
{
	u32 queue = 0;

	lockdep_assert_held(&device->front_lock);
	switch (device_front_write(&device->front, at, len, value, &queue)) {
	case DEVICE_RESET:
		vgpu_device_fail(device);
		vgpu_worker_ask(device, VGPU_RESET);
		break;
	case DEVICE_KICK:
		vgpu_worker_ask(device, VGPU_KICKED + queue);
		break;
	case DEVICE_NOTHING:
		break;
	}
}

static void access_bar(struct vgpu_device *device, u32 at, u8 *bytes, u32 len, bool write)
{
	if (write)
		put_register(device, at, len, le_get(bytes, len));
	else
		le_put(bytes, len, device_front_read(&device->front, at, len));
	update_level(device);
}

/* A part of configuration space is a window to the BAR, both ways. */
static void access_space(struct vgpu_device *device, u32 at, u8 *bytes, u32 len, bool write)
{
	struct pci_space *space = &device->front.pci;
	struct pci_window window;

	if (pci_space_window(space, at, len, &window)) {
		access_bar(device, window.at, bytes, len, write);
	} else if (write) {
		pci_space_write(space, at, bytes, len);
		update_level(device);
	} else {
		pci_space_read(space, at, bytes, len);
	}
}

/**
 * vgpu_front_access() - read or write some bytes
 * @device: of which
 * @region: of VFIO
 * @at: where in it, a multiple of @len
 * @bytes: little-endian
 * @len: 1, 2, 4 or 8
 * @write: else they are read
 *
 * Return: @len; -EINVAL where there is no such region.
 */
ssize_t vgpu_front_access(struct vgpu_device *device, u32 region, u32 at, u8 *bytes, u32 len,
			  bool write)
{
	ssize_t rc = len;

	mutex_lock(&device->front_lock);
	switch (region) {
	case VFIO_PCI_CONFIG_REGION_INDEX:
		access_space(device, at, bytes, len, write);
		break;
	case VFIO_PCI_BAR0_REGION_INDEX + PCI_BAR_VIRTIO:
		access_bar(device, at, bytes, len, write);
		break;
	case VFIO_PCI_BAR0_REGION_INDEX + PCI_BAR_MSIX:
		/* Its table is the VMM's. */
		if (!write)
			memset(bytes, 0, len);
		break;
	default:
		rc = -EINVAL;
	}
	mutex_unlock(&device->front_lock);
	return rc;
}
