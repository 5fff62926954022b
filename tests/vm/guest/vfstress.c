// SPDX-License-Identifier: GPL-2.0
/*
 * Many lessees at once.
 *
 *   vfstress threads THREADS CYCLES
 *       one process: each thread leases and closes
 *   vfstress processes THREADS CYCLES KILL-ONE-IN SEED
 *       each thread starts a process, CYCLES in all, that leases one VF, opens
 *       it in VFIO every other time and lets go; or is killed at a random moment
 *
 * Prints "leased N full N killed N" and fails if a call did what it must not.
 */
#define _GNU_SOURCE
#include <pthread.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <time.h>

#include "vf_common.h"

static int device;
static int cycles, kill_one_in;
static unsigned int seed;
static int next_cycle;
static int leased, full, killed, wrong;

static void count(int *counter)
{
	__atomic_add_fetch(counter, 1, __ATOMIC_RELAXED);
}

/* Returns a descriptor, or a negative errno. */
static int lease(struct kvmshare_vf *vf, unsigned int flags)
{
	struct kvmshare_vf_lease arg = {
		.size = sizeof(arg), .flags = flags, .count = 1, .pf = KVMSHARE_BDF_ANY,
		.vf = KVMSHARE_BDF_ANY, .node = -1, .vfs = (unsigned long)vf,
	};

	return ioctl(device, KVMSHARE_VF_LEASE, &arg) ? -errno : arg.fd;
}

static void *lease_and_close(void *arg)
{
	struct kvmshare_vf vf;
	int i, fd;

	(void)arg;
	for (i = 0; i < cycles; i++) {
		fd = lease(&vf, 0);
		if (fd >= 0) {
			count(&leased);
			close(fd);
		} else if (fd == -ENOSPC) {
			count(&full);
		} else {
			fprintf(stderr, "lease: %s\n", strerror(-fd));
			count(&wrong);
		}
	}
	return NULL;
}

static void be_a_lessee(int cycle)
{
	struct kvmshare_vf vf;
	int fd = lease(&vf, KVMSHARE_LEASE_WAIT);

	if (fd < 0) {
		fprintf(stderr, "lease: %s\n", strerror(-fd));
		_exit(1);
	}
	if (cycle % 2 && open_vfs(&vf, 1))
		_exit(1);
	if (cycle % 3)
		close(fd);
	_exit(0);
}

static void wait_a_moment(unsigned int *state)
{
	struct timespec moment = { .tv_nsec = rand_r(state) % 300 * 1000000L };

	nanosleep(&moment, NULL);
}

static void *start_lessees(void *arg)
{
	unsigned int state = seed + (unsigned int)(long)arg;
	int cycle, status, pid;

	while ((cycle = __atomic_fetch_add(&next_cycle, 1, __ATOMIC_RELAXED)) < cycles) {
		int doomed = kill_one_in && rand_r(&state) % kill_one_in == 0;

		pid = fork();
		if (!pid)
			be_a_lessee(cycle);
		if (doomed) {
			wait_a_moment(&state);
			kill(pid, SIGKILL);
		}
		waitpid(pid, &status, 0);
		if (WIFSIGNALED(status) && doomed)
			count(&killed);
		else if (WIFEXITED(status) && !WEXITSTATUS(status))
			count(&leased);
		else
			count(&wrong);
	}
	return NULL;
}

int main(int argc, char **argv)
{
	void *(*run)(void *arg) = lease_and_close;
	pthread_t threads[512];
	int nr, i;

	if (argc < 4)
		return 2;
	nr = atoi(argv[2]);
	cycles = atoi(argv[3]);
	if (nr < 1 || nr > 512)
		return 2;
	if (!strcmp(argv[1], "processes")) {
		if (argc < 6)
			return 2;
		run = start_lessees;
		kill_one_in = atoi(argv[4]);
		seed = strtoul(argv[5], NULL, 0);
	}
	device = open("/dev/kvmshare", O_RDWR | O_CLOEXEC);
	if (device < 0) {
		perror("/dev/kvmshare");
		return 1;
	}
	for (i = 0; i < nr; i++) {
		if (pthread_create(&threads[i], NULL, run, (void *)(long)i)) {
			fputs("pthread_create failed\n", stderr);
			return 1;
		}
	}
	for (i = 0; i < nr; i++)
		pthread_join(threads[i], NULL);
	printf("leased %d full %d killed %d wrong %d\n", leased, full, killed, wrong);
	return wrong ? 1 : 0;
}
