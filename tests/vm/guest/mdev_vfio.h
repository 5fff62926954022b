/* SPDX-License-Identifier: GPL-2.0 */
/* A VMM without a guest: it opens a device by VFIO, and gives it memory of its own. */
#ifndef MDEV_VFIO_H
#define MDEV_VFIO_H

#include <errno.h>
#include <fcntl.h>
#include <linux/vfio.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <unistd.h>

/* The memory that the device is given, and where. */
#define MEMORY_AT	(1ULL << 20)
#define MEMORY_BYTES	(16ULL << 20)

struct vmm {
	int container;
	int group;
	int device;
	char uuid[40];
	uint8_t *memory;
	uint64_t bar;
	uint64_t config;
	uint64_t display;
};

static inline void die(const char *format, ...)
{
	va_list args;

	va_start(args, format);
	printf("not ok ");
	vprintf(format, args);
	printf(": %s\n", strerror(errno));
	va_end(args);
	exit(1);
}

static inline uint64_t vmm_region(struct vmm *vmm, uint32_t index)
{
	struct vfio_region_info info = { .argsz = sizeof(info), .index = index };

	if (ioctl(vmm->device, VFIO_DEVICE_GET_REGION_INFO, &info))
		die("region %u", index);
	return info.offset;
}

static inline int vmm_map(struct vmm *vmm, uint64_t offset, uint64_t bytes)
{
	struct vfio_iommu_type1_dma_map map = {
		.argsz = sizeof(map), .flags = VFIO_DMA_MAP_FLAG_READ | VFIO_DMA_MAP_FLAG_WRITE,
		.vaddr = (uintptr_t)vmm->memory + offset, .iova = MEMORY_AT + offset, .size = bytes,
	};

	return ioctl(vmm->container, VFIO_IOMMU_MAP_DMA, &map);
}

static inline int vmm_unmap(struct vmm *vmm, uint64_t offset, uint64_t bytes)
{
	struct vfio_iommu_type1_dma_unmap unmap = {
		.argsz = sizeof(unmap), .iova = MEMORY_AT + offset, .size = bytes,
	};

	return ioctl(vmm->container, VFIO_IOMMU_UNMAP_DMA, &unmap);
}

static inline void vmm_open_device(struct vmm *vmm)
{
	vmm->device = ioctl(vmm->group, VFIO_GROUP_GET_DEVICE_FD, vmm->uuid);
	if (vmm->device < 0)
		die("device %s", vmm->uuid);
	vmm->bar = vmm_region(vmm, VFIO_PCI_BAR4_REGION_INDEX);
	vmm->config = vmm_region(vmm, VFIO_PCI_CONFIG_REGION_INDEX);
	vmm->display = vmm_region(vmm, VFIO_PCI_NUM_REGIONS);
}

static inline void vmm_open_group(struct vmm *vmm)
{
	char path[128], link[256];
	ssize_t len;

	snprintf(path, sizeof(path), "/sys/bus/mdev/devices/%s/iommu_group", vmm->uuid);
	len = readlink(path, link, sizeof(link) - 1);
	if (len < 0)
		die("group of %s", vmm->uuid);
	link[len] = 0;
	snprintf(path, sizeof(path), "/dev/vfio%s", strrchr(link, '/'));
	vmm->group = open(path, O_RDWR | O_CLOEXEC);
	if (vmm->group < 0)
		die("%s", path);
	if (ioctl(vmm->group, VFIO_GROUP_SET_CONTAINER, &vmm->container))
		die("container of %s", path);
}

/* Without any memory given to it. */
static inline void vmm_open_empty(struct vmm *vmm, const char *uuid)
{
	*vmm = (struct vmm){ 0 };
	snprintf(vmm->uuid, sizeof(vmm->uuid), "%s", uuid);
	vmm->container = open("/dev/vfio/vfio", O_RDWR | O_CLOEXEC);
	if (vmm->container < 0)
		die("/dev/vfio/vfio");
	vmm_open_group(vmm);
	if (ioctl(vmm->container, VFIO_SET_IOMMU, VFIO_TYPE1v2_IOMMU))
		die("IOMMU of the container");
	vmm->memory = mmap(NULL, MEMORY_BYTES, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	if (vmm->memory == MAP_FAILED)
		die("memory");
	vmm_open_device(vmm);
}

static inline void vmm_open(struct vmm *vmm, const char *uuid)
{
	vmm_open_empty(vmm, uuid);
	if (vmm_map(vmm, 0, MEMORY_BYTES))
		die("memory for the device");
}

/* Another device of the same VMM, with the same memory. */
static inline void vmm_open_beside(struct vmm *vmm, const struct vmm *first, const char *uuid)
{
	*vmm = (struct vmm){ .container = first->container, .memory = first->memory };
	snprintf(vmm->uuid, sizeof(vmm->uuid), "%s", uuid);
	vmm_open_group(vmm);
	vmm_open_device(vmm);
}

static inline void vmm_close(struct vmm *vmm)
{
	close(vmm->device);
	close(vmm->group);
	close(vmm->container);
	munmap(vmm->memory, MEMORY_BYTES);
}

static inline uint64_t vmm_read(struct vmm *vmm, uint64_t at, uint32_t len)
{
	uint64_t value = 0;

	if (pread(vmm->device, &value, len, (off_t)at) != (ssize_t)len)
		return ~0ULL;
	return value;
}

static inline void vmm_write(struct vmm *vmm, uint64_t at, uint32_t len, uint64_t value)
{
	if (pwrite(vmm->device, &value, len, (off_t)at) != (ssize_t)len)
		return;
}

#endif
