// SPDX-License-Identifier: GPL-2.0
/*
 * A VMM opens a device, and closes it, in whatever way that comes: what it had is given
 * back before the close is over.
 */
#include <linux/cgroup.h>
#include <linux/errno.h>
#include <linux/kthread.h>
#include <linux/memcontrol.h>
#include <linux/sched/signal.h>

#include "mdev.h"

static DEFINE_SPINLOCK(vgpu_open_lock);
static LIST_HEAD(open_devices);	/* vgpu_open_lock */

/* -- Those that are open ---------------------------------------------------- */

/**
 * vgpu_device_get() - a device that a VMM has open
 * @client: by its client
 *
 * Return: it, which stays open until vgpu_device_put(); or NULL.
 */
struct vgpu_device *vgpu_device_get(u64 client)
{
	struct vgpu_device *device, *found = NULL;

	spin_lock(&vgpu_open_lock);
	list_for_each_entry(device, &open_devices, node) {
		if (device->client->id == client) {
			device->users++;
			found = device;
		}
	}
	spin_unlock(&vgpu_open_lock);
	return found;
}

void vgpu_device_put(struct vgpu_device *device)
{
	spin_lock(&vgpu_open_lock);
	/* Under the lock, or it might have been closed and freed meanwhile. */
	if (!--device->users)
		wake_up_all(&device->done);
	spin_unlock(&vgpu_open_lock);
}

/**
 * vgpu_devices_of() - all that a process has open
 * @tgid: it
 * @each: called for each of them, under a spinlock
 * @arg: for it
 */
void vgpu_devices_of(struct pid *tgid, void (*each)(struct vgpu_device *device, void *arg), void *arg)
{
	struct vgpu_device *device;

	spin_lock(&vgpu_open_lock);
	list_for_each_entry(device, &open_devices, node) {
		if (device->client->pid == tgid)
			each(device, arg);
	}
	spin_unlock(&vgpu_open_lock);
}

static void show(struct vgpu_device *device)
{
	spin_lock(&vgpu_open_lock);
	list_add(&device->node, &open_devices);
	spin_unlock(&vgpu_open_lock);
}

static void hide(struct vgpu_device *device)
{
	spin_lock(&vgpu_open_lock);
	list_del(&device->node);
	spin_unlock(&vgpu_open_lock);
}

static bool has_users(struct vgpu_device *device)
{
	bool has;

	spin_lock(&vgpu_open_lock);
	has = device->users;
	spin_unlock(&vgpu_open_lock);
	return has;
}

/* -- Its client ------------------------------------------------------------- */

static struct vgpu_client *create_client(struct vgpu_device *device)
{
	struct kvmshare_vgpu_set set = {
		.flags = KVMSHARE_VGPU_SET_AVERAGING, .averaging = device->wanted.averaging,
	};
	struct kvmshare_vgpu_open arg = {
		.weight = device->wanted.weight,
		.minimum_percent = device->wanted.minimum / VGPU_PERCENT,
		.cap_percent = device->wanted.cap / VGPU_PERCENT,
		.slice_us = device->wanted.slice / SCHED_US,
	};
	struct vgpu_client *client;

	lockdep_assert_held(&device->lock);
	strscpy(arg.engine, device->engine, sizeof(arg.engine));
	client = vgpu_client_create(&arg, &device->name);
	/* What it has, it can be given: this fails only where it has ended already. */
	if (!IS_ERR(client))
		vgpu_client_set(client, &set);
	return client;
}

static void end_client(struct vgpu_client *client)
{
	vgpu_client_end(client);
	kvmshare_owner_unwatch(&client->owner);
	vgpu_client_put(client);
}

/* -- Opening ---------------------------------------------------------------- */

/* As it is after power-on. */
static void init_state(struct vgpu_device *device)
{
	device_front_init(&device->front);
	device->todo = 0;
	device->busy = false;
	device->failing = false;
	device->stopping = false;
	device->used = 0;
	device->pinned = 0;
	device->drawn = true;
}

static int start_worker(struct vgpu_device *device)
{
	struct task_struct *worker;
	int rc;

	worker = kthread_create(vgpu_worker, device, "kvmshare/vgpu%u", device->name.slot);
	if (IS_ERR(worker))
		return PTR_ERR(worker);
	/* What it does for a guest, and how much, is within the bounds of the VMM's groups. */
	rc = cgroup_attach_task_all(current, worker);
	if (rc) {
		kthread_stop(worker);
		return rc;
	}
	get_task_struct(worker);
	set_user_nice(worker, task_nice(current));
	device->worker = worker;
	device->memcg = get_mem_cgroup_from_mm(current->mm);
	wake_up_process(worker);
	return 0;
}

static int set_up(struct vgpu_device *device)
{
	int rc;

	lockdep_assert_held(&device->lock);
	device->client = create_client(device);
	if (IS_ERR(device->client)) {
		rc = PTR_ERR(device->client);
		goto err_none;
	}
	init_state(device);
	rc = vgpu_back_alloc(device);
	if (rc)
		goto err_client;
	rc = start_worker(device);
	if (rc)
		goto err_back;
	return 0;

err_back:
	vgpu_back_free(device);
err_client:
	end_client(device->client);
err_none:
	device->client = NULL;
	return rc;
}

/**
 * vgpu_device_open() - the calling process has it from now on
 * @device: closed
 *
 * Return: 0; -EBUSY where a process that had it before is still at taking memory away; or
 * as vgpu_client_create().
 */
int vgpu_device_open(struct vgpu_device *device)
{
	int rc = vgpu_loss_settle(device);

	if (rc)
		return rc;
	if (mutex_lock_killable(&device->lock))
		return -EINTR;
	rc = set_up(device);
	mutex_unlock(&device->lock);
	if (!rc)
		show(device);
	return rc;
}

/* -- Closing ---------------------------------------------------------------- */

static void stop_worker(struct vgpu_device *device)
{
	vgpu_worker_kill(device);
	kthread_stop(device->worker);
	cancel_delayed_work_sync(&device->watch);
	put_task_struct(device->worker);
	device->worker = NULL;
	mem_cgroup_put(device->memcg);
	device->memcg = NULL;
}

/**
 * vgpu_device_close() - nobody has it any more
 * @device: open
 */
void vgpu_device_close(struct vgpu_device *device)
{
	hide(device);
	stop_worker(device);
	wait_event(device->done, !has_users(device));
	vgpu_irqs_release(&device->irqs);
	mutex_lock(&device->lock);
	end_client(device->client);
	device->client = NULL;
	mutex_unlock(&device->lock);
	vgpu_back_free(device);
	mutex_lock(&device->picture.lock);
	vgpu_display_free(&device->picture);
	mutex_unlock(&device->picture.lock);
}
