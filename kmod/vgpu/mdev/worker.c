// SPDX-License-Identifier: GPL-2.0
/*
 * The worker of a device: what its driver asks for, one thing after another.  It alone
 * touches the guest's memory, which may never answer: a signal that can only come from
 * vgpu_device_close() gets it out of there.
 */
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

/* -- What it is asked for --------------------------------------------------- */

static void grant(struct vgpu_device *device, struct vgpu_wish *wish, int asked)
{
	WRITE_ONCE(wish->granted, asked);
	wake_up_all(&device->done);
}

static void reset(struct vgpu_device *device)
{
	int asked = atomic_read(&device->reset.asked);
	bool all = test_and_clear_bit(VGPU_RESET_ALL, &device->todo);

	clear_bit(VGPU_RESET, &device->todo);
	vgpu_works_drop(device);
	device_back_reset(device->back);
	vgpu_front_reset(device, all);
	if (all)
		grant(device, &device->reset, asked);
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
	grant(device, &device->look, asked);
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
	wait_event_interruptible(device->client->wait, has_todo(device));
	/* An administrator's, who cannot end it so. */
	if (signal_pending(current) && !READ_ONCE(device->stopping))
		flush_signals(current);
}

int vgpu_worker(void *data)
{
	struct vgpu_device *device = data;
	struct mem_cgroup *was = set_active_memcg(device->memcg);

	allow_signal(SIGKILL);
	while (!kthread_should_stop()) {
		rest(device);
		if (!READ_ONCE(device->stopping))
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

static int wait_for(struct vgpu_device *device, struct vgpu_wish *wish, enum vgpu_todo what)
{
	int asked = atomic_inc_return(&wish->asked);

	vgpu_worker_ask(device, what);
	if (wait_event_killable(device->done, is_granted(device, wish, asked)))
		return -EINTR;
	return 0;
}

/**
 * vgpu_worker_reset() - the whole function is as it was in the beginning
 * @device: open
 *
 * Return: 0; -EINTR where the caller is killed, and that is done later.
 */
int vgpu_worker_reset(struct vgpu_device *device)
{
	mutex_lock(&device->front_lock);
	WRITE_ONCE(device->failing, true);
	mutex_unlock(&device->front_lock);
	return wait_for(device, &device->reset, VGPU_RESET_ALL);
}

/**
 * vgpu_worker_look() - the picture shows what the screen does now
 * @device: open
 *
 * Return: as above.
 */
int vgpu_worker_look(struct vgpu_device *device)
{
	return wait_for(device, &device->look, VGPU_LOOKED_AT);
}
