// SPDX-License-Identifier: GPL-2.0
#include "transport.h"
#include "spec.h"

#define S_RESET		0
#define S_ALL		(VIRTIO_CONFIG_S_ACKNOWLEDGE | VIRTIO_CONFIG_S_DRIVER | \
			 VIRTIO_CONFIG_S_DRIVER_OK | VIRTIO_CONFIG_S_FEATURES_OK | \
			 VIRTIO_CONFIG_S_FAILED)

/* Alignment of the parts of a queue, section 2.7. */
#define DESC_ALIGN	16U
#define AVAIL_ALIGN	2U
#define USED_ALIGN	4U

/**
 * transport_reset() - as it is before a driver comes
 * @transport: it; what it offers stays
 */
void transport_reset(struct transport *transport)
{
	u32 i;

	*transport = (struct transport) {
		.offered = transport->offered,
		.config_vector = VIRTIO_MSI_NO_VECTOR,
	};
	for (i = 0; i < TRANSPORT_QUEUES; i++) {
		transport->queues[i].size = RING_SIZE_MAX;
		transport->queues[i].vector = VIRTIO_MSI_NO_VECTOR;
	}
}

/* -- Reading ---------------------------------------------------------------- */

static u32 half(u64 value, u32 which)
{
	return which < 2 ? (u32)(value >> (32 * which)) : 0;
}

/* The queue that the driver looks at; one that is not there is all zeroes. */
static struct transport_queue selected(const struct transport *transport)
{
	if (transport->queue_select >= TRANSPORT_QUEUES)
		return (struct transport_queue) { .vector = VIRTIO_MSI_NO_VECTOR };
	return transport->queues[transport->queue_select];
}

/* The length of a field of the common configuration, or 0 where there is none. */
static u32 length_of(u32 at)
{
	switch (at) {
	case VIRTIO_PCI_COMMON_DFSELECT:
	case VIRTIO_PCI_COMMON_DF:
	case VIRTIO_PCI_COMMON_GFSELECT:
	case VIRTIO_PCI_COMMON_GF:
	case VIRTIO_PCI_COMMON_Q_DESCLO:
	case VIRTIO_PCI_COMMON_Q_DESCHI:
	case VIRTIO_PCI_COMMON_Q_AVAILLO:
	case VIRTIO_PCI_COMMON_Q_AVAILHI:
	case VIRTIO_PCI_COMMON_Q_USEDLO:
	case VIRTIO_PCI_COMMON_Q_USEDHI:
		return 4;
	case VIRTIO_PCI_COMMON_MSIX:
	case VIRTIO_PCI_COMMON_NUMQ:
	case VIRTIO_PCI_COMMON_Q_SELECT:
	case VIRTIO_PCI_COMMON_Q_SIZE:
	case VIRTIO_PCI_COMMON_Q_MSIX:
	case VIRTIO_PCI_COMMON_Q_ENABLE:
	case VIRTIO_PCI_COMMON_Q_NOFF:
		return 2;
	case VIRTIO_PCI_COMMON_STATUS:
	case VIRTIO_PCI_COMMON_CFGGENERATION:
		return 1;
	default:
		return 0;
	}
}

/**
 * transport_read() - a field of the common configuration
 * @transport: it
 * @at: where it begins
 * @len: how long it is
 *
 * Return: its value; 0 of what is no field, or not of that length.
 */
