// SPDX-License-Identifier: GPL-2.0
/*
 * Types of mdev are sizes of device memory; a larger one begins with more weight.
 */
#include <linux/sizes.h>

#include "mdev.h"

#define SIZE(word, _bytes, _weight) { \
	.type = { .sysfs_name = word, .pretty_name = "kvmshare vGPU, " word }, \
	.name = word, .bytes = _bytes, .weight = _weight, \
}

static struct vgpu_size sizes[VGPU_SIZES] = {
	SIZE("64M", SZ_64M, 50),
	SIZE("256M", SZ_256M, 100),
	SIZE("1G", SZ_1G, 200),
	SIZE("4G", 4ULL * SZ_1G, 400),
};

struct mdev_type *vgpu_size_types[VGPU_SIZES] = {
	&sizes[0].type, &sizes[1].type, &sizes[2].type, &sizes[3].type,
};

const struct vgpu_size *vgpu_size_of(struct mdev_device *mdev)
{
	return container_of(mdev->type, struct vgpu_size, type);
}

ssize_t vgpu_size_describe(struct mdev_type *type, char *buf)
{
	const struct vgpu_size *size = container_of(type, struct vgpu_size, type);

	return sysfs_emit(buf, "virtio-gpu, %s of device memory, weight %u, slice %llu us\n",
			  size->name, size->weight, SCHED_SLICE_DEFAULT / SCHED_US);
}
