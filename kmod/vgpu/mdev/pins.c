// SPDX-License-Identifier: GPL-2.0
/*
 * Pages of the guest's memory, pinned and given up.
 *
 * A VMM that takes memory away gets its pins back at once, and never waits for a job:
 * each page has a reference of ours besides, so that it is nobody else's while a job that
 * does not stop at once still writes there.
 */
#include <linux/errno.h>
#include <linux/iommu.h>
#include <linux/minmax.h>
#include <linux/mm.h>
#include <linux/mmzone.h>

#include "mdev.h"

/* VFIO pins so many pages at once. */
#define BATCH	VFIO_PIN_PAGES_MAX_ENTRIES

/* How many pages from the one on are in a row for the guest, as far as VFIO takes them. */
static int row_from(const struct vgpu_image *image, unsigned long from)
{
	int nr = 1;

	while (nr < BATCH && from + nr < image->nr &&
	       image->places[from + nr] == image->places[from] + nr * PAGE_SIZE)
		nr++;
	return nr;
}

/* Pages @from to @to. */
static void unpin(struct vgpu_device *device, struct vgpu_image *image, unsigned long from,
		  unsigned long to)
{
	while (from < to) {
		int nr = min_t(unsigned long, row_from(image, from), to - from);

		vfio_unpin_pages(&device->vfio, image->places[from], nr);
		from += nr;
	}
}

/* All that are told of; another image may have some of them pinned, too. */
void vgpu_pins_give_up(struct vgpu_device *device, struct vgpu_image *image)
{
	lockdep_assert_held(&device->pins);
	unpin(device, image, 0, image->pinned);
	image->pinned = 0;
}

/* A page of somebody's memory, and of no device's, which would go with that. */
static bool take_page(struct page *page)
{
	if (!pfn_valid(page_to_pfn(page)) || PageReserved(page) || is_zone_device_page(page))
		return false;
	return folio_try_get(page_folio(page));
}

/* All from that one on; nothing touches them any more. */
void vgpu_pins_put(struct vgpu_image *image, unsigned long from)
{
	while (image->held > from)
		put_page(image->pages[--image->held]);
}

/* The next pages, in a row for the guest; each has a reference of ours then. */
static int pin_some(struct vgpu_device *device, struct vgpu_image *image)
{
	unsigned long from = image->held;
	int nr = row_from(image, from);
	int got = vfio_pin_pages(&device->vfio, image->places[from], nr, IOMMU_READ | IOMMU_WRITE,
				 &image->pages[from]);

	if (got < 0)
		return got;
	while (image->held < from + got && take_page(image->pages[image->held]))
		image->held++;
	if (image->held == from + nr)
		return 0;
	vgpu_pins_put(image, from);
	unpin(device, image, from, from + got);
	return -EFAULT;
}

/* The next batch.  Who takes memory away waits for that, or it would find it later. */
static int pin_next(struct vgpu_device *device, struct vgpu_image *image)
{
	int rc = -EFAULT;

	mutex_lock(&device->pins);
	if (!image->lost)
		rc = pin_some(device, image);
	if (!rc)
		image->pinned = image->held;
	mutex_unlock(&device->pins);
	return rc;
}

/**
 * vgpu_pins_take() - pin all of an image, which is in the device's list
 * @device: whose
 * @image: it; what is pinned of it where this fails is the caller's to give up
 *
 * Return: 0; -EFAULT where some of it is no memory, or was taken away meanwhile; what
 * VFIO says.
 */
int vgpu_pins_take(struct vgpu_device *device, struct vgpu_image *image)
{
	int rc = 0;

	while (image->held < image->nr && !rc)
		rc = pin_next(device, image);
	return rc;
}

/* It is found from now on where memory is taken away, once that is not just done. */
int vgpu_pins_enter(struct vgpu_device *device, struct vgpu_image *image)
{
	bool wait;

	do {
		if (wait_event_interruptible(device->done, vgpu_device_fails(device) ||
							   !vgpu_loss_goes_on(device)) ||
		    vgpu_device_fails(device))
			return -EINTR;
		mutex_lock(&device->pins);
		/* Who comes from now on waits for the lock, and finds it. */
		wait = vgpu_loss_goes_on(device);
		if (!wait)
			list_add(&image->node, &device->images);
		mutex_unlock(&device->pins);
	} while (wait);
	return 0;
}

/**
 * vgpu_image_begin() - the kernel writes there itself
 * @device: whose
 * @image: where
 *
 * Return: whether it may; then it stays until vgpu_image_end().
 */
bool vgpu_image_begin(struct vgpu_device *device, struct vgpu_image *image)
{
	mutex_lock(&device->pins);
	if (!image->lost)
		return true;
	mutex_unlock(&device->pins);
	return false;
}

void vgpu_image_end(struct vgpu_device *device)
{
	mutex_unlock(&device->pins);
}