u64 transport_read(const struct transport *transport, u32 at, u32 len)
{
	struct transport_queue queue = selected(transport);

	if (len != length_of(at))
		return 0;
	switch (at) {
	case VIRTIO_PCI_COMMON_DFSELECT:
		return transport->offered_select;
	case VIRTIO_PCI_COMMON_DF:
		return half(transport->offered, transport->offered_select);
	case VIRTIO_PCI_COMMON_GFSELECT:
		return transport->accepted_select;
	case VIRTIO_PCI_COMMON_GF:
		return half(transport->accepted, transport->accepted_select);
	case VIRTIO_PCI_COMMON_MSIX:
		return transport->config_vector;
	case VIRTIO_PCI_COMMON_NUMQ:
		return TRANSPORT_QUEUES;
	case VIRTIO_PCI_COMMON_STATUS:
		return transport->status;
	case VIRTIO_PCI_COMMON_CFGGENERATION:
		return transport->generation;
	case VIRTIO_PCI_COMMON_Q_SELECT:
		return transport->queue_select;
	case VIRTIO_PCI_COMMON_Q_SIZE:
		return queue.size;
	case VIRTIO_PCI_COMMON_Q_MSIX:
		return queue.vector;
	case VIRTIO_PCI_COMMON_Q_ENABLE:
		return queue.enabled;
	case VIRTIO_PCI_COMMON_Q_NOFF:
		return transport->queue_select < TRANSPORT_QUEUES ? transport->queue_select : 0;
	case VIRTIO_PCI_COMMON_Q_DESCLO:
		return half(queue.desc, 0);
	case VIRTIO_PCI_COMMON_Q_DESCHI:
		return half(queue.desc, 1);
	case VIRTIO_PCI_COMMON_Q_AVAILLO:
		return half(queue.avail, 0);
	case VIRTIO_PCI_COMMON_Q_AVAILHI:
		return half(queue.avail, 1);
	case VIRTIO_PCI_COMMON_Q_USEDLO:
		return half(queue.used, 0);
	case VIRTIO_PCI_COMMON_Q_USEDHI:
		return half(queue.used, 1);
	default:
		return 0;
	}
}

/* -- Writing ---------------------------------------------------------------- */

static void set_half(u64 *value, u32 which, u32 to)
{
	u64 mask = 0xffffffffULL << (32 * which);

	*value = (*value & ~mask) | (u64)to << (32 * which);
}

static u16 valid_vector(u64 vector)
{
	return vector < TRANSPORT_VECTORS ? (u16)vector : VIRTIO_MSI_NO_VECTOR;
}

static bool features_are_fit(const struct transport *transport)
{
	return !(transport->accepted & ~transport->offered) &&
	       transport_has(transport, VIRTIO_F_VERSION_1);
}

/* Bits of it are only ever added, but by a reset (section 3.1.1). */
static enum transport_event write_status(struct transport *transport, u8 status)
{
	if (status == S_RESET && !transport->status) {
		/* Nothing is served, and nobody would wait. */
		transport_reset(transport);
		return TRANSPORT_NOTHING;
	}
	if (status == S_RESET) {
		transport->resetting = true;
		return TRANSPORT_RESET;
	}
	status &= S_ALL;
	if (!(transport->status & VIRTIO_CONFIG_S_FEATURES_OK) && !features_are_fit(transport))
		status &= ~VIRTIO_CONFIG_S_FEATURES_OK;
	/* A driver that goes on after it was refused is not listened to. */
	if (!((status | transport->status) & VIRTIO_CONFIG_S_FEATURES_OK))
		status &= ~VIRTIO_CONFIG_S_DRIVER_OK;
	transport->status |= status;
	return TRANSPORT_NOTHING;
}

static void write_features(struct transport *transport, u32 value)
{
	if (transport->status & VIRTIO_CONFIG_S_FEATURES_OK)
		return;
	if (transport->accepted_select < 2)
		set_half(&transport->accepted, transport->accepted_select, value);
	else if (value)
		/* What nobody offered was accepted, and shall be refused. */
		transport->accepted |= ~transport->offered;
}

static bool is_size(u64 size)
{
	return size && size <= RING_SIZE_MAX && !(size & (size - 1));
}

static bool is_aligned(const struct transport_queue *queue)
{
	return !(queue->desc % DESC_ALIGN) && !(queue->avail % AVAIL_ALIGN) &&
	       !(queue->used % USED_ALIGN);
}

/* What a ring reaches does not go round the end of all addresses. */
static bool fits(const struct transport_queue *queue)
{
	u64 most = ~0ULL - (1ULL << 16);

	return queue->desc < most && queue->avail < most && queue->used < most;
}

static enum transport_event enable(struct transport *transport, struct transport_queue *queue,
				   u64 value)
{
	if (value != 1 || !(transport->status & VIRTIO_CONFIG_S_FEATURES_OK))
		return TRANSPORT_NOTHING;
	if (!is_aligned(queue) || !fits(queue)) {
		transport_break(transport);
		return TRANSPORT_NOTHING;
	}
	queue->enabled = true;
	return TRANSPORT_ENABLED;
}

