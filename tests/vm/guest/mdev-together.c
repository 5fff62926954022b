// SPDX-License-Identifier: GPL-2.0
/*
 * mdev-together UUID UUID COUNT: two devices of one VMM, in one container, have jobs in
 * the same memory, which is taken away so many times while both pin it again and again.
 * VFIO ends the kernel where it finds it pinned each time.
 */
#define _GNU_SOURCE
#include <pthread.h>

#include "mdev_driver.h"

/* The second one's rings, and what both have jobs in. */
#define SECOND	0x300000U
#define DATA	0x800000U
#define BYTES	(1U << 20)
#define WORDS	4096U
#define ID	5

static struct vmm first, second;
static volatile bool over;
static uint64_t commands[2];

/* A blob, a job in it, and no blob any more: none of it is kept pinned for the next one. */
static void pin_once(struct driver *driver)
{
	struct virtio_gpu_resource_unref gone = {
		.hdr.type = VIRTIO_GPU_CMD_RESOURCE_UNREF, .resource_id = ID,
	};
	struct jobs jobs;

	make_blob(driver, ID, DATA - driver->base, BYTES);
	make_context(driver, ID);
	fill_jobs(&jobs, ID, 4, WORDS, 4, ~0ULL);
	send(driver, &jobs, bytes_of(&jobs), NULL, 0);
	send(driver, &gone, sizeof(gone), NULL, 0);
}

static void *pin(void *vmm)
{
	struct driver driver = { .base = vmm == &second ? SECOND : 0 };

	if (!driver_start(&driver, vmm))
		die("a driver begins");
	while (!over) {
		pin_once(&driver);
		commands[vmm == &second]++;
	}
	return NULL;
}

static void open_both(char **uuids)
{
	vmm_open_empty(&first, uuids[0]);
	vmm_open_beside(&second, &first, uuids[1]);
	if (vmm_map(&first, 0, DATA) || vmm_map(&first, DATA, BYTES))
		die("memory for the devices");
}

int main(int argc, char **argv)
{
	unsigned int count, i;
	pthread_t threads[2];

	if (argc != 4)
		return 2;
	open_both(argv + 1);
	pthread_create(&threads[0], NULL, pin, &first);
	pthread_create(&threads[1], NULL, pin, &second);
	count = (unsigned int)strtoul(argv[3], NULL, 10);
	for (i = 0; i < count; i++) {
		usleep(150000);
		if (vmm_unmap(&first, DATA, BYTES) || vmm_map(&first, DATA, BYTES))
			die("memory is taken away, and given back");
	}
	over = true;
	pthread_join(threads[0], NULL);
	pthread_join(threads[1], NULL);
	printf("ok it was taken away %u times\n", count);
	printf("%s both had jobs meanwhile\n", commands[0] > count / 4 && commands[1] > count / 4 ? "ok" : "not ok");
	fprintf(stderr, "%llu and %llu rounds\n", (unsigned long long)commands[0],
		(unsigned long long)commands[1]);
	close(second.device);
	close(second.group);
	vmm_close(&first);
	printf("end\n");
	return 0;
}
