/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The guest's memory: it changes between two looks, and has places that cannot be reached
 * from some moment on, as the input says.
 */
#ifndef FUZZ_GUEST_H
#define FUZZ_GUEST_H

#include "input.h"
#include "steps.h"

static struct {
	/* What was read once stands there no longer. */
	bool changes;
	u32 at, len, kinds, after;
} trouble;

static bool fails(u64 at, u32 len, u32 kind)
{
	/* Nothing may take long while the driver waits for its reset. */
	if (d.front.transport.resetting || !is_there(at, len))
		return true;
	at -= GUEST_BASE;
	if (!(trouble.kinds & kind) || at >= trouble.at + trouble.len || at + len <= trouble.at)
		return false;
	if (!trouble.after)
		return true;
	trouble.after--;
	return false;
}

/* What a read that fails leaves behind is nothing that may be looked at. */
static int fuzz_read(struct guest *guest, u64 at, void *to, u32 len)
{
	if (fails(at, len, HOLE_READ)) {
		memset(to, 0xa5, len);
		return -EFAULT;
	}
	memory_read(guest, at, to, len);
	if (trouble.changes && len)
		d.memory.bytes[at - GUEST_BASE + at % len] ^= 1U << at % 8;
	return 0;
}

/* One that fails may have written a part. */
static int fuzz_write(struct guest *guest, u64 at, const void *from, u32 len)
{
	if (!fails(at, len, HOLE_WRITE))
		return memory_write(guest, at, from, len);
	memory_write(guest, at, from, len / 2);
	return -EFAULT;
}

static void make_hole(struct input *in)
{
	trouble.at = take_number(in, 3) % GUEST_BYTES;
	trouble.len = take_number(in, 3) % GUEST_BYTES;
	trouble.kinds = take_number(in, 1);
	trouble.after = take_number(in, 1);
}

static void scribble(struct input *in)
{
	u32 at = take_number(in, 3) % GUEST_BYTES, len = take_number(in, 1);
	const u8 *bytes = take_bytes(in, &len);

	if (len > GUEST_BYTES - at)
		len = GUEST_BYTES - at;
	memcpy(d.memory.bytes + at, bytes, len);
}

/* Descriptors that follow one another, more than an input has room for. */
static void make_table(struct input *in)
{
	u32 at = take_number(in, 3) % GUEST_BYTES / 16 * 16, nr = take_number(in, 2);
	u32 outs = take_number(in, 2), i;
	u64 where = take_number(in, 8);
	u32 len = take_number(in, 4);
	u16 last = take_number(in, 2);

	if (nr > (GUEST_BYTES - at) / 16)
		nr = (GUEST_BYTES - at) / 16;
	for (i = 0; i < nr; i++) {
		u16 flags = i < outs ? 0 : VRING_DESC_F_WRITE;

		flags |= i == nr - 1 ? last : VRING_DESC_F_NEXT;
		put_desc(&d.memory, GUEST_BASE + at, i, where, len, flags, i + 1);
	}
}

#endif
