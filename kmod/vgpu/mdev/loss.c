// SPDX-License-Identifier: GPL-2.0
/*
 * The VMM takes memory away: its pins are given up at once, and no job is waited for.
 *
 * VFIO says so with the lock of its list of devices (device_list_lock), which it takes
 * inside of that of all mappings (iommu->lock) where a device is opened or closed.  To
 * unpin takes the latter.  So a work of ours unpins, and VFIO's thread waits for it, with
 * a limit, since a thread that opens a device may have the one and wait for the other;
 * VFIO asks again then.
 *
 * VFIO ends the kernel (BUG) where it has asked ten times and finds pins still.  So
 * nothing is pinned until the thread that takes memory away has left the kernel, which a
 * task work of its tells; and one that was not served in time again and again waits
 * without a limit.
 */
#include <linux/module.h>
#include <linux/rcupdate.h>
#include <linux/slab.h>
#include <linux/task_work.h>
#include <linux/workqueue.h>

#include "mdev.h"

#define PATIENCE	(5 * HZ)
#define LATE_MAX	5

/**
 * struct taker - a thread that takes memory away
 * @leaves: called when it leaves the kernel
 * @node: of its device's
 * @device: whose guest's memory; not freed meanwhile
 * @thread: it; not held
 * @opening: of the device
 * @at: where that is for the guest
 * @len: how many bytes
 * @asked: its wish
 * @late: how often that was not granted in time
 * @leaves_now: it never calls @leaves
 */
struct taker {
	struct callback_head leaves;
	struct list_head node;
	struct vgpu_device *device;
	struct task_struct *thread;
	u32 opening;
	u64 at;
	u64 len;
	int asked;
	int late;
	bool leaves_now;
};

static struct workqueue_struct *losses;

/* -- Who takes -------------------------------------------------------------- */

static struct taker *find(struct vgpu_loss *loss)
{
	struct taker *taker, *found = NULL;

	spin_lock(&loss->lock);
	list_for_each_entry(taker, &loss->takers, node) {
		if (taker->thread == current)
			found = taker;
	}
	spin_unlock(&loss->lock);
	return found;
}

static void leave(struct callback_head *head)
{
	struct taker *taker = container_of(head, struct taker, leaves);
	struct vgpu_device *device = taker->device;

	spin_lock(&device->loss.lock);
	list_del(&taker->node);
	spin_unlock(&device->loss.lock);
	wake_up_all(&device->done);
	kfree(taker);
	put_device(&device->vfio.device);
	/* What is left of this function vgpu_losses_exit() waits for. */
	module_put(THIS_MODULE);
}

static struct taker *add(struct vgpu_device *device)
{
	struct taker *taker = kzalloc(sizeof(*taker), GFP_KERNEL_ACCOUNT | __GFP_NOFAIL);
	struct vgpu_loss *loss = &device->loss;

	__module_get(THIS_MODULE);
	get_device(&device->vfio.device);
	init_task_work(&taker->leaves, leave);
	taker->device = device;
	taker->thread = current;
	spin_lock(&loss->lock);
	taker->opening = loss->opening;
	list_add(&taker->node, &loss->takers);
	spin_unlock(&loss->lock);
	/* One of the kernel's own does not leave it, and one that ends has done so. */
	taker->leaves_now = current->flags & PF_KTHREAD ||
			    task_work_add(current, &taker->leaves, TWA_RESUME);
	return taker;
}

/**
 * vgpu_loss_goes_on() - is nothing to be pinned?
 * @device: for it
 *
 * Return: whether memory of its present VMM's guest is being taken away; who waits for
 * the end of that is woken at its @done.
 */
bool vgpu_loss_goes_on(struct vgpu_device *device)
{
	struct vgpu_loss *loss = &device->loss;
	struct taker *taker;
	bool goes_on = false;

	spin_lock(&loss->lock);
	list_for_each_entry(taker, &loss->takers, node)
		goes_on |= taker->opening == loss->opening;
	spin_unlock(&loss->lock);
	return goes_on;
}

