// SPDX-License-Identifier: GPL-2.0
/*
 * The commands about resources: images, blobs, and where in the guest's memory they are.
 */
#include "gpu.h"
#include "spec.h"

/* Pieces of a backing that are read at once. */
#define PART	32U

/* -- Backing ---------------------------------------------------------------- */

static u64 bytes_of_spans(u32 room)
{
	return (room + 1ULL) * sizeof(struct span);
}

static void drop_backing(struct gpu *gpu, struct gpu_resource *resource)
{
	struct backing *backing = &resource->backing;

	if (backing->spans)
		gpu->ops->give(gpu, backing->spans, bytes_of_spans(backing->room));
	*backing = (struct backing) { 0 };
}

static u32 read_spans(struct gpu *gpu, struct gpu_request *request, struct backing *backing)
{
	struct virtio_gpu_mem_entry part[PART];
	u32 i;

	for (i = 0; i < backing->room; i++) {
		const struct virtio_gpu_mem_entry *entry = &part[i % PART];
		u32 left = backing->room - i;

		if (i % PART == 0 &&
		    chain_read(request->chain, gpu->guest, part,
			       sizeof(*part) * (left < PART ? left : PART)))
			return VIRTIO_GPU_RESP_ERR_UNSPEC;
		if (backing_add(backing, LE_GET64(entry, addr),
				LE_GET32(entry, length)))
			return VIRTIO_GPU_RESP_ERR_INVALID_PARAMETER;
	}
	return VIRTIO_GPU_RESP_OK_NODATA;
}

/*
 * As many pieces as the driver says: room is only taken for what it has sent, and no
 * piece but the first and the last is less than a page, or a resource would take long.
 */
static u32 take_backing(struct gpu *gpu, struct gpu_request *request, struct gpu_resource *resource,
			u32 nr)
{
	struct span *spans;
	u32 rc;

	if (nr > BACKING_SPANS_MAX || nr > resource->bytes / BACKING_PAGE + 2 ||
	    request->chain->left < nr * (u64)sizeof(struct virtio_gpu_mem_entry))
		return VIRTIO_GPU_RESP_ERR_INVALID_PARAMETER;
	spans = gpu->ops->take(gpu, bytes_of_spans(nr));
	if (!spans)
		return VIRTIO_GPU_RESP_ERR_OUT_OF_MEMORY;
	backing_begin(&resource->backing, spans, nr);
	rc = read_spans(gpu, request, &resource->backing);
	if (rc != VIRTIO_GPU_RESP_OK_NODATA)
		drop_backing(gpu, resource);
	return rc;
}

u32 gpu_attach_backing(struct gpu *gpu, struct gpu_request *request)
{
	const struct virtio_gpu_resource_attach_backing *command = (const void *)request->command;
	struct gpu_resource *resource = resources_find(&gpu->resources,
						       LE_GET32(command, resource_id));

	if (!resource || resource_is_blob(resource))
		return VIRTIO_GPU_RESP_ERR_INVALID_RESOURCE_ID;
	if (resource->backing.spans)
		return VIRTIO_GPU_RESP_ERR_UNSPEC;
	return take_backing(gpu, request, resource, LE_GET32(command, nr_entries));
}

u32 gpu_detach_backing(struct gpu *gpu, struct gpu_request *request)
{
	const struct virtio_gpu_resource_detach_backing *command = (const void *)request->command;
	struct gpu_resource *resource = resources_find(&gpu->resources,
						       LE_GET32(command, resource_id));

	if (!resource || resource_is_blob(resource))
		return VIRTIO_GPU_RESP_ERR_INVALID_RESOURCE_ID;
	/* It is the driver's again: what it handed over is copied now. */
	resource_settle(resource, gpu->guest);
	drop_backing(gpu, resource);
	return VIRTIO_GPU_RESP_OK_NODATA;
}

/* -- Coming and going ------------------------------------------------------- */

static void free_resource(struct gpu *gpu, struct gpu_resource *resource)
{
	gpu->ops->drop(gpu, resource);
	drop_backing(gpu, resource);
	if (resource->pixels)
		gpu->ops->give(gpu, resource->pixels, resource->bytes);
	gpu->ops->give(gpu, resource, sizeof(*resource));
}

/* Returns NULL with @rc set. */
static struct gpu_resource *new_resource(struct gpu *gpu, u32 id, u32 *rc)
{
	struct gpu_resource *resource;

