// SPDX-License-Identifier: GPL-2.0
/* Rings and chains of a guest that may mean harm. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <cmocka.h>

#include "../../kmod/vgpu/device/chain.c"
#include "../../kmod/vgpu/device/ring.c"
#include "virtio_guest.h"

#define DESC	(GUEST_BASE + 0x1000)
#define AVAIL	(GUEST_BASE + 0x3000)
#define USED	(GUEST_BASE + 0x4000)
#define TABLE	(GUEST_BASE + 0x8000)
#define DATA	(GUEST_BASE + 0x40000)
#define SIZE	8U

static struct memory memory;
static struct ring ring;
static struct chain chain;
static u16 available;

static int set_up(void **state)
{
	(void)state;
	memory_open(&memory);
	ring = (struct ring) { .desc = DESC, .avail = AVAIL, .used = USED, .size = SIZE };
	available = 0;
	return 0;
}

static void offer(u16 head)
{
	memory_put(&memory, AVAIL + 4 + 2 * (available % SIZE), 2, head);
	memory_put(&memory, AVAIL + 2, 2, ++available);
}

static int pop(void)
{
	return ring_pop(&ring, &memory.guest, &chain);
}

/* -- What comes ------------------------------------------------------------- */

static void test_empty(void **state)
{
	(void)state;
	assert_int_equal(pop(), 0);
	assert_int_equal(memory.writes, 0);
}

static void test_direct_chain(void **state)
{
	u8 bytes[24];

	(void)state;
	put_desc(&memory, DESC, 5, DATA, 16, VRING_DESC_F_NEXT, 2);
	put_desc(&memory, DESC, 2, DATA + 0x100, 8, VRING_DESC_F_NEXT, 7);
	put_desc(&memory, DESC, 7, DATA + 0x200, 24, VRING_DESC_F_WRITE, 0);
	memory_put(&memory, DATA + 8, 8, 0x1122334455667788);
	memory_put(&memory, DATA + 0x100, 8, 0x99aabbccddeeff00);
	offer(5);
	assert_int_equal(pop(), 1);
	assert_int_equal(chain.head, 5);
	assert_int_equal(chain.outs, 2);
	assert_int_equal(chain.ins, 1);
	assert_int_equal(chain.left, 24);
	assert_int_equal(chain.room, 24);
	/* Over the end of a piece. */
	assert_int_equal(chain_read(&chain, &memory.guest, bytes, 12), 0);
	assert_int_equal(chain_read(&chain, &memory.guest, bytes, 12), 0);
	assert_int_equal(le_get(bytes, 4), 0x11223344);
	assert_int_equal(le_get(bytes + 4, 8), 0x99aabbccddeeff00);
	assert_int_equal(chain_read(&chain, &memory.guest, bytes, 1), -ENODATA);
	assert_int_equal(chain_read(&chain, &memory.guest, bytes, 0), 0);
	assert_int_equal(pop(), 0);
}

static void test_answer_over_pieces(void **state)
{
	u8 bytes[12] = { 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12 };

	(void)state;
	put_desc(&memory, DESC, 0, DATA, 8, VRING_DESC_F_NEXT, 1);
	put_desc(&memory, DESC, 1, DATA + 0x100, 5, VRING_DESC_F_NEXT | VRING_DESC_F_WRITE, 2);
	put_desc(&memory, DESC, 2, DATA + 0x200, 7, VRING_DESC_F_WRITE, 0);
	offer(0);
	assert_int_equal(pop(), 1);
	assert_int_equal(chain_write(&chain, &memory.guest, bytes, 13), -ENOSPC);
	assert_int_equal(memory.writes, 0);
	assert_int_equal(chain_write(&chain, &memory.guest, bytes, 12), 0);
	assert_int_equal(memory_get(&memory, DATA + 0x100, 5), 0x0504030201);
	assert_int_equal(memory_get(&memory, DATA + 0x200, 7), 0x0c0b0a09080706);
	assert_int_equal(memory_get(&memory, DATA + 0x207, 1), 0);
}

static void test_table(void **state)
{
	u32 i;

	(void)state;
	for (i = 0; i < 99; i++)
		put_desc(&memory, TABLE, i, DATA + 16 * i, 16, VRING_DESC_F_NEXT, i + 1);
	put_desc(&memory, TABLE, 99, DATA + 0x1000, 64, VRING_DESC_F_WRITE, 0);
	put_desc(&memory, DESC, 3, TABLE, 1600, VRING_DESC_F_INDIRECT, 0);
	offer(3);
	assert_int_equal(pop(), 1);
	assert_int_equal(chain.outs, 99);
	assert_int_equal(chain.ins, 1);
	assert_int_equal(chain.left, 99 * 16);
	assert_int_equal(chain.pieces[98].at, DATA + 16 * 98);
	/* Index, entry, descriptor, and the table in four parts. */
	assert_int_equal(memory.reads, 7);
}

