// SPDX-License-Identifier: GPL-2.0
/*
 * Parts of the guest's memory that jobs are done in: pinned, and seen by the kernel in a
 * row.  One is kept when its jobs have ended, since the next ones mostly are done in the
 * same.
 *
 * A VMM that takes memory away gets its pins back at once, and never waits for a job:
 * each page has a reference of ours besides, so that it is nobody else's while a job that
 * does not stop at once still writes there.
 */
#include <linux/errno.h>
#include <linux/iommu.h>
#include <linux/jiffies.h>
#include <linux/minmax.h>
#include <linux/mm.h>
#include <linux/mmzone.h>
#include <linux/slab.h>
#include <linux/vmalloc.h>

#include "mdev.h"

/* So many that have no work are kept. */
#define KEPT_MAX	32

/* VFIO pins so many pages at once. */
#define BATCH	VFIO_PIN_PAGES_MAX_ENTRIES

/*
 * Nothing is pinned for so long after memory was taken away from this device, in jiffies:
 * VFIO ends the kernel (BUG) where it finds new pins ten times meanwhile.  What was being
 * pinned then is given up by the worker.  VFIO's own lock, for which both wait in turn, and
 * not @pins, is what either is held up by.
 */
#define REST	(HZ / 10 + 1)

/* -- Pins ------------------------------------------------------------------- */

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
static void unpin_all(struct vgpu_device *device, struct vgpu_image *image)
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

static void put_pages(struct vgpu_image *image, unsigned long from)
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
	put_pages(image, from);
	unpin(device, image, from, from + got);
	return -EFAULT;
}

/* Those that were pinned are told of, where the memory has not been taken away meanwhile. */
static bool keep_pins(struct vgpu_device *device, struct vgpu_image *image)
{
	bool keeps;

	mutex_lock(&device->pins);
	keeps = !image->lost;
	if (keeps)
		image->pinned = image->held;
	mutex_unlock(&device->pins);
	return keeps;
}

static int pin(struct vgpu_device *device, struct vgpu_image *image)
{
	while (image->held < image->nr) {
		unsigned long from = image->held;
		int rc = pin_some(device, image);

		if (rc)
			return rc;
		if (!keep_pins(device, image)) {
			unpin(device, image, from, image->held);
			return -EFAULT;
		}
	}
	return 0;
}

static bool is_failing(const struct vgpu_device *device)
{
	return READ_ONCE(device->failing) || READ_ONCE(device->stopping);
}

/* It is found from now on where memory is taken away, once that was not just done. */
static int enter(struct vgpu_device *device, struct vgpu_image *image)
{
	for (;;) {
		long rest;

		if (is_failing(device))
			return -EINTR;
		mutex_lock(&device->pins);
		rest = device->unpinned + REST - jiffies;
		if (rest <= 0)
			list_add(&image->node, &device->images);
		mutex_unlock(&device->pins);
		if (rest <= 0)
			return 0;
		wait_event_interruptible_timeout(device->client->wait, is_failing(device),
						 min_t(long, rest, REST));
	}
}

/* -- Coming and going ------------------------------------------------------- */

static void free_image(struct vgpu_image *image)
{
	vunmap(image->at);
	put_pages(image, 0);
	kvfree(image->pages);
	kvfree(image->places);
	kfree(image);
}

static void destroy(struct vgpu_device *device, struct vgpu_image *image)
{
	mutex_lock(&device->pins);
	unpin_all(device, image);
	list_del(&image->node);
	mutex_unlock(&device->pins);
	WRITE_ONCE(device->pinned, device->pinned - image->nr * PAGE_SIZE);
	vgpu_count(VGPU_COUNT_PIN, -(long)image->nr);
	free_image(image);
	cond_resched();
}

/* The places of a part's pages, of which it has whole ones; see find_parts(). */
static void add_places(struct vgpu_image *image, const struct gpu_resource *part)
{
	const struct span *span = part->backing.spans;
	u64 at;

	for (at = 0; at < part->bytes; at += PAGE_SIZE) {
		while (at >= span[1].start)
			span++;
		image->places[image->nr++] = span->at + (at - span->start);
	}
}

/* Whole pages of this machine, which may be larger than 4 KiB. */
static bool is_in_pages(const struct gpu_resource *part)
{
	return PAGE_ALIGNED(part->bytes | part->backing.bits);
}

static int fill(struct vgpu_device *device, struct vgpu_image *image)
{
	int rc;

	WRITE_ONCE(device->pinned, device->pinned + image->nr * PAGE_SIZE);
	vgpu_count(VGPU_COUNT_PIN, image->nr);
	rc = pin(device, image);
	if (rc)
		return rc;
	image->at = vmap(image->pages, image->nr, VM_MAP, PAGE_KERNEL);
	return image->at ? 0 : -ENOMEM;
}

static struct vgpu_image *new_image(const struct gpu_work *work)
{
	struct vgpu_image *image = kzalloc(sizeof(*image), GFP_KERNEL_ACCOUNT);
	u64 nr = work->bytes >> PAGE_SHIFT;
	u32 i;

	if (!image)
		return NULL;
	image->pages = kvcalloc(nr, sizeof(*image->pages), GFP_KERNEL_ACCOUNT);
	image->places = kvcalloc(nr, sizeof(*image->places), GFP_KERNEL_ACCOUNT);
	if (!image->pages || !image->places) {
		free_image(image);
		return NULL;
	}
	for (i = 0; i < work->nr; i++) {
		image->parts[i] = work->parts[i];
		add_places(image, work->parts[i]);
	}
	image->nr_parts = work->nr;
	return image;
}