/* Another VMM opens the device: it does not wait for threads of those before it. */
void vgpu_loss_begin(struct vgpu_loss *loss)
{
	spin_lock(&loss->lock);
	loss->opening++;
	spin_unlock(&loss->lock);
}

/* -- Giving up -------------------------------------------------------------- */

static bool is_granted(const struct vgpu_loss *loss, int asked)
{
	return READ_ONCE(loss->wish.granted) - asked >= 0;
}

static bool is_within(const struct vgpu_image *image, u64 at, u64 len)
{
	unsigned long i;

	for (i = 0; i < image->nr; i++) {
		if (image->places[i] - at < len)
			return true;
	}
	return false;
}

static bool is_taken(struct vgpu_loss *loss, const struct vgpu_image *image)
{
	struct taker *taker;
	bool taken = false;

	spin_lock(&loss->lock);
	list_for_each_entry(taker, &loss->takers, node) {
		if (!is_granted(loss, taker->asked) && is_within(image, taker->at, taker->len))
			taken = true;
	}
	spin_unlock(&loss->lock);
	return taken;
}

static bool lose_images(struct vgpu_device *device)
{
	struct vgpu_image *image;
	bool lost = false;

	lockdep_assert_held(&device->pins);
	list_for_each_entry(image, &device->images, node) {
		if (image->lost || !is_taken(&device->loss, image))
			continue;
		WRITE_ONCE(image->lost, true);
		vgpu_pins_give_up(device, image);
		lost = true;
	}
	return lost;
}

static void give_up(struct work_struct *work)
{
	struct vgpu_loss *loss = container_of(work, struct vgpu_loss, work);
	struct vgpu_device *device = container_of(loss, struct vgpu_device, loss);
	int asked = atomic_read(&loss->wish.asked);

	mutex_lock(&device->pins);
	/* While there is an image, under the lock, the worker has not come to its end. */
	if (lose_images(device))
		vgpu_worker_ask(device, VGPU_LOST);
	mutex_unlock(&device->pins);
	WRITE_ONCE(loss->wish.granted, asked);
	wake_up_all(&device->done);
}

static void await(struct vgpu_device *device, struct taker *taker)
{
	struct vgpu_loss *loss = &device->loss;

	if (taker->late >= LATE_MAX || kvmshare_vfio_asks_once(&device->vfio))
		wait_event(device->done, is_granted(loss, taker->asked));
	else if (!wait_event_timeout(device->done, is_granted(loss, taker->asked), PATIENCE))
		taker->late++;
}

/**
 * vgpu_loss_take() - the VMM takes memory away
 * @device: whose guest's
 * @at: the guest's address of it
 * @len: of how many bytes
 *
 * No page of it is pinned when this returns, but where that took too long; and none of
 * the guest's is until the calling thread has left the kernel.
 */
void vgpu_loss_take(struct vgpu_device *device, u64 at, u64 len)
{
	struct vgpu_loss *loss = &device->loss;
	struct taker *taker = find(loss) ?: add(device);

	spin_lock(&loss->lock);
	taker->at = at;
	taker->len = len;
	taker->asked = atomic_inc_return(&loss->wish.asked);
	spin_unlock(&loss->lock);
	queue_work(losses, &loss->work);
	await(device, taker);
	if (taker->leaves_now)
		leave(&taker->leaves);
}

/* -- Coming and going ------------------------------------------------------- */

void vgpu_loss_init(struct vgpu_loss *loss)
{
	spin_lock_init(&loss->lock);
	INIT_LIST_HEAD(&loss->takers);
	INIT_WORK(&loss->work, give_up);
}

/* Nobody takes memory away any more. */
void vgpu_loss_exit(struct vgpu_loss *loss)
{
	flush_work(&loss->work);
}

int vgpu_losses_init(void)
{
	losses = alloc_workqueue("kvmshare-loss", WQ_UNBOUND | WQ_HIGHPRI | WQ_MEM_RECLAIM, 0);
	return losses ? 0 : -ENOMEM;
}

void vgpu_losses_exit(void)
{
	destroy_workqueue(losses);
	/* Those that are at the end of leave(), without a reference of the module. */
	synchronize_rcu_tasks();
}
