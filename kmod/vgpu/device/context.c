// SPDX-License-Identifier: GPL-2.0
/*
 * The commands about contexts, and the jobs that come through them.
 */
#include "gpu.h"
#include "spec.h"

#ifdef __KERNEL__
#include <uapi/kvmshare_capset.h>
#include <uapi/kvmshare_vgpu.h>
#else
#include "../../../include/uapi/kvmshare_capset.h"
#include "../../../include/uapi/kvmshare_vgpu.h"
#endif

/* A job's memory is mapped page by page, on every machine. */
#define PART_UNIT	4096U

/* -- The capability set ----------------------------------------------------- */

u32 gpu_get_capset_info(struct gpu *gpu, struct gpu_request *request)
{
	const struct virtio_gpu_get_capset_info *command = (const void *)request->command;
	struct virtio_gpu_resp_capset_info *answer;

	if (LE_GET32(command, capset_index))
		return VIRTIO_GPU_RESP_ERR_INVALID_PARAMETER;
	answer = gpu_answer(request, sizeof(*answer));
	LE_PUT(answer, capset_id, KVMSHARE_CAPSET_ID);
	LE_PUT(answer, capset_max_version, KVMSHARE_CAPSET_VERSION);
	LE_PUT(answer, capset_max_size, sizeof(struct kvmshare_capset));
	return VIRTIO_GPU_RESP_OK_CAPSET_INFO;
}

u32 gpu_get_capset(struct gpu *gpu, struct gpu_request *request)
{
	const struct virtio_gpu_get_capset *command = (const void *)request->command;
	struct virtio_gpu_resp_capset *answer;
	struct kvmshare_capset *capset;

	if (LE_GET32(command, capset_id) != KVMSHARE_CAPSET_ID ||
	    LE_GET32(command, capset_version) > KVMSHARE_CAPSET_VERSION)
		return VIRTIO_GPU_RESP_ERR_INVALID_PARAMETER;
	answer = gpu_answer(request, sizeof(*answer) + sizeof(*capset));
	capset = (void *)answer->capset_data;
	LE_PUT(capset, version, KVMSHARE_CAPSET_VERSION);
	LE_PUT(capset, types, gpu->job_types);
	LE_PUT(capset, jobs, GPU_JOBS_MAX);
	LE_PUT(capset, parts, GPU_PARTS_MAX);
	LE_PUT(capset, memory, GPU_WORK_BYTES);
	return VIRTIO_GPU_RESP_OK_CAPSET;
}

/* -- Contexts --------------------------------------------------------------- */

/* Returns its bit in struct gpu_resource, or GPU_CONTEXTS where there is none; of 0, a free one. */
static u32 bit_of(const struct gpu *gpu, u32 id)
{
	u32 bit = 0;

	while (bit < GPU_CONTEXTS && gpu->contexts[bit].id != id)
		bit++;
	return bit;
}

/* Of the request's, likewise. */
static u32 context_of(const struct gpu *gpu, const struct gpu_request *request)
{
	return request->context ? bit_of(gpu, request->context) : GPU_CONTEXTS;
}

u32 gpu_ctx_create(struct gpu *gpu, struct gpu_request *request)
{
	const struct virtio_gpu_ctx_create *command = (const void *)request->command;
	u32 capset = LE_GET32(command, context_init) & VIRTIO_GPU_CONTEXT_INIT_CAPSET_ID_MASK;
	u32 bit = bit_of(gpu, 0);

	if (!request->context || bit_of(gpu, request->context) < GPU_CONTEXTS)
		return VIRTIO_GPU_RESP_ERR_INVALID_CONTEXT_ID;
	/* A driver makes one of no set for a program that says nothing: no job comes from it. */
	if (capset && capset != KVMSHARE_CAPSET_ID)
		return VIRTIO_GPU_RESP_ERR_INVALID_PARAMETER;
	if (bit == GPU_CONTEXTS)
		return VIRTIO_GPU_RESP_ERR_OUT_OF_MEMORY;
	gpu->contexts[bit] = (struct gpu_context) {
		.id = request->context, .works = capset == KVMSHARE_CAPSET_ID,
	};
	return VIRTIO_GPU_RESP_OK_NODATA;
}

u32 gpu_ctx_destroy(struct gpu *gpu, struct gpu_request *request)
{
	u32 bit = context_of(gpu, request);
	u32 i;

	if (bit == GPU_CONTEXTS)
		return VIRTIO_GPU_RESP_ERR_INVALID_CONTEXT_ID;
	for (i = 0; i < 2 * RESOURCES_MAX; i++) {
		if (gpu->resources.slots[i])
			gpu->resources.slots[i]->contexts &= ~(1ULL << bit);
	}
	gpu->contexts[bit] = (struct gpu_context) { 0 };
	return VIRTIO_GPU_RESP_OK_NODATA;
}

static u32 set_attached(struct gpu *gpu, struct gpu_request *request, bool on)
{
	const struct virtio_gpu_ctx_resource *command = (const void *)request->command;
	struct gpu_resource *resource = resources_find(&gpu->resources, LE_GET32(command, resource_id));
	u32 bit = context_of(gpu, request);

	if (!resource)
		return VIRTIO_GPU_RESP_ERR_INVALID_RESOURCE_ID;
	/* From 6.14 on the driver makes no context for whoever needs none, and asks all the same. */
	if (bit == GPU_CONTEXTS)
		return VIRTIO_GPU_RESP_OK_NODATA;
	if (on)
		resource->contexts |= 1ULL << bit;
	else
		resource->contexts &= ~(1ULL << bit);
	return VIRTIO_GPU_RESP_OK_NODATA;
}

