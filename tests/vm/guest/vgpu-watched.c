// SPDX-License-Identifier: GPL-2.0
/*
 * vgpu-watched INSTANCES: a client of edu0 with a queue full of jobs, which is watched
 * from so many epoll instances, by 400 descriptors each.  Each end of a job is news to
 * them all.  Prints "watched" when it has been given its jobs, and stays.
 */
#define _GNU_SOURCE
#include <sys/epoll.h>
#include <sys/resource.h>
#include "vgpu_common.h"

#define DESCRIPTORS	400

static void die(const char *what)
{
	perror(what);
	exit(1);
}

static void watch(int fd, int instances)
{
	struct rlimit many = { 4096, 4096 };
	struct epoll_event event = { .events = EPOLLIN };
	int fds[DESCRIPTORS], i, j;

	if (setrlimit(RLIMIT_NOFILE, &many))
		die("its descriptors");
	for (i = 0; i < DESCRIPTORS; i++) {
		fds[i] = dup(fd);
		if (fds[i] < 0)
			die("dup");
	}
	for (i = 0; i < instances; i++) {
		int epoll = epoll_create1(EPOLL_CLOEXEC);

		for (j = 0; j < DESCRIPTORS; j++) {
			if (epoll < 0 || epoll_ctl(epoll, EPOLL_CTL_ADD, fds[j], &event))
				die("a watch");
		}
	}
}

int main(int argc, char **argv)
{
	struct kvmshare_vgpu_open arg = { .engine = "edu0", .slice_us = 100 };
	struct kvmshare_job job = { .type = KVMSHARE_JOB_SPIN, .repeat = 1, .value = 2000000 };
	struct client client;
	int i;

	if (argc != 2)
		return 2;
	if (client_open(&client, &arg))
		die("a client");
	watch(client.fd, atoi(argv[1]));
	for (i = 0; i < KVMSHARE_VGPU_DEPTH; i++) {
		if (client_submit(&client, &job, 1) != 1)
			die("a job");
	}
	printf("watched\n");
	fflush(stdout);
	pause();
	return 0;
}
