// SPDX-License-Identifier: GPL-2.0
/*
 * vgpu-killed NUMBER: so many processes become a client of any engine and keep
 * it busy, and each is killed at a moment of its own: before it is a client,
 * while it submits, while its job runs.  Prints how many had become one.
 */
#define _GNU_SOURCE
#include <signal.h>
#include <stdatomic.h>
#include <sys/wait.h>
#include "vgpu_common.h"

#define WIDTH	16

static atomic_uint *clients;

static void live(void)
{
	struct kvmshare_vgpu_open arg = { .memory = 65536 };
	struct kvmshare_vgpu_done done[16];
	struct kvmshare_job jobs[16];
	struct client client;

	for (int i = 0; i < 16; i++)
		jobs[i] = (struct kvmshare_job){
			.type = KVMSHARE_JOB_FILL, .repeat = 1 + i, .count = 16384, .value = i,
		};
	if (client_open(&client, &arg))
		_exit(1);
	atomic_fetch_add(clients, 1);
	for (;;) {
		client_submit(&client, jobs, 16);
		if (read(client.fd, done, sizeof(done)) < 0)
			_exit(1);
	}
}

static pid_t start(void)
{
	pid_t pid = fork();

	if (!pid)
		live();
	return pid;
}

int main(int argc, char **argv)
{
	int number = argc == 2 ? atoi(argv[1]) : 0, started = 0, wrong = 0, status;
	pid_t pids[WIDTH] = { 0 };

	if (number < 1) {
		fprintf(stderr, "usage: vgpu-killed NUMBER\n");
		return 2;
	}
	clients = mmap(NULL, 4096, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	if (clients == MAP_FAILED)
		return 2;
	srandom(getpid());
	for (int i = 0; i < number + WIDTH; i++) {
		pid_t *pid = &pids[i % WIDTH];

		if (*pid > 0) {
			usleep(random() % 3000);
			kill(*pid, SIGKILL);
			if (waitpid(*pid, &status, 0) != *pid || !WIFSIGNALED(status))
				wrong++;
		}
		*pid = i < number ? start() : 0;
		started += *pid > 0;
	}
	printf("%d killed, %u of them clients, %d ended otherwise\n", started, atomic_load(clients),
	       wrong);
	return started != number || wrong;
}
