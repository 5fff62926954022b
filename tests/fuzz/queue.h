/* SPDX-License-Identifier: GPL-2.0 */
/* The queues: who serves them, and the driver's commands. */
#ifndef FUZZ_QUEUE_H
#define FUZZ_QUEUE_H

#include "input.h"
#include "steps.h"

#define SERVE_MOST	64

static void serve(u32 queue, u32 most)
{
	struct transport copy = d.front.transport;

	if (!transport_works(&copy))
		return;
	device_back_start(&d.back, &copy);
	if (device_back_listen(&d.back, queue, false) < 0 ||
	    device_back_serve(&d.back, queue, most) < 0 ||
	    device_back_told(&d.back, queue) < 0 ||
	    device_back_listen(&d.back, queue, true) < 0) {
		transport_break(&d.front.transport);
		assert(!d.back.serves);
	}
}

/* -- Commands --------------------------------------------------------------- */

/* The last one, and how often it may still be sent again. */
static struct {
	u8 command[128], more[0x2000];
	u32 len, more_len, queue, repeats;
} sent;

static void sent_open(void)
{
	sent.len = 0;
	sent.more_len = 0;
	sent.queue = DEVICE_CONTROL;
	sent.repeats = REPEATS_MAX;
	memset(sent.command, 0, sizeof(sent.command));
}

/* Is there a ring of the size that the driver below has? */
static bool is_served(u32 queue)
{
	return d.back.serves >> queue & 1 && d.back.rings[queue].size == RING_SIZE;
}

static void send_last(void)
{
	/* Both rings are where the driver has its only one. */
	d.made = d.back.rings[sent.queue].seen;
	offer_command(sent.command, sent.len, sent.more, sent.more_len);
	serve(sent.queue, SERVE_MOST);
}

/* A command as a driver sends it, of what the input says. */
static void send(struct input *in, u32 queue)
{
	static const u32 types[] = { 0x100, 0x200, 0x300 };
	u32 kind = take_number(in, 1);

	sent.queue = queue;
	sent.len = take_number(in, 1) % sizeof(sent.command);
	sent.more_len = take_number(in, 2) % sizeof(sent.more);
	memset(sent.command, 0, sizeof(sent.command));
	memcpy(sent.command, take_bytes(in, &sent.len), sent.len);
	le_put(sent.command, 4, types[kind / 32 % 3] + kind % 32);
	memcpy(sent.more, take_bytes(in, &sent.more_len), sent.more_len);
	if (is_served(queue))
		send_last();
}

/* A driver that makes many of a kind; most inputs say a number that would take long. */
static void send_again(struct input *in)
{
	u32 times = take_number(in, 2), where = take_number(in, 1) % (sizeof(sent.command) - 3);
	u32 by = take_number(in, 4);
	u8 *field = sent.command + where;

	if (times > REPEATS_MAX)
		times %= 16;
	for (; times && sent.repeats && is_served(sent.queue); times--, sent.repeats--) {
		le_put(field, 4, le_get(field, 4) + by);
		send_last();
	}
}

#endif
