/* SPDX-License-Identifier: GPL-2.0 */
/* Programs of a guest: contexts, their jobs, and when those end. */
#ifndef SEED_CONTEXT_H
#define SEED_CONTEXT_H

#include <stddef.h>
#include "../../include/uapi/kvmshare_capset.h"
#include "../../include/uapi/kvmshare_vgpu.h"
#include "seed.h"

static void capset(void)
{
	SEND(get_capset_info, GET_CAPSET_INFO, .capset_index = 0);
	SEND(get_capset_info, GET_CAPSET_INFO, .capset_index = 1);
	SEND(get_capset, GET_CAPSET, .capset_id = KVMSHARE_CAPSET_ID, .capset_version = 1);
	SEND(get_capset, GET_CAPSET, .capset_id = KVMSHARE_CAPSET_ID, .capset_version = 2);
	SEND(get_capset, GET_CAPSET, .capset_id = 1, .capset_version = 1);
}

/* What others' devices do, or none, and what is cut. */
static void no_commands(void)
{
	struct virtio_gpu_ctrl_hdr other = { .type = VIRTIO_GPU_CMD_TRANSFER_TO_HOST_3D };

	command(STEP_CONTROL, &other, sizeof(other), NULL, 0);
	other.type = VIRTIO_GPU_CMD_RESOURCE_MAP_BLOB;
	command(STEP_CONTROL, &other, sizeof(other), NULL, 0);
	other.type = 0x11f;
	command(STEP_CONTROL, &other, sizeof(other), NULL, 0);
	other.type = VIRTIO_GPU_CMD_UPDATE_CURSOR;
	command(STEP_CONTROL, &other, sizeof(other), NULL, 0);
	other.type = VIRTIO_GPU_CMD_CTX_CREATE;
	command(STEP_CONTROL, &other, sizeof(other), NULL, 0);
	command(STEP_CONTROL, &other, 23, NULL, 0);
}

/* -- Contexts --------------------------------------------------------------- */

static void open_context(uint32_t id, uint32_t set)
{
	SEND(ctx_create, CTX_CREATE, .hdr.ctx_id = id, .context_init = set);
}

static void close_context(uint32_t id)
{
	SEND(ctx_destroy, CTX_DESTROY, .hdr.ctx_id = id);
}

static void join(uint32_t id, uint32_t resource)
{
	SEND(ctx_resource, CTX_ATTACH_RESOURCE, .hdr.ctx_id = id, .resource_id = resource);
}

static void leave(uint32_t id, uint32_t resource)
{
	SEND(ctx_resource, CTX_DETACH_RESOURCE, .hdr.ctx_id = id, .resource_id = resource);
}

static void contexts(void)
{
	open_context(0, KVMSHARE_CAPSET_ID);
	open_context(4, 3);
	open_context(4, KVMSHARE_CAPSET_ID);
	open_context(4, KVMSHARE_CAPSET_ID);
	open_context(5, 0);
	blob(1, 1);
	join(4, 1);
	join(4, 2);
	join(0, 1);
	join(9, 1);
	leave(4, 1);
	join(5, 1);
	close_context(5);
	close_context(5);
	close_context(0);
}

static void as_many_contexts(void)
{
	open_context(1, KVMSHARE_CAPSET_ID);
	again(70, offsetof(struct virtio_gpu_ctrl_hdr, ctx_id), 1);
	close_context(7);
	open_context(100, 0);
}

/* -- Jobs ------------------------------------------------------------------- */

struct work {
	struct kvmshare_buffer buffer;
	struct kvmshare_job jobs[2];
};

/* In 12288 bytes: those of good_context(). */
static const struct work good_work = {
	.buffer = { .version = 1, .jobs = 2, .parts = 2, .status = 64, .resources = { 1, 2 } },
	.jobs = {
		{ .type = KVMSHARE_JOB_FILL, .repeat = 1, .dst = 8192, .count = 1024, .value = 5 },
		{ .type = KVMSHARE_JOB_COPY, .repeat = 1, .dst = 0, .a = 4096, .count = 512 },
	},
};

static void good_context(void)
{
	open_context(4, KVMSHARE_CAPSET_ID);
	blob(1, 2);
	blob(2, 1);
	join(4, 1);
	join(4, 2);
}

/* On the timeline of a ring of the context, or on that of all where @ring is 0. */
static void submit(const struct work *work, uint32_t size, int ring)
{
	SEND_MORE(work, sizeof(*work), cmd_submit, SUBMIT_3D, .hdr.ctx_id = 4, .size = size,
		  .hdr.flags = VIRTIO_GPU_FLAG_FENCE | (ring ? VIRTIO_GPU_FLAG_INFO_RING_IDX : 0),
		  .hdr.ring_idx = ring);
}

static void jobs(int ring)
{
	submit(&good_work, sizeof(good_work), ring);
}

static void unfenced(void)
{
	SEND_MORE(&good_work, sizeof(good_work), cmd_submit, SUBMIT_3D, .hdr.ctx_id = 4,
		  .size = sizeof(good_work));
}

static void work(void)
{
	good_context();
	jobs(0);
	jobs(1);
	jobs(0);
	unfenced();
	ended(1);
	ended(0);
	ended(0);
	SEND(cmd_submit, SUBMIT_3D, .hdr.ctx_id = 4);
	leave(4, 1);
	jobs(0);
	close_context(4);
	jobs(0);
}

static void no_context(void)
{
	open_context(4, 0);
	jobs(0);
}

