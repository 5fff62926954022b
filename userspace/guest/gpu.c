// SPDX-License-Identifier: GPL-2.0
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <unistd.h>

#include <kvmshare-gpu.h>

#include "virtgpu.h"

/* Render nodes of DRM are called from the first number on. */
#define NODE_FIRST	128
#define NODES		16

/* No job ends so. */
#define NOT_ENDED	0x7fffffff

static int call(int fd, unsigned long request, void *arg)
{
	int rc;

	do
		rc = ioctl(fd, request, arg);
	while (rc && (errno == EINTR || errno == EAGAIN));
	return rc ? -errno : 0;
}

/* -- The device ------------------------------------------------------------- */

static int get_capset(struct kvmshare_gpu *gpu)
{
	struct virtgpu_get_caps get = {
		.capset = KVMSHARE_CAPSET_ID, .version = KVMSHARE_CAPSET_VERSION,
		.address = (uintptr_t)&gpu->can, .size = sizeof(gpu->can),
	};

	if (call(gpu->fd, VIRTGPU_GET_CAPS, &get) || gpu->can.version != KVMSHARE_CAPSET_VERSION)
		return -ENODEV;
	return 0;
}

static int init_context(struct kvmshare_gpu *gpu)
{
	struct virtgpu_context_param param = {
		.param = VIRTGPU_CONTEXT_PARAM_CAPSET_ID, .value = KVMSHARE_CAPSET_ID,
	};
	struct virtgpu_context_init init = { .nr_params = 1, .params = (uintptr_t)&param };

	return call(gpu->fd, VIRTGPU_CONTEXT_INIT, &init);
}

static int open_node(struct kvmshare_gpu *gpu, const char *node)
{
	int rc;

	*gpu = (struct kvmshare_gpu){ .fd = open(node, O_RDWR | O_CLOEXEC) };
	if (gpu->fd < 0)
		return -errno;
	rc = get_capset(gpu);
	if (!rc)
		rc = init_context(gpu);
	if (rc)
		kvmshare_gpu_close(gpu);
	return rc;
}

int kvmshare_gpu_open(struct kvmshare_gpu *gpu, const char *node)
{
	char name[32];
	int rc = -ENODEV;

	if (node)
		return open_node(gpu, node);
	for (int i = 0; i < NODES; i++) {
		snprintf(name, sizeof(name), "/dev/dri/renderD%d", NODE_FIRST + i);
		rc = open_node(gpu, name);
		/* One that is there and cannot be opened says more than one that is not. */
		if (!rc || rc == -EACCES)
			return rc;
	}
	return -ENODEV;
}

void kvmshare_gpu_close(struct kvmshare_gpu *gpu)
{
	close(gpu->fd);
	gpu->fd = -1;
}

/* -- Memory ----------------------------------------------------------------- */

static void close_handle(struct kvmshare_gpu *gpu, uint32_t handle)
{
	struct virtgpu_gem_close gone = { .handle = handle };

	call(gpu->fd, VIRTGPU_GEM_CLOSE, &gone);
}

static int map(struct kvmshare_gpu *gpu, struct kvmshare_gpu_memory *memory)
{
	struct virtgpu_map where = { .handle = memory->handle };
	int rc = call(gpu->fd, VIRTGPU_MAP, &where);

	if (rc)
		return rc;
	memory->at = mmap(NULL, memory->bytes, PROT_READ | PROT_WRITE, MAP_SHARED, gpu->fd,
			  (off_t)where.offset);
	return memory->at == MAP_FAILED ? -errno : 0;
}

