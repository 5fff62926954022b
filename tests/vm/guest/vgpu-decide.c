// SPDX-License-Identifier: GPL-2.0
/*
 * vgpu-decide CLIENTS ROUNDS: what a decision of the scheduler costs with so
 * many runnable clients, in nanoseconds of this host's clock; with a clock that
 * counts instructions, in those.  The scheduler is the module's own files.
 */
#define _GNU_SOURCE
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

/* As in the kernel, where functions of an ops table need not look at all they get. */
#pragma GCC diagnostic ignored "-Wunused-parameter"

#include "../../../kmod/vgpu/sched/tree.c"
#include "../../../kmod/vgpu/sched/fifo.c"
#include "../../../kmod/vgpu/sched/place.c"
#include "../../../kmod/vgpu/sched/early.c"
#include "../../../kmod/vgpu/sched/fair.c"
#include "../../../kmod/vgpu/sched/sched.c"

static struct sched_engine engine;

static u64 now_ns(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return t.tv_sec * 1000000000ULL + t.tv_nsec;
}

int main(int argc, char **argv)
{
	unsigned int nr = argc == 3 ? atoi(argv[1]) : 0, rounds = argc == 3 ? atoi(argv[2]) : 0;
	struct sched_client *clients = calloc(nr ?: 1, sizeof(*clients));
	struct sched_pick pick;
	u64 now = 0, start;

	if (!nr || !rounds || !clients) {
		fprintf(stderr, "usage: vgpu-decide CLIENTS ROUNDS\n");
		return 2;
	}
	sched_init(&engine, &sched_fair, now);
	for (unsigned int i = 0; i < nr; i++) {
		struct sched_params params = {
			.weight = 1 + i % 100, .cap = LEVEL_ONE, .averaging = 1,
			.slice = SCHED_SLICE_DEFAULT,
		};

		if (!sched_add(&engine, &clients[i], &params, now))
			return 1;
		sched_wake(&engine, &clients[i], now);
	}
	start = now_ns();
	for (unsigned int i = 0; i < rounds; i++) {
		if (!sched_next(&engine, now, &pick))
			return 1;
		now += pick.budget;
		sched_ran(&engine, now, pick.budget, true);
	}
	printf("%llu\n", (unsigned long long)(now_ns() - start) / rounds);
	return 0;
}
