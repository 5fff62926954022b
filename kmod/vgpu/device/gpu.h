/* SPDX-License-Identifier: GPL-2.0 */
/*
 * A virtio-gpu (virtio 1.2, section 5.7): what its driver asks for, and what has come
 * of that so far.  Pure; the caller serialises.
 *
 * All that a guest can make is bounded: resources and contexts by number, their pixels
 * and the lists of their pieces by the device's memory.
 */
#ifndef _KVMSHARE_VGPU_DEVICE_GPU_H
#define _KVMSHARE_VGPU_DEVICE_GPU_H

#include "../job.h"
#include "chain.h"
#include "resource.h"

/* It has one of each, and their numbers are 0. */
#define GPU_SCREENS	1U
#define GPU_CAPSETS	1U

#define GPU_CONTEXTS	64U
#define GPU_CURSOR_SIDE	64U

/* Bytes: struct virtio_gpu_set_scanout_blob, struct virtio_gpu_resp_edid. */
#define GPU_COMMAND_MAX	96U
#define GPU_ANSWER_MAX	1056U

/* Of one command buffer: its jobs, and resources and bytes that they are done in. */
#define GPU_JOBS_MAX	64U
#define GPU_PARTS_MAX	8U
#define GPU_WORK_BYTES	(256ULL << 20)

struct gpu;

/**
 * struct gpu_context - where a guest's program sends its jobs
 * @id: its number, of the driver's choice; 0 where there is none
 * @works: jobs may come from it
 */
struct gpu_context {
	u32 id;
	bool works;
};

/**
 * struct gpu_screen - what is shown
 * @width: that it would rather have, in pixels
 * @height: likewise, in rows
 * @resource: shown, or NULL where it is off
 * @shown: of that
 * @format: VIRTIO_GPU_FORMAT_*
 * @stride: from row to row, in bytes
 * @offset: of the first row of the whole image in a blob, in bytes
 * @copy: what the device has of a blob, all rows that are shown; or NULL
 * @waits: of a blob, what was flushed and is not in @copy
 */
struct gpu_screen {
	u32 width;
	u32 height;
	struct gpu_resource *resource;
	struct rect shown;
	u32 format;
	u32 stride;
	u64 offset;
	u8 *copy;
	struct rect waits;
};

/**
 * struct gpu_cursor - over it
 * @resource: its image, 64 by 64, of which the alpha counts whatever its format says; or
 *	      NULL where it is hidden
 * @x: of its left edge on the screen; may be beyond, by less than 64, as a number below 0
 * @y: likewise, of its top
 * @hot_x: of that in the image
 * @hot_y: likewise
 */
struct gpu_cursor {
	struct gpu_resource *resource;
	u32 x;
	u32 y;
	u32 hot_x;
	u32 hot_y;
};

/**
 * struct gpu_work - a command buffer
 * @context: whose, by its bit in struct gpu_resource
 * @ring: of that one's timelines
 * @parts: resources, one after another, whose bytes are the memory, in whole pages
 * @nr: how many
 * @bytes: of all of them
 * @status: where in it the jobs' ends are told, or ~0
 * @count: of jobs
 * @jobs: they, which reach no byte outside
 */
struct gpu_work {
	u32 context;
	u8 ring;
	struct gpu_resource *parts[GPU_PARTS_MAX];
	u32 nr;
	u64 bytes;
	u64 status;
	u32 count;
	struct job jobs[GPU_JOBS_MAX];
};

/**
 * struct gpu_ops - what the device itself does not do
 * @take: zeroed memory that a guest's commands cause, charged to it; NULL where there
 *	  is none left
 * @give: it back
 * @shown: the screen, the cursor or what they show is another
 * @drawn: a part of what is shown has other pixels, as gpu_settle() will tell
 * @drop: a resource is about to go
 * @submit: jobs of a context, whose end @ticket stands for, which is not told before
 *	    this returns.  @work is the caller's again then, and its parts may go after
 *	    @drop.  Returns 0; with none of them taken, -EINVAL where the engine cannot
 *	    do one, or another negative errno
 */
struct gpu_ops {
	void *(*take)(struct gpu *gpu, u64 bytes);
	void (*give)(struct gpu *gpu, void *memory, u64 bytes);
	void (*shown)(struct gpu *gpu);
	void (*drawn)(struct gpu *gpu, const struct rect *rect);
	void (*drop)(struct gpu *gpu, struct gpu_resource *resource);
	int (*submit)(struct gpu *gpu, const struct gpu_work *work, u32 ticket);
};

