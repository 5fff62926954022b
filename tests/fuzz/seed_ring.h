/* SPDX-License-Identifier: GPL-2.0 */
/* Drivers that write their rings themselves: chains of any shape, good and bad. */
#ifndef SEED_RING_H
#define SEED_RING_H

#include <linux/virtio_ring.h>
#include "seed_front.h"

#define DESC	BASE
#define AVAIL	(BASE + 0x2000)
#define USED	(BASE + 0x3000)
#define TABLE	(BASE + 0x5000)
#define ANSWER	(ROOM + 0x1000)

static int made;

static void poke(uint64_t at, uint64_t value, int len)
{
	step(STEP_SCRIBBLE), put(at - BASE, 3), put(len, 1), put(value, len);
}

static void desc_at(uint64_t table, int index, uint64_t at, uint32_t len, int flags, int next)
{
	step(STEP_SCRIBBLE), put(table - BASE + 16 * index, 3), put(16, 1);
	put(at, 8), put(len, 4), put(flags, 2), put(next, 2);
}

static void desc(int index, uint64_t at, uint32_t len, int flags, int next)
{
	desc_at(DESC, index, at, len, flags, next);
}

/* A command stands in the room for data. */
static void from_nothing(int with)
{
	begin(with);
	made = 0;
	poke(AVAIL, 0, 4);
	poke(ROOM, VIRTIO_GPU_CMD_GET_EDID, 8);
}

/* It is made available; nobody has looked as yet. */
static void offer(int head)
{
	poke(AVAIL + 4 + 2 * (made % 64), head, 2);
	poke(AVAIL + 2, ++made, 2);
}

static void offer_and_serve(int head)
{
	offer(head);
	serve(0, 64);
}

/* In the descriptors 0 and 1, with room for all of the answer. */
static void good_chain(void)
{
	desc(0, ROOM, 32, VRING_DESC_F_NEXT, 1);
	desc(1, ANSWER, 2048, VRING_DESC_F_WRITE, 0);
}

/* -- Good chains ------------------------------------------------------------ */

static void in_pieces(void)
{
	from_nothing(0);
	desc(0, ROOM, 5, VRING_DESC_F_NEXT, 3);
	desc(3, ROOM + 5, 0, VRING_DESC_F_NEXT, 4);
	desc(4, ROOM + 5, 27, VRING_DESC_F_NEXT, 5);
	desc(5, ANSWER, 30, VRING_DESC_F_NEXT | VRING_DESC_F_WRITE, 6);
	desc(6, ANSWER + 64, 2048, VRING_DESC_F_WRITE, 0);
	offer_and_serve(0);
}

/* The driver has no room for what it asked for, or for anything. */
static void answer_cut(void)
{
	from_nothing(0);
	good_chain();
	desc(1, ANSWER, 20, VRING_DESC_F_WRITE, 0);
	offer_and_serve(0);
	desc(0, ROOM, 32, 0, 0);
	offer_and_serve(0);
	desc(0, ROOM, 10, 0, 0);
	offer_and_serve(0);
}

/* Two wait, and one of them is served. */
static void one_at_a_time(void)
{
	from_nothing(0);
	good_chain();
	offer(0);
	offer(0);
	serve(0, 1);
	serve(0, 1);
	serve(0, 0);
}

static void no_interrupt(void)
{
	from_nothing(0);
	good_chain();
	poke(AVAIL, VRING_AVAIL_F_NO_INTERRUPT, 2);
	offer_and_serve(0);
	poke(AVAIL, 0, 2);
	offer_and_serve(0);
}

static void event_index(void)
{
	from_nothing(BEGIN_ALL);
	good_chain();
	offer_and_serve(0);
	poke(AVAIL + 4 + 2 * 64, 9, 2);
	offer_and_serve(0);
	hole(AVAIL + 4 + 2 * 64, 2, HOLE_READ, 0);
	offer_and_serve(0);
	no_hole();
	from_nothing(BEGIN_ALL);
	hole(USED + 4 + 8 * 64, 2, HOLE_WRITE, 0);
	offer_and_serve(0);
}

/* The index in it cannot be written with what is around it. */
static void ring_not_aligned(void)
{
	agree();
	queue_at(0, 64, DESC, AVAIL, USED + 4);
	go();
	made = 0;
	poke(AVAIL, 0, 4);
	good_chain();
	offer_and_serve(0);
}

static void two_queues(void)
{
	from_nothing(0);
	serve(1, 4);
	from_nothing(BEGIN_CURSOR);
	desc(0, ROOM, 24, 0, 0);
	offer(0);
	serve(1, 4);
	serve(0, 4);
	hole(USED, 8, HOLE_WRITE, 1);
	offer(0);
	serve(1, 4);
}

/* -- Tables ----------------------------------------------------------------- */

static void table(int nr, int outs, uint64_t at, uint32_t len, int last)
{
	step(STEP_TABLE), put(TABLE - BASE, 3), put(nr, 2), put(outs, 2);
	put(at, 8), put(len, 4), put(last, 2);
}

static void in_table(uint64_t at, uint32_t len, int flags)
{
	desc(0, at, len, VRING_DESC_F_INDIRECT | flags, 0);
	offer_and_serve(0);
}

