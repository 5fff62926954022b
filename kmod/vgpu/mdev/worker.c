// SPDX-License-Identifier: GPL-2.0
/*
 * The worker of a device: what its driver asks for, one thing after another.  It alone
 * touches the guest's memory, which may never answer.  A signal of the kernel's own gets
 * it out of there: when the VMM closes the device, and when it dies while one of its
 * threads waits for what the worker holds, so that it cannot.
 */
#include <linux/errno.h>
#include <linux/kthread.h>
#include <linux/rcupdate.h>
#include <linux/sched/mm.h>
#include <linux/sched/signal.h>

#include "mdev.h"

/* So many requests of a queue at once; between them others are looked at. */
#define BATCH	32

void vgpu_worker_ask(struct vgpu_device *device, enum vgpu_todo what)
{
	set_bit(what, &device->todo);
	wake_up(&device->client->wait);
}

/* -- Its end ---------------------------------------------------------------- */

#define WATCH	HZ

/* Out of whatever it waits for in the guest's memory, which it does not touch any more. */
void vgpu_worker_kill(struct vgpu_device *device)
{
	WRITE_ONCE(device->stopping, true);
	wake_up_all(&device->done);
	send_sig(SIGKILL, device->worker, 1);
}

static bool is_dying(struct pid *tgid)
{
	struct task_struct *task;
	bool dying;

	rcu_read_lock();
	task = pid_task(tgid, PIDTYPE_TGID);
	dying = !task || READ_ONCE(task->signal->flags) & SIGNAL_GROUP_EXIT;
	rcu_read_unlock();
	return dying;
}

/* Now and then, while the worker serves. */
void vgpu_worker_watch(struct work_struct *work)
{
	struct vgpu_device *device = container_of(work, struct vgpu_device, watch.work);

	if (is_dying(device->client->pid))
		vgpu_worker_kill(device);
	else if (READ_ONCE(device->busy))
		schedule_delayed_work(&device->watch, WATCH);
}

/* -- What it is asked for --------------------------------------------------- */

static void reset(struct vgpu_device *device)
{
	vgpu_works_drop(device);
	device_back_reset(device->back);
	vgpu_front_reset(device);
	wake_up_all(&device->done);
}

/* Returns 1 where there is more, 0 or a negative errno. */
static int serve_some(struct vgpu_device *device, u32 queue)
{
	struct device_back *back = device->back;
	int rc, nr;

	rc = device_back_listen(back, queue, false);
	if (rc < 0)
		return rc;
	nr = device_back_serve(back, queue, BATCH);
	if (nr < 0)
		return nr;
	rc = device_back_told(back, queue);
	if (rc > 0)
		vgpu_front_tell(device, queue);
	if (rc < 0)
		return rc;
	return nr == BATCH ? 1 : device_back_listen(back, queue, true);
}

static void serve(struct vgpu_device *device, u32 queue)
{
	struct transport transport;
	int rc;

	if (!vgpu_front_works(device, &transport))
		return;
	device_back_start(device->back, &transport);
	rc = serve_some(device, queue);
	if (rc < 0)
		vgpu_front_break(device);
	else if (rc)
		set_bit(VGPU_KICKED + queue, &device->todo);
}

static void resize(struct vgpu_device *device)
{
	mutex_lock(&device->lock);
	device->back->gpu.screen.width = device->width;
	device->back->gpu.screen.height = device->height;
	mutex_unlock(&device->lock);
	vgpu_front_changed(device);
}

static void look(struct vgpu_device *device)
{
	int asked = atomic_read(&device->look.asked);

	vgpu_display_make(device);
	WRITE_ONCE(device->look.granted, asked);
	wake_up_all(&device->done);
}

static void serve_all(struct vgpu_device *device)
{
	u32 queue;

	if (vgpu_works_reap(device) < 0)
		vgpu_front_break(device);
	if (test_bit(VGPU_RESET, &device->todo) || test_bit(VGPU_RESET_ALL, &device->todo))
		reset(device);
	if (test_and_clear_bit(VGPU_LOST, &device->todo))
		vgpu_images_tidy(device);
	if (test_and_clear_bit(VGPU_RESIZED, &device->todo))
		resize(device);
	for (queue = 0; queue < TRANSPORT_QUEUES; queue++) {
		if (test_and_clear_bit(VGPU_KICKED + queue, &device->todo))
			serve(device, queue);
	}
	if (test_and_clear_bit(VGPU_LOOKED_AT, &device->todo))
		look(device);
}

/* -- The thread ------------------------------------------------------------- */

static bool has_todo(struct vgpu_device *device)
{
	return READ_ONCE(device->todo) || kthread_should_stop() || vgpu_works_ended(device);
}

static void rest(struct vgpu_device *device)
{
	WRITE_ONCE(device->busy, false);
	wait_event_interruptible(device->client->wait, has_todo(device));
	WRITE_ONCE(device->busy, true);
	schedule_delayed_work(&device->watch, WATCH);
}

/* Nothing is done any more, but for its end. */
static void rest_for_good(struct vgpu_device *device)
{
	flush_signals(current);
	wait_event_idle(device->client->wait, kthread_should_stop());
}

int vgpu_worker(void *data)
{
	struct vgpu_device *device = data;
	struct mem_cgroup *was = set_active_memcg(device->memcg);

	allow_kernel_signal(SIGKILL);
	while (!kthread_should_stop()) {
		rest(device);
		if (READ_ONCE(device->stopping))
			rest_for_good(device);
		else
			serve_all(device);
		cond_resched();
		/* A guest that keeps it busy holds up nobody who waits for all tasks. */
		cond_resched_tasks_rcu_qs();
	}
	vgpu_works_drop(device);
	device_back_reset(device->back);
	vgpu_images_free(device);
	set_active_memcg(was);
	return 0;
}

/* -- Those who wait for it -------------------------------------------------- */

static bool is_granted(const struct vgpu_device *device, const struct vgpu_wish *wish, int asked)
{
	return READ_ONCE(wish->granted) - asked >= 0 || READ_ONCE(device->stopping);
}

/* How long somebody waits who only looks: the guest's memory may never answer. */
#define PATIENCE	(10 * HZ)

/**
 * vgpu_worker_reset() - the whole function is as it was in the beginning
 * @device: open
 *
 * Return: 0; -EINTR where the caller is killed, and that is done later.
 */
int vgpu_worker_reset(struct vgpu_device *device)
{
	int asked;

	mutex_lock(&device->front_lock);
	vgpu_device_fail(device);
	asked = atomic_inc_return(&device->reset.asked);
	vgpu_worker_ask(device, VGPU_RESET_ALL);
	mutex_unlock(&device->front_lock);
	if (wait_event_killable(device->done, is_granted(device, &device->reset, asked)))
		return -EINTR;
	return 0;
}

/**
 * vgpu_worker_look() - the picture shows what the screen does now
 * @device: open
 *
 * Return: 0; -EINTR where the caller is killed; -ETIMEDOUT where the worker is at the
 * guest's memory for long.
 */
int vgpu_worker_look(struct vgpu_device *device)
{
	int asked = atomic_inc_return(&device->look.asked);
	long left;

	vgpu_worker_ask(device, VGPU_LOOKED_AT);
	left = wait_event_killable_timeout(device->done,
					   is_granted(device, &device->look, asked), PATIENCE);
	if (left < 0)
		return -EINTR;
	return left ? 0 : -ETIMEDOUT;
}
