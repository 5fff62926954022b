// SPDX-License-Identifier: GPL-2.0
#include "queue.h"

static struct queue_slot *slot_of(const struct queue *queue, u64 number)
{
	return &queue->slots[number % QUEUE_DEPTH];
}

/**
 * queue_push() - a job comes
 * @queue: it has room
 * @job: checked
 * @place: what it is done in, which stays until it has ended
 * @now: the time
 *
 * Return: its fence.
 */
u64 queue_push(struct queue *queue, const struct job *job, const struct place_of_job *place,
	       u64 now)
{
	struct queue_slot *slot = slot_of(queue, queue->submitted);

	*slot = (struct queue_slot) {
		.job = *job,
		.place = *place,
		.fence = ++queue->submitted,
		.submitted = now,
	};
	return slot->fence;
}

/**
 * queue_head() - the job whose turn it is
 * @queue: the queue
 *
 * Return: it, which stays where it is until it has ended and is reaped; or NULL.
 */
struct queue_slot *queue_head(struct queue *queue)
{
	return queue_waiting(queue) ? slot_of(queue, queue->ended) : NULL;
}

/**
 * queue_end() - the job whose turn it was has ended
 * @queue: it has one
 * @status: 0 or a negative errno
 * @now: the time
 */
void queue_end(struct queue *queue, s32 status, u64 now)
{
	struct queue_slot *slot = slot_of(queue, queue->ended++);

	slot->status = status;
	slot->ended = now;
}

/**
 * queue_peek() - one that has ended
 * @queue: the queue
 * @nth: of those that are not reaped, from 0, the oldest
 *
 * Return: it, or NULL.
 */
const struct queue_slot *queue_peek(const struct queue *queue, u32 nth)
{
	return nth < queue_ended(queue) ? slot_of(queue, queue->reaped + nth) : NULL;
}

/**
 * queue_reap() - the client has taken note of some
 * @queue: the queue
 * @count: of the oldest that have ended; there are as many
 */
void queue_reap(struct queue *queue, u32 count)
{
	queue->reaped += count;
}