static struct vgpu_image *make(struct vgpu_device *device, const struct gpu_work *work)
{
	struct vgpu_image *image = new_image(work);
	int rc;

	if (!image)
		return ERR_PTR(-ENOMEM);
	rc = enter(device, image);
	if (rc) {
		free_image(image);
		return ERR_PTR(rc);
	}
	rc = fill(device, image);
	if (!rc)
		return image;
	destroy(device, image);
	return ERR_PTR(rc);
}

/* -- Keeping ---------------------------------------------------------------- */

static bool is_of(const struct vgpu_image *image, const struct gpu_work *work)
{
	return !image->stale && !READ_ONCE(image->lost) && image->nr_parts == work->nr &&
	       !memcmp(image->parts, work->parts, work->nr * sizeof(*work->parts));
}

/* The worker alone makes and destroys them. */
static struct vgpu_image *find(struct vgpu_device *device, const struct gpu_work *work)
{
	struct vgpu_image *image;

	list_for_each_entry(image, &device->images, node) {
		if (is_of(image, work))
			return image;
	}
	return NULL;
}

/* The one that was made first of those that have no work; returns false without one. */
static bool let_go(struct vgpu_device *device)
{
	struct vgpu_image *image;

	list_for_each_entry_reverse(image, &device->images, node) {
		if (!image->uses) {
			destroy(device, image);
			return true;
		}
	}
	return false;
}

/* At most as much as the device has memory, or one command buffer may have. */
static bool make_room(struct vgpu_device *device, u64 bytes)
{
	u64 most = max(device->size->bytes, GPU_WORK_BYTES);

	while (device->pinned + bytes > most) {
		if (!let_go(device))
			return false;
	}
	return true;
}

static void keep_few(struct vgpu_device *device)
{
	struct vgpu_image *image;
	u32 kept = 0;

	list_for_each_entry(image, &device->images, node)
		kept += !image->uses;
	if (kept > KEPT_MAX)
		let_go(device);
}

/**
 * vgpu_image_get() - what the jobs of a command buffer are done in
 * @device: whose
 * @work: it; has parts
 *
 * Return: it, or an ERR_PTR(): -EINVAL, -EAGAIN where too much is pinned already, -EFAULT
 * where some of it is no memory, -ENOMEM where there is none or the VMM may lock no more.
 */
struct vgpu_image *vgpu_image_get(struct vgpu_device *device, const struct gpu_work *work)
{
	struct vgpu_image *image = find(device, work);
	u32 i;

	for (i = 0; i < work->nr && !image; i++) {
		if (!is_in_pages(work->parts[i]))
			return ERR_PTR(-EINVAL);
	}
	if (!image) {
		if (!make_room(device, work->bytes))
			return ERR_PTR(-EAGAIN);
		image = make(device, work);
	}
	if (!IS_ERR(image))
		image->uses++;
	return image;
}

/* A work of it has ended. */
void vgpu_image_put(struct vgpu_device *device, struct vgpu_image *image)
{
	if (--image->uses)
		return;
	if (image->stale || READ_ONCE(image->lost))
		destroy(device, image);
	else
		keep_few(device);
}

static bool has_part(const struct vgpu_image *image, const struct gpu_resource *part)
{
	u32 i;

	for (i = 0; i < image->nr_parts; i++) {
		if (image->parts[i] == part)
			return true;
	}
	return false;
}

/* A resource is about to go; jobs that are done in it have its memory until they end. */
void vgpu_image_part_gone(struct vgpu_device *device, const struct gpu_resource *part)
{
	struct vgpu_image *image, *next;

	list_for_each_entry_safe(image, next, &device->images, node) {
		if (!has_part(image, part))
			continue;
		image->stale = true;
		if (!image->uses)
			destroy(device, image);
	}
}

/* None has a work any more. */
void vgpu_images_free(struct vgpu_device *device)
{
	while (let_go(device))
		;
}

/* Those that have lost their memory keep nobody's pages for longer than they must. */
void vgpu_images_tidy(struct vgpu_device *device)
{
	struct vgpu_image *image, *next;

	list_for_each_entry_safe(image, next, &device->images, node) {
		if (READ_ONCE(image->lost) && !image->uses)
			destroy(device, image);
	}
}

/* -- Taken away ------------------------------------------------------------- */

static bool is_within(const struct vgpu_image *image, u64 at, u64 len)
{
	unsigned long i;

	for (i = 0; i < image->nr; i++) {
		if (image->places[i] - at < len)
			return true;
	}
	return false;
}

/**
 * vgpu_images_lose() - the VMM takes memory away
 * @device: whose guest's
 * @at: the guest's address of it
 * @len: of how many bytes
 *
 * No page of it is pinned when this returns but those that are being pinned at the moment,
 * and none is for a while.
 */
void vgpu_images_lose(struct vgpu_device *device, u64 at, u64 len)
{
	struct vgpu_image *image;
	bool lost = false;

	mutex_lock(&device->pins);
	list_for_each_entry(image, &device->images, node) {
		if (image->lost || !is_within(image, at, len))
			continue;
		WRITE_ONCE(image->lost, true);
		unpin_all(device, image);
		lost = true;
	}
	device->unpinned = jiffies;
	/* While there is one, under the lock, the worker has not come to its end. */
	if (lost)
		vgpu_worker_ask(device, VGPU_LOST);
	mutex_unlock(&device->pins);
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
