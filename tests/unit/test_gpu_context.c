// SPDX-License-Identifier: GPL-2.0
/* Contexts, the jobs that come through them, and in which order their ends are told. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <cmocka.h>

#include "gpu_driver.h"

/* A command buffer, and what it is sent with. */
static struct {
	struct kvmshare_buffer buffer;
	struct kvmshare_job jobs[GPU_JOBS_MAX + 1];
} b;
static struct virtio_gpu_cmd_submit submits;

static u32 context(u32 id, u32 capset)
{
	return SEND(ctx_create, CTX_CREATE, .hdr.ctx_id = id, .context_init = capset);
}

static u32 in_context(u32 type, u32 id, u32 resource)
{
	struct virtio_gpu_ctx_resource command = {
		.hdr = { .type = type, .ctx_id = id }, .resource_id = resource,
	};

	return send_more(&command, sizeof(command), NULL, 0);
}

static void blob(u32 id, u32 pages)
{
	struct virtio_gpu_mem_entry entry = { ROOM, pages * 4096, 0 };

	assert_int_equal(SEND_MORE(&entry, sizeof(entry), resource_create_blob, RESOURCE_CREATE_BLOB,
				   .resource_id = id, .blob_mem = VIRTIO_GPU_BLOB_MEM_GUEST,
				   .nr_entries = 1, .size = pages * 4096), OK);
}

static u32 send_buffer(u32 jobs)
{
	u32 len = sizeof(b.buffer) + jobs * sizeof(*b.jobs);

	submits.size = len;
	return send_more(&submits, sizeof(submits), &b, len);
}

/* One job over 12 KiB that are two blobs, which is right. */
static void good_buffer(void)
{
	assert_int_equal(context(4, KVMSHARE_CAPSET_ID), OK);
	blob(1, 2);
	blob(2, 1);
	assert_int_equal(in_context(VIRTIO_GPU_CMD_CTX_ATTACH_RESOURCE, 4, 1), OK);
	assert_int_equal(in_context(VIRTIO_GPU_CMD_CTX_ATTACH_RESOURCE, 4, 2), OK);
	memset(&b, 0, sizeof(b));
	b.buffer = (struct kvmshare_buffer) {
		.version = 1, .jobs = 1, .parts = 2, .status = 64, .resources = { 1, 2 },
	};
	b.jobs[0] = (struct kvmshare_job) {
		.type = KVMSHARE_JOB_FILL, .repeat = 1, .dst = 8192, .count = 1024, .value = 5, .cookie = 77,
	};
	submits = (struct virtio_gpu_cmd_submit) {
		.hdr = { .type = VIRTIO_GPU_CMD_SUBMIT_3D, .ctx_id = 4 },
	};
}

static void test_capset(void **state)
{
	const struct virtio_gpu_resp_capset_info *info;
	const struct kvmshare_capset *capset;

	(void)state;
	assert_int_equal(SEND(get_capset_info, GET_CAPSET_INFO, .capset_index = 0),
			 VIRTIO_GPU_RESP_OK_CAPSET_INFO);
	info = last_answer;
	assert_int_equal(info->capset_id, KVMSHARE_CAPSET_ID);
	assert_int_equal(info->capset_max_size, sizeof(*capset));
	assert_int_equal(SEND(get_capset_info, GET_CAPSET_INFO, .capset_index = 1), BAD);
	assert_int_equal(SEND(get_capset, GET_CAPSET, .capset_id = KVMSHARE_CAPSET_ID, .capset_version = 1),
			 VIRTIO_GPU_RESP_OK_CAPSET);
	capset = (const void *)((const struct virtio_gpu_resp_capset *)last_answer)->capset_data;
	assert_int_equal(capset->version, 1);
	assert_int_equal(capset->types, d.back.gpu.job_types);
	assert_int_equal(SEND(get_capset, GET_CAPSET, .capset_id = 1), BAD);
	assert_int_equal(SEND(get_capset, GET_CAPSET, .capset_id = KVMSHARE_CAPSET_ID, .capset_version = 2),
			 BAD);
}

