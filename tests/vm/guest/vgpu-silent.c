// SPDX-License-Identifier: GPL-2.0
/*
 * vgpu-silent: a client that hands over memory which never answers (a
 * userfaultfd that nobody reads), once with its jobs and once for their ends,
 * each in a thread.  Prints "silent" when both are stuck, and stays.
 */
#define _GNU_SOURCE
#include <linux/userfaultfd.h>
#include <pthread.h>
#include <sys/syscall.h>
#include "vgpu_common.h"

static struct client client;
static char *never;
static _Atomic pid_t tids[2];

static void die(const char *what)
{
	perror(what);
	exit(1);
}

static void *submits(void *arg)
{
	tids[0] = gettid();
	client_submit(&client, (struct kvmshare_job *)never, 4);
	fprintf(stderr, "vgpu-silent: its jobs were read\n");
	exit(1);
	return arg;
}

static void *reads(void *arg)
{
	tids[1] = gettid();
	if (read(client.fd, never + 8192, 4096) >= 0)
		fprintf(stderr, "vgpu-silent: its memory was written\n");
	exit(1);
	return arg;
}

static void make_never(void)
{
	struct uffdio_api api = { .api = UFFD_API };
	struct uffdio_register reg = { .mode = UFFDIO_REGISTER_MODE_MISSING };
	int fd = syscall(SYS_userfaultfd, O_CLOEXEC);

	if (fd < 0 || ioctl(fd, UFFDIO_API, &api))
		die("userfaultfd");
	never = mmap(NULL, 16384, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	reg.range.start = (uintptr_t)never;
	reg.range.len = 16384;
	if (never == MAP_FAILED || ioctl(fd, UFFDIO_REGISTER, &reg))
		die("its memory");
}

/* Has the kernel put it to sleep over its fault? */
static int is_stuck(pid_t tid)
{
	char path[64], text[64] = "";
	FILE *f;

	snprintf(path, sizeof(path), "/proc/self/task/%d/wchan", tid);
	f = tid ? fopen(path, "r") : NULL;
	if (!f)
		return 0;
	if (!fgets(text, sizeof(text), f))
		text[0] = 0;
	fclose(f);
	return !strcmp(text, "handle_userfault");
}

int main(void)
{
	struct kvmshare_vgpu_open arg = { .engine = "soft0", .memory = 65536 };
	struct kvmshare_job job = { .type = KVMSHARE_JOB_FILL, .repeat = 1, .count = 16 };
	pthread_t thread;

	setvbuf(stdout, NULL, _IOLBF, 0);
	make_never();
	if (client_open(&client, &arg) || client_submit(&client, &job, 1) != 1)
		die("a client");
	if (pthread_create(&thread, NULL, submits, NULL) || pthread_create(&thread, NULL, reads, NULL))
		die("a thread");
	while (!is_stuck(tids[0]) || !is_stuck(tids[1]))
		usleep(10000);
	printf("silent\n");
	pause();
	return 0;
}
