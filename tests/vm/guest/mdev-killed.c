// SPDX-License-Identifier: GPL-2.0
/*
 * mdev-killed UUID COUNT: a VMM whose guest draws and computes is killed at any moment,
 * so many times; the next one finds the device as it is in the beginning.
 */
#define _GNU_SOURCE
#include <signal.h>
#include <sys/wait.h>

#include "mdev_driver.h"

/* Until it is killed. */
static void live(const char *uuid)
{
	struct driver driver;
	struct jobs jobs;
	struct vmm vmm;

	vmm_open(&vmm, uuid);
	if (!driver_start(&driver, &vmm) || make_blob(&driver, 5, ROOM, 1 << 20) != OK ||
	    !make_context(&driver, 5))
		_exit(3);
	SEND(&driver, resource_create_2d, RESOURCE_CREATE_2D, .resource_id = 6, .format = 1,
	     .width = 512, .height = 512);
	SEND(&driver, set_scanout, SET_SCANOUT, .resource_id = 6, .r = { 0, 0, 512, 512 });
	fill_jobs(&jobs, 5, 16, 4096, 200, ~0ULL);
	for (;;) {
		for (int i = 0; i < 16; i++)
			offer(&driver, 0, &jobs, bytes_of(&jobs), NULL, 0);
		kick(&driver, 0);
		if (!answered(&driver, 0, 60))
			_exit(4);
	}
}

/* Returns what a VMM that did not live to be killed ended with, or 0. */
static int once(const char *uuid, unsigned int us)
{
	pid_t pid = fork();
	int status;

	if (pid < 0)
		die("fork");
	if (!pid)
		live(uuid);
	usleep(us);
	kill(pid, SIGKILL);
	waitpid(pid, &status, 0);
	return WIFEXITED(status) ? 100 + WEXITSTATUS(status) : 0;
}

int main(int argc, char **argv)
{
	unsigned int count, i;
	struct vmm vmm;
	int wrong = 0;

	if (argc != 3)
		return 2;
	count = (unsigned int)strtoul(argv[2], NULL, 10);
	srandom(1);
	for (i = 0; i < count && !wrong; i++)
		wrong = once(argv[1], (unsigned int)random() % 60000);
	printf("%s each of %u could begin, and was killed\n", wrong ? "not ok" : "ok", count);
	if (wrong)
		fprintf(stderr, "the %u-th ended with %d\n", i, wrong - 100);
	vmm_open(&vmm, argv[1]);
	printf("%s it is well after all that\n", is_well(&vmm) ? "ok" : "not ok");
	vmm_close(&vmm);
	printf("end\n");
	return 0;
}