static void test_contexts(void **state)
{
	u32 i;

	(void)state;
	assert_int_equal(context(0, 0), NO_CONTEXT);
	assert_int_equal(context(1, 4), BAD);
	for (i = 0; i < GPU_CONTEXTS; i++)
		assert_int_equal(context(1000 - i, i % 2 ? 0 : KVMSHARE_CAPSET_ID), OK);
	assert_int_equal(context(1000, 0), NO_CONTEXT);
	assert_int_equal(context(1, 0), FULL);
	assert_int_equal(SEND(ctx_destroy, CTX_DESTROY, .hdr.ctx_id = 990), OK);
	assert_int_equal(SEND(ctx_destroy, CTX_DESTROY, .hdr.ctx_id = 990), NO_CONTEXT);
	assert_int_equal(SEND(ctx_destroy, CTX_DESTROY, .hdr.ctx_id = 0), NO_CONTEXT);
	assert_int_equal(context(1, 0), OK);
}

/* The next context in the same place has nothing of the one before. */
static void test_context_inherits_nothing(void **state)
{
	(void)state;
	good_buffer();
	assert_int_equal(SEND(ctx_destroy, CTX_DESTROY, .hdr.ctx_id = 4), OK);
	assert_int_equal(context(5, KVMSHARE_CAPSET_ID), OK);
	submits.hdr.ctx_id = 5;
	assert_int_equal(send_buffer(1), NO_ID);
	assert_int_equal(in_context(VIRTIO_GPU_CMD_CTX_ATTACH_RESOURCE, 5, 1), OK);
	assert_int_equal(in_context(VIRTIO_GPU_CMD_CTX_ATTACH_RESOURCE, 5, 2), OK);
	assert_int_equal(in_context(VIRTIO_GPU_CMD_CTX_ATTACH_RESOURCE, 5, 3), NO_ID);
	/* None has it then. */
	assert_int_equal(in_context(VIRTIO_GPU_CMD_CTX_ATTACH_RESOURCE, 4, 1), OK);
	assert_int_equal(in_context(VIRTIO_GPU_CMD_CTX_DETACH_RESOURCE, 0, 1), OK);
	assert_int_equal(send_buffer(1), 0);
	assert_int_equal(in_context(VIRTIO_GPU_CMD_CTX_DETACH_RESOURCE, 5, 2), OK);
	assert_int_equal(send_buffer(1), NO_ID);
}

static void test_jobs_arrive(void **state)
{
	(void)state;
	good_buffer();
	assert_int_equal(send_buffer(1), 0);
	assert_int_equal(d.submits, 1);
	assert_int_equal(d.work.nr, 2);
	assert_int_equal(d.work.parts[1]->id, 2);
	assert_int_equal(d.work.bytes, 12288);
	assert_int_equal(d.work.status, 64);
	assert_int_equal(d.work.count, 1);
	assert_int_equal(d.work.jobs[0].dst, 8192);
	assert_int_equal(d.work.jobs[0].cookie, 77);
	assert_null(next_answer());
	assert_int_equal(device_back_ended(&d.back, d.ticket), 0);
	assert_int_equal(type_of(next_answer()), OK);
}

static void test_most_jobs(void **state)
{
	u32 i;

	(void)state;
	good_buffer();
	for (i = 1; i <= GPU_JOBS_MAX; i++)
		b.jobs[i] = b.jobs[0];
	b.buffer.jobs = GPU_JOBS_MAX;
	assert_int_equal(send_buffer(GPU_JOBS_MAX), 0);
	assert_int_equal(d.work.count, GPU_JOBS_MAX);
	b.buffer.jobs++;
	assert_int_equal(send_buffer(GPU_JOBS_MAX + 1), BAD);
}

/* Each has one thing wrong, and is as good again without it. */
#define REFUSED(what, wrong, with) do { \
		typeof(what) good = what; \
		what = wrong; \
		assert_int_equal(send_buffer(1), with); \
		what = good; \
	} while (0)

