// SPDX-License-Identifier: GPL-2.0
/* Does a VFIO device without an IOMMU of its own say how iommufd has it? */
#include <linux/vfio.h>

extern const struct vfio_device_ops probe_ops;
const struct vfio_device_ops probe_ops = {
	.bind_iommufd = vfio_iommufd_emulated_bind,
	.unbind_iommufd = vfio_iommufd_emulated_unbind,
	.attach_ioas = vfio_iommufd_emulated_attach_ioas,
	.detach_ioas = vfio_iommufd_emulated_detach_ioas,
};