static void tables(void)
{
	from_nothing(BEGIN_ALL);
	table(2, 1, ROOM, 2048, VRING_DESC_F_WRITE);
	in_table(TABLE, 32, 0);
	table(70, 40, ROOM, 16, VRING_DESC_F_WRITE);
	in_table(TABLE, 70 * 16, 0);
	table(1, 0, ROOM, 2048, VRING_DESC_F_WRITE);
	desc(2, TABLE, 16, VRING_DESC_F_INDIRECT, 0);
	desc(0, ROOM, 32, VRING_DESC_F_NEXT, 2);
	offer_and_serve(0);
}

static void table_is_bad(uint64_t at, uint32_t len, int flags)
{
	from_nothing(BEGIN_ALL);
	in_table(at, len, flags);
}

static void tables_refused(void)
{
	table(4, 2, ROOM, 64, VRING_DESC_F_WRITE);
	table_is_bad(TABLE, 0, 0);
	table_is_bad(TABLE, 33, 0);
	table_is_bad(TABLE, 4099 * 16, 0);
	table_is_bad(~15ULL, 32, 0);
	table_is_bad(NOWHERE, 32, 0);
	table_is_bad(TABLE, 32, VRING_DESC_F_NEXT);
	table_is_bad(TABLE, 32, 0);
	table(4, 2, ROOM, 64, VRING_DESC_F_INDIRECT);
	table_is_bad(TABLE, 64, 0);
	table(4, 4, ~0ULL, 64, 0);
	table_is_bad(TABLE, 64, 0);
	table(4, 4, ROOM, 64, 0);
	desc_at(TABLE, 1, ROOM, 64, VRING_DESC_F_NEXT, 0);
	table_is_bad(TABLE, 64, 0);
}

static void too_many_pieces(void)
{
	from_nothing(BEGIN_ALL);
	table(4098, 4000, ROOM, 8, VRING_DESC_F_WRITE);
	in_table(TABLE, 4098 * 16, 0);
	desc(0, ROOM, 32, VRING_DESC_F_NEXT, 2);
	desc(2, TABLE, 4098 * 16, VRING_DESC_F_INDIRECT, 0);
	offer_and_serve(0);
}

/* -- Bad chains ------------------------------------------------------------- */

static void rings_refused(void)
{
	from_nothing(0);
	poke(AVAIL + 2, 65, 2);
	serve(0, 1);
	from_nothing(0);
	offer_and_serve(64);
	from_nothing(0);
	desc(0, ROOM, 32, VRING_DESC_F_NEXT, 64);
	offer_and_serve(0);
}

static void loops(void)
{
	from_nothing(0);
	desc(0, ROOM, 32, VRING_DESC_F_NEXT, 0);
	offer_and_serve(0);
	from_nothing(0);
	desc(0, ROOM, 0, VRING_DESC_F_NEXT, 1);
	desc(1, ROOM, 0, VRING_DESC_F_NEXT, 0);
	offer_and_serve(0);
}

static void chains_refused(void)
{
	from_nothing(0);
	desc(0, ANSWER, 32, VRING_DESC_F_NEXT | VRING_DESC_F_WRITE, 1);
	desc(1, ROOM, 32, 0, 0);
	offer_and_serve(0);
	from_nothing(0);
	desc(0, ~0ULL, 32, 0, 0);
	offer_and_serve(0);
}

/* -- Out of reach ----------------------------------------------------------- */

static void hole_in_ring(uint64_t at, int kinds, int after)
{
	no_hole();
	from_nothing(0);
	good_chain();
	offer_and_serve(0);
	offer_and_serve(0);
	hole(at, 2, kinds, after);
	offer_and_serve(0);
}

static void reads_fail(void)
{
	hole_in_ring(AVAIL, HOLE_READ, 0);
	hole_in_ring(AVAIL + 8, HOLE_READ, 0);
	hole_in_ring(DESC, HOLE_READ, 0);
	hole_in_ring(ROOM, HOLE_READ, 0);
	hole_in_ring(ROOM + 24, HOLE_READ, 0);
	hole_in_ring(AVAIL, HOLE_READ, 2);
	hole_in_ring(AVAIL, HOLE_READ, 3);
}

static void writes_fail(void)
{
	hole_in_ring(USED, HOLE_WRITE, 0);
	hole_in_ring(USED, HOLE_WRITE, 1);
	hole_in_ring(USED, HOLE_WRITE, 2);
	hole_in_ring(USED + 4 + 2 * 8, HOLE_WRITE, 0);
	hole_in_ring(ANSWER, HOLE_WRITE, 0);
}

static const struct seed ring_seeds[] = {
	{ "in_pieces", in_pieces },
	{ "answer_cut", answer_cut },
	{ "one_at_a_time", one_at_a_time },
	{ "no_interrupt", no_interrupt },
	{ "event_index", event_index },
	{ "ring_not_aligned", ring_not_aligned },
	{ "two_queues", two_queues },
	{ "tables", tables },
	{ "tables_refused", tables_refused },
	{ "too_many_pieces", too_many_pieces },
	{ "rings_refused", rings_refused },
	{ "loops", loops },
	{ "chains_refused", chains_refused },
	{ "reads_fail", reads_fail },
	{ "writes_fail", writes_fail },
};

#endif
