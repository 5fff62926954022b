// SPDX-License-Identifier: GPL-2.0
/*
 * The VMM takes memory away: its pins are given up at once, and no job is waited for.
 *
 * VFIO says so with the lock of its list of devices (device_list_lock), which it takes
 * inside of that of all mappings (iommu->lock) where a device is opened.  To unpin takes
 * the latter.  So a work of ours unpins, and VFIO's thread waits for it; not for good,
 * since a thread that opens a device may have the one and wait for the other meanwhile.
 * Where it was not done in time VFIO asks again.
 */
#include <linux/jiffies.h>
#include <linux/minmax.h>
#include <linux/workqueue.h>

#include "mdev.h"

/*
 * VFIO ends the kernel (BUG) where it finds pins ten times in a row.  Somebody is in the
 * way only once, so that this is what the work may lack a CPU, ten times over.
 */
#define PATIENCE	(5 * HZ)

/* For the same reason nothing is pinned for so long after. */
#define REST	(HZ / 10 + 1)

static struct workqueue_struct *losses;

/* -- Rest ------------------------------------------------------------------- */

static bool is_granted(const struct vgpu_loss *loss, int asked)
{
	/* Pairs with give_up(): who sees it granted sees when. */
	return smp_load_acquire(&loss->wish.granted) - asked >= 0;
}

static void look_at_rest(struct vgpu_device *device, void *longest)
{
	const struct vgpu_loss *loss = &device->loss;
	long rest = REST;

	if (is_granted(loss, atomic_read(&loss->wish.asked)))
		rest = min_t(long, READ_ONCE(loss->granted_at) + REST - jiffies, REST);
	if (rest > *(long *)longest)
		*(long *)longest = rest;
}

/**
 * vgpu_loss_rest() - how long nothing is to be pinned
 * @device: for it
 *
 * Memory is taken away from all devices of a VMM, one after another, any of which may be
 * held up; so it rests for each of them.
 *
 * Return: jiffies; 0 where something may be.
 */
long vgpu_loss_rest(struct vgpu_device *device)
{
	long rest = 0;

	vgpu_devices_of(device->client->pid, look_at_rest, &rest);
	return rest;
}

/* -- Taking away ------------------------------------------------------------ */

static bool is_within(const struct vgpu_image *image, u64 at, u64 len)
{
	unsigned long i;

	for (i = 0; i < image->nr; i++) {
		if (image->places[i] - at < len)
			return true;
	}
	return false;
}

static bool lose_images(struct vgpu_device *device, u64 at, u64 len)
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

static void give_up(struct work_struct *work)
{
	struct vgpu_loss *loss = container_of(work, struct vgpu_loss, work);
	struct vgpu_device *device = container_of(loss, struct vgpu_device, loss);
	u64 at, len;
	int asked;

	spin_lock(&loss->lock);
	at = loss->at;
	len = loss->len;
	asked = atomic_read(&loss->wish.asked);
	spin_unlock(&loss->lock);

	mutex_lock(&device->pins);
	/* While there is an image, under the lock, the worker has not come to its end. */
	if (lose_images(device, at, len))
		vgpu_worker_ask(device, VGPU_LOST);
	mutex_unlock(&device->pins);
	WRITE_ONCE(loss->granted_at, jiffies);
	/* Pairs with is_granted(). */
	smp_store_release(&loss->wish.granted, asked);
	wake_up_all(&device->done);
}

/**
 * vgpu_loss_take() - the VMM takes memory away
 * @device: whose guest's
 * @at: the guest's address of it
 * @len: of how many bytes
 *
 * No page of it is pinned when this returns, but where that took too long; and none is
 * for a while.
 */
void vgpu_loss_take(struct vgpu_device *device, u64 at, u64 len)
{
	struct vgpu_loss *loss = &device->loss;
	int asked;

	spin_lock(&loss->lock);
	/* What was asked for before and is not done, VFIO asks for again. */
	loss->at = at;
	loss->len = len;
	asked = atomic_inc_return(&loss->wish.asked);
	spin_unlock(&loss->lock);
	queue_work(losses, &loss->work);
	wait_event_timeout(device->done, is_granted(loss, asked), PATIENCE);
}

/* -- Coming and going ------------------------------------------------------- */

void vgpu_loss_init(struct vgpu_loss *loss)
{
	spin_lock_init(&loss->lock);
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
}