/* A buffer that is wrong in one place. */
#define WRONG(...) do { \
		struct work w = good_work; \
		__VA_ARGS__; \
		submit(&w, sizeof(w), 0); \
	} while (0)

static void buffers_refused(void)
{
	good_context();
	WRONG(w.buffer.version = 2);
	WRONG(w.buffer.reserved = 1);
	WRONG(w.buffer.parts = 9);
	WRONG(w.buffer.jobs = 0);
	WRONG(w.buffer.jobs = 65);
	WRONG(w.buffer.jobs = 1);
	WRONG(w.buffer.status = 66);
	WRONG(w.buffer.status = 12292);
	WRONG(w.buffer.status = 12284);
	WRONG(w.buffer.status = KVMSHARE_BUFFER_NO_STATUS);
	WRONG(w.jobs[1].dst = 4096);
	submit(&good_work, 8, 0);
	submit(&good_work, sizeof(good_work) + 64, 0);
	SEND_MORE(&good_work, 8, cmd_submit, SUBMIT_3D, .hdr.ctx_id = 4, .size = sizeof(good_work));
	SEND_MORE(&good_work, sizeof(good_work) - 8, cmd_submit, SUBMIT_3D, .hdr.ctx_id = 4,
		  .size = sizeof(good_work));
}

/* Which is not there, of another context, no blob, of no whole pages, twice, or too much. */
static void parts_refused(void)
{
	good_context();
	blob(3, 1);
	create(4, BGRX, 32, 32);
	join(4, 4);
	blob_at(5, ROOM, 8192, 4097);
	join(4, 5);
	blob_at(6, ROOM, 256 << 20, 256 << 20);
	join(4, 6);
	blob_at(7, ROOM + 8, 4096, 4096);
	join(4, 7);
	WRONG(w.buffer.resources[1] = 77);
	WRONG(w.buffer.resources[1] = 3);
	WRONG(w.buffer.resources[1] = 4);
	WRONG(w.buffer.resources[1] = 5);
	WRONG(w.buffer.resources[1] = 6);
	WRONG(w.buffer.resources[1] = 7);
	WRONG(w.buffer.resources[1] = 1);
	WRONG(w.buffer.resources[0] = 6, w.buffer.parts = 1);
}

/* -- The engine ------------------------------------------------------------- */

static void engine_refuses(void)
{
	good_context();
	engine(ENGINE_CANNOT);
	jobs(0);
	engine(ENGINE_IS_FULL);
	jobs(1);
	engine(ENGINE_AT_ONCE);
	jobs(0);
	engine(ENGINE_TAKES);
	jobs(1);
	engine(ENGINE_AT_ONCE);
	jobs(1);
	ended(0);
}

/* Others on the timeline have ended long before the first. */
static void ends_in_order(void)
{
	good_context();
	engine(ENGINE_TAKES);
	jobs(0);
	jobs(0);
	jobs(2);
	jobs(0);
	ended(1);
	ended(1);
	SEND(cmd_get_edid, GET_EDID, .hdr.flags = VIRTIO_GPU_FLAG_FENCE, .hdr.fence_id = 7);
	unref(2);
	ended(0);
	ended(0);
}

/* The first ends with the second still at work. */
static void ends_one_by_one(void)
{
	good_context();
	engine(ENGINE_TAKES);
	jobs(0);
	jobs(0);
	ended(0);
	ended(0);
	jobs(0);
}

/* More than a ring has descriptors: some of those the driver uses twice. */
static void as_many_jobs(void)
{
	good_context();
	engine(ENGINE_TAKES);
	jobs(0);
	again(254, offsetof(struct virtio_gpu_ctrl_hdr, fence_id), 1);
	SEND(cmd_get_edid, GET_EDID, .scanout = 0);
	again(2, offsetof(struct virtio_gpu_ctrl_hdr, fence_id), 1);
	jobs(0);
	again(2, offsetof(struct virtio_gpu_ctrl_hdr, fence_id), 1);
	ended(9);
}

/* Jobs end whose device is as in the beginning, with others in it. */
static void ends_after_reset(void)
{
	good_context();
	engine(ENGINE_TAKES);
	jobs(0);
	jobs(1);
	begin(BEGIN_ALL | BEGIN_CURSOR);
	ended(0);
	good_context();
	jobs(0);
	ended(0);
	ended(0);
	step(STEP_RESET), put(0, 1);
	ended(0);
}

/* The end of some cannot be told; then the engine goes on ending others. */
static void ends_nowhere(void)
{
	good_context();
	engine(ENGINE_TAKES);
	jobs(0);
	jobs(1);
	hole(BASE + 0x3000, 4096, HOLE_WRITE, 0);
	ended(0);
	ended(0);
	begin(BEGIN_CURSOR);
	good_context();
	no_hole();
	good_context();
	engine(ENGINE_AT_ONCE);
	hole(BASE + 0x3000, 4096, HOLE_WRITE, 1);
	jobs(0);
}

static const struct seed context_seeds[] = {
	{ "capset", capset },
	{ "no_commands", no_commands },
	{ "contexts", contexts },
	{ "as_many_contexts", as_many_contexts },
	{ "work", work },
	{ "no_context", no_context },
	{ "buffers_refused", buffers_refused },
	{ "parts_refused", parts_refused },
	{ "engine_refuses", engine_refuses },
	{ "ends_in_order", ends_in_order },
	{ "ends_one_by_one", ends_one_by_one },
	{ "as_many_jobs", as_many_jobs },
	{ "ends_after_reset", ends_after_reset },
	{ "ends_nowhere", ends_nowhere },
};

#endif