static void test_table_after_pieces(void **state)
{
	(void)state;
	put_desc(&memory, DESC, 0, DATA, 8, VRING_DESC_F_NEXT, 1);
	put_desc(&memory, DESC, 1, TABLE, 16, VRING_DESC_F_INDIRECT, 0);
	put_desc(&memory, TABLE, 0, DATA + 0x100, 8, VRING_DESC_F_WRITE, 0);
	offer(0);
	assert_int_equal(pop(), 1);
	assert_int_equal(chain.outs, 1);
	assert_int_equal(chain.ins, 1);
}

static void test_empty_pieces_do_not_count(void **state)
{
	u8 byte;

	(void)state;
	put_desc(&memory, DESC, 0, DATA, 0, VRING_DESC_F_NEXT, 1);
	put_desc(&memory, DESC, 1, DATA, 0, VRING_DESC_F_NEXT | VRING_DESC_F_WRITE, 2);
	put_desc(&memory, DESC, 2, DATA, 1, 0, 0);
	offer(0);
	assert_int_equal(pop(), 1);
	assert_int_equal(chain.outs, 1);
	assert_int_equal(chain_read(&chain, &memory.guest, &byte, 1), 0);
}

static void test_round_the_index(void **state)
{
	u32 i;

	(void)state;
	put_desc(&memory, DESC, 1, DATA, 4, 0, 0);
	ring.seen = ring.given = ring.told = available = 65533;
	memory_put(&memory, AVAIL + 2, 2, available);
	for (i = 0; i < 3 * SIZE; i++) {
		offer(1);
		assert_int_equal(pop(), 1);
		assert_int_equal(ring_push(&ring, &memory.guest, 1, i), 0);
		assert_int_equal(memory_get(&memory, USED + 4 + 8 * ((65533 + i) % SIZE), 4), 1);
		assert_int_equal(memory_get(&memory, USED + 8 + 8 * ((65533 + i) % SIZE), 4), i);
		assert_int_equal(memory_get(&memory, USED + 2, 2), (65534 + i) & 0xffff);
	}
}

/* A driver that looks meanwhile sees no half of the index. */
static void test_the_index_is_written_at_once(void **state)
{
	u16 head, wanted[SIZE] = { 0 };
	u32 i, j;

	(void)state;
	assert_int_equal(ring_ignore(&ring, &memory.guest), 0);
	for (i = 0; i < 3 * SIZE; i++) {
		head = (i * 7 + 3) % SIZE;
		wanted[i % SIZE] = head;
		assert_int_equal(ring_push(&ring, &memory.guest, head, i), 0);
		assert_true(memory.wrote == 8 && memory.wrote_at == USED && USED % 8 == 0);
		assert_int_equal(memory_get(&memory, USED, 2), VRING_USED_F_NO_NOTIFY);
		assert_int_equal(memory_get(&memory, USED + 2, 2), i + 1);
		for (j = 0; j < SIZE; j++)
			assert_int_equal(memory_get(&memory, USED + 4 + 8 * j, 4), wanted[j]);
	}
	/* As little aligned as the specification allows. */
	ring.used = USED + 4;
	assert_int_equal(ring_push(&ring, &memory.guest, 1, 1), 0);
	assert_true(memory.wrote == 2 && memory.wrote_at == USED + 6);
}

/* -- What breaks it --------------------------------------------------------- */

static void test_more_than_its_size(void **state)
{
	(void)state;
	memory_put(&memory, AVAIL + 2, 2, SIZE + 1);
	assert_int_equal(pop(), -EINVAL);
}

static void test_head_outside(void **state)
{
	(void)state;
	offer(SIZE);
	assert_int_equal(pop(), -EINVAL);
}

static void test_next_outside(void **state)
{
	(void)state;
	put_desc(&memory, DESC, 0, DATA, 4, VRING_DESC_F_NEXT, SIZE);
	offer(0);
	assert_int_equal(pop(), -EINVAL);
}

static void test_loop(void **state)
{
	(void)state;
	put_desc(&memory, DESC, 0, DATA, 4, VRING_DESC_F_NEXT, 1);
	put_desc(&memory, DESC, 1, DATA, 4, VRING_DESC_F_NEXT, 0);
	offer(0);
	assert_int_equal(pop(), -EINVAL);
	assert_in_range(memory.reads, SIZE, SIZE + 4);
}