static enum transport_event write_queue(struct transport *transport, u32 at, u64 value)
{
	struct transport_queue *queue = &transport->queues[transport->queue_select];

	if (at == VIRTIO_PCI_COMMON_Q_MSIX) {
		queue->vector = valid_vector(value);
		return TRANSPORT_NOTHING;
	}
	if (queue->enabled)
		return TRANSPORT_NOTHING;
	switch (at) {
	case VIRTIO_PCI_COMMON_Q_SIZE:
		if (is_size(value))
			queue->size = (u16)value;
		break;
	case VIRTIO_PCI_COMMON_Q_ENABLE:
		return enable(transport, queue, value);
	case VIRTIO_PCI_COMMON_Q_DESCLO:
		set_half(&queue->desc, 0, (u32)value);
		break;
	case VIRTIO_PCI_COMMON_Q_DESCHI:
		set_half(&queue->desc, 1, (u32)value);
		break;
	case VIRTIO_PCI_COMMON_Q_AVAILLO:
		set_half(&queue->avail, 0, (u32)value);
		break;
	case VIRTIO_PCI_COMMON_Q_AVAILHI:
		set_half(&queue->avail, 1, (u32)value);
		break;
	case VIRTIO_PCI_COMMON_Q_USEDLO:
		set_half(&queue->used, 0, (u32)value);
		break;
	case VIRTIO_PCI_COMMON_Q_USEDHI:
		set_half(&queue->used, 1, (u32)value);
		break;
	}
	return TRANSPORT_NOTHING;
}

/**
 * transport_write() - a field of the common configuration
 * @transport: it
 * @at: where it begins
 * @len: how long it is
 * @value: the new one; ignored where it may not be changed
 */
enum transport_event transport_write(struct transport *transport, u32 at, u32 len, u64 value)
{
	if (len != length_of(at) || transport->resetting)
		return TRANSPORT_NOTHING;
	switch (at) {
	case VIRTIO_PCI_COMMON_DFSELECT:
		transport->offered_select = (u32)value;
		break;
	case VIRTIO_PCI_COMMON_GFSELECT:
		transport->accepted_select = (u32)value;
		break;
	case VIRTIO_PCI_COMMON_GF:
		write_features(transport, (u32)value);
		break;
	case VIRTIO_PCI_COMMON_MSIX:
		transport->config_vector = valid_vector(value);
		break;
	case VIRTIO_PCI_COMMON_STATUS:
		return write_status(transport, (u8)value);
	case VIRTIO_PCI_COMMON_Q_SELECT:
		transport->queue_select = (u16)value;
		break;
	default:
		if (transport->queue_select < TRANSPORT_QUEUES)
			return write_queue(transport, at, value);
	}
	return TRANSPORT_NOTHING;
}

/* -- What the device says --------------------------------------------------- */

/* Reading the register clears it, and lowers INTx (section 4.1.4.5). */
u8 transport_take_isr(struct transport *transport)
{
	u8 isr = transport->isr;

	transport->isr = 0;
	return isr;
}

/* Are its queues served? */
bool transport_works(const struct transport *transport)
{
	u8 all = VIRTIO_CONFIG_S_DRIVER_OK | VIRTIO_CONFIG_S_FEATURES_OK;

	return (transport->status & all) == all && !transport->resetting &&
	       !(transport->status & VIRTIO_CONFIG_S_NEEDS_RESET);
}

/* The driver broke the rules: nothing goes on before it has reset the device (section 2.1.2). */
void transport_break(struct transport *transport)
{
	transport->status |= VIRTIO_CONFIG_S_NEEDS_RESET;
	transport_changed(transport);
}

/* Its configuration is another; the driver is to be told. */
void transport_changed(struct transport *transport)
{
	transport->generation++;
	transport->isr |= TRANSPORT_ISR_CONFIG;
}

/**
 * transport_ring() - a queue that was just enabled
 * @transport: it
 * @queue: which
 */
struct ring transport_ring(const struct transport *transport, u32 queue)
{
	const struct transport_queue *from = &transport->queues[queue];

	return (struct ring) {
		.desc = from->desc,
		.avail = from->avail,
		.used = from->used,
		.size = from->size,
		.event_idx = transport_has(transport, VIRTIO_RING_F_EVENT_IDX),
	};
}
