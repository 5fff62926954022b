/* SPDX-License-Identifier: GPL-2.0 */
/*
 * For programs in a guest: jobs for the engine behind its kvmshare vGPU, by way of the
 * guest's own DRM device and nothing else.  See kvmshare-gpu(3).
 *
 * All functions return 0 or a negative errno.  A struct is one thread's at a time.
 */
#ifndef KVMSHARE_GPU_H
#define KVMSHARE_GPU_H

#include <stddef.h>
#include <stdint.h>

#include "uapi/kvmshare_capset.h"
#include "uapi/kvmshare_vgpu.h"

#ifdef __cplusplus
extern "C" {
#endif

/**
 * struct kvmshare_gpu - a context of a vGPU
 * @fd: of its render node
 * @can: what its engine does
 */
struct kvmshare_gpu {
	int fd;
	struct kvmshare_capset can;
};

/**
 * struct kvmshare_gpu_memory - memory that the program and the engine see
 * @at: where the program sees it
 * @bytes: of it
 * @handle: the kernel's
 * @resource: the device's
 */
struct kvmshare_gpu_memory {
	void *at;
	size_t bytes;
	uint32_t handle;
	uint32_t resource;
};

/**
 * kvmshare_gpu_open() - the first vGPU of this guest, or that of a node
 * @gpu: what it comes to
 * @node: "/dev/dri/renderD128", or NULL
 *
 * Return: -ENODEV where there is none, or it is no kvmshare vGPU.
 */
int kvmshare_gpu_open(struct kvmshare_gpu *gpu, const char *node);
void kvmshare_gpu_close(struct kvmshare_gpu *gpu);

/* @bytes: a multiple of the page size; all zeroes. */
int kvmshare_gpu_alloc(struct kvmshare_gpu *gpu, size_t bytes, struct kvmshare_gpu_memory *memory);
void kvmshare_gpu_free(struct kvmshare_gpu *gpu, struct kvmshare_gpu_memory *memory);

/**
 * kvmshare_gpu_submit() - jobs, done one after another in one memory
 * @gpu: by which
 * @memory: their places are offsets in it
 * @jobs: see struct kvmshare_job; @gpu->can tells how many and which
 * @nr: how many
 * @status: where in the memory the device writes how each ended, or
 *	    KVMSHARE_BUFFER_NO_STATUS
 * @fence: out, a descriptor that polls as readable when all have ended; the caller's to
 *	   close
 *
 * Jobs that are wrong are refused by the device after this has returned: their fence
 * ends, and their status stays as it was.  So a program writes something that is none
 * there first, as kvmshare_gpu_run() does.
 */
int kvmshare_gpu_submit(struct kvmshare_gpu *gpu, const struct kvmshare_gpu_memory *memory,
			const struct kvmshare_job *jobs, unsigned int nr, uint64_t status,
			int *fence);

/* Wait for a fence, and close it. @ms: at most, or -1; -ETIME then, with it open. */
int kvmshare_gpu_wait(int fence, int ms);

/**
 * kvmshare_gpu_run() - do jobs, and wait for them
 * @status: where in the memory there is room for @nr words
 *
 * Return: the first status that is not 0, -EINVAL where the device refused them, or what
 * stood in the way of submitting them.
 */
int kvmshare_gpu_run(struct kvmshare_gpu *gpu, const struct kvmshare_gpu_memory *memory,
		     const struct kvmshare_job *jobs, unsigned int nr, uint64_t status);

#ifdef __cplusplus
}
#endif

#endif /* KVMSHARE_GPU_H */
