// SPDX-License-Identifier: GPL-2.0
/*
 * mdev-silent UUID: a VMM whose memory never answers: its rings are there, and what
 * commands point to, and stand in, is on a userfaultfd that nobody serves.  The device's worker waits
 * for it, and nobody else does; killing the VMM ends that wait, though another thread of
 * it waits, where it cannot be killed, for what the worker holds.  It says "waits" when
 * both do so, and stays until it is killed.
 */
#define _GNU_SOURCE
#include <linux/userfaultfd.h>
#include <pthread.h>
#include <sys/syscall.h>

#include "mdev_driver.h"

static void make_silent(struct vmm *vmm, uint64_t place, uint64_t bytes)
{
	struct uffdio_api api = { .api = UFFD_API };
	struct uffdio_register range = {
		.range = { .start = (uintptr_t)vmm->memory + place, .len = bytes },
		.mode = UFFDIO_REGISTER_MODE_MISSING,
	};
	int fd = (int)syscall(SYS_userfaultfd, O_CLOEXEC);

	if (fd < 0 || ioctl(fd, UFFDIO_API, &api) || ioctl(fd, UFFDIO_REGISTER, &range))
		die("a userfaultfd");
}

/* A command that stands in silent memory itself. */
static void offer_silent(struct driver *driver)
{
	struct virtio_gpu_ctrl_hdr any = { .type = VIRTIO_GPU_CMD_GET_DISPLAY_INFO };
	uint32_t slot = offer(driver, 0, &any, sizeof(any), NULL, 0);

	/* Nobody looks before the kick. */
	put_desc(driver, 0, 2 * slot, MEMORY_BYTES - 4096, sizeof(any), VRING_DESC_F_NEXT);
}

static void *take_away(void *vmm)
{
	vmm_unmap(vmm, 0, MEMORY_BYTES);
	return NULL;
}

int main(int argc, char **argv)
{
	struct driver driver;
	pthread_t thread;
	struct jobs jobs;
	struct vmm vmm;

	if (argc != 2)
		return 2;
	vmm_open(&vmm, argv[1]);
	make_silent(&vmm, ROOM, MEMORY_BYTES - ROOM);
	if (!driver_start(&driver, &vmm) || make_blob(&driver, 5, ROOM, 1 << 20) != OK ||
	    !make_context(&driver, 5))
		die("a driver begins");
	fill_jobs(&jobs, 5, 1, 4096, 1, ~0ULL);
	/* Some kernels refuse to pin it, at once; none can read it. */
	offer(&driver, 0, &jobs, bytes_of(&jobs), NULL, 0);
	offer_silent(&driver);
	kick(&driver, 0);
	if (answered(&driver, 0, 1))
		die("it answers");
	if (pthread_create(&thread, NULL, take_away, &vmm))
		die("a thread");
	sleep(1);
	printf("waits\n");
	fflush(stdout);
	for (;;)
		pause();
}