static void test_buffers_refused(void **state)
{
	(void)state;
	good_buffer();
	REFUSED(b.buffer.version, 2, BAD);
	REFUSED(b.buffer.version, 0, BAD);
	REFUSED(b.buffer.reserved, 1, BAD);
	REFUSED(b.buffer.jobs, 0, BAD);
	REFUSED(b.buffer.jobs, 2, BAD);
	REFUSED(b.buffer.parts, 1, BAD);
	REFUSED(b.buffer.parts, KVMSHARE_BUFFER_PARTS + 1, BAD);
	REFUSED(b.buffer.resources[1], 1, BAD);
	REFUSED(b.buffer.resources[1], 3, NO_ID);
	REFUSED(b.buffer.resources[0], 0, NO_ID);
	REFUSED(b.buffer.status, 2, BAD);
	REFUSED(b.buffer.status, 12288, BAD);
	REFUSED(b.buffer.status, ~0ULL - 3, BAD);
	REFUSED(b.jobs[0].dst, 8196, BAD);
	REFUSED(b.jobs[0].dst, ~0ULL - 3, BAD);
	REFUSED(b.jobs[0].type, KVMSHARE_JOB_NR, BAD);
	REFUSED(b.jobs[0].repeat, 0, BAD);
	REFUSED(submits.hdr.ctx_id, 9, NO_CONTEXT);
	REFUSED(submits.hdr.ctx_id, 0, NO_CONTEXT);
	assert_int_equal(d.submits, 0);
	REFUSED(b.buffer.status, KVMSHARE_BUFFER_NO_STATUS, 0);
	REFUSED(b.buffer.status, 12284, 0);
	assert_int_equal(d.submits, 2);
}

static void test_lengths_refused(void **state)
{
	u32 len = sizeof(b.buffer) + sizeof(*b.jobs), cut;

	(void)state;
	good_buffer();
	/* It is shorter than it says. */
	for (cut = 0; cut < len; cut++) {
		submits.size = len;
		assert_int_equal(send_more(&submits, sizeof(submits), &b, cut), CUT);
	}
	/* It says that it is shorter. */
	for (cut = 1; cut < len; cut++) {
		submits.size = cut;
		assert_int_equal(send_more(&submits, sizeof(submits), &b, len),
				 cut < sizeof(b.buffer) ? CUT : BAD);
	}
	submits.size = len + 1;
	assert_int_equal(send_more(&submits, sizeof(submits), &b, len + 1), BAD);
	assert_int_equal(d.submits, 0);
	/* Nothing at all is nothing to wait for. */
	submits.size = 0;
	assert_int_equal(send_more(&submits, sizeof(submits), NULL, 0), OK);
}

static void test_other_memory_refused(void **state)
{
	struct virtio_gpu_mem_entry entry = { ROOM, 8192, 0 };
	struct virtio_gpu_mem_entry halves[] = { { ROOM + 2048, 4096, 0 }, { ROOM + 8192, 4096, 0 } };

	(void)state;
	good_buffer();
	/* An image, and a blob that is no whole pages. */
	assert_int_equal(SEND(resource_create_2d, RESOURCE_CREATE_2D, .resource_id = 7,
			      .format = BGRX, .width = 64, .height = 64), OK);
	assert_int_equal(SEND_MORE(&entry, sizeof(entry), resource_create_blob, RESOURCE_CREATE_BLOB,
				   .resource_id = 8, .blob_mem = VIRTIO_GPU_BLOB_MEM_GUEST,
				   .nr_entries = 1, .size = 4100), OK);
	assert_int_equal(in_context(VIRTIO_GPU_CMD_CTX_ATTACH_RESOURCE, 4, 7), OK);
	assert_int_equal(in_context(VIRTIO_GPU_CMD_CTX_ATTACH_RESOURCE, 4, 8), OK);
	REFUSED(b.buffer.resources[0], 7, BAD);
	REFUSED(b.buffer.resources[0], 8, BAD);
	/* Two halves of pages are no page. */
	assert_int_equal(SEND_MORE(halves, sizeof(halves), resource_create_blob, RESOURCE_CREATE_BLOB,
				   .resource_id = 9, .blob_mem = VIRTIO_GPU_BLOB_MEM_GUEST,
				   .nr_entries = 2, .size = 8192), OK);
	assert_int_equal(in_context(VIRTIO_GPU_CMD_CTX_ATTACH_RESOURCE, 4, 9), OK);
	REFUSED(b.buffer.resources[0], 9, BAD);
	/* A context from which no job comes. */
	assert_int_equal(context(6, 0), OK);
	REFUSED(submits.hdr.ctx_id, 6, NO_CONTEXT);
	/* The engine takes no more. */
	d.refuse = -EAGAIN;
	assert_int_equal(send_buffer(1), FULL);
	/* It cannot do one of them. */
	d.refuse = -EINVAL;
	assert_int_equal(send_buffer(1), BAD);
}