static void test_loop_of_empty_pieces(void **state)
{
	(void)state;
	put_desc(&memory, DESC, 0, DATA, 0, VRING_DESC_F_NEXT, 0);
	offer(0);
	assert_int_equal(pop(), -EINVAL);
}

static void test_read_after_write(void **state)
{
	(void)state;
	put_desc(&memory, DESC, 0, DATA, 4, VRING_DESC_F_NEXT | VRING_DESC_F_WRITE, 1);
	put_desc(&memory, DESC, 1, DATA, 4, 0, 0);
	offer(0);
	assert_int_equal(pop(), -EINVAL);
}

static void test_round_all_addresses(void **state)
{
	(void)state;
	put_desc(&memory, DESC, 0, ~0ULL - 2, 4, 0, 0);
	offer(0);
	assert_int_equal(pop(), -EINVAL);
}

static void test_no_memory(void **state)
{
	(void)state;
	ring.desc = 0x1000;
	offer(0);
	assert_int_equal(pop(), -EFAULT);
	assert_int_equal(ring_push(&ring, &memory.guest, 0, 0), 0);
	ring.avail = 0x1000;
	assert_int_equal(pop(), -EFAULT);
	assert_int_equal(ring_told(&ring, &memory.guest), -EFAULT);
	ring.used = 0x1000;
	assert_int_equal(ring_push(&ring, &memory.guest, 0, 0), -EFAULT);
	assert_int_equal(ring_listen(&ring, &memory.guest), -EFAULT);
	assert_int_equal(ring_ignore(&ring, &memory.guest), -EFAULT);
}

/* Each of these tables is refused, and has nothing else wrong. */
static void refuse_table(u32 bytes, u16 flags)
{
	put_desc(&memory, DESC, 0, TABLE, bytes, flags, 1);
	put_desc(&memory, DESC, 1, DATA, 4, 0, 0);
	offer(0);
	assert_int_equal(pop(), -EINVAL);
}

static void test_table_and_more(void **state)
{
	(void)state;
	put_desc(&memory, TABLE, 0, DATA, 4, 0, 0);
	refuse_table(16, VRING_DESC_F_INDIRECT | VRING_DESC_F_NEXT);
}

static void test_table_empty(void **state)
{
	(void)state;
	refuse_table(0, VRING_DESC_F_INDIRECT);
}

static void test_table_round_all_addresses(void **state)
{
	(void)state;
	put_desc(&memory, DESC, 0, ~0ULL - 15, 32, VRING_DESC_F_INDIRECT, 0);
	offer(0);
	memory.reads = 0;
	assert_int_equal(pop(), -EINVAL);
	assert_int_equal(memory.reads, 3);
}

static void test_table_cut(void **state)
{
	(void)state;
	put_desc(&memory, TABLE, 0, DATA, 4, 0, 0);
	refuse_table(17, VRING_DESC_F_INDIRECT);
}

static void test_table_huge(void **state)
{
	(void)state;
	put_desc(&memory, TABLE, 0, DATA, 4, 0, 0);
	refuse_table(16 * (CHAIN_PIECES + 1), VRING_DESC_F_INDIRECT);
}

static void test_table_in_table(void **state)
{
	(void)state;
	put_desc(&memory, TABLE, 0, TABLE, 16, VRING_DESC_F_INDIRECT, 0);
	refuse_table(16, VRING_DESC_F_INDIRECT);
}

static void test_table_without_end(void **state)
{
	(void)state;
	put_desc(&memory, TABLE, 0, DATA, 4, VRING_DESC_F_NEXT, 1);
	put_desc(&memory, TABLE, 1, DATA, 4, VRING_DESC_F_NEXT, 2);
	refuse_table(32, VRING_DESC_F_INDIRECT);
}

static void test_table_backwards(void **state)
{
	(void)state;
	put_desc(&memory, TABLE, 0, DATA, 4, VRING_DESC_F_NEXT, 0);
	refuse_table(32, VRING_DESC_F_INDIRECT);
}

static void test_too_many_pieces(void **state)
{
	u32 i;

	(void)state;
	put_desc(&memory, DESC, 0, DATA, 4, VRING_DESC_F_NEXT, 1);
	put_desc(&memory, DESC, 1, TABLE, 16 * CHAIN_PIECES, VRING_DESC_F_INDIRECT, 0);
	for (i = 0; i < CHAIN_PIECES; i++)
		put_desc(&memory, TABLE, i, DATA, 4, i == CHAIN_PIECES - 1 ? 0 : VRING_DESC_F_NEXT, i + 1);
	offer(0);
	assert_int_equal(pop(), -EINVAL);
	assert_int_equal(chain.outs, CHAIN_PIECES);
}

