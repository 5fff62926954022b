// SPDX-License-Identifier: GPL-2.0
/*
 * The whole pure device against a guest and a VMM that do anything: each input is a
 * program of what they do, one step after another. What must hold, holds between them;
 * the sanitizers see to the rest.
 *
 * Steps that put whole commands into a ring as a driver would let the fuzzer reach what
 * lies behind the checks of rings and chains; others scribble over all of them, or take
 * away what the device stands on: memory, the guest's or the host's, and its engine.
 */
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include "engine.h"
#include "front.h"
#include "guest.h"
#include "holds.h"
#include "input.h"
#include "queue.h"
#include "screen.h"
#include "steps.h"

static const struct gpu_ops fuzz_ops = {
	fuzz_take, give_back, fuzz_shown, fuzz_drawn, fuzz_drop, fuzz_submit,
};

static void serve_some(struct input *in)
{
	u32 queue = take_number(in, 1) % TRANSPORT_QUEUES;

	serve(queue, take_number(in, 1));
}

/* The guest, with its driver's commands. */
static void step_of_guest(struct input *in, enum step step)
{
	switch (step) {
	case STEP_WRITE:
		write_register(in);
		break;
	case STEP_READ:
		read_register(in);
		break;
	case STEP_READ_ALL:
		read_all();
		break;
	case STEP_CONFIG:
		config_space(in);
		break;
	case STEP_SCRIBBLE:
		scribble(in);
		break;
	case STEP_TABLE:
		make_table(in);
		break;
	case STEP_BEGIN:
		begin(in);
		break;
	case STEP_REPEAT:
		send_again(in);
		break;
	case STEP_CURSOR:
		send(in, DEVICE_CURSOR);
		break;
	default:
		send(in, DEVICE_CONTROL);
	}
}

/* What the host does, and else the guest. */
static void step(struct input *in)
{
	enum step step = take_number(in, 1) % STEP_ALL;

	switch (step) {
	case STEP_SERVE:
		serve_some(in);
		break;
	case STEP_ENDED:
		end_one(in);
		break;
	case STEP_RESET:
		reset_by(in);
		break;
	case STEP_SCREEN:
		change_screen(in);
		break;
	case STEP_CHANGES:
		trouble.changes = !trouble.changes;
		break;
	case STEP_HOLE:
		make_hole(in);
		break;
	case STEP_MEMORY:
		behind.pieces = take_number(in, 1);
		break;
	case STEP_ENGINE:
		behind.mode = take_number(in, 1) % ENGINE_MODES;
		break;
	case STEP_LOOK:
		look();
		break;
	default:
		step_of_guest(in, step);
	}
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct input in = { data, size };
	int steps;

	driver_open();
	d.back.gpu.ops = &fuzz_ops;
	d.memory.guest = (struct guest) { fuzz_read, fuzz_write };
	memset(&trouble, 0, sizeof(trouble));
	behind_open();
	sent_open();
	add_cursor_queue();
	for (steps = 0; in.left && steps < STEPS_MAX; steps++) {
		step(&in);
		if (steps % 8 == 0)
			holds();
	}
	holds();
	driver_close();
	return 0;
}