/* -- Ends ------------------------------------------------------------------- */

static u32 send_fenced(u64 fence, int ring)
{
	submits.hdr.flags = VIRTIO_GPU_FLAG_FENCE | (ring >= 0 ? VIRTIO_GPU_FLAG_INFO_RING_IDX : 0);
	submits.hdr.fence_id = fence;
	submits.hdr.ring_idx = ring >= 0 ? ring : 0;
	return send_buffer(1);
}

static u64 next_fence(void)
{
	const struct virtio_gpu_ctrl_hdr *answer = next_answer();

	if (!answer)
		return 0;
	assert_int_equal(answer->type, OK);
	assert_true(answer->flags & VIRTIO_GPU_FLAG_FENCE);
	return answer->fence_id;
}

static void test_ends_in_order(void **state)
{
	u32 tickets[3], i;

	(void)state;
	good_buffer();
	for (i = 0; i < 3; i++) {
		assert_int_equal(send_fenced(10 + i, -1), 0);
		tickets[i] = d.ticket;
	}
	assert_int_equal(device_back_ended(&d.back, tickets[1]), 0);
	assert_int_equal(next_fence(), 0);
	assert_int_equal(device_back_ended(&d.back, tickets[0]), 0);
	assert_int_equal(next_fence(), 10);
	assert_int_equal(next_fence(), 11);
	assert_int_equal(next_fence(), 0);
	assert_int_equal(device_back_ended(&d.back, tickets[2]), 0);
	assert_int_equal(next_fence(), 12);
}

/* A command without jobs waits for what came before, if it is fenced. */
static void test_others_wait(void **state)
{
	struct virtio_gpu_set_scanout command = {
		.hdr = { .type = VIRTIO_GPU_CMD_SET_SCANOUT, .flags = VIRTIO_GPU_FLAG_FENCE, .fence_id = 21 },
	};

	(void)state;
	good_buffer();
	assert_int_equal(send_fenced(20, -1), 0);
	assert_int_equal(send_more(&command, sizeof(command), NULL, 0), 0);
	command.hdr.flags = 0;
	assert_int_equal(send_more(&command, sizeof(command), NULL, 0), OK);
	assert_int_equal(device_back_ended(&d.back, d.ticket), 0);
	assert_int_equal(next_fence(), 20);
	assert_int_equal(next_fence(), 21);
}

static void test_timelines(void **state)
{
	u32 first;

	(void)state;
	good_buffer();
	assert_int_equal(send_fenced(30, -1), 0);
	first = d.ticket;
	assert_int_equal(send_fenced(31, 0), 0);
	assert_int_equal(device_back_ended(&d.back, d.ticket), 0);
	assert_int_equal(next_fence(), 31);
	assert_int_equal(send_fenced(32, 1), 0);
	assert_int_equal(device_back_ended(&d.back, d.ticket), 0);
	assert_int_equal(next_fence(), 32);
	assert_int_equal(device_back_ended(&d.back, first), 0);
	assert_int_equal(next_fence(), 30);
}

/* Against a list: each timeline's ends come in the order in which they were asked for. */
static void test_ends_at_random(void **state)
{
	static struct fences fences;
	u32 order[4][FENCES_MAX], from[4] = { 0 }, to[4] = { 0 }, live[FENCES_MAX], nr = 0;
	u32 i, ticket, written;
	u16 head;

	(void)state;
	srand(2);
	for (i = 0; i < 200000; i++) {
		u32 line = rand() % 4;
		struct fence *fence = rand() % 2 ? fences_add(&fences, line, i & 0xffff) : NULL;

		if (fence) {
			fence->written = line;
			order[line][to[line]++ % FENCES_MAX] = i & 0xffff;
			live[nr++] = fence->ticket;
		} else if (nr) {
			u32 which = rand() % nr;

			ticket = live[which];
			live[which] = live[--nr];
			fences_end(&fences, ticket);
			while (fences_give(&fences, &ticket, &head, &written))
				assert_int_equal(head, order[written][from[written]++ % FENCES_MAX]);
		}
	}
	while (nr) {
		ticket = live[--nr];
		fences_end(&fences, ticket);
		while (fences_give(&fences, &ticket, &head, &written))
			assert_int_equal(head, order[written][from[written]++ % FENCES_MAX]);
	}
	for (i = 0; i < 4; i++)
		assert_int_equal(from[i], to[i]);
	for (i = 0; i < FENCES_MAX; i++)
		assert_int_equal(fences.slots[i].ticket, FENCE_NONE);
}

