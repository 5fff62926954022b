// SPDX-License-Identifier: GPL-2.0
/* Is a VFIO driver asked for a region by a function of its own? */
#include <linux/vfio.h>

static int info(struct vfio_device *device, struct vfio_region_info *info,
		struct vfio_info_cap *caps)
{
	return 0;
}

extern const struct vfio_device_ops probe_ops;
const struct vfio_device_ops probe_ops = { .get_region_info_caps = info };