u32 gpu_ctx_attach(struct gpu *gpu, struct gpu_request *request)
{
	return set_attached(gpu, request, true);
}

u32 gpu_ctx_detach(struct gpu *gpu, struct gpu_request *request)
{
	return set_attached(gpu, request, false);
}

/* -- Jobs ------------------------------------------------------------------- */

static u32 find_parts(struct gpu *gpu, u32 bit, const struct kvmshare_buffer *buffer)
{
	struct gpu_work *work = &gpu->work;
	u32 i, j;

	for (i = 0; i < work->nr; i++) {
		struct gpu_resource *part = resources_find(&gpu->resources,
							   LE_GET32(buffer, resources[i]));

		/* Of another context's it learns nothing, not even that it is there. */
		if (!part || !(part->contexts >> bit & 1))
			return VIRTIO_GPU_RESP_ERR_INVALID_RESOURCE_ID;
		if (!resource_is_blob(part) || (part->bytes | part->backing.bits) % PART_UNIT ||
		    part->bytes > GPU_WORK_BYTES - work->bytes)
			return VIRTIO_GPU_RESP_ERR_INVALID_PARAMETER;
		for (j = 0; j < i; j++) {
			if (work->parts[j] == part)
				return VIRTIO_GPU_RESP_ERR_INVALID_PARAMETER;
		}
		work->parts[i] = part;
		work->bytes += part->bytes;
	}
	return VIRTIO_GPU_RESP_OK_NODATA;
}

static bool status_fits(const struct gpu_work *work)
{
	u64 bytes = work->count * sizeof(u32);

	return work->status == KVMSHARE_BUFFER_NO_STATUS ||
	       (work->status % sizeof(u32) == 0 && work->status <= work->bytes &&
		bytes <= work->bytes - work->status);
}

static struct job decode_job(const struct kvmshare_job *from)
{
	return (struct job) {
		.type = LE_GET32(from, type),
		.repeat = LE_GET32(from, repeat),
		.cookie = LE_GET64(from, cookie),
		.dst = LE_GET64(from, dst),
		.a = LE_GET64(from, a),
		.b = LE_GET64(from, b),
		.count = LE_GET32(from, count),
		.rows = LE_GET32(from, rows),
		.cols = LE_GET32(from, cols),
		.value = LE_GET32(from, value),
	};
}

static u32 read_jobs(struct gpu *gpu, struct gpu_request *request)
{
	struct gpu_work *work = &gpu->work;
	struct kvmshare_job job;
	u32 i;

	for (i = 0; i < work->count; i++) {
		if (chain_read(request->chain, gpu->guest, &job, sizeof(job)))
			return VIRTIO_GPU_RESP_ERR_UNSPEC;
		work->jobs[i] = decode_job(&job);
		if (!job_check(&work->jobs[i], gpu->job_types, work->bytes))
			return VIRTIO_GPU_RESP_ERR_INVALID_PARAMETER;
	}
	return VIRTIO_GPU_RESP_OK_NODATA;
}

static u32 read_work(struct gpu *gpu, struct gpu_request *request, u32 bit, u32 size)
{
	struct gpu_work *work = &gpu->work;
	struct kvmshare_buffer buffer;
	u32 rc;

	if (size < sizeof(buffer) ||
	    chain_read(request->chain, gpu->guest, &buffer, sizeof(buffer)))
		return VIRTIO_GPU_RESP_ERR_UNSPEC;
	work->context = bit;
	work->ring = request->ring;
	work->nr = LE_GET32(&buffer, parts);
	work->count = LE_GET32(&buffer, jobs);
	work->status = LE_GET64(&buffer, status);
	work->bytes = 0;
	if (LE_GET32(&buffer, version) != KVMSHARE_CAPSET_VERSION || LE_GET32(&buffer, reserved) ||
	    work->nr > GPU_PARTS_MAX || !work->count || work->count > GPU_JOBS_MAX ||
	    size - sizeof(buffer) != work->count * sizeof(struct kvmshare_job))
		return VIRTIO_GPU_RESP_ERR_INVALID_PARAMETER;
	rc = find_parts(gpu, bit, &buffer);
	if (rc != VIRTIO_GPU_RESP_OK_NODATA)
		return rc;
	if (!status_fits(work))
		return VIRTIO_GPU_RESP_ERR_INVALID_PARAMETER;
	return read_jobs(gpu, request);
}

u32 gpu_submit(struct gpu *gpu, struct gpu_request *request)
{
	const struct virtio_gpu_cmd_submit *command = (const void *)request->command;
	u32 bit = context_of(gpu, request);
	u32 rc;

	if (bit == GPU_CONTEXTS || !gpu->contexts[bit].works)
		return VIRTIO_GPU_RESP_ERR_INVALID_CONTEXT_ID;
	/* A driver waits for what came before by a buffer that has nothing in it. */
	if (!LE_GET32(command, size))
		return VIRTIO_GPU_RESP_OK_NODATA;
	rc = read_work(gpu, request, bit, LE_GET32(command, size));
	if (rc != VIRTIO_GPU_RESP_OK_NODATA)
		return rc;
	switch (gpu->ops->submit(gpu, &gpu->work, request->ticket)) {
	case 0:
		return GPU_LATER;
	case -EINVAL:
		return VIRTIO_GPU_RESP_ERR_INVALID_PARAMETER;
	default:
		return VIRTIO_GPU_RESP_ERR_OUT_OF_MEMORY;
	}
}
