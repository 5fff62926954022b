// SPDX-License-Identifier: GPL-2.0
#include "device.h"
#include "spec.h"

/* A fence of no timeline of a context's own is on that of all. */
#define TIMELINE_OF_ALL		(1ULL << 63)
#define TIMELINE_OF_NONE	(1ULL << 62)

#define OFFERED ( \
	1ULL << VIRTIO_GPU_F_VIRGL | 1ULL << VIRTIO_GPU_F_EDID | \
	1ULL << VIRTIO_GPU_F_RESOURCE_BLOB | 1ULL << VIRTIO_GPU_F_CONTEXT_INIT | \
	1ULL << VIRTIO_RING_F_INDIRECT_DESC | 1ULL << VIRTIO_RING_F_EVENT_IDX | \
	1ULL << VIRTIO_F_VERSION_1 | 1ULL << VIRTIO_F_ACCESS_PLATFORM)

/* -- In front --------------------------------------------------------------- */

/**
 * device_front_init() - as it is after power-on
 * @front: it
 */
void device_front_init(struct device_front *front)
{
	*front = (struct device_front) { .transport = { .offered = OFFERED } };
	pci_space_init(&front->pci);
	transport_reset(&front->transport);
}

/* The driver's reset is over; the configuration of the function stays. */
void device_front_reset(struct device_front *front)
{
	front->events = 0;
	transport_reset(&front->transport);
}

/* The screen would rather be another: the driver is to be interrupted. */
void device_front_changed(struct device_front *front)
{
	front->events |= VIRTIO_GPU_EVENT_DISPLAY;
	transport_changed(&front->transport);
}

static u64 read_config(const struct device_front *front, u32 at, u32 len)
{
	struct virtio_gpu_config config = { 0 };

	if (at >= sizeof(config) || len > sizeof(config) - at)
		return 0;
	LE_PUT(&config, events_read, front->events);
	LE_PUT(&config, num_scanouts, GPU_SCREENS);
	LE_PUT(&config, num_capsets, GPU_CAPSETS);
	return le_get((u8 *)&config + at, len);
}

/**
 * device_front_read() - a register of its BAR
 * @front: it
 * @at: where in the BAR
 * @len: 1, 2, 4 or 8 bytes
 *
 * Return: its value; 0 of what is none.
 */
u64 device_front_read(struct device_front *front, u32 at, u32 len)
{
	u32 part = at / TRANSPORT_PART * TRANSPORT_PART;

	switch (part) {
	case TRANSPORT_COMMON:
		return transport_read(&front->transport, at - part, len);
	case TRANSPORT_ISR:
		return at == part && len == 1 ? transport_take_isr(&front->transport) : 0;
	case TRANSPORT_DEVICE:
		return read_config(front, at - part, len);
	default:
		return 0;
	}
}

static enum device_event kick(const struct device_front *front, u32 at, u32 *queue)
{
	*queue = at / TRANSPORT_NOTIFY_STEP;
	if (*queue >= TRANSPORT_QUEUES || !transport_works(&front->transport) ||
	    !front->transport.queues[*queue].enabled)
		return DEVICE_NOTHING;
	return DEVICE_KICK;
}

/**
 * device_front_write() - a register of its BAR
 * @front: it
 * @at: where in the BAR
 * @len: 1, 2, 4 or 8 bytes
 * @value: the new one; ignored where it may not be changed
 * @queue: out, with DEVICE_KICK: which
 */
enum device_event device_front_write(struct device_front *front, u32 at, u32 len, u64 value,
				     u32 *queue)
{
	u32 part = at / TRANSPORT_PART * TRANSPORT_PART;

	switch (part) {
	case TRANSPORT_COMMON:
		return transport_write(&front->transport, at - part, len, value) ==
		       TRANSPORT_RESET ? DEVICE_RESET : DEVICE_NOTHING;
	case TRANSPORT_DEVICE:
		if (at - part == offsetof(struct virtio_gpu_config, events_clear) && len == 4)
			front->events &= ~(u32)value;
		return DEVICE_NOTHING;
	case TRANSPORT_NOTIFY:
		return kick(front, at - part, queue);
	default:
		return DEVICE_NOTHING;
	}
}

/* -- Behind ----------------------------------------------------------------- */

/**
 * device_back_start() - serve what the driver has set up by now
 * @back: it
 * @transport: a copy of the front's, which works
 */
void device_back_start(struct device_back *back, const struct transport *transport)
{
	u32 i;

	for (i = 0; i < TRANSPORT_QUEUES; i++) {
		if (!transport->queues[i].enabled || back->serves >> i & 1)
			continue;
		back->rings[i] = transport_ring(transport, i);
		back->serves |= 1U << i;
	}
}

