// SPDX-License-Identifier: GPL-2.0
/*
 * The thread of an engine, which alone gives it work: who is next, by the
 * scheduler; its jobs, for as long as it was given; what that came to, to the
 * scheduler.
 */
#include <linux/errno.h>
#include <linux/hrtimer.h>
#include <linux/kthread.h>
#include <linux/minmax.h>
#include <linux/rcupdate.h>
#include <linux/sched.h>

#include "trace.h"
#include "vgpu.h"

/* -- A job ------------------------------------------------------------------ */

static void quarantine(struct vgpu_client *client)
{
	client->quarantined = true;
	vgpu_jobs_fail(client, -ECANCELED);
}

/* Without the lock: a console may be slow. */
static void tell_quarantine(const struct vgpu_client *client, u64 strikes)
{
	pr_warn_ratelimited("vgpu %llu (%s) is quarantined: %llu of its jobs on %s ran past their limit\n",
			    client->id, client->comm, strikes, client->engine->name);
}

/* Returns whether that was one too many. */
static bool strike(struct vgpu_engine *engine, struct vgpu_client *client, u64 now)
{
	u32 most = READ_ONCE(engine->strikes);
	u64 window = READ_ONCE(engine->strikes_window);
	bool many = strikes_add(&client->strikes, now, most, window);

	if (client->tab)
		many |= strikes_add(&client->tab->strikes, now, most, window);
	trace_kvmshare_vgpu_strike(client, client->strikes.total, many);
	if (many)
		quarantine(client);
	return many;
}

static int status_of(enum vgpu_outcome outcome)
{
	switch (outcome) {
	case VGPU_LATE:
		return -ETIME;
	case VGPU_FAILED:
		return -EIO;
	default:
		return 0;
	}
}

static bool is_lost(const struct queue_slot *slot)
{
	return slot->place.lost && READ_ONCE(*slot->place.lost);
}

/* Returns the first whose memory is still there, or NULL. */
static struct queue_slot *first_job(struct vgpu_client *client, u64 now)
{
	struct queue_slot *slot = queue_head(&client->queue);

	for (; slot && is_lost(slot); slot = queue_head(&client->queue)) {
		queue_end(&client->queue, -EFAULT, now);
		vgpu_count(VGPU_COUNT_JOB, -1);
		vgpu_client_wake(client);
	}
	return slot;
}

/* Returns the job whose turn it is, begun, or NULL. */
static struct queue_slot *begin_job(struct vgpu_engine *engine, struct vgpu_client *client, u64 now)
{
	struct queue_slot *slot = NULL;

	spin_lock(&engine->lock);
	if (!client->ending && !client->dropping && !client->quarantined && !engine->gone)
		slot = first_job(client, now);
	if (slot && !slot->begun) {
		slot->begun = now;
		client->words = (struct words) { 0 };
	}
	spin_unlock(&engine->lock);
	return slot;
}

/* Returns whether its client has another. */
static bool end_job(struct vgpu_engine *engine, struct vgpu_client *client,
		    struct queue_slot *slot, enum vgpu_outcome outcome, u64 ran, u64 now)
{
	bool more, many = false;
	u64 strikes;

	spin_lock(&engine->lock);
	slot->ran += ran;
	if (outcome != VGPU_MORE) {
		bool late = slot->ran > READ_ONCE(engine->job_limit);

		queue_end(&client->queue, status_of(outcome), now);
		vgpu_count(VGPU_COUNT_JOB, -1);
		/* What a device fails at is not its client's. */
		if (outcome == VGPU_LATE ||
		    (outcome == VGPU_DONE && late && !engine->ops->preemptible))
			many = strike(engine, client, now);
	}
	more = queue_waiting(&client->queue);
	strikes = client->strikes.total;
	spin_unlock(&engine->lock);
	if (many)
		tell_quarantine(client, strikes);
	if (outcome != VGPU_MORE)
		vgpu_client_wake(client);
	return more;
}

/**
 * struct slice - one that runs
 * @began: by the engine's time, as all here
 * @until: by when it shall be over
 * @now: until when it is accounted for
 * @kept: for how long the thread had been kept from a CPU by then, in all
 * @unseen: for how much of it a device had nothing to do, which was not its client's
 */
struct slice {
	u64 began;
	u64 until;
	u64 now;
	u64 kept;
	u64 unseen;
};

/*
 * What the thread did since is its client's.  What it waited for its CPU is nobody's:
 * a CPU's time has stood, and a device has had nothing to do.
 */
static void account(struct vgpu_engine *engine, struct slice *slice)
{
	u64 kept = vgpu_time_kept(), now = vgpu_time_own(engine);

	if (!engine->ops->is_cpu)
		slice->unseen += min(kept - slice->kept, now - slice->now);
	slice->kept = kept;
	slice->now = now;
}