/* -- Who is told of what ---------------------------------------------------- */

static void test_told_by_flag(void **state)
{
	(void)state;
	assert_int_equal(ring_told(&ring, &memory.guest), 0);
	assert_int_equal(ring_push(&ring, &memory.guest, 0, 0), 0);
	assert_int_equal(ring_told(&ring, &memory.guest), 1);
	assert_int_equal(ring_told(&ring, &memory.guest), 0);
	memory_put(&memory, AVAIL, 2, VRING_AVAIL_F_NO_INTERRUPT);
	assert_int_equal(ring_push(&ring, &memory.guest, 0, 0), 0);
	assert_int_equal(ring_told(&ring, &memory.guest), 0);
}

static void test_told_by_index(void **state)
{
	u32 i;

	(void)state;
	ring.event_idx = true;
	memory_put(&memory, AVAIL + 4 + 2 * SIZE, 2, 2);
	for (i = 0; i < 5; i++) {
		assert_int_equal(ring_push(&ring, &memory.guest, 0, 0), 0);
		assert_int_equal(ring_told(&ring, &memory.guest), i == 2);
	}
	/* Over it, in one batch. */
	memory_put(&memory, AVAIL + 4 + 2 * SIZE, 2, 6);
	for (i = 0; i < 4; i++)
		assert_int_equal(ring_push(&ring, &memory.guest, 0, 0), 0);
	assert_int_equal(ring_told(&ring, &memory.guest), 1);
}

static void test_kicks_by_flag(void **state)
{
	(void)state;
	assert_int_equal(ring_ignore(&ring, &memory.guest), 0);
	assert_int_equal(memory_get(&memory, USED, 2), VRING_USED_F_NO_NOTIFY);
	assert_int_equal(ring_listen(&ring, &memory.guest), 0);
	assert_int_equal(memory_get(&memory, USED, 2), 0);
	offer(0);
	assert_int_equal(ring_listen(&ring, &memory.guest), 1);
}

static void test_kicks_by_index(void **state)
{
	(void)state;
	ring.event_idx = true;
	put_desc(&memory, DESC, 0, DATA, 4, 0, 0);
	offer(0);
	assert_int_equal(pop(), 1);
	assert_int_equal(ring_ignore(&ring, &memory.guest), 0);
	assert_int_equal(memory_get(&memory, USED + 4 + 8 * SIZE, 2), 0);
	assert_int_equal(ring_listen(&ring, &memory.guest), 0);
	assert_int_equal(memory_get(&memory, USED + 4 + 8 * SIZE, 2), 1);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup(test_empty, set_up),
		cmocka_unit_test_setup(test_direct_chain, set_up),
		cmocka_unit_test_setup(test_answer_over_pieces, set_up),
		cmocka_unit_test_setup(test_table, set_up),
		cmocka_unit_test_setup(test_table_after_pieces, set_up),
		cmocka_unit_test_setup(test_empty_pieces_do_not_count, set_up),
		cmocka_unit_test_setup(test_round_the_index, set_up),
		cmocka_unit_test_setup(test_the_index_is_written_at_once, set_up),
		cmocka_unit_test_setup(test_more_than_its_size, set_up),
		cmocka_unit_test_setup(test_head_outside, set_up),
		cmocka_unit_test_setup(test_next_outside, set_up),
		cmocka_unit_test_setup(test_loop, set_up),
		cmocka_unit_test_setup(test_loop_of_empty_pieces, set_up),
		cmocka_unit_test_setup(test_read_after_write, set_up),
		cmocka_unit_test_setup(test_round_all_addresses, set_up),
		cmocka_unit_test_setup(test_no_memory, set_up),
		cmocka_unit_test_setup(test_table_and_more, set_up),
		cmocka_unit_test_setup(test_table_empty, set_up),
		cmocka_unit_test_setup(test_table_round_all_addresses, set_up),
		cmocka_unit_test_setup(test_table_cut, set_up),
		cmocka_unit_test_setup(test_table_huge, set_up),
		cmocka_unit_test_setup(test_table_in_table, set_up),
		cmocka_unit_test_setup(test_table_without_end, set_up),
		cmocka_unit_test_setup(test_table_backwards, set_up),
		cmocka_unit_test_setup(test_too_many_pieces, set_up),
		cmocka_unit_test_setup(test_told_by_flag, set_up),
		cmocka_unit_test_setup(test_told_by_index, set_up),
		cmocka_unit_test_setup(test_kicks_by_flag, set_up),
		cmocka_unit_test_setup(test_kicks_by_index, set_up),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
