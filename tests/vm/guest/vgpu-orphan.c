// SPDX-License-Identifier: GPL-2.0
/*
 * A process makes a client, and ends; a child that has its descriptor sees that
 * it is over.  Ends with 0 where all of that is so, and says what is not.
 */
#define _GNU_SOURCE
#include <sys/wait.h>
#include "vgpu_common.h"

static struct client client;

static int wrong(const char *what)
{
	fprintf(stderr, "vgpu-orphan: %s\n", what);
	return 1;
}

static int orphan(void)
{
	struct kvmshare_job job = { .repeat = 1, .count = 4 };
	struct pollfd fd = { .fd = client.fd };
	char path[64];

	if (poll(&fd, 1, 10000) != 1 || !(fd.revents & POLLHUP))
		return wrong("poll() does not tell that it is over");
	snprintf(path, sizeof(path), "/sys/kernel/kvmshare/vgpus/%llu", (unsigned long long)client.id);
	for (int i = 0; i < 100 && !access(path, F_OK); i++)
		usleep(50000);
	if (!access(path, F_OK))
		return wrong("it is shown still");
	if (client_submit(&client, &job, 1) != -ESHUTDOWN)
		return wrong("it takes jobs");
	if (mmap(NULL, 4096, PROT_READ, MAP_SHARED, client.fd, 0) != MAP_FAILED)
		return wrong("it is mapped");
	return 0;
}

int main(void)
{
	struct kvmshare_vgpu_open arg = { .memory = 1 << 20 };
	int report[2], status = 1;

	if (pipe(report))
		return wrong("no pipe");
	if (!fork()) {
		if (client_open(&client, &arg))
			return wrong("no client");
		if (!fork()) {
			status = orphan();
			if (write(report[1], &status, sizeof(status)) < 0)
				return 1;
		}
		_exit(0);
	}
	close(report[1]);
	wait(NULL);
	if (read(report[0], &status, sizeof(status)) != sizeof(status))
		return wrong("the child has said nothing");
	return status;
}
