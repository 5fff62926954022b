/* SPDX-License-Identifier: GPL-2.0 */
/* VFIO devices that a module makes, and the events that it tells their users by. */
#ifndef _KVMSHARE_COMPAT_VFIO_H
#define _KVMSHARE_COMPAT_VFIO_H

#include <linux/eventfd.h>
#include <linux/vfio.h>

#include "compat.h"

static inline void kvmshare_eventfd_signal(struct eventfd_ctx *event)
{
#ifdef KVMSHARE_HAVE_EVENTFD_SIGNAL_ONE
	eventfd_signal(event);
#else
	eventfd_signal(event, 1);
#endif
}

/* At the end of a driver's release: elsewhere the core frees the device. */
static inline void kvmshare_vfio_free(struct vfio_device *device)
{
#ifdef KVMSHARE_HAVE_VFIO_FREE_DEVICE
	vfio_free_device(device);
#endif
}

/* Of struct vfio_device_ops, for iommufd. */
#ifdef KVMSHARE_HAVE_VFIO_IOMMUFD_EMULATED
#define KVMSHARE_VFIO_IOMMUFD_OPS \
	.bind_iommufd = vfio_iommufd_emulated_bind, \
	.unbind_iommufd = vfio_iommufd_emulated_unbind, \
	.attach_ioas = vfio_iommufd_emulated_attach_ioas, \
	.detach_ioas = vfio_iommufd_emulated_detach_ioas,
#else
#define KVMSHARE_VFIO_IOMMUFD_OPS
#endif

/* Is a driver told only once of memory that is taken away?  By iommufd, which detaches. */
static inline bool kvmshare_vfio_asks_once(const struct vfio_device *device)
{
#ifdef KVMSHARE_HAVE_VFIO_IOMMUFD_EMULATED
	return device->iommufd_access;
#else
	return false;
#endif
}

/*
 * Likewise: what fills a struct vfio_region_info, whose index is set, is called
 * region_info().  Elsewhere a driver is asked by VFIO_DEVICE_GET_REGION_INFO.
 */
#ifdef KVMSHARE_HAVE_VFIO_REGION_INFO_CAPS
#define KVMSHARE_VFIO_REGION_OPS \
	.get_region_info_caps = region_info,
#else
#define KVMSHARE_VFIO_REGION_OPS
#endif

#endif /* _KVMSHARE_COMPAT_VFIO_H */