/* The engine may tell the end before it has said that it took the jobs. */
static int submit_and_end(struct gpu *gpu, const struct gpu_work *work, u32 ticket)
{
	d.submits++;
	return device_back_ended(&d.back, ticket);
}

static void test_ends_at_once(void **state)
{
	static const struct gpu_ops ops = { take, give_back, shown, drawn, drop, submit_and_end };

	(void)state;
	good_buffer();
	d.back.gpu.ops = &ops;
	assert_int_equal(send_fenced(40, -1), OK);
	assert_int_equal(send_fenced(41, 2), OK);
	assert_int_equal(d.submits, 2);
}

/* An end that is told twice, or after a reset, is of nobody else. */
static void test_stale_ends(void **state)
{
	u32 first;

	(void)state;
	good_buffer();
	assert_int_equal(send_fenced(50, -1), 0);
	first = d.ticket;
	assert_int_equal(device_back_ended(&d.back, first), 0);
	assert_int_equal(next_fence(), 50);
	assert_int_equal(send_fenced(51, -1), 0);
	assert_int_not_equal(d.ticket, first);
	assert_int_equal(device_back_ended(&d.back, first), 0);
	assert_int_equal(device_back_ended(&d.back, ~0U), 0);
	assert_int_equal(device_back_ended(&d.back, FENCE_NONE), 0);
	assert_int_equal(next_fence(), 0);
	first = d.ticket;
	device_back_reset(&d.back);
	device_front_reset(&d.front);
	memset(d.memory.bytes, 0, sizeof(d.memory.bytes));
	driver_start(OFFERED);
	good_buffer();
	assert_int_equal(send_fenced(52, -1), 0);
	assert_int_equal(device_back_ended(&d.back, first), 0);
	assert_int_equal(next_fence(), 0);
	assert_int_equal(device_back_ended(&d.back, d.ticket), 0);
	assert_int_equal(next_fence(), 52);
}

/* Nobody waits for one that is not fenced. */
static void test_unfenced(void **state)
{
	struct virtio_gpu_set_scanout command = {
		.hdr = { .type = VIRTIO_GPU_CMD_SET_SCANOUT, .flags = VIRTIO_GPU_FLAG_FENCE, .fence_id = 60 },
	};

	(void)state;
	good_buffer();
	submits.hdr.flags = 0;
	assert_int_equal(send_buffer(1), 0);
	assert_int_equal(send_more(&command, sizeof(command), NULL, 0), OK);
	assert_int_equal(device_back_ended(&d.back, d.ticket), 0);
	assert_int_equal(type_of(next_answer()), OK);
}

/* What a job is done in may go while it is done. */
static void test_parts_go(void **state)
{
	(void)state;
	good_buffer();
	assert_int_equal(send_fenced(70, -1), 0);
	assert_int_equal(SEND(resource_unref, RESOURCE_UNREF, .resource_id = 1), OK);
	assert_int_equal(SEND(ctx_destroy, CTX_DESTROY, .hdr.ctx_id = 4), OK);
	assert_int_equal(d.dropped, 1);
	assert_int_equal(device_back_ended(&d.back, d.ticket), 0);
	assert_int_equal(next_fence(), 70);
}

/* One that gives the same descriptors again and again runs out of tickets, not of memory. */
static void test_too_many(void **state)
{
	u32 i;

	(void)state;
	good_buffer();
	for (i = 0; i < FENCES_MAX; i++)
		assert_int_equal(send_fenced(i + 1, -1), 0);
	assert_int_equal(send_fenced(1, -1), ~0U);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(test_capset, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_contexts, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_context_inherits_nothing, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_jobs_arrive, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_most_jobs, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_buffers_refused, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_lengths_refused, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_other_memory_refused, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_ends_in_order, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_others_wait, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_timelines, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_ends_at_random, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_ends_at_once, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_stale_ends, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_unfenced, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_parts_go, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_too_many, set_up, tear_down),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
