// SPDX-License-Identifier: GPL-2.0
/*
 * mdev-unmapped UUID COUNT: memory is taken away in the midst of a job, so many times.
 * The part that the jobs are done in is a mapping of its own; each time a job of it runs
 * when it goes, and its end is told all the same.
 */
#define _GNU_SOURCE
#include "mdev_driver.h"

#define DATA	ROOM
#define BYTES	(1U << 20)
#define WORDS	4096U
#define ID	5

static struct vmm vmm;
static struct driver driver;
static unsigned int in_midst, lost;

static void open_all(const char *uuid)
{
	vmm_open_empty(&vmm, uuid);
	if (vmm_map(&vmm, 0, DATA) || vmm_map(&vmm, DATA, BYTES) ||
	    vmm_map(&vmm, DATA + BYTES, MEMORY_BYTES - DATA - BYTES))
		die("memory for the device");
	if (!driver_start(&driver, &vmm) || make_blob(&driver, ID, DATA, BYTES) != OK ||
	    !make_context(&driver, ID))
		die("a driver begins");
}

/* The soft engine has written the copy's first word; it is at it, again and again. */
static bool has_begun(volatile uint32_t *copy, uint32_t wanted)
{
	double end = seconds() + 20;

	while (*copy != wanted) {
		if (seconds() > end)
			return false;
	}
	return true;
}

static void once(uint32_t round)
{
	volatile uint32_t *words = (uint32_t *)(vmm.memory + DATA);
	struct jobs jobs;

	words[0] = 0x10000 + round;
	words[WORDS] = 0;
	/* Long enough to be under way: it ends when the memory goes. */
	fill_jobs(&jobs, ID, 1, WORDS, 100000, ~0ULL);
	offer(&driver, 0, &jobs, bytes_of(&jobs), NULL, 0);
	kick(&driver, 0);
	if (!has_begun(&words[WORDS], 0x10000 + round)) {
		printf("not ok a job begins\n");
		exit(1);
	}
	in_midst += *(volatile uint16_t *)(vmm.memory + USED(0) + 2) != driver.made[0];
	if (vmm_unmap(&vmm, DATA, BYTES))
		die("memory is taken away");
	if (!answered(&driver, 0, 20))
		lost++;
	if (vmm_map(&vmm, DATA, BYTES))
		die("memory is given back");
}

int main(int argc, char **argv)
{
	unsigned int count, i;

	if (argc != 3)
		return 2;
	count = (unsigned int)strtoul(argv[2], NULL, 10);
	open_all(argv[1]);
	for (i = 0; i < count; i++)
		once(i);
	printf("%s each was taken away in the midst of a job\n", in_midst == count ? "ok" : "not ok");
	printf("%s each job's end was told\n", lost ? "not ok" : "ok");
	fprintf(stderr, "%u of %u in the midst, %u ends not told\n", in_midst, count, lost);
	vmm_unmap(&vmm, 0, DATA);
	vmm_unmap(&vmm, DATA, BYTES);
	vmm_unmap(&vmm, DATA + BYTES, MEMORY_BYTES - DATA - BYTES);
	if (vmm_map(&vmm, 0, MEMORY_BYTES))
		die("memory as one");
	printf("%s it is well after all that\n", is_well(&vmm) ? "ok" : "not ok");
	vmm_close(&vmm);
	printf("end\n");
	return 0;
}