	*rc = VIRTIO_GPU_RESP_ERR_INVALID_RESOURCE_ID;
	if (!id || resources_find(&gpu->resources, id))
		return NULL;
	*rc = VIRTIO_GPU_RESP_ERR_OUT_OF_MEMORY;
	if (gpu->resources.nr == RESOURCES_MAX)
		return NULL;
	resource = gpu->ops->take(gpu, sizeof(*resource));
	if (resource)
		resource->id = id;
	return resource;
}

u32 gpu_create_2d(struct gpu *gpu, struct gpu_request *request)
{
	const struct virtio_gpu_resource_create_2d *command = (const void *)request->command;
	u32 width = LE_GET32(command, width), height = LE_GET32(command, height);
	struct gpu_resource *resource;
	u32 rc;

	if (!format_is_known(LE_GET32(command, format)) || !width || !height ||
	    width > RESOURCE_SIDE_MAX || height > RESOURCE_SIDE_MAX)
		return VIRTIO_GPU_RESP_ERR_INVALID_PARAMETER;
	resource = new_resource(gpu, LE_GET32(command, resource_id), &rc);
	if (!resource)
		return rc;
	resource->format = LE_GET32(command, format);
	resource->width = width;
	resource->height = height;
	resource->bytes = (u64)resource_stride(resource) * height;
	resource->pixels = gpu->ops->take(gpu, resource->bytes);
	if (!resource->pixels) {
		free_resource(gpu, resource);
		return VIRTIO_GPU_RESP_ERR_OUT_OF_MEMORY;
	}
	resources_add(&gpu->resources, resource);
	return VIRTIO_GPU_RESP_OK_NODATA;
}

/* Of the guest's own memory only. */
u32 gpu_create_blob(struct gpu *gpu, struct gpu_request *request)
{
	const struct virtio_gpu_resource_create_blob *command = (const void *)request->command;
	u64 bytes = LE_GET64(command, size);
	struct gpu_resource *resource;
	u32 rc;

	if (LE_GET32(command, blob_mem) != VIRTIO_GPU_BLOB_MEM_GUEST || !bytes)
		return VIRTIO_GPU_RESP_ERR_INVALID_PARAMETER;
	resource = new_resource(gpu, LE_GET32(command, resource_id), &rc);
	if (!resource)
		return rc;
	resource->bytes = bytes;
	rc = take_backing(gpu, request, resource, LE_GET32(command, nr_entries));
	if (rc == VIRTIO_GPU_RESP_OK_NODATA && backing_bytes(&resource->backing) < bytes)
		rc = VIRTIO_GPU_RESP_ERR_INVALID_PARAMETER;
	if (rc != VIRTIO_GPU_RESP_OK_NODATA) {
		free_resource(gpu, resource);
		return rc;
	}
	resources_add(&gpu->resources, resource);
	return rc;
}

u32 gpu_unref(struct gpu *gpu, struct gpu_request *request)
{
	const struct virtio_gpu_resource_unref *command = (const void *)request->command;
	struct gpu_resource *resource = resources_find(&gpu->resources,
						       LE_GET32(command, resource_id));

	if (!resource)
		return VIRTIO_GPU_RESP_ERR_INVALID_RESOURCE_ID;
	gpu_hide(gpu, resource);
	resources_remove(&gpu->resources, resource);
	free_resource(gpu, resource);
	return VIRTIO_GPU_RESP_OK_NODATA;
}

/* All of them; gpu_init() forgets them. */
void gpu_free_resources(struct gpu *gpu)
{
	u32 i;

	for (i = 0; i < 2 * RESOURCES_MAX; i++) {
		if (gpu->resources.slots[i])
			free_resource(gpu, gpu->resources.slots[i]);
	}
}

/* -- Pixels ----------------------------------------------------------------- */

u32 gpu_transfer_2d(struct gpu *gpu, struct gpu_request *request)
{
	const struct virtio_gpu_transfer_to_host_2d *command = (const void *)request->command;
	struct gpu_resource *resource = resources_find(&gpu->resources,
						       LE_GET32(command, resource_id));
	struct rect rect = rect_read(&command->r);

	if (!resource || resource_is_blob(resource))
		return VIRTIO_GPU_RESP_ERR_INVALID_RESOURCE_ID;
	if (!rect_fits(&rect, resource->width, resource->height))
		return VIRTIO_GPU_RESP_ERR_INVALID_PARAMETER;
	if (resource_load(resource, gpu->guest, &rect, LE_GET64(command, offset)))
		return VIRTIO_GPU_RESP_ERR_UNSPEC;
	return VIRTIO_GPU_RESP_OK_NODATA;
}
