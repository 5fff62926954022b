/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What the test programs of kvmshare_vf share: addresses, and opening a VF in
 * VFIO as a VMM does.
 */
#ifndef _VF_COMMON_H
#define _VF_COMMON_H

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include <linux/vfio.h>

#include <kvmshare.h>

static inline const char *bdf_text(unsigned int bdf)
{
	static _Thread_local char text[4][16];
	static _Thread_local int slot;

	slot = (slot + 1) % 4;
	snprintf(text[slot], sizeof(text[slot]), "%04x:%02x:%02x.%x", bdf >> 16,
		 bdf >> 8 & 0xff, bdf >> 3 & 0x1f, bdf & 7);
	return text[slot];
}

/* Open a group, and the device in it, as a VMM does. */
static inline int open_vf(const struct kvmshare_vf *vf, int container)
{
	char path[32];
	int group, fd, i;

	snprintf(path, sizeof(path), "/dev/vfio/%u", vf->iommu_group);
	group = open(path, O_RDWR);
	if (group < 0 || ioctl(group, VFIO_GROUP_SET_CONTAINER, &container)) {
		perror(path);
		return -1;
	}
	if (ioctl(container, VFIO_SET_IOMMU, VFIO_TYPE1v2_IOMMU) && errno != EINVAL &&
	    errno != EBUSY) {
		perror("VFIO_SET_IOMMU");
		return -1;
	}
	/*
	 * VFIO gives up at once where somebody has the device's lock: on 6.1
	 * udev, which reads its uevent file after the driver was bound.
	 */
	for (i = 0; i < 100; i++) {
		fd = ioctl(group, VFIO_GROUP_GET_DEVICE_FD, bdf_text(vf->bdf));
		if (fd >= 0 || errno != EAGAIN)
			break;
		usleep(10000);
	}
	if (fd < 0)
		perror(bdf_text(vf->bdf));
	return fd;
}

static inline int open_vfs(const struct kvmshare_vf *vfs, unsigned int count)
{
	int container = open("/dev/vfio/vfio", O_RDWR);
	unsigned int i;

	if (container < 0) {
		perror("/dev/vfio/vfio");
		return 1;
	}
	for (i = 0; i < count; i++) {
		if (open_vf(&vfs[i], container) < 0)
			return 1;
	}
	return 0;
}

#endif /* _VF_COMMON_H */
