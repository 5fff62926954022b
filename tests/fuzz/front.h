/* SPDX-License-Identifier: GPL-2.0 */
/* What stands before the guest: registers, configuration space, and how it begins and ends. */
#ifndef FUZZ_FRONT_H
#define FUZZ_FRONT_H

#include "engine.h"
#include "queue.h"

/* -- The beginning ---------------------------------------------------------- */

static void reset(void)
{
	/* Those that are open end too late, or twice: they are nobody's. */
	if (behind.nr > 8)
		behind.nr = 8;
	device_back_reset(&d.back);
	device_front_reset(&d.front);
	assert(!d.taken && !get_reg(VIRTIO_PCI_COMMON_STATUS, 1));
	assert(!d.back.serves && !d.back.gpu.resources.nr && !picture_width(&d.back.gpu));
}

static void add_cursor_queue(void)
{
	put_queue(DEVICE_CURSOR, RING_DESC, RING_AVAIL, RING_USED);
	device_back_start(&d.back, &d.front.transport);
}

static void begin(struct input *in)
{
	u32 with = take_number(in, 1);

	reset();
	driver_start(with & BEGIN_ALL ? OFFERED : 1ULL << VIRTIO_F_VERSION_1);
	if (with & BEGIN_CURSOR)
		add_cursor_queue();
}

/* What the VMM resets begins with its configuration too. */
static void reset_by(struct input *in)
{
	bool vmm = take_number(in, 1) & RESET_BY_VMM;

	reset();
	if (vmm)
		device_front_init(&d.front);
}

/* -- Registers -------------------------------------------------------------- */

/* A reset that comes @later is asked for, and what the driver does meanwhile counts for nothing. */
static void write_one(u32 at, u32 len, u64 value, bool later)
{
	u32 queue;

	switch (device_front_write(&d.front, at, len, value, &queue)) {
	case DEVICE_RESET:
		assert(!transport_works(&d.front.transport));
		if (!later)
			reset();
		break;
	case DEVICE_KICK:
		assert(queue < TRANSPORT_QUEUES);
		serve(queue, SERVE_MOST);
		break;
	case DEVICE_NOTHING:
		break;
	}
}

static void write_register(struct input *in)
{
	u32 at = take_number(in, 2) % (TRANSPORT_BAR + 8), how = take_number(in, 1);
	u32 len = 1U << how % 4;

	write_one(at, len, take_number(in, len), how & STEP_LATER);
}

static void read_one(u32 at, u32 len)
{
	u64 value = get_reg(at, len);

	assert(len == 8 || !(value >> 8 * len));
}

static void read_register(struct input *in)
{
	u32 at = take_number(in, 2);

	read_one(at, 1U << take_number(in, 1) % 4);
}

/* Each part of the BAR at its beginning and its end, and what is behind all. */
static void read_all(void)
{
	u32 part, at, len;

	for (part = 0; part <= TRANSPORT_BAR; part += TRANSPORT_PART) {
		for (len = 1; len <= 8; len *= 2) {
			for (at = 0; at < 72; at++)
				read_one(part + at, len);
			read_one(part + TRANSPORT_PART - len, len);
		}
	}
}

/* -- Configuration space ---------------------------------------------------- */

static void through_window(const struct pci_window *window, u64 value, bool writes)
{
	assert(window->bar == PCI_BAR_VIRTIO && window->at % window->len == 0);
	assert(window->at + window->len <= TRANSPORT_BAR);
	if (writes)
		write_one(window->at, window->len, value, false);
	else
		read_one(window->at, window->len);
}

static void config_space(struct input *in)
{
	u32 at = take_number(in, 2) % 300, how = take_number(in, 1), len = (how & 0x7f) % 9;
	u64 value = take_number(in, 8);
	struct pci_window window;
	u8 bytes[8];

	le_put(bytes, sizeof(bytes), value);
	pci_space_write(&d.front.pci, at, bytes, len);
	pci_space_read(&d.front.pci, at, bytes, len);
	if (pci_space_window(&d.front.pci, at, len, &window))
		through_window(&window, value, how & CONFIG_WRITES);
	pci_space_intx_off(&d.front.pci);
	pci_space_is_master(&d.front.pci);
	/* Who it is, no write changes. */
	assert(le_get(d.front.pci.bytes, 4) == 0x10501af4);
}

#endif
