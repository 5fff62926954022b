/* SPDX-License-Identifier: GPL-2.0 */
/* What stands behind the device: an engine that does jobs, or does not, and memory, which ends. */
#ifndef FUZZ_ENGINE_H
#define FUZZ_ENGINE_H

#include "input.h"
#include "steps.h"

static struct {
	/* Jobs that have not ended, some of them from before a reset. */
	u32 open[FENCES_MAX], nr;
	enum engine_mode mode;
	u32 pieces;
} behind;

static void behind_open(void)
{
	behind.nr = 0;
	behind.mode = ENGINE_BY_TICKET;
	behind.pieces = MEMORY_IS_THERE;
}

/* -- Jobs ------------------------------------------------------------------- */

/* What a job is done in is whole pages of the guest, as many as are said. */
static u64 check_part(const struct gpu_resource *part)
{
	const struct backing *backing = &part->backing;
	u32 i;

	for (i = 0; i < backing->nr; i++)
		assert(backing->spans[i].at % 4096 == 0 && backing->spans[i].start % 4096 == 0);
	assert(backing_bytes(backing) >= part->bytes && part->bytes % 4096 == 0);
	return part->bytes;
}

static void check_work(const struct gpu *gpu, const struct gpu_work *work)
{
	u64 bytes = 0, told = work->count * sizeof(u32);
	u32 i;

	assert(work->count && work->count <= GPU_JOBS_MAX && work->nr <= GPU_PARTS_MAX);
	assert(work->context < GPU_CONTEXTS && gpu->contexts[work->context].works);
	for (i = 0; i < work->nr; i++) {
		assert(work->parts[i]->contexts >> work->context & 1);
		bytes += check_part(work->parts[i]);
	}
	assert(bytes == work->bytes && bytes <= GPU_WORK_BYTES);
	assert(work->status == ~0ULL || (work->status <= bytes && told <= bytes - work->status));
	for (i = 0; i < work->count; i++)
		assert(job_check(&work->jobs[i], gpu->job_types, work->bytes));
}

static enum engine_mode mode_of(u32 ticket)
{
	if (behind.mode != ENGINE_BY_TICKET)
		return behind.mode;
	switch (ticket / FENCES_MAX % 7) {
	case 3:
		return ENGINE_IS_FULL;
	case 5:
		return ENGINE_AT_ONCE;
	default:
		return ENGINE_TAKES;
	}
}

static int told_ended(u32 ticket)
{
	int rc = device_back_ended(&d.back, ticket);

	if (rc)
		transport_break(&d.front.transport);
	return rc;
}

static int fuzz_submit(struct gpu *gpu, const struct gpu_work *work, u32 ticket)
{
	enum engine_mode mode = mode_of(ticket);

	check_work(gpu, work);
	if (mode == ENGINE_CANNOT)
		return -EINVAL;
	if (mode == ENGINE_IS_FULL || behind.nr == FENCES_MAX)
		return -EAGAIN;
	/* Some end before that has been said. */
	if (mode == ENGINE_AT_ONCE)
		return told_ended(ticket) ? -EFAULT : 0;
	behind.open[behind.nr++] = ticket;
	return 0;
}

static bool is_open(u32 ticket)
{
	u32 i;

	for (i = 0; i < behind.nr; i++) {
		if (behind.open[i] == ticket)
			return true;
	}
	return false;
}

static void end_one(struct input *in)
{
	u32 which, ticket;

	if (!behind.nr)
		return;
	which = take_number(in, 1) % behind.nr;
	ticket = behind.open[which];
	behind.open[which] = behind.open[--behind.nr];
	told_ended(ticket);
}

/* -- Memory ----------------------------------------------------------------- */

static void *fuzz_take(struct gpu *gpu, u64 bytes)
{
	if (behind.pieces != MEMORY_IS_THERE && !behind.pieces--) {
		behind.pieces = MEMORY_IS_THERE;
		return NULL;
	}
	return take(gpu, bytes);
}

/* Nobody sees what is no more. */
static void fuzz_drop(struct gpu *gpu, struct gpu_resource *resource)
{
	assert(gpu->screen.resource != resource);
	drop(gpu, resource);
}

#endif
