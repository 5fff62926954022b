// SPDX-License-Identifier: GPL-2.0
/*
 * Interrupts, which the VMM gets as events: MSI-X, or the one that has a pin, which is
 * masked when it was told of until the VMM has passed that on.
 */
#include <linux/errno.h>

#include "mdev.h"

void vgpu_irqs_init(struct vgpu_irqs *irqs)
{
	spin_lock_init(&irqs->lock);
}

/* -- Telling ---------------------------------------------------------------- */

/* Its lock is held. */
static void tell_level(struct vgpu_irqs *irqs)
{
	lockdep_assert_held(&irqs->lock);
	if (!irqs->level || irqs->masked || !irqs->intx)
		return;
	irqs->masked = true;
	kvmshare_eventfd_signal(irqs->intx);
}

/**
 * vgpu_irqs_level() - the interrupt that has a pin
 * @irqs: where it goes
 * @level: is it asserted?
 */
void vgpu_irqs_level(struct vgpu_irqs *irqs, bool level)
{
	unsigned long flags;

	spin_lock_irqsave(&irqs->lock, flags);
	irqs->level = level;
	tell_level(irqs);
	spin_unlock_irqrestore(&irqs->lock, flags);
}

/**
 * vgpu_irqs_vector() - one of MSI-X
 * @irqs: where it goes
 * @vector: which, of any number
 *
 * Return: false where the VMM has not set up MSI-X.
 */
bool vgpu_irqs_vector(struct vgpu_irqs *irqs, u16 vector)
{
	unsigned long flags;
	bool on;

	spin_lock_irqsave(&irqs->lock, flags);
	on = irqs->msix_on;
	if (on && vector < TRANSPORT_VECTORS && irqs->msix[vector])
		kvmshare_eventfd_signal(irqs->msix[vector]);
	spin_unlock_irqrestore(&irqs->lock, flags);
	return on;
}

/* Returns false where the VMM does not listen to that. */
bool vgpu_irqs_request(struct vgpu_irqs *irqs)
{
	unsigned long flags;
	bool told;

	spin_lock_irqsave(&irqs->lock, flags);
	told = irqs->request;
	if (told)
		kvmshare_eventfd_signal(irqs->request);
	spin_unlock_irqrestore(&irqs->lock, flags);
	return told;
}

/* -- Where to --------------------------------------------------------------- */

static void put_event(struct eventfd_ctx *event)
{
	if (event)
		eventfd_ctx_put(event);
}

static void exchange(struct vgpu_irqs *irqs, struct eventfd_ctx **place, struct eventfd_ctx *event)
{
	unsigned long flags;

	spin_lock_irqsave(&irqs->lock, flags);
	swap(*place, event);
	spin_unlock_irqrestore(&irqs->lock, flags);
	put_event(event);
}

static int set_event(struct vgpu_irqs *irqs, struct eventfd_ctx **place, s32 fd)
{
	struct eventfd_ctx *event = NULL;

	if (fd >= 0) {
		event = eventfd_ctx_fdget(fd);
		if (IS_ERR(event))
			return PTR_ERR(event);
	}
	exchange(irqs, place, event);
	return 0;
}

/* What a VMM tries an interrupt with. */
static void signal_event(struct vgpu_irqs *irqs, struct eventfd_ctx **place)
{
	unsigned long flags;

	spin_lock_irqsave(&irqs->lock, flags);
	if (*place)
		kvmshare_eventfd_signal(*place);
	spin_unlock_irqrestore(&irqs->lock, flags);
}

/* One that has a single event. */
static int set_trigger(struct vgpu_irqs *irqs, struct eventfd_ctx **place,
		       const struct vfio_irq_set *set, void *data)
{
	switch (set->flags & VFIO_IRQ_SET_DATA_TYPE_MASK) {
	case VFIO_IRQ_SET_DATA_NONE:
		if (set->count)
			signal_event(irqs, place);
		else
			exchange(irqs, place, NULL);
		return 0;
	case VFIO_IRQ_SET_DATA_BOOL:
		if (set->count && *(u8 *)data)
			signal_event(irqs, place);
		return 0;
	case VFIO_IRQ_SET_DATA_EVENTFD:
		return set->count ? set_event(irqs, place, *(s32 *)data) : -EINVAL;
	default:
		return -EINVAL;
	}
}

/* -- The one that has a pin ------------------------------------------------- */

static void set_masked(struct vgpu_irqs *irqs, bool masked)
{
	unsigned long flags;

	spin_lock_irqsave(&irqs->lock, flags);
	irqs->masked = masked;
	tell_level(irqs);
	spin_unlock_irqrestore(&irqs->lock, flags);
}

/* From a work: in the event's own wake-up no other could be told of. */
static void unmasked(void *opaque, void *data)
{
	set_masked(opaque, false);
}

static int set_unmask_event(struct vgpu_irqs *irqs, s32 fd)
{
	if (fd < 0) {
		vfio_virqfd_disable(&irqs->unmask);
		return 0;
	}
	return vfio_virqfd_enable(irqs, NULL, unmasked, NULL, &irqs->unmask, fd);
}