/**
 * struct gpu - a device
 * @ops: fixed
 * @guest: whose memory it reaches; fixed
 * @job_types: that its engine does, by bit; fixed
 * @resources: all
 * @contexts: all, by their bit in struct gpu_resource
 * @screen: the one it has
 * @cursor: likewise
 * @work: that is being read
 */
struct gpu {
	const struct gpu_ops *ops;
	struct guest *guest;
	u32 job_types;
	struct resources resources;
	struct gpu_context contexts[GPU_CONTEXTS];
	struct gpu_screen screen;
	struct gpu_cursor cursor;
	struct gpu_work work;
};

/**
 * struct gpu_request - a command of the driver
 * @chain: where it is; what follows the command itself is still to be read
 * @type: VIRTIO_GPU_CMD_*
 * @flags: VIRTIO_GPU_FLAG_*
 * @fence: the driver's name for its end
 * @context: that it is of, by its number
 * @ring: of that context
 * @ticket: the device's name for its end
 * @command: it, with its header
 * @answer: to it, with its header
 * @len: of that
 */
struct gpu_request {
	struct chain *chain;
	u32 type;
	u32 flags;
	u64 fence;
	u32 context;
	u8 ring;
	u32 ticket;
	u64 command[GPU_COMMAND_MAX / 8];
	u64 answer[GPU_ANSWER_MAX / 8];
	u32 len;
};

/* What a command returns whose end comes with that of its jobs; else VIRTIO_GPU_RESP_*. */
#define GPU_LATER	0U

/* gpu.c */
void gpu_init(struct gpu *gpu, u32 width, u32 height);
void gpu_reset(struct gpu *gpu);
u32 gpu_read(struct gpu *gpu, struct gpu_request *request);
bool gpu_control(struct gpu *gpu, struct gpu_request *request, u32 rc);
void gpu_cursor_command(struct gpu *gpu, struct gpu_request *request);

const u8 *gpu_pixels(const struct gpu *gpu);
void *gpu_answer(struct gpu_request *request, u32 len);

/* The commands, each of which returns GPU_LATER or VIRTIO_GPU_RESP_*.  screen.c: */
u32 gpu_get_display_info(struct gpu *gpu, struct gpu_request *request);
u32 gpu_get_edid(struct gpu *gpu, struct gpu_request *request);
u32 gpu_set_scanout(struct gpu *gpu, struct gpu_request *request);
u32 gpu_set_scanout_blob(struct gpu *gpu, struct gpu_request *request);
u32 gpu_flush(struct gpu *gpu, struct gpu_request *request);
u32 gpu_update_cursor(struct gpu *gpu, struct gpu_request *request);
u32 gpu_move_cursor(struct gpu *gpu, struct gpu_request *request);
void gpu_hide(struct gpu *gpu, const struct gpu_resource *resource);
void gpu_turn_off(struct gpu *gpu);
void gpu_settle(struct gpu *gpu);

/* image.c: */
u32 gpu_create_2d(struct gpu *gpu, struct gpu_request *request);
u32 gpu_create_blob(struct gpu *gpu, struct gpu_request *request);
u32 gpu_unref(struct gpu *gpu, struct gpu_request *request);
u32 gpu_attach_backing(struct gpu *gpu, struct gpu_request *request);
u32 gpu_detach_backing(struct gpu *gpu, struct gpu_request *request);
u32 gpu_transfer_2d(struct gpu *gpu, struct gpu_request *request);
void gpu_free_resources(struct gpu *gpu);

/* context.c: */
u32 gpu_get_capset_info(struct gpu *gpu, struct gpu_request *request);
u32 gpu_get_capset(struct gpu *gpu, struct gpu_request *request);
u32 gpu_ctx_create(struct gpu *gpu, struct gpu_request *request);
u32 gpu_ctx_destroy(struct gpu *gpu, struct gpu_request *request);
u32 gpu_ctx_attach(struct gpu *gpu, struct gpu_request *request);
u32 gpu_ctx_detach(struct gpu *gpu, struct gpu_request *request);
u32 gpu_submit(struct gpu *gpu, struct gpu_request *request);

#endif /* _KVMSHARE_VGPU_DEVICE_GPU_H */
