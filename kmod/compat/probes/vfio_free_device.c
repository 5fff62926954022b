// SPDX-License-Identifier: GPL-2.0
/* Does a VFIO driver's release free the device itself? */
#include <linux/vfio.h>

void probe(struct vfio_device *device);
void probe(struct vfio_device *device)
{
	vfio_free_device(device);
}
