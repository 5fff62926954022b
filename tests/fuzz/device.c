// SPDX-License-Identifier: GPL-2.0
/*
 * The whole pure device against a guest and a VMM that do anything: each input is a
 * program of what they do, one step after another. What must hold, holds between them;
 * the sanitizers see to the rest.
 *
 * Steps that put whole commands into a ring as a driver would let the fuzzer reach what
 * lies behind the checks of rings and chains; others scribble over all of them.
 */
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include "../unit/gpu_driver.h"

#define STEPS_MAX	512

struct input {
	const u8 *at;
	size_t left;
};

static u64 take_number(struct input *in, u32 len)
{
	u64 value = 0;

	if (len > in->left)
		len = (u32)in->left;
	value = le_get(in->at, len);
	in->at += len;
	in->left -= len;
	return value;
}

/* As many bytes as are asked for, or what is left. */
static const u8 *take_bytes(struct input *in, u32 *len)
{
	const u8 *bytes = in->at;

	if (*len > in->left)
		*len = (u32)in->left;
	in->at += *len;
	in->left -= *len;
	return bytes;
}

static u32 open_tickets[FENCES_MAX], nr_open;

/* What a job is done in is whole pages of the guest, as many as are said. */
static u64 check_part(const struct gpu_resource *part)
{
	const struct backing *backing = &part->backing;
	u32 i;

	for (i = 0; i < backing->nr; i++)
		assert(backing->spans[i].at % 4096 == 0 && backing->spans[i].start % 4096 == 0);
	assert(backing_bytes(backing) >= part->bytes && part->bytes % 4096 == 0);
	return part->bytes;
}

static int fuzz_submit(struct gpu *gpu, const struct gpu_work *work, u32 ticket)
{
	u64 bytes = 0;
	u32 i;

	assert(work->count && work->count <= GPU_JOBS_MAX && work->nr <= GPU_PARTS_MAX);
	for (i = 0; i < work->nr; i++)
		bytes += check_part(work->parts[i]);
	assert(bytes == work->bytes);
	for (i = 0; i < work->count; i++)
		assert(job_check(&work->jobs[i], gpu->job_types, work->bytes));
	if (ticket / FENCES_MAX % 7 == 3 || nr_open == FENCES_MAX)
		return -EAGAIN;
	/* Some end before that has been said. */
	if (ticket / FENCES_MAX % 7 == 5)
		return device_back_ended(&d.back, ticket) ? -EFAULT : 0;
	open_tickets[nr_open++] = ticket;
	return 0;
}

static void fuzz_drawn(struct gpu *gpu, const struct rect *rect)
{
	const u8 *pixels = gpu_pixels(gpu);
	const struct gpu_screen *screen = &gpu->screen;
	u32 sum = 0;
	u32 x, y;

	/* All that is shown can be read. */
	assert(rect_fits(rect, screen->shown.width, screen->shown.height));
	for (y = 0; y < rect->height; y += 7) {
		for (x = 0; x < rect->width; x += 5)
			sum += pixels[(u64)(rect->y + y) * screen->stride + (rect->x + x) * RESOURCE_PIXEL];
	}
	assert(sum != ~0U);
}

static const struct gpu_ops fuzz_ops = { take, give_back, shown, fuzz_drawn, drop, fuzz_submit };

/* What was read once stands there no longer, where the input says so. */
static bool changes;

static int fuzz_read(struct guest *guest, u64 at, void *to, u32 len)
{
	int rc = memory_read(guest, at, to, len);

	if (!rc && changes && len)
		d.memory.bytes[at - GUEST_BASE + at % len] ^= 1U << at % 8;
	return rc;
}

static void reset(void)
{
	/* Those that are open end too late, or twice: they are nobody's. */
	if (nr_open > 8)
		nr_open = 8;
	device_back_reset(&d.back);
	device_front_reset(&d.front);
	assert(!d.taken && !get_reg(VIRTIO_PCI_COMMON_STATUS, 1));
}

static void write_register(struct input *in)
{
	u32 at = take_number(in, 2) % (TRANSPORT_BAR + 8), len = 1U << take_number(in, 1) % 4, queue;
	u64 value = take_number(in, len);

	if (device_front_write(&d.front, at, len, value, &queue) == DEVICE_RESET)
		reset();
}

static void serve(u32 queue)
{
	struct transport copy = d.front.transport;

	if (!transport_works(&copy))
		return;
	device_back_start(&d.back, &copy);
	if (device_back_listen(&d.back, queue, false) < 0 ||
	    device_back_serve(&d.back, queue, 64) < 0 ||
	    device_back_told(&d.back, queue) < 0 ||
	    device_back_listen(&d.back, queue, true) < 0) {
		transport_break(&d.front.transport);
		assert(!d.back.serves);
	}
}

