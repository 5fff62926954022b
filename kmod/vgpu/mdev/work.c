// SPDX-License-Identifier: GPL-2.0
/*
 * Command buffers on their way through the engine: their jobs go into the client's queue
 * as there is room, and how they ended comes back in their order.
 */
#include <linux/errno.h>
#include <linux/minmax.h>
#include <linux/slab.h>

#include "mdev.h"

/* So many ends are read at once. */
#define BATCH	16

/**
 * struct work - a command buffer
 * @node: of its device's, in their order
 * @ticket: the request that it came with
 * @image: what its jobs are done in, or NULL
 * @status: where in that their ends are told, or KVMSHARE_BUFFER_NO_STATUS
 * @nr: of its jobs
 * @given: so many have been given to the engine
 * @ended: so many of those have ended
 * @refused: why it takes no other of them; 0 where it does
 * @ends: how they ended
 * @jobs: they
 */
struct work {
	struct list_head node;
	u32 ticket;
	struct vgpu_image *image;
	u64 status;
	u32 nr;
	u32 given;
	u32 ended;
	int refused;
	s32 ends[GPU_JOBS_MAX];
	struct job jobs[];
};

static void free_work(struct vgpu_device *device, struct work *work)
{
	list_del(&work->node);
	if (work->image)
		vgpu_image_put(device, work->image);
	kfree(work);
}

/* -- To the engine ---------------------------------------------------------- */

static bool is_fit(const struct vgpu_engine *engine, const struct gpu_work *work)
{
	u32 i;

	for (i = 0; i < work->count; i++) {
		if (engine->ops->check && !engine->ops->check(engine, &work->jobs[i]))
			return false;
	}
	return true;
}

/* Returns whether all of it is with the engine, or was refused. */
static bool feed_work(struct vgpu_device *device, struct work *work)
{
	struct place_of_job place = { 0 };
	u64 fence;
	int rc;

	if (work->image)
		place = (struct place_of_job) {
			.memory = work->image->at, .lost = &work->image->lost,
		};
	while (work->given < work->nr && !work->refused) {
		rc = vgpu_jobs_submit(device->client, &work->jobs[work->given], &place,
				      work->nr - work->given, &fence);
		if (rc == -EAGAIN)
			return false;
		if (rc < 0)
			work->refused = rc;
		else
			work->given += rc;
	}
	return true;
}

/* In their order, as far as there is room. */
static void feed(struct vgpu_device *device)
{
	struct work *work;

	list_for_each_entry(work, &device->works, node) {
		if (!feed_work(device, work))
			break;
	}
}

/**
 * vgpu_work_submit() - jobs of a guest's program
 * @gpu: whose
 * @from: they
 * @ticket: what their end is told by
 *
 * Return: as struct gpu_ops says.
 */
int vgpu_work_submit(struct gpu *gpu, const struct gpu_work *from, u32 ticket)
{
	struct vgpu_device *device = vgpu_device_of(gpu);
	struct work *work;

	if (!is_fit(device->client->engine, from))
		return -EINVAL;
	work = kzalloc(struct_size(work, jobs, from->count), GFP_KERNEL_ACCOUNT);
	if (!work)
		return -ENOMEM;
	work->ticket = ticket;
	work->status = from->status;
	work->nr = from->count;
	memcpy(work->jobs, from->jobs, from->count * sizeof(*work->jobs));
	if (from->nr) {
		work->image = vgpu_image_get(device, from);
		if (IS_ERR(work->image)) {
			int rc = PTR_ERR(work->image);

			kfree(work);
			return rc;
		}
	}
	list_add_tail(&work->node, &device->works);
	feed(device);
	return 0;
}

/* -- And back --------------------------------------------------------------- */

static bool is_over(const struct work *work)
{
	return work->ended == work->given && (work->given == work->nr || work->refused);
}

/* Has anything ended that was not reaped? */
bool vgpu_works_ended(struct vgpu_device *device)
{
	struct work *first = list_first_entry_or_null(&device->works, struct work, node);
	struct vgpu_client *client = device->client;
	bool ended;

	if (first && is_over(first))
		return true;
	spin_lock(&client->engine->lock);
	ended = queue_ended(&client->queue);
	spin_unlock(&client->engine->lock);
	return ended;
}

/* Those that the engine was not given ended as it refused them. */
static void tell_status(struct work *work)
{
	__le32 *status = work->image->at + work->status;
	u32 i;

	for (i = 0; i < work->nr; i++) {
		s32 end = i < work->ended ? work->ends[i] : work->refused;

		WRITE_ONCE(status[i], cpu_to_le32(end));
	}
	/* Before the guest is told of the end. */
	smp_wmb();
}

static int end_work(struct vgpu_device *device, struct work *work)
{
	u32 ticket = work->ticket;

	if (work->image && work->status != KVMSHARE_BUFFER_NO_STATUS &&
	    vgpu_image_begin(device, work->image)) {
		tell_status(work);
		vgpu_image_end(device);
	}
	free_work(device, work);
	return device_back_ended(device->back, ticket);
}

static void take_ends(struct vgpu_device *device, const s32 *ends, u32 nr)
{
	struct work *work;
	u32 i = 0;

	list_for_each_entry(work, &device->works, node) {
		while (i < nr && work->ended < work->given)
			work->ends[work->ended++] = ends[i++];
		if (i == nr)
			return;
	}
}

static int end_works(struct vgpu_device *device)
{
	struct work *work, *next;
	int rc = 0;

	list_for_each_entry_safe(work, next, &device->works, node) {
		if (!is_over(work))
			break;
		rc = end_work(device, work) ?: rc;
	}
	return rc;
}

/**
 * vgpu_works_reap() - what has ended is told to the guest
 * @device: whose
 *
 * Return: 0; a negative errno where its ring is broken.
 */
int vgpu_works_reap(struct vgpu_device *device)
{
	s32 ends[BATCH];
	int rc = 0, told;
	u32 nr;

	if (list_empty(&device->works))
		return 0;
	do {
		nr = vgpu_jobs_take(device->client, ends, BATCH);
		take_ends(device, ends, nr);
		rc = end_works(device) ?: rc;
		feed(device);
	} while (nr == BATCH);
	rc = end_works(device) ?: rc;
	told = device_back_told(device->back, DEVICE_CONTROL);
	if (told > 0)
		vgpu_front_tell(device, DEVICE_CONTROL);
	return told < 0 ? told : rc;
}

/**
 * vgpu_works_drop() - none is left
 * @device: whose
 *
 * Waits for the engine where it cannot stop a job, which its watchdog bounds.
 */
void vgpu_works_drop(struct vgpu_device *device)
{
	struct vgpu_client *client = device->client;
	struct work *work, *next;
	s32 ends[BATCH];

	vgpu_jobs_drop(client);
	wait_event(client->wait, !vgpu_jobs_wait(client));
	while (vgpu_jobs_take(client, ends, BATCH))
		;
	list_for_each_entry_safe(work, next, &device->works, node)
		free_work(device, work);
}
