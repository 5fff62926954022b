/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What of the guest kernel's virtio-gpu driver is used: its calls of a render node, in
 * the shape that 6.1 has; later ones take it as it is.  Distributions' libdrm headers may
 * be older than their kernels.
 */
#ifndef KVMSHARE_GUEST_VIRTGPU_H
#define KVMSHARE_GUEST_VIRTGPU_H

#include <linux/ioctl.h>
#include <linux/types.h>

#define VIRTGPU_BLOB_MEM_GUEST		1
#define VIRTGPU_BLOB_FLAG_USE_MAPPABLE	1
#define VIRTGPU_EXECBUF_FENCE_FD_OUT	2
#define VIRTGPU_CONTEXT_PARAM_CAPSET_ID	1

struct virtgpu_map {
	__u64 offset;
	__u32 handle;
	__u32 pad;
};

struct virtgpu_execbuffer {
	__u32 flags;
	__u32 size;
	__u64 command;
	__u64 handles;
	__u32 nr_handles;
	__s32 fence_fd;
	__u32 ring;
	__u32 pad;
};

struct virtgpu_get_caps {
	__u32 capset;
	__u32 version;
	__u64 address;
	__u32 size;
	__u32 pad;
};

struct virtgpu_create_blob {
	__u32 memory;
	__u32 flags;
	__u32 handle;
	__u32 resource;
	__u64 size;
	__u32 pad;
	__u32 command_size;
	__u64 command;
	__u64 blob_id;
};

struct virtgpu_context_param {
	__u64 param;
	__u64 value;
};

struct virtgpu_context_init {
	__u32 nr_params;
	__u32 pad;
	__u64 params;
};

struct virtgpu_gem_close {
	__u32 handle;
	__u32 pad;
};

#define VIRTGPU_GEM_CLOSE	_IOW('d', 0x09, struct virtgpu_gem_close)
#define VIRTGPU_MAP		_IOWR('d', 0x41, struct virtgpu_map)
#define VIRTGPU_EXECBUFFER	_IOWR('d', 0x42, struct virtgpu_execbuffer)
#define VIRTGPU_GET_CAPS	_IOWR('d', 0x49, struct virtgpu_get_caps)
#define VIRTGPU_CREATE_BLOB	_IOWR('d', 0x4a, struct virtgpu_create_blob)
#define VIRTGPU_CONTEXT_INIT	_IOWR('d', 0x4b, struct virtgpu_context_init)

#endif
