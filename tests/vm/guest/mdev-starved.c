// SPDX-License-Identifier: GPL-2.0
/*
 * mdev-starved UUID COUNT: a thread takes memory away, so many times, on a CPU of which it
 * is given little, while its device has the other one to pin that memory again.  Each time
 * that VFIO looks whether it is given up, the device has had long for that; VFIO ends the
 * kernel where it has found it pinned eleven times.  Works and real-time threads are to be
 * let so: see the case.
 */
#define _GNU_SOURCE
#include <pthread.h>
#include <sched.h>

#include "mdev_driver.h"

#define DATA	ROOM
#define BYTES	(4U << 20)
#define WORDS	4096U

/*
 * The thread that takes is not given its CPU until the device has pinned again, or will
 * not; then for too short to be granted what it asks for.
 */
#define TAKEN_SECONDS	0.1
#define LEFT_US		100

static struct vmm vmm;
static volatile bool over;
static volatile unsigned int begun;

static void stay_on(int cpu, int policy)
{
	struct sched_param param = { .sched_priority = policy == SCHED_FIFO ? 10 : 0 };
	cpu_set_t set;

	CPU_ZERO(&set);
	CPU_SET(cpu, &set);
	if (sched_setaffinity(0, sizeof(set), &set) || sched_setscheduler(0, policy, &param))
		die("CPU %d", cpu);
}

static void *spin(void *unused)
{
	(void)unused;
	stay_on(0, SCHED_FIFO);
	while (!over) {
		double end = seconds() + TAKEN_SECONDS;
		unsigned int before = begun;

		while (begun == before && seconds() < end && !over)
			;
		usleep(LEFT_US);
	}
	return NULL;
}

/* A blob that was lost stays so: each time a new one, and a job in it that goes on until
 * that is lost, too.
 */
static void pin_until_lost(struct driver *driver, uint32_t id)
{
	struct virtio_gpu_resource_unref gone = {
		.hdr.type = VIRTIO_GPU_CMD_RESOURCE_UNREF, .resource_id = id,
	};
	volatile uint32_t *words = (uint32_t *)(vmm.memory + DATA);
	struct jobs jobs;

	if (make_blob(driver, id, DATA, BYTES) != OK || !make_context(driver, id))
		return;
	words[0] = id;
	words[WORDS] = 0;
	fill_jobs(&jobs, id, 1, WORDS, 1000000, ~0ULL);
	offer(driver, 0, &jobs, bytes_of(&jobs), NULL, 0);
	kick(driver, 0);
	while (!answered(driver, 0, 0))
		if (words[WORDS] == id) {
			begun++;
			break;
		}
	if (!answered(driver, 0, 20))
		die("a job's end is told");
	SEND(driver, ctx_destroy, CTX_DESTROY, .hdr.ctx_id = CONTEXT);
	send(driver, &gone, sizeof(gone), NULL, 0);
}

static void *pin(void *unused)
{
	struct driver driver = { .vmm = &vmm };
	uint32_t id = 5;

	(void)unused;
	stay_on(1, SCHED_OTHER);
	if (!driver_start(&driver, &vmm))
		die("a driver begins");
	while (!over)
		pin_until_lost(&driver, id++);
	return NULL;
}

static void wait_begun(unsigned int before)
{
	double end = seconds() + 20;

	while (begun == before) {
		if (seconds() > end) {
			printf("not ok a job begins\n");
			exit(1);
		}
		usleep(1000);
	}
}

int main(int argc, char **argv)
{
	pthread_t pinner, spinner;
	unsigned int count, i, before = 0;

	if (argc != 3)
		return 2;
	count = (unsigned int)strtoul(argv[2], NULL, 10);
	vmm_open_empty(&vmm, argv[1]);
	if (vmm_map(&vmm, 0, DATA) || vmm_map(&vmm, DATA, BYTES))
		die("memory for the device");
	/* The engine's thread, and the device's. */
	if (system("for thread in $(pgrep ^kvmshare/); do taskset -p 2 $thread; done > /dev/null"))
		die("the other CPU for the device");
	pthread_create(&pinner, NULL, pin, NULL);
	stay_on(0, SCHED_OTHER);
	pthread_create(&spinner, NULL, spin, NULL);
	for (i = 0; i < count; i++) {
		wait_begun(before);
		before = begun;
		if (vmm_unmap(&vmm, DATA, BYTES) || vmm_map(&vmm, DATA, BYTES))
			die("memory is taken away, and given back");
	}
	over = true;
	vmm_unmap(&vmm, DATA, BYTES);
	pthread_join(pinner, NULL);
	pthread_join(spinner, NULL);
	printf("ok it was taken away %u times\n", count);
	printf("%s there was a job in it each time\n", begun >= count ? "ok" : "not ok");
	vmm_close(&vmm);
	printf("end\n");
	return 0;
}
