// SPDX-License-Identifier: GPL-2.0
/*
 * What a client has to do: its jobs come, copied already, and what became of
 * them is read.
 */
#include <linux/errno.h>
#include <linux/ktime.h>
#include <linux/minmax.h>
#include <linux/uaccess.h>

#include "trace.h"
#include "vgpu.h"

/* So many records are read at once. */
#define BATCH	16

static int can_submit(const struct vgpu_client *client)
{
	if (client->ending)
		return -ESHUTDOWN;
	if (client->engine->gone)
		return -ENODEV;
	if (client->quarantined)
		return -EACCES;
	if (client->dropping)
		return -EAGAIN;
	return queue_room(&client->queue) ? 0 : -EAGAIN;
}

/**
 * vgpu_jobs_submit() - as many of them as there is room for
 * @client: whose
 * @jobs: checked, of the module's own memory
 * @place: what they are done in; stays until they have ended
 * @nr: how many
 * @fence: out: of the last that was taken
 *
 * Return: how many were taken, or a negative errno.
 */
int vgpu_jobs_submit(struct vgpu_client *client, const struct job *jobs,
		     const struct place_of_job *place, u32 nr, u64 *fence)
{
	struct vgpu_engine *engine = client->engine;
	u64 now;
	u32 i;
	int rc;

	spin_lock(&engine->lock);
	rc = can_submit(client);
	if (rc)
		goto unlock;
	now = ktime_get_ns();
	nr = min(nr, queue_room(&client->queue));
	for (i = 0; i < nr; i++)
		*fence = queue_push(&client->queue, &jobs[i], place, now);
	vgpu_count(VGPU_COUNT_JOB, nr);
	if (client->sched.state == SCHED_ASLEEP) {
		trace_kvmshare_vgpu_enqueue(client, nr);
		sched_wake(&engine->sched, &client->sched, vgpu_time_now(engine));
		vgpu_dispatch_kick(engine);
	}
	rc = nr;
unlock:
	spin_unlock(&engine->lock);
	return rc;
}

/**
 * vgpu_jobs_fail() - end all of a client's jobs that have not
 * @client: it; its engine's lock is held, and none of its jobs has the engine
 * @status: how
 *
 * Whoever waits is the caller's to wake.
 */
void vgpu_jobs_fail(struct vgpu_client *client, int status)
{
	u32 waiting = queue_waiting(&client->queue);
	u64 now = ktime_get_ns();

	lockdep_assert_held(&client->engine->lock);
	vgpu_count(VGPU_COUNT_JOB, -(long)waiting);
	while (waiting--)
		queue_end(&client->queue, status, now);
}

/**
 * vgpu_jobs_drop() - end all of a client's jobs, undone
 * @client: it
 *
 * One that has the engine ends where that can stop; the client is woken then, and takes
 * no other before.
 */
void vgpu_jobs_drop(struct vgpu_client *client)
{
	struct vgpu_engine *engine = client->engine;

	spin_lock(&engine->lock);
	if (client->sched.state == SCHED_RUNNING) {
		WRITE_ONCE(client->dropping, true);
	} else {
		vgpu_jobs_fail(client, -ECANCELED);
		sched_sleep(&engine->sched, &client->sched, vgpu_time_now(engine));
	}
	spin_unlock(&engine->lock);
}

/* Has any that it was given not ended? */
bool vgpu_jobs_wait(struct vgpu_client *client)
{
	bool waits;

	spin_lock(&client->engine->lock);
	waits = client->dropping || queue_waiting(&client->queue);
	spin_unlock(&client->engine->lock);
	return waits;
}

/**
 * vgpu_jobs_take() - how jobs have ended, for a client of the kernel's own
 * @client: whose
 * @status: out: of each, 0 or a negative errno, in their order
 * @room: for how many
 *
 * Return: how many they are.
 */
u32 vgpu_jobs_take(struct vgpu_client *client, s32 *status, u32 room)
{
	u32 nr, i;

	spin_lock(&client->engine->lock);
	nr = min(room, queue_ended(&client->queue));
	for (i = 0; i < nr; i++)
		status[i] = queue_peek(&client->queue, i)->status;
	queue_reap(&client->queue, nr);
	spin_unlock(&client->engine->lock);
	return nr;
}

static void fill_record(struct kvmshare_vgpu_done *done, const struct queue_slot *slot)
{
	*done = (struct kvmshare_vgpu_done) {
		.fence = slot->fence,
		.cookie = slot->job.cookie,
		.submit_ns = slot->submitted,
		.begin_ns = slot->begun,
		.end_ns = slot->ended,
		.run_ns = slot->ran,
		.status = slot->status,
	};
}

static u32 peek(struct vgpu_client *client, struct kvmshare_vgpu_done *done, u32 room)
{
	u32 nr;

	spin_lock(&client->engine->lock);
	nr = min(room, queue_ended(&client->queue));
	for (u32 i = 0; i < nr; i++)
		fill_record(&done[i], queue_peek(&client->queue, i));
	spin_unlock(&client->engine->lock);
	return nr;
}

static void reap(struct vgpu_client *client, u32 nr)
{
	spin_lock(&client->engine->lock);
	queue_reap(&client->queue, nr);
	spin_unlock(&client->engine->lock);
	/* There is room again. */
	wake_up_interruptible(&client->wait);
}

/* What the reader's memory does not take is not reaped. */
static ssize_t copy_records(struct vgpu_client *client, char __user *to, u32 room)
{
	struct kvmshare_vgpu_done done[BATCH];
	u32 copied = 0, nr;

	lockdep_assert_held(&client->reading);
	do {
		nr = peek(client, done, min_t(u32, BATCH, room - copied));
		if (copy_to_user(to + copied * sizeof(*done), done, nr * sizeof(*done)))
			return copied ? copied * sizeof(*done) : -EFAULT;
		if (nr)
			reap(client, nr);
		copied += nr;
	} while (nr == BATCH && copied < room);
	return copied * sizeof(*done);
}

/* All has been told: 0, or why nothing more will come. */
static int is_over(struct vgpu_client *client)
{
	int why = 0;

	spin_lock(&client->engine->lock);
	if (!queue_waiting(&client->queue) && !queue_ended(&client->queue))
		why = client->ending ? -ESHUTDOWN : client->engine->gone ? -ENODEV : 0;
	spin_unlock(&client->engine->lock);
	return why;
}

static bool has_news(struct vgpu_client *client)
{
	bool news;

	spin_lock(&client->engine->lock);
	news = queue_ended(&client->queue);
	spin_unlock(&client->engine->lock);
	return news || is_over(client);
}

/**
 * vgpu_jobs_read() - records of jobs that have ended
 * @client: whose
 * @to: where to
 * @len: how many bytes of them
 * @wait: for the first, if there is none
 */
ssize_t vgpu_jobs_read(struct vgpu_client *client, char __user *to, size_t len, bool wait)
{
	u32 room = min_t(size_t, len / sizeof(struct kvmshare_vgpu_done), QUEUE_DEPTH);
	ssize_t got = 0;

	if (!room)
		return -EINVAL;
	while (!got) {
		if (wait && wait_event_interruptible(client->wait, has_news(client)))
			return -ERESTARTSYS;
		if (mutex_lock_interruptible(&client->reading))
			return -ERESTARTSYS;
		got = copy_records(client, to, room);
		mutex_unlock(&client->reading);
		if (!got)
			got = is_over(client);
		if (!got && !wait)
			return -EAGAIN;
	}
	return got;
}
