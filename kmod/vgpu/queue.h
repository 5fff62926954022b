/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The jobs of a client, in their order: those that wait, those that have ended
 * and are not reaped.  Pure; the caller serialises.
 */
#ifndef _KVMSHARE_VGPU_QUEUE_H
#define _KVMSHARE_VGPU_QUEUE_H

#include "job.h"

#define QUEUE_DEPTH	256U

/**
 * struct place_of_job - what a job is done in
 * @memory: its places are offsets in that
 * @lost: set, once, when that is not to be touched any more; NULL where it stays.  Read
 *	  without a lock
 */
struct place_of_job {
	void *memory;
	const bool *lost;
};

/**
 * struct queue_slot - a job, and what became of it
 * @job: it
 * @place: what it is done in
 * @fence: its number, from 1
 * @submitted: when it came, in nanoseconds
 * @begun: when it first had the engine, or 0
 * @ended: when it ended
 * @ran: for how long it had the engine
 * @status: how it ended, 0 or a negative errno
 */
struct queue_slot {
	struct job job;
	struct place_of_job place;
	u64 fence;
	u64 submitted;
	u64 begun;
	u64 ended;
	u64 ran;
	s32 status;
};

/**
 * struct queue - of a client; all zeroes but @slots is empty
 * @slots: QUEUE_DEPTH of them
 * @submitted: how many jobs have come
 * @ended: how many of them have ended
 * @reaped: how many of those the client has taken note of
 */
struct queue {
	struct queue_slot *slots;
	u64 submitted;
	u64 ended;
	u64 reaped;
};

/* How many more jobs it can take. */
static inline u32 queue_room(const struct queue *queue)
{
	return QUEUE_DEPTH - (u32)(queue->submitted - queue->reaped);
}

/* How many wait, with the one that runs. */
static inline u32 queue_waiting(const struct queue *queue)
{
	return (u32)(queue->submitted - queue->ended);
}

/* How many can be reaped. */
static inline u32 queue_ended(const struct queue *queue)
{
	return (u32)(queue->ended - queue->reaped);
}

u64 queue_push(struct queue *queue, const struct job *job, const struct place_of_job *place,
	       u64 now);
struct queue_slot *queue_head(struct queue *queue);
void queue_end(struct queue *queue, s32 status, u64 now);
const struct queue_slot *queue_peek(const struct queue *queue, u32 nth);
void queue_reap(struct queue *queue, u32 count);

#endif /* _KVMSHARE_VGPU_QUEUE_H */
