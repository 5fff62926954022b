/* SPDX-License-Identifier: GPL-2.0 WITH Linux-syscall-note */
/*
 * What a program in a guest says to the engine behind its virtio-gpu: the capability
 * set that it asks the device for, and the command buffers of a context made with it.
 *
 * All of it is little-endian.  Only the DRM device of the guest is needed:
 * VIRTGPU_GET_CAPS, VIRTGPU_CONTEXT_INIT with KVMSHARE_CAPSET_ID,
 * VIRTGPU_RESOURCE_CREATE_BLOB with VIRTGPU_BLOB_MEM_GUEST, VIRTGPU_EXECBUFFER with
 * the blobs among its handles, and the fence of that.
 */
#ifndef _UAPI_KVMSHARE_CAPSET_H
#define _UAPI_KVMSHARE_CAPSET_H

#include <linux/types.h>

/*
 * Others have 1 to 6.  From 31 on, drivers up to 6.18 lose it: they shift an int, and
 * tell it to programs in one.
 */
#define KVMSHARE_CAPSET_ID		27
#define KVMSHARE_CAPSET_VERSION		1

/**
 * struct kvmshare_capset - what the engine can do
 * @version: KVMSHARE_CAPSET_VERSION
 * @types: enum kvmshare_job_type, by bit
 * @jobs: of a command buffer, at most
 * @parts: of its memory, at most
 * @memory: bytes of that, at most
 */
struct kvmshare_capset {
	__u32 version;
	__u32 types;
	__u32 jobs;
	__u32 parts;
	__u64 memory;
};

#define KVMSHARE_BUFFER_PARTS	8

/**
 * struct kvmshare_buffer - what a command buffer begins with; @jobs times
 *			    struct kvmshare_job follow (kvmshare_vgpu.h)
 * @version: KVMSHARE_CAPSET_VERSION
 * @jobs: how many
 * @parts: how many of @resources
 * @reserved: zero
 * @status: where in the memory the device writes how each job ended, 32 bits each, as
 *	    in struct kvmshare_vgpu_done; a multiple of 4; or KVMSHARE_BUFFER_NO_STATUS
 * @resources: blobs, one after another, are the memory in which the jobs are done: their
 *	       numbers, as VIRTGPU_RESOURCE_INFO tells.  None twice; each of whole pages
 *
 * Where anything of it is wrong, nothing of it is done.
 */
struct kvmshare_buffer {
	__u32 version;
	__u32 jobs;
	__u32 parts;
	__u32 reserved;
	__u64 status;
#define KVMSHARE_BUFFER_NO_STATUS	(~0ULL)
	__u32 resources[KVMSHARE_BUFFER_PARTS];
};

#endif /* _UAPI_KVMSHARE_CAPSET_H */
