// SPDX-License-Identifier: GPL-2.0
/*
 * A process as an owner, held weakly: its struct pid, and a look at whether it
 * is gone.
 *
 * The kernel wakes a pid's wait_pidfd when its thread group has exited, in
 * exit_notify() of the last thread or, where the leader was first, when that
 * last thread is released. Both come after the files and the mm were let go.
 * It may also be woken too early (a leader that is traced exits first) or very
 * late: a thread that is traced stays in its group until the tracer reaps it,
 * which it may never do. So a wake-up means "look", and a slow look comes
 * without one.
 */
#include <linux/module.h>
#include <linux/pid.h>
#include <linux/pid_namespace.h>
#include <linux/sched/signal.h>
#include <linux/timer.h>
#include "core.h"

#define SLOW_LOOK	HZ

static struct workqueue_struct *owner_wq;

static struct kvmshare_counter owners = { .name = "owners" };

static struct kvmshare_owner *to_owner(struct work_struct *work)
{
	return container_of(to_delayed_work(work), struct kvmshare_owner, work);
}

/**
 * kvmshare_owner_alive() - is the process there?
 * @tgid: the process
 *
 * Return: true while it has a thread that has not begun to exit. exec keeps
 * it true throughout, also that of a thread other than the leader.
 */
bool kvmshare_owner_alive(struct pid *tgid)
{
	struct task_struct *leader;
	bool alive;

	rcu_read_lock();
	leader = pid_task(tgid, PIDTYPE_TGID);
	alive = leader && atomic_read(&leader->signal->live) > 0;
	rcu_read_unlock();
	return alive;
}
EXPORT_SYMBOL_GPL(kvmshare_owner_alive);

/**
 * kvmshare_owner_nr() - the process's number
 * @tgid: the process
 * @ns: in which pid namespace
 *
 * Return: 0 where it does not show there, or was reaped: the number may be
 * another's by now.
 */
pid_t kvmshare_owner_nr(struct pid *tgid, struct pid_namespace *ns)
{
	pid_t nr = 0;

	rcu_read_lock();
	if (pid_task(tgid, PIDTYPE_TGID))
		nr = pid_nr_ns(tgid, ns);
	rcu_read_unlock();
	return nr;
}
EXPORT_SYMBOL_GPL(kvmshare_owner_nr);

static void look(struct work_struct *work)
{
	struct kvmshare_owner *owner = to_owner(work);

	/* Not watched yet, or found gone before (the leader's reaping). */
	if (!READ_ONCE(owner->gone))
		return;
	if (kvmshare_owner_alive(owner->pid)) {
		queue_delayed_work(owner_wq, &owner->work,
				   round_jiffies_relative(SLOW_LOOK));
		return;
	}
	owner->gone(owner);
	WRITE_ONCE(owner->gone, NULL);
}

/* Called with the tasklist and interrupts locked: it only queues. */
static int woken(struct wait_queue_entry *wait, unsigned int mode, int sync,
		 void *key)
{
	struct kvmshare_owner *owner =
		container_of(wait, struct kvmshare_owner, wait);

	mod_delayed_work(owner_wq, &owner->work, 0);
	return 0;
}

int kvmshare_owner_watch(struct kvmshare_owner *owner, struct pid *tgid,
			 void (*gone)(struct kvmshare_owner *owner))
{
	owner->pid = get_pid(tgid);
	owner->gone = NULL;
	INIT_DELAYED_WORK(&owner->work, look);
	init_waitqueue_func_entry(&owner->wait, woken);

	/*
	 * First be on the queue, then look, then look again as the work does:
	 * no wake-up is missed, and @gone never runs for what was refused.
	 */
	add_wait_queue(&tgid->wait_pidfd, &owner->wait);
	atomic_inc(&owners.live);
	if (!kvmshare_owner_alive(tgid)) {
		kvmshare_owner_unwatch(owner);
		return -ESRCH;
	}
	WRITE_ONCE(owner->gone, gone);
	mod_delayed_work(owner_wq, &owner->work, 0);
	return 0;
}
EXPORT_SYMBOL_GPL(kvmshare_owner_watch);

void kvmshare_owner_unwatch(struct kvmshare_owner *owner)
{
	/* 1. Nothing queues the work from outside any more, 2. nor itself. */
	remove_wait_queue(&owner->pid->wait_pidfd, &owner->wait);
	cancel_delayed_work_sync(&owner->work);
	put_pid(owner->pid);
	atomic_dec(&owners.live);
}
EXPORT_SYMBOL_GPL(kvmshare_owner_unwatch);

int kvmshare_owner_init(void)
{
	int err;

	owner_wq = alloc_workqueue("kvmshare_owner", WQ_UNBOUND, 0);
	if (!owner_wq)
		return -ENOMEM;
	err = kvmshare_counter_add(&owners);
	if (err)
		destroy_workqueue(owner_wq);
	return err;
}

void kvmshare_owner_exit(void)
{
	kvmshare_counter_remove(&owners);
	destroy_workqueue(owner_wq);
}
