// SPDX-License-Identifier: GPL-2.0
/*
 * The VMM takes memory away: its pins are given up at once, and no job is waited for.
 *
 * VFIO says so with the lock of its list of devices (device_list_lock), which it takes
 * inside of that of all mappings (iommu->lock) elsewhere: where a device is opened or
 * closed, or another thread takes memory away.  To unpin takes the latter.  So a work of
 * ours unpins, and VFIO's thread waits for it, with a limit, since another may have the
 * one lock and wait for the other; VFIO asks again then.
 *
 * VFIO ends the kernel (BUG) where it has asked eleven times and finds pins still.  So a
 * VMM pins nothing until its thread that takes memory away has left the kernel, which a
 * task work of that tells: what was given up once is not there the next time.  And at
 * the eleventh time it is waited for without a limit.
 */
#include <linux/module.h>
#include <linux/rcupdate.h>
#include <linux/slab.h>
#include <linux/task_work.h>
#include <linux/workqueue.h>

#include "mdev.h"

#define PATIENCE	HZ
#define LATE_MAX	10

/**
 * struct taker - a thread that takes memory away
 * @leaves: called when it leaves the kernel
 * @node: of all
 * @device: whose guest's memory; not freed meanwhile
 * @thread: it; not held
 * @tgid: its process
 * @at: where that is for the guest
 * @len: how many bytes
 * @asked: its wish
 * @looked: the wish whose memory was given up last
 * @late: how often one was not granted in time
 * @leaves_now: it never calls @leaves
 */
struct taker {
	struct callback_head leaves;
	struct list_head node;
	struct vgpu_device *device;
	struct task_struct *thread;
	struct pid *tgid;
	u64 at;
	u64 len;
	int asked;
	int looked;
	int late;
	bool leaves_now;
};

static DEFINE_SPINLOCK(takers_lock);
static LIST_HEAD(takers);	/* takers_lock, with all of each */

static struct workqueue_struct *losses;

/* -- Who takes -------------------------------------------------------------- */

static struct taker *find(struct vgpu_device *device)
{
	struct taker *taker, *found = NULL;

	spin_lock(&takers_lock);
	list_for_each_entry(taker, &takers, node) {
		if (taker->device == device && taker->thread == current)
			found = taker;
	}
	spin_unlock(&takers_lock);
	return found;
}

/* Those of all of the process's devices may go on, and are woken with a device's own. */
static void wake(struct vgpu_device *device, void *unused)
{
	wake_up_all(&device->done);
}

static void leave(struct callback_head *head)
{
	struct taker *taker = container_of(head, struct taker, leaves);
	struct vgpu_device *device = taker->device;

	spin_lock(&takers_lock);
	list_del(&taker->node);
	spin_unlock(&takers_lock);
	wake_up_all(&device->done);
	vgpu_devices_of(taker->tgid, wake, NULL);
	put_pid(taker->tgid);
	kfree(taker);
	put_device(&device->vfio.device);
	/* What is left of this function vgpu_losses_exit() waits for. */
	module_put(THIS_MODULE);
}

static struct taker *add(struct vgpu_device *device)
{
	struct taker *taker = kzalloc(sizeof(*taker), GFP_KERNEL_ACCOUNT | __GFP_NOFAIL);

	__module_get(THIS_MODULE);
	get_device(&device->vfio.device);
	init_task_work(&taker->leaves, leave);
	taker->device = device;
	taker->thread = current;
	taker->tgid = get_pid(task_tgid(current));
	spin_lock(&takers_lock);
	list_add(&taker->node, &takers);
	spin_unlock(&takers_lock);
	/* One of the kernel's own does not leave it, and one that ends has done so. */
	taker->leaves_now = current->flags & PF_KTHREAD ||
			    task_work_add(current, &taker->leaves, TWA_RESUME);
	return taker;
}

/* Of @device, or by the process @tgid. */
static bool has_taker(const struct vgpu_device *device, const struct pid *tgid)
{
	struct taker *taker;
	bool has = false;

	spin_lock(&takers_lock);
	list_for_each_entry(taker, &takers, node)
		has |= taker->device == device || taker->tgid == tgid;
	spin_unlock(&takers_lock);
	return has;
}

/**
 * vgpu_loss_goes_on() - is nothing to be pinned?
 * @device: open
 *
 * Return: whether its VMM takes memory away, of whichever device; who waits for the end
 * of that is woken at its @done.
 */
bool vgpu_loss_goes_on(struct vgpu_device *device)
{
	return has_taker(device, device->client->pid);
}

/**
 * vgpu_loss_settle() - nobody has the device's guest lose memory
 * @device: about to be opened
 *
 * Return: 0; -EINTR where the caller is killed; -EBUSY where a thread of those who had it
 * before is at that for long.
 */
int vgpu_loss_settle(struct vgpu_device *device)
{
	long left = wait_event_killable_timeout(device->done, !has_taker(device, NULL), PATIENCE);

	if (left < 0)
		return -EINTR;
	return left ? 0 : -EBUSY;
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

static bool lose_range(struct vgpu_device *device, u64 at, u64 len)
{
	struct vgpu_image *image;
	bool lost = false;

	lockdep_assert_held(&device->pins);
	list_for_each_entry(image, &device->images, node) {
		if (image->lost || !is_within(image, at, len))
			continue;
		WRITE_ONCE(image->lost, true);
		vgpu_pins_give_up(device, image);
		lost = true;
	}
	return lost;
}

/* One that was asked for and not looked at. */
static bool next_range(struct vgpu_device *device, u64 *at, u64 *len)
{
	struct taker *taker;
	bool found = false;

	spin_lock(&takers_lock);
	list_for_each_entry(taker, &takers, node) {
		if (taker->device == device && taker->looked != taker->asked) {
			taker->looked = taker->asked;
			*at = taker->at;
			*len = taker->len;
			found = true;
			break;
		}
	}
	spin_unlock(&takers_lock);
	return found;
}

static void give_up(struct work_struct *work)
{
	struct vgpu_loss *loss = container_of(work, struct vgpu_loss, work);
	struct vgpu_device *device = container_of(loss, struct vgpu_device, loss);
	int asked = atomic_read(&loss->wish.asked);
	bool lost = false;
	u64 at, len;

	mutex_lock(&device->pins);
	while (next_range(device, &at, &len))
		lost |= lose_range(device, at, len);
	/* While there is an image, under the lock, the worker has not come to its end. */
	if (lost)
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
 * No page of it is pinned when this returns, but where that took too long; and its VMM
 * pins none until the calling thread has left the kernel.
 */
void vgpu_loss_take(struct vgpu_device *device, u64 at, u64 len)
{
	struct taker *taker = find(device) ?: add(device);

	spin_lock(&takers_lock);
	taker->at = at;
	taker->len = len;
	taker->asked = atomic_inc_return(&device->loss.wish.asked);
	spin_unlock(&takers_lock);
	queue_work(losses, &device->loss.work);
	await(device, taker);
	if (taker->leaves_now)
		leave(&taker->leaves);
}

/* -- Coming and going ------------------------------------------------------- */

void vgpu_loss_init(struct vgpu_loss *loss)
{
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
