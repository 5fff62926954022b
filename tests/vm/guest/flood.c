// SPDX-License-Identifier: GPL-2.0
/*
 * flood SECONDS [MOST]: become a VMM whose vCPU has run, and do what a rule is about as often as
 * two threads can for so long, or so many times; prints how often that was.
 */
#define _GNU_SOURCE
#include <linux/bpf.h>
#include <pthread.h>
#include <stdatomic.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

#include "act_vmm.h"

static atomic_long left;
static atomic_ulong done;
static time_t end;

/* There is no such command: the rule is met, and nothing comes of it. */
static void *try(void *arg)
{
	union bpf_attr attr = { 0 };

	while (time(NULL) < end && atomic_fetch_sub(&left, 1) > 0) {
		syscall(SYS_bpf, 9999, &attr, sizeof(attr));
		atomic_fetch_add(&done, 1);
	}
	return arg;
}

int main(int argc, char **argv)
{
	pthread_t other;

	if (argc < 2)
		return 2;
	become_vmm();
	end = time(NULL) + strtol(argv[1], NULL, 0);
	atomic_store(&left, argc > 2 ? strtol(argv[2], NULL, 0) : 1L << 40);
	pthread_create(&other, NULL, try, NULL);
	try(NULL);
	pthread_join(other, NULL);
	printf("%lu\n", atomic_load(&done));
	return 0;
}