/* Returns whether the slice goes on. */
static bool run_job(struct vgpu_engine *engine, struct vgpu_client *client, struct slice *slice)
{
	struct queue_slot *slot = begin_job(engine, client, ktime_get_ns());
	struct vgpu_run run = {
		.client = client,
		.words = &client->words,
		.until = slice->until,
		.limit = READ_ONCE(engine->job_limit),
	};
	enum vgpu_outcome outcome;
	bool more, goes_on;
	u64 ran, kept;

	account(engine, slice);
	if (!slot)
		return false;
	run.job = &slot->job;
	run.place = &slot->place;
	run.ran = slot->ran;
	run.began = slice->now;
	outcome = engine->ops->run(engine, &run);
	kept = vgpu_time_kept();
	slice->now = vgpu_time_own(engine);
	/* No engine can make a run of less than nothing. */
	run.unseen = min(run.unseen, slice->now - run.began);
	ran = slice->now - run.began - run.unseen;
	more = end_job(engine, client, slot, outcome, ran, ktime_get_ns());
	goes_on = more && slice->now < slice->until;
	/*
	 * What a device's thread does between two parts of a client's work is that client's,
	 * or many small ones would be had for half: only its waits for a CPU are nobody's.
	 */
	slice->unseen += goes_on ? min(run.unseen, kept - slice->kept) : run.unseen;
	slice->kept = kept;
	/* What its end took of a CPU is the client's, too; a device is idle then. */
	if (engine->ops->is_cpu)
		account(engine, slice);
	return goes_on && slice->now < slice->until;
}

/* -- A slice ---------------------------------------------------------------- */

/* @began is the host's, for whoever puts it beside other events. */
static void log_switch(struct vgpu_client *client, u64 began, u64 ran, u64 budget)
{
	client->switches[client->switched++ % KVMSHARE_VGPU_SWITCHES] =
		(struct kvmshare_vgpu_switch) {
			.begin_ns = began, .run_ns = ran, .budget_ns = budget,
		};
	trace_kvmshare_vgpu_end(client, ran, budget);
	if (ran > budget)
		trace_kvmshare_vgpu_overshoot(client, ran - budget);
}

/* Those that its client does not want any more end, whether one has begun or not. */
static void drop_jobs(struct vgpu_client *client)
{
	lockdep_assert_held(&client->engine->lock);
	if (!client->dropping)
		return;
	vgpu_jobs_fail(client, -ECANCELED);
	WRITE_ONCE(client->dropping, false);
	vgpu_client_wake(client);
}

static void end_slice(struct vgpu_engine *engine, struct vgpu_client *client,
		      const struct slice *slice, u64 began)
{
	u64 ran = slice->now - slice->began - slice->unseen;
	bool left = false;

	spin_lock(&engine->lock);
	log_switch(client, began, ran, slice->until - slice->began);
	drop_jobs(client);
	sched_ran(&engine->sched, slice->now, ran, queue_waiting(&client->queue));
	window_look(&engine->window, &engine->sched, slice->now);
	if (client->ending)
		left = vgpu_client_leave(client);
	spin_unlock(&engine->lock);
	if (left) {
		vgpu_client_wake(client);
		vgpu_client_put(client);
	}
}

static void run_slice(struct vgpu_engine *engine, struct vgpu_client *client, struct slice *slice)
{
	u64 began = ktime_get_ns() - (vgpu_time_own(engine) - slice->began);

	while (run_job(engine, client, slice))
		cond_resched();
	end_slice(engine, client, slice, began);
}

/* -- The thread ------------------------------------------------------------- */

/*
 * Whose slice begins, or NULL; next->again is by the host's time.  A CPU goes on from
 * @ended, when the last slice did, if one has just: what the choice takes is the next
 * one's, or a cap would be of more than all get done together.
 */
static struct vgpu_client *pick(struct vgpu_engine *engine, u64 ended, struct slice *slice,
				struct sched_pick *next)
{
	struct vgpu_client *client = NULL;
	u64 kept, now;

	*next = (struct sched_pick) { .again = SCHED_NEVER };
	spin_lock(&engine->lock);
	engine->kicked = false;
	kept = vgpu_time_kept();
	now = vgpu_time_runs(engine);
	if (ended && engine->ops->is_cpu)
		now = ended;
	window_look(&engine->window, &engine->sched, now);
	if (!engine->gone && sched_next(&engine->sched, now, next)) {
		client = container_of(next->client, struct vgpu_client, sched);
		trace_kvmshare_vgpu_dispatch(client, next->budget);
	} else {
		next->again = vgpu_time_sleeps(engine, next->again);
	}
	spin_unlock(&engine->lock);
	*slice = (struct slice) {
		.began = now, .until = now + next->budget, .now = now, .kept = kept,
	};
	return client;
}

static bool is_kicked(const struct vgpu_engine *engine)
{
	return READ_ONCE(engine->kicked) || kthread_should_stop();
}

/* Until somebody has work, or until @again, by the host's time, when a cap lets somebody run. */
static void rest(struct vgpu_engine *engine, u64 again)
{
	u64 now = ktime_get_ns();

	if (again == SCHED_NEVER)
		wait_event_interruptible(engine->wait, is_kicked(engine));
	else if (again > now)
		wait_event_interruptible_hrtimeout(engine->wait, is_kicked(engine),
						   ns_to_ktime(again - now));
}

/* Its lock is held. */
void vgpu_dispatch_kick(struct vgpu_engine *engine)
{
	lockdep_assert_held(&engine->lock);
	WRITE_ONCE(engine->kicked, true);
	wake_up_interruptible(&engine->wait);
}

int vgpu_dispatch(void *data)
{
	struct vgpu_engine *engine = data;
	u64 ended = 0;

	while (!kthread_should_stop()) {
		struct vgpu_client *client;
		struct sched_pick next;
		struct slice slice;

		client = pick(engine, ended, &slice, &next);
		if (client)
			run_slice(engine, client, &slice);
		else
			rest(engine, next.again);
		ended = client ? slice.now : 0;
		cond_resched_tasks_rcu_qs();
	}
	return 0;
}
