// SPDX-License-Identifier: GPL-2.0
/*
 * vgpu-hang SECONDS: a client that gives its engine jobs which would take for
 * ever, and becomes another client as soon as that one gets no more.  Prints how
 * often it was one, how often it was refused, and how many of its jobs failed.
 */
#define _GNU_SOURCE
#include "vgpu_common.h"

/* Until none of its jobs is taken any more; how many failed. */
static int hang(struct client *client, uint64_t end)
{
	struct kvmshare_job job = {
		.type = KVMSHARE_JOB_FILL, .repeat = 60000, .count = 16384,
	};
	struct kvmshare_vgpu_done done;
	struct pollfd fd = { .fd = client->fd, .events = POLLIN };
	int failed = 0;

	while (now_ns() < end) {
		int rc = client_submit(client, &job, 1);

		if (rc < 0 && rc != -EAGAIN)
			break;
		poll(&fd, 1, (end - now_ns()) / 1000000 + 1);
		if (!(fd.revents & POLLIN) || client_wait(client, &done))
			continue;
		failed += done.status != 0;
	}
	return failed;
}

int main(int argc, char **argv)
{
	int opened = 0, refused = 0, failed = 0;
	uint64_t end;

	if (argc != 2)
		return 2;
	end = now_ns() + strtod(argv[1], NULL) * 1e9;
	while (now_ns() < end) {
		struct kvmshare_vgpu_open arg = { .engine = "soft0", .memory = 65536 };
		struct client client = { 0 };

		if (client_open(&client, &arg)) {
			refused++;
			usleep(10000);
			continue;
		}
		opened++;
		failed += hang(&client, end);
		client_close(&client);
	}
	printf("%d %d %d\n", opened, refused, failed);
	return 0;
}
