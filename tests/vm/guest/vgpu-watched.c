// SPDX-License-Identifier: GPL-2.0
/*
 * vgpu-watched SECONDS: a client of edu0 that waits for each of its jobs, and is
 * watched 6,000 times over: from 30 epoll instances, by 200 descriptors each.  Each
 * end of a job wakes them all.  Prints how many jobs ended, and how many failed.
 */
#define _GNU_SOURCE
#include <sys/epoll.h>
#include <sys/resource.h>
#include "vgpu_common.h"

#define INSTANCES	30
#define DESCRIPTORS	200

static void die(const char *what)
{
	perror(what);
	exit(1);
}

static void watch(int fd)
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
	for (i = 0; i < INSTANCES; i++) {
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
	struct kvmshare_job job = { .type = KVMSHARE_JOB_SPIN, .repeat = 1, .value = 100000 };
	struct client client;
	int ended = 0, failed = 0;
	uint64_t end;

	if (argc != 2)
		return 2;
	if (client_open(&client, &arg))
		die("a client");
	watch(client.fd);
	printf("watched\n");
	fflush(stdout);
	for (end = now_ns() + strtod(argv[1], NULL) * 1e9; now_ns() < end; ended++)
		failed += client_run(&client, &job) != 0;
	printf("%d %d\n", ended, failed);
	return 0;
}
