// SPDX-License-Identifier: GPL-2.0
#include "gpu.h"
#include "spec.h"

typedef u32 (*command_fn)(struct gpu *gpu, struct gpu_request *request);

/**
 * struct command - what a driver may ask for
 * @run: does it
 * @len: of it, with its header and without what follows
 */
struct command {
	command_fn run;
	u32 len;
};

#define FIRST_2D	VIRTIO_GPU_CMD_GET_DISPLAY_INFO
#define FIRST_3D	VIRTIO_GPU_CMD_CTX_CREATE
#define FIRST_CURSOR	VIRTIO_GPU_CMD_UPDATE_CURSOR

#define COMMAND(group, type, fn, name) \
	[VIRTIO_GPU_CMD_##type - (group)] = { fn, sizeof(struct virtio_gpu_##name) }

static const struct command commands_2d[] = {
	COMMAND(FIRST_2D, GET_DISPLAY_INFO, gpu_get_display_info, ctrl_hdr),
	COMMAND(FIRST_2D, RESOURCE_CREATE_2D, gpu_create_2d, resource_create_2d),
	COMMAND(FIRST_2D, RESOURCE_UNREF, gpu_unref, resource_unref),
	COMMAND(FIRST_2D, SET_SCANOUT, gpu_set_scanout, set_scanout),
	COMMAND(FIRST_2D, RESOURCE_FLUSH, gpu_flush, resource_flush),
	COMMAND(FIRST_2D, TRANSFER_TO_HOST_2D, gpu_transfer_2d, transfer_to_host_2d),
	COMMAND(FIRST_2D, RESOURCE_ATTACH_BACKING, gpu_attach_backing, resource_attach_backing),
	COMMAND(FIRST_2D, RESOURCE_DETACH_BACKING, gpu_detach_backing, resource_detach_backing),
	COMMAND(FIRST_2D, GET_CAPSET_INFO, gpu_get_capset_info, get_capset_info),
	COMMAND(FIRST_2D, GET_CAPSET, gpu_get_capset, get_capset),
	COMMAND(FIRST_2D, GET_EDID, gpu_get_edid, cmd_get_edid),
	COMMAND(FIRST_2D, RESOURCE_CREATE_BLOB, gpu_create_blob, resource_create_blob),
	COMMAND(FIRST_2D, SET_SCANOUT_BLOB, gpu_set_scanout_blob, set_scanout_blob),
};

static const struct command commands_3d[] = {
	COMMAND(FIRST_3D, CTX_CREATE, gpu_ctx_create, ctx_create),
	COMMAND(FIRST_3D, CTX_DESTROY, gpu_ctx_destroy, ctx_destroy),
	COMMAND(FIRST_3D, CTX_ATTACH_RESOURCE, gpu_ctx_attach, ctx_resource),
	COMMAND(FIRST_3D, CTX_DETACH_RESOURCE, gpu_ctx_detach, ctx_resource),
	COMMAND(FIRST_3D, SUBMIT_3D, gpu_submit, cmd_submit),
};

static const struct command commands_cursor[] = {
	COMMAND(FIRST_CURSOR, UPDATE_CURSOR, gpu_update_cursor, update_cursor),
	COMMAND(FIRST_CURSOR, MOVE_CURSOR, gpu_move_cursor, update_cursor),
};

#define FIND(table, first, type) \
	((type) - (first) < sizeof(table) / sizeof(*(table)) ? &(table)[(type) - (first)] : NULL)

static const struct command *find_control(u32 type)
{
	return type >= FIRST_3D ? FIND(commands_3d, FIRST_3D, type) :
				  FIND(commands_2d, FIRST_2D, type);
}

static const struct command *find_cursor(u32 type)
{
	return FIND(commands_cursor, FIRST_CURSOR, type);
}

/* -- Coming and going ------------------------------------------------------- */

/**
 * gpu_init() - as it is before a driver comes
 * @gpu: it; what is fixed is set
 * @width: the screen that it would rather have, EDID_SIDE_MIN to EDID_SIDE_MAX
 * @height: likewise
 */
void gpu_init(struct gpu *gpu, u32 width, u32 height)
{
	gpu->resources = (struct resources) { 0 };
	memset(gpu->contexts, 0, sizeof(gpu->contexts));
	gpu->screen = (struct gpu_screen) { .width = width, .height = height };
	gpu->cursor = (struct gpu_cursor) { 0 };
}

/* What the driver has made goes; no job of it runs any more. */
void gpu_reset(struct gpu *gpu)
{
	gpu_turn_off(gpu);
	gpu_free_resources(gpu);
	gpu_init(gpu, gpu->screen.width, gpu->screen.height);
	gpu->ops->shown(gpu);
}

/* -- Answers ---------------------------------------------------------------- */

/* Returns room for one, all zeroes; @len is at most GPU_ANSWER_MAX. */
void *gpu_answer(struct gpu_request *request, u32 len)
{
	request->len = len;
	return memset(request->answer, 0, len);
}

/* The fence comes back with it where one was asked for (section 5.7.6.7). */
static void put_header(void *answer, const struct gpu_request *request, u32 type)
{
	struct virtio_gpu_ctrl_hdr *header = answer;
	bool fenced = request->flags & VIRTIO_GPU_FLAG_FENCE;

	memset(header, 0, sizeof(*header));
	LE_PUT(header, type, type);
	if (!fenced)
		return;
	LE_PUT(header, flags,
	       request->flags & (VIRTIO_GPU_FLAG_FENCE | VIRTIO_GPU_FLAG_INFO_RING_IDX));
	LE_PUT(header, fence_id, request->fence);
	LE_PUT(header, ctx_id, request->context);
	header->ring_idx = request->ring;
}

/* -- Commands --------------------------------------------------------------- */

/**
 * gpu_read() - what a command begins with
 * @gpu: it
 * @request: chain is set; out: type, flags, fence, context, ring
 *
 * Return: 0, or VIRTIO_GPU_RESP_*.
 */
u32 gpu_read(struct gpu *gpu, struct gpu_request *request)
{
	const struct virtio_gpu_ctrl_hdr *header = (const void *)request->command;

	gpu_answer(request, sizeof(*header));
	request->type = 0;
	request->ticket = 0;
	request->flags = 0;
	if (chain_read(request->chain, gpu->guest, request->command, sizeof(*header)))
		return VIRTIO_GPU_RESP_ERR_UNSPEC;
	request->type = LE_GET32(header, type);
	request->flags = LE_GET32(header, flags);
	request->fence = LE_GET64(header, fence_id);
	request->context = LE_GET32(header, ctx_id);
	request->ring = header->ring_idx;
	return 0;
}

static u32 run(struct gpu *gpu, struct gpu_request *request, const struct command *command)
{
	u32 header = sizeof(struct virtio_gpu_ctrl_hdr);

	if (!command || !command->run)
		return VIRTIO_GPU_RESP_ERR_UNSPEC;
	if (chain_read(request->chain, gpu->guest, (u8 *)request->command + header,
		       command->len - header))
		return VIRTIO_GPU_RESP_ERR_UNSPEC;
	return command->run(gpu, request);
}

/**
 * gpu_control() - a command of the control queue
 * @gpu: it
 * @request: as gpu_read() left it, with its ticket; out: the answer
 * @rc: what gpu_read() returned
 *
 * Return: is its end told by the answer? Else it comes with that of the jobs which were
 * asked for.
 */
bool gpu_control(struct gpu *gpu, struct gpu_request *request, u32 rc)
{
	if (!rc)
		rc = run(gpu, request, find_control(request->type));
	if (rc >= VIRTIO_GPU_RESP_ERR_UNSPEC)
		gpu_answer(request, sizeof(struct virtio_gpu_ctrl_hdr));
	put_header(request->answer, request, rc == GPU_LATER ? VIRTIO_GPU_RESP_OK_NODATA : rc);
	return rc != GPU_LATER;
}

/**
 * gpu_cursor_command() - a command of the cursor queue, which has no answer
 * @gpu: it
 * @request: chain is set
 */
void gpu_cursor_command(struct gpu *gpu, struct gpu_request *request)
{
	if (!gpu_read(gpu, request))
		run(gpu, request, find_cursor(request->type));
}