/* A command as a driver sends it, of what the input says. */
static void send(struct input *in, u32 queue)
{
	static const u32 types[] = { 0x100, 0x200, 0x300 };
	u32 kind = take_number(in, 1), len = take_number(in, 1) % 128, more_len = take_number(in, 2) % 0x2000;
	u8 command[128] = { 0 };
	const u8 *bytes;

	bytes = take_bytes(in, &len);
	memcpy(command, bytes, len);
	le_put(command, 4, types[kind / 32 % 3] + kind % 32);
	bytes = take_bytes(in, &more_len);
	if (!(d.back.serves >> queue & 1) || d.back.rings[queue].size != RING_SIZE)
		return;
	/* Both rings are where the driver has its only one. */
	d.made = d.back.rings[queue].seen;
	offer_command(command, len, bytes, more_len);
	serve(queue);
}

static void end_one(struct input *in)
{
	u32 which, ticket;

	if (!nr_open)
		return;
	which = take_number(in, 1) % nr_open;
	ticket = open_tickets[which];
	open_tickets[which] = open_tickets[--nr_open];
	if (device_back_ended(&d.back, ticket))
		transport_break(&d.front.transport);
}

static void scribble(struct input *in)
{
	u32 at = take_number(in, 3) % GUEST_BYTES, len = take_number(in, 1);
	const u8 *bytes = take_bytes(in, &len);

	if (len > GUEST_BYTES - at)
		len = GUEST_BYTES - at;
	memcpy(d.memory.bytes + at, bytes, len);
}

static void config_space(struct input *in)
{
	u32 at = take_number(in, 2) % 300, len = take_number(in, 1) % 9;
	struct pci_window window;
	u8 bytes[8];

	le_put(bytes, sizeof(bytes), take_number(in, 8));
	pci_space_write(&d.front.pci, at, bytes, len);
	pci_space_read(&d.front.pci, at, bytes, len);
	if (pci_space_window(&d.front.pci, at, len, &window))
		assert(window.at + window.len <= TRANSPORT_BAR);
	pci_space_intx_off(&d.front.pci);
}

/* Somebody looks at the screen. */
static void look(void)
{
	const struct gpu *gpu = &d.back.gpu;
	u32 width = picture_width(gpu), height = picture_height(gpu), y;
	u8 *row;

	gpu_settle(&d.back.gpu);
	if (!width)
		return;
	row = malloc((size_t)width * PICTURE_PIXEL);
	assert(row);
	for (y = 0; y < height; y += 1 + height / 16) {
		picture_row(gpu, y, row);
		assert(row[3] == 0xff && row[width * PICTURE_PIXEL - 1] == 0xff);
	}
	free(row);
}

static void step(struct input *in)
{
	switch (take_number(in, 1) % 16) {
	case 0:
		write_register(in);
		break;
	case 1:
		get_reg(take_number(in, 2), 1U << take_number(in, 1) % 4);
		break;
	case 2:
		config_space(in);
		break;
	case 3:
		scribble(in);
		break;
	case 4:
		serve(take_number(in, 1) % TRANSPORT_QUEUES);
		break;
	case 5:
		end_one(in);
		break;
	case 6:
		reset();
		driver_start(take_number(in, 1) % 2 ? OFFERED : 1ULL << VIRTIO_F_VERSION_1);
		break;
	case 7:
		changes = !changes;
		device_front_changed(&d.front);
		d.back.gpu.screen.width = EDID_SIDE_MIN + take_number(in, 2) % 4000;
		break;
	case 8:
		send(in, DEVICE_CURSOR);
		break;
	case 12:
		look();
		break;
	default:
		send(in, DEVICE_CONTROL);
	}
}

static void holds(void)
{
	const struct resources *resources = &d.back.gpu.resources;
	u32 i, nr = 0;

	assert(d.taken <= DEVICE_MEMORY);
	for (i = 0; i < 2 * RESOURCES_MAX; i++) {
		if (!resources->slots[i])
			continue;
		nr++;
		assert(resources_find(resources, resources->slots[i]->id) == resources->slots[i]);
	}
	assert(nr == resources->nr);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct input in = { data, size };
	int steps;

	driver_open();
	put_queue(1, RING_DESC, RING_AVAIL, RING_USED);
	device_back_start(&d.back, &d.front.transport);
	d.back.gpu.ops = &fuzz_ops;
	d.memory.guest.read = fuzz_read;
	changes = false;
	nr_open = 0;
	for (steps = 0; in.left && steps < STEPS_MAX; steps++) {
		step(&in);
		if (steps % 8 == 0)
			holds();
	}
	holds();
	driver_close();
	return 0;
}
