/* SPDX-License-Identifier: GPL-2.0 */
/* A client of an engine, straight through its device. */
#ifndef VGPU_COMMON_H
#define VGPU_COMMON_H

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <time.h>
#include <unistd.h>
#include "../../../include/uapi/kvmshare_vgpu.h"

struct client {
	int fd;
	uint64_t id;
	size_t bytes;
	uint32_t *memory;
};

static inline uint64_t now_ns(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return t.tv_sec * 1000000000ULL + t.tv_nsec;
}

/* 0 or an errno. */
static inline int client_call(int fd, unsigned long cmd, void *arg)
{
	return ioctl(fd, cmd, arg) < 0 ? errno : 0;
}

static inline int client_open(struct client *client, struct kvmshare_vgpu_open *arg)
{
	int err;

	client->fd = open("/dev/kvmshare-vgpu", O_RDWR | O_CLOEXEC);
	if (client->fd < 0)
		return errno;
	arg->size = sizeof(*arg);
	err = client_call(client->fd, KVMSHARE_VGPU_OPEN, arg);
	if (err)
		goto close;
	client->id = arg->id;
	client->bytes = arg->memory;
	if (!arg->memory)
		return 0;
	client->memory = mmap(NULL, arg->memory, PROT_READ | PROT_WRITE, MAP_SHARED, client->fd, 0);
	if (client->memory != MAP_FAILED)
		return 0;
	err = errno;
close:
	close(client->fd);
	return err;
}

static inline void client_close(struct client *client)
{
	if (client->bytes)
		munmap(client->memory, client->bytes);
	close(client->fd);
}

/* How many were taken, or minus an errno. */
static inline int client_submit(struct client *client, const struct kvmshare_job *jobs, uint32_t nr)
{
	struct kvmshare_vgpu_submit arg = {
		.size = sizeof(arg), .count = nr, .jobs = (uintptr_t)jobs,
	};
	int err = client_call(client->fd, KVMSHARE_VGPU_SUBMIT, &arg);

	return err ? -err : (int)arg.count;
}

/* One record; 0 or an errno. */
static inline int client_wait(struct client *client, struct kvmshare_vgpu_done *done)
{
	ssize_t got = read(client->fd, done, sizeof(*done));

	if (got < 0)
		return errno;
	return got == sizeof(*done) ? 0 : EIO;
}

/* The status of one job, run by itself, or minus an errno of the calls. */
static inline int client_run(struct client *client, const struct kvmshare_job *job)
{
	struct kvmshare_vgpu_done done;
	int rc = client_submit(client, job, 1);

	if (rc < 0)
		return rc;
	rc = client_wait(client, &done);
	return rc ? -rc : done.status;
}

#endif
