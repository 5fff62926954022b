// SPDX-License-Identifier: GPL-2.0
/* A client's queue: against a list that remembers everything. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <cmocka.h>

#include "../../kmod/vgpu/queue.c"
#include "random.h"

#define STEPS	200000

/* What is known of each job that ever came. */
struct known {
	u64 cookie;
	u64 submitted;
	u64 ended;
	s32 status;
};

static struct known known[STEPS];
static struct queue_slot slots[QUEUE_DEPTH];
static struct queue queue;
static const struct place_of_job place = { .memory = &queue };
static u64 came, ended, reaped, now;

static int set_up(void **state)
{
	(void)state;
	queue = (struct queue){ .slots = slots };
	came = ended = reaped = now = 0;
	random_seed();
	return 0;
}

static void push(void)
{
	struct job job = { .cookie = random_next() };

	if (!queue_room(&queue)) {
		assert_int_equal(came - reaped, QUEUE_DEPTH);
		return;
	}
	known[came] = (struct known){ .cookie = job.cookie, .submitted = now };
	assert_int_equal(queue_push(&queue, &job, &place, now), ++came);
}

static void end(void)
{
	struct queue_slot *head = queue_head(&queue);

	if (!head) {
		assert_int_equal(came, ended);
		return;
	}
	assert_int_equal(head->fence, ended + 1);
	assert_ptr_equal(head->place.memory, &queue);
	assert_int_equal(head->job.cookie, known[ended].cookie);
	known[ended].status = -(s32)random_below(100);
	known[ended].ended = now;
	queue_end(&queue, known[ended].status, now);
	ended++;
}

static void reap(void)
{
	u32 nr = random_below(20), i;
	const struct queue_slot *slot;

	for (i = 0; i < nr && (slot = queue_peek(&queue, i)); i++) {
		assert_int_equal(slot->fence, reaped + i + 1);
		assert_int_equal(slot->job.cookie, known[reaped + i].cookie);
		assert_int_equal(slot->submitted, known[reaped + i].submitted);
		assert_int_equal(slot->ended, known[reaped + i].ended);
		assert_int_equal(slot->status, known[reaped + i].status);
	}
	assert_int_equal(i, nr < ended - reaped ? nr : ended - reaped);
	queue_reap(&queue, i);
	reaped += i;
}

static void test_random(void **state)
{
	(void)state;
	for (int step = 0; step < STEPS; step++) {
		now += random_below(1000);
		/* It is full at times, and empty at others. */
		switch (random_below(step / 5000 % 2 ? 5 : 3)) {
		case 0:
			push();
			break;
		case 1:
			end();
			break;
		case 2:
			push();
			break;
		default:
			reap();
			break;
		}
		assert_int_equal(queue_waiting(&queue), came - ended);
		assert_int_equal(queue_ended(&queue), ended - reaped);
		assert_int_equal(queue_room(&queue), QUEUE_DEPTH - (came - reaped));
	}
	assert_true(came > 10000 && reaped > 10000);
}

static void test_slot_stays(void **state)
{
	struct job job = { .cookie = 1 };
	struct queue_slot *head;

	(void)state;
	queue_push(&queue, &job, &place, 5);
	head = queue_head(&queue);
	for (u32 i = 1; i < QUEUE_DEPTH; i++) {
		job.cookie++;
		queue_push(&queue, &job, &place, 6);
	}
	assert_ptr_equal(head, queue_head(&queue));
	assert_int_equal(head->job.cookie, 1);
	assert_int_equal(head->begun, 0);
	assert_null(queue_peek(&queue, 0));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup(test_random, set_up),
		cmocka_unit_test_setup(test_slot_stays, set_up),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