/* What the driver has made goes.  No job of it runs any more. */
void device_back_reset(struct device_back *back)
{
	back->serves = 0;
	fences_reset(&back->fences);
	gpu_reset(&back->gpu);
}

/* What nobody fenced is in no order with anything. */
static u64 timeline_of(const struct gpu_request *request, u16 head)
{
	if (!(request->flags & VIRTIO_GPU_FLAG_FENCE))
		return TIMELINE_OF_NONE | head;
	if (!(request->flags & VIRTIO_GPU_FLAG_INFO_RING_IDX))
		return TIMELINE_OF_ALL;
	return (u64)request->context << 8 | request->ring;
}

/* Nothing is served any more until the next reset. */
static int broken(struct device_back *back, int rc)
{
	back->serves = 0;
	return rc;
}

/* Those that are to be given back, from @ticket on. */
static int give(struct device_back *back, u32 ticket)
{
	u32 written;
	u16 head;

	while (fences_give(&back->fences, &ticket, &head, &written)) {
		int rc = ring_push(&back->rings[DEVICE_CONTROL], back->gpu.guest, head, written);

		if (rc)
			return rc;
	}
	return 0;
}

/* Where there is no room for it, an answer is cut: it is the driver's to read. */
static int answer(struct device_back *back, u32 *written)
{
	const struct gpu_request *request = &back->request;

	*written = request->len < back->chain.room ? request->len : (u32)back->chain.room;
	return chain_write(&back->chain, back->gpu.guest, request->answer, *written);
}

static int serve_control(struct device_back *back)
{
	struct gpu_request *request = &back->request;
	u16 head = back->chain.head;
	struct fence *fence;
	bool ended;
	u32 rc;

	request->chain = &back->chain;
	rc = gpu_read(&back->gpu, request);
	fence = fences_add(&back->fences, timeline_of(request, head), head);
	/* More than a ring has descriptors: the driver uses some of them twice. */
	if (!fence)
		return -EINVAL;
	request->ticket = fence->ticket;
	ended = gpu_control(&back->gpu, request, rc);
	if (answer(back, &fence->written))
		return -EFAULT;
	if (ended)
		fences_end(&back->fences, request->ticket);
	return give(back, request->ticket);
}

static int serve_cursor(struct device_back *back)
{
	back->request.chain = &back->chain;
	gpu_cursor_command(&back->gpu, &back->request);
	return ring_push(&back->rings[DEVICE_CURSOR], back->gpu.guest, back->chain.head, 0);
}

/**
 * device_back_serve() - some requests of a queue
 * @back: it
 * @queue: which
 * @most: of them
 *
 * Return: how many there were, which is less than @most where no more are there; a
 * negative errno where the ring is broken, and the front is to be told.
 */
int device_back_serve(struct device_back *back, u32 queue, u32 most)
{
	struct ring *ring = &back->rings[queue];
	u32 nr = 0;
	int rc;

	if (!(back->serves >> queue & 1))
		return 0;
	while (nr < most) {
		rc = ring_pop(ring, back->gpu.guest, &back->chain);
		if (!rc)
			break;
		if (rc > 0)
			rc = queue == DEVICE_CONTROL ? serve_control(back) : serve_cursor(back);
		if (rc < 0)
			return broken(back, rc);
		nr++;
	}
	return (int)nr;
}

/**
 * device_back_told() - is the driver to be interrupted for what it was given back?
 * @back: it
 * @queue: which
 *
 * Return: 1 or 0, or a negative errno as above.
 */
int device_back_told(struct device_back *back, u32 queue)
{
	int rc = 0;

	if (back->serves >> queue & 1)
		rc = ring_told(&back->rings[queue], back->gpu.guest);
	return rc < 0 ? broken(back, rc) : rc;
}

/**
 * device_back_listen() - shall the driver kick for the next request?
 * @back: it
 * @queue: which
 * @on: it shall; else the queue is looked at anyway
 *
 * Return: 1 where there is one already, or 0; or a negative errno as above.
 */
int device_back_listen(struct device_back *back, u32 queue, bool on)
{
	struct ring *ring = &back->rings[queue];
	int rc = 0;

	if (back->serves >> queue & 1)
		rc = on ? ring_listen(ring, back->gpu.guest) : ring_ignore(ring, back->gpu.guest);
	return rc < 0 ? broken(back, rc) : rc;
}

/**
 * device_back_ended() - jobs have ended that a request asked for
 * @back: it
 * @ticket: of that; where it is of one before a reset, nothing is done
 *
 * Return: 0, or a negative errno as above.
 */
int device_back_ended(struct device_back *back, u32 ticket)
{
	int rc = 0;

	fences_end(&back->fences, ticket);
	/* Some may have been told before the driver broke its ring. */
	if (back->serves >> DEVICE_CONTROL & 1)
		rc = give(back, ticket);
	return rc ? broken(back, rc) : 0;
}