static int set_mask(struct vgpu_irqs *irqs, const struct vfio_irq_set *set, void *data, bool masked)
{
	if (!set->count)
		return -EINVAL;
	switch (set->flags & VFIO_IRQ_SET_DATA_TYPE_MASK) {
	case VFIO_IRQ_SET_DATA_NONE:
		set_masked(irqs, masked);
		return 0;
	case VFIO_IRQ_SET_DATA_BOOL:
		if (*(u8 *)data)
			set_masked(irqs, masked);
		return 0;
	case VFIO_IRQ_SET_DATA_EVENTFD:
		return masked ? -EINVAL : set_unmask_event(irqs, *(s32 *)data);
	default:
		return -EINVAL;
	}
}

static int set_intx(struct vgpu_irqs *irqs, const struct vfio_irq_set *set, void *data)
{
	int rc;

	switch (set->flags & VFIO_IRQ_SET_ACTION_TYPE_MASK) {
	case VFIO_IRQ_SET_ACTION_MASK:
		return set_mask(irqs, set, data, true);
	case VFIO_IRQ_SET_ACTION_UNMASK:
		return set_mask(irqs, set, data, false);
	case VFIO_IRQ_SET_ACTION_TRIGGER:
		if (!set->count)
			vfio_virqfd_disable(&irqs->unmask);
		rc = set_trigger(irqs, &irqs->intx, set, data);
		if (!rc && (!set->count || set->flags & VFIO_IRQ_SET_DATA_EVENTFD))
			set_masked(irqs, false);
		return rc;
	default:
		return -EINVAL;
	}
}

/* -- MSI-X ------------------------------------------------------------------ */

static void set_msix_on(struct vgpu_irqs *irqs, bool on)
{
	unsigned long flags;

	spin_lock_irqsave(&irqs->lock, flags);
	irqs->msix_on = on;
	spin_unlock_irqrestore(&irqs->lock, flags);
}

static int set_vectors(struct vgpu_irqs *irqs, const struct vfio_irq_set *set, void *data)
{
	u32 i;
	int rc = 0;

	for (i = 0; i < set->count && !rc; i++) {
		struct eventfd_ctx **place = &irqs->msix[set->start + i];

		switch (set->flags & VFIO_IRQ_SET_DATA_TYPE_MASK) {
		case VFIO_IRQ_SET_DATA_NONE:
			signal_event(irqs, place);
			break;
		case VFIO_IRQ_SET_DATA_BOOL:
			if (((u8 *)data)[i])
				signal_event(irqs, place);
			break;
		case VFIO_IRQ_SET_DATA_EVENTFD:
			rc = set_event(irqs, place, ((s32 *)data)[i]);
			break;
		}
	}
	return rc;
}

static void drop_vectors(struct vgpu_irqs *irqs)
{
	u32 i;

	set_msix_on(irqs, false);
	for (i = 0; i < TRANSPORT_VECTORS; i++)
		exchange(irqs, &irqs->msix[i], NULL);
}

/* A VMM begins again with more of them when it needs more. */
static int set_msix(struct vgpu_irqs *irqs, const struct vfio_irq_set *set, void *data)
{
	int rc;

	if ((set->flags & VFIO_IRQ_SET_ACTION_TYPE_MASK) != VFIO_IRQ_SET_ACTION_TRIGGER)
		return -ENOTTY;
	if (!set->count) {
		drop_vectors(irqs);
		return 0;
	}
	rc = set_vectors(irqs, set, data);
	if (!rc && set->flags & VFIO_IRQ_SET_DATA_EVENTFD)
		set_msix_on(irqs, true);
	return rc;
}

/* -- VFIO ------------------------------------------------------------------- */

int vgpu_irqs_info(struct vfio_irq_info *info)
{
	switch (info->index) {
	case VFIO_PCI_INTX_IRQ_INDEX:
		info->count = 1;
		info->flags = VFIO_IRQ_INFO_EVENTFD | VFIO_IRQ_INFO_MASKABLE |
			      VFIO_IRQ_INFO_AUTOMASKED;
		return 0;
	case VFIO_PCI_MSIX_IRQ_INDEX:
		info->count = TRANSPORT_VECTORS;
		info->flags = VFIO_IRQ_INFO_EVENTFD;
		return 0;
	case VFIO_PCI_REQ_IRQ_INDEX:
		info->count = 1;
		info->flags = VFIO_IRQ_INFO_EVENTFD;
		return 0;
	case VFIO_PCI_MSI_IRQ_INDEX:
		info->count = 0;
		info->flags = 0;
		return 0;
	default:
		return -EINVAL;
	}
}

/**
 * vgpu_irqs_set() - VFIO_DEVICE_SET_IRQS
 * @irqs: of which
 * @set: checked against vgpu_irqs_info()
 * @data: as many of its kind as @set says
 */
int vgpu_irqs_set(struct vgpu_irqs *irqs, const struct vfio_irq_set *set, void *data)
{
	switch (set->index) {
	case VFIO_PCI_INTX_IRQ_INDEX:
		return set_intx(irqs, set, data);
	case VFIO_PCI_MSIX_IRQ_INDEX:
		return set_msix(irqs, set, data);
	case VFIO_PCI_REQ_IRQ_INDEX:
		return set_trigger(irqs, &irqs->request, set, data);
	default:
		return -ENOTTY;
	}
}

/* Nobody is told of anything any more; it is as in the beginning. */
void vgpu_irqs_release(struct vgpu_irqs *irqs)
{
	vfio_virqfd_disable(&irqs->unmask);
	vgpu_irqs_level(irqs, false);
	set_masked(irqs, false);
	drop_vectors(irqs);
	exchange(irqs, &irqs->intx, NULL);
	exchange(irqs, &irqs->request, NULL);
}