int kvmshare_gpu_alloc(struct kvmshare_gpu *gpu, size_t bytes, struct kvmshare_gpu_memory *memory)
{
	struct virtgpu_create_blob blob = {
		.memory = VIRTGPU_BLOB_MEM_GUEST, .flags = VIRTGPU_BLOB_FLAG_USE_MAPPABLE,
		.size = bytes,
	};
	int rc;

	if (!bytes || bytes % (size_t)sysconf(_SC_PAGESIZE))
		return -EINVAL;
	rc = call(gpu->fd, VIRTGPU_CREATE_BLOB, &blob);
	if (rc)
		return rc;
	*memory = (struct kvmshare_gpu_memory){
		.bytes = bytes, .handle = blob.handle, .resource = blob.resource,
	};
	rc = map(gpu, memory);
	if (rc)
		close_handle(gpu, memory->handle);
	return rc;
}

void kvmshare_gpu_free(struct kvmshare_gpu *gpu, struct kvmshare_gpu_memory *memory)
{
	munmap(memory->at, memory->bytes);
	close_handle(gpu, memory->handle);
	*memory = (struct kvmshare_gpu_memory){ 0 };
}

/* -- Jobs ------------------------------------------------------------------- */

/* A buffer as the device reads it, which is little-endian like all that run this. */
static void *make_buffer(const struct kvmshare_gpu_memory *memory, const struct kvmshare_job *jobs,
			 unsigned int nr, uint64_t status, size_t *size)
{
	struct kvmshare_buffer *buffer;

	*size = sizeof(*buffer) + nr * sizeof(*jobs);
	buffer = calloc(1, *size);
	if (!buffer)
		return NULL;
	buffer->version = KVMSHARE_CAPSET_VERSION;
	buffer->jobs = nr;
	buffer->parts = 1;
	buffer->status = status;
	buffer->resources[0] = memory->resource;
	memcpy(buffer + 1, jobs, nr * sizeof(*jobs));
	return buffer;
}

int kvmshare_gpu_submit(struct kvmshare_gpu *gpu, const struct kvmshare_gpu_memory *memory,
			const struct kvmshare_job *jobs, unsigned int nr, uint64_t status,
			int *fence)
{
	struct virtgpu_execbuffer execute = {
		.flags = VIRTGPU_EXECBUF_FENCE_FD_OUT, .handles = (uintptr_t)&memory->handle,
		.nr_handles = 1, .fence_fd = -1,
	};
	size_t size;
	void *buffer;
	int rc;

	if (!nr || nr > gpu->can.jobs)
		return -EINVAL;
	buffer = make_buffer(memory, jobs, nr, status, &size);
	if (!buffer)
		return -ENOMEM;
	execute.size = (uint32_t)size;
	execute.command = (uintptr_t)buffer;
	rc = call(gpu->fd, VIRTGPU_EXECBUFFER, &execute);
	free(buffer);
	*fence = execute.fence_fd;
	return rc;
}

int kvmshare_gpu_wait(int fence, int ms)
{
	struct pollfd fd = { .fd = fence, .events = POLLIN };
	int rc;

	do
		rc = poll(&fd, 1, ms);
	while (rc < 0 && errno == EINTR);
	if (!rc)
		return -ETIME;
	rc = rc < 0 ? -errno : 0;
	close(fence);
	return rc;
}

int kvmshare_gpu_run(struct kvmshare_gpu *gpu, const struct kvmshare_gpu_memory *memory,
		     const struct kvmshare_job *jobs, unsigned int nr, uint64_t status)
{
	volatile int32_t *ends;
	unsigned int i;
	int fence, rc;

	if (status % sizeof(*ends) || status > memory->bytes ||
	    nr * sizeof(*ends) > memory->bytes - status)
		return -EINVAL;
	ends = (int32_t *)((char *)memory->at + status);
	for (i = 0; i < nr; i++)
		ends[i] = NOT_ENDED;
	rc = kvmshare_gpu_submit(gpu, memory, jobs, nr, status, &fence);
	if (!rc)
		rc = kvmshare_gpu_wait(fence, -1);
	for (i = 0; i < nr && !rc; i++)
		rc = ends[i] == NOT_ENDED ? -EINVAL : ends[i];
	return rc;
}
