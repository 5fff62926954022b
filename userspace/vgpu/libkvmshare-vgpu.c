// SPDX-License-Identifier: GPL-2.0
/* A context: the descriptor, its memory, what goes in and what comes out. */
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <time.h>
#include <unistd.h>

#include "../../include/kvmshare-vgpu.h"

#define NODE	"/dev/kvmshare-vgpu"

/**
 * struct kvmshare_ctx - a client; not changed once it is open
 * @fd: its descriptor, which does not block
 * @id: its number
 * @memory: NULL where @size is 0
 * @size: in bytes
 * @engine: its engine's name
 */
struct kvmshare_ctx {
	int fd;
	uint64_t id;
	void *memory;
	size_t size;
	char engine[KVMSHARE_ENGINE_NAME_LEN];
};

/* -- Opening ---------------------------------------------------------------- */

/* 0 or -EINVAL: what is cut would be another engine, or another size. */
static int read_options(const struct kvmshare_ctx_options *options, struct kvmshare_vgpu_open *arg)
{
	size_t page = (size_t)sysconf(_SC_PAGESIZE);
	size_t len = options->engine ? strlen(options->engine) : 0;

	if (len >= sizeof(arg->engine) || options->memory > KVMSHARE_VGPU_MEMORY_MAX)
		return -EINVAL;
	if (len)
		memcpy(arg->engine, options->engine, len);
	arg->weight = options->weight;
	arg->minimum_percent = options->minimum_percent;
	arg->cap_percent = options->cap_percent;
	arg->slice_us = options->slice_us;
	arg->memory = (options->memory + page - 1) / page * page;
	return 0;
}

static int open_client(struct kvmshare_ctx *ctx, struct kvmshare_vgpu_open *arg)
{
	int err;

	ctx->fd = open(NODE, O_RDWR | O_CLOEXEC | O_NONBLOCK);
	if (ctx->fd < 0)
		return -errno;
	if (ioctl(ctx->fd, KVMSHARE_VGPU_OPEN, arg) < 0)
		goto err_close;
	ctx->id = arg->id;
	ctx->size = (size_t)arg->memory;
	memcpy(ctx->engine, arg->engine, sizeof(ctx->engine));
	ctx->engine[sizeof(ctx->engine) - 1] = '\0';
	if (!ctx->size)
		return 0;
	ctx->memory = mmap(NULL, ctx->size, PROT_READ | PROT_WRITE, MAP_SHARED, ctx->fd, 0);
	if (ctx->memory != MAP_FAILED)
		return 0;
err_close:
	err = -errno;
	close(ctx->fd);
	return err;
}

int kvmshare_ctx_open(struct kvmshare_ctx **ctx, const struct kvmshare_ctx_options *options)
{
	static const struct kvmshare_ctx_options defaults;
	struct kvmshare_vgpu_open arg = { .size = sizeof(arg) };
	struct kvmshare_ctx *new;
	int err;

	err = read_options(options ? options : &defaults, &arg);
	if (err)
		return err;
	new = calloc(1, sizeof(*new));
	if (!new)
		return -ENOMEM;
	err = open_client(new, &arg);
	if (err)
		free(new);
	else
		*ctx = new;
	return err;
}

void kvmshare_ctx_close(struct kvmshare_ctx *ctx)
{
	if (!ctx)
		return;
	if (ctx->memory)
		munmap(ctx->memory, ctx->size);
	close(ctx->fd);
	free(ctx);
}

uint64_t kvmshare_ctx_id(const struct kvmshare_ctx *ctx)
{
	return ctx->id;
}

const char *kvmshare_ctx_engine(const struct kvmshare_ctx *ctx)
{
	return ctx->engine;
}

void *kvmshare_ctx_memory(const struct kvmshare_ctx *ctx)
{
	return ctx->memory;
}

size_t kvmshare_ctx_size(const struct kvmshare_ctx *ctx)
{
	return ctx->size;
}

int kvmshare_ctx_fd(const struct kvmshare_ctx *ctx)
{
	return ctx->fd;
}

/* -- Submitting ------------------------------------------------------------- */

static int submit_some(struct kvmshare_ctx *ctx, const struct kvmshare_job *jobs,
		       unsigned int nr, uint64_t *fence)
{
	struct kvmshare_vgpu_submit arg = {
		.size = sizeof(arg),
		.count = nr < KVMSHARE_VGPU_SUBMIT_MAX ? nr : KVMSHARE_VGPU_SUBMIT_MAX,
		.jobs = (uintptr_t)jobs,
	};

	if (ioctl(ctx->fd, KVMSHARE_VGPU_SUBMIT, &arg) < 0)
		return -errno;
	if (fence)
		*fence = arg.fence;
	return (int)arg.count;
}

int kvmshare_ctx_submit(struct kvmshare_ctx *ctx, const struct kvmshare_job *jobs,
			unsigned int nr, uint64_t *fence)
{
	unsigned int taken = 0;

	if (!nr)
		return -EINVAL;
	while (taken < nr) {
		int got = submit_some(ctx, jobs + taken, nr - taken, fence);

		/* What was taken cannot be taken back: the next call meets the error. */
		if (got <= 0)
			return taken ? (int)taken : got;
		taken += (unsigned int)got;
	}
	return (int)taken;
}

/* -- Waiting ---------------------------------------------------------------- */

static int64_t now_ms(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

/* Of a deadline, how much is left. */
static int left_of(int64_t end)
{
	int64_t now = now_ms();

	return now < end ? (int)(end - now) : 0;
}

/* Records, or -EAGAIN where there are none yet. */
static int take(struct kvmshare_ctx *ctx, struct kvmshare_vgpu_done *done, unsigned int room)
{
	size_t most = room < KVMSHARE_VGPU_DEPTH ? room : KVMSHARE_VGPU_DEPTH;
	ssize_t got = read(ctx->fd, done, most * sizeof(*done));

	if (got < 0)
		return -errno;
	return got ? (int)((size_t)got / sizeof(*done)) : -EAGAIN;
}

/* 0 where there is something to be read, or time is over with *@over. */
static int wait_once(struct kvmshare_ctx *ctx, int timeout_ms, bool *over)
{
	struct pollfd fd = { .fd = ctx->fd, .events = POLLIN };
	int nr = poll(&fd, 1, timeout_ms);

	if (nr < 0)
		return -errno;
	*over = !nr;
	/* A quarantined one stays so without any news. */
	if (nr && !(fd.revents & (POLLIN | POLLHUP)))
		return fd.revents & POLLERR ? -EACCES : -EIO;
	return 0;
}

int kvmshare_ctx_wait(struct kvmshare_ctx *ctx, struct kvmshare_vgpu_done *done,
		      unsigned int room, int timeout_ms)
{
	int64_t end = timeout_ms > 0 ? now_ms() + timeout_ms : 0;
	bool over = false;

	if (!room)
		return -EINVAL;
	for (;;) {
		int got = take(ctx, done, room);

		if (got != -EAGAIN)
			return got;
		if (over || !timeout_ms)
			return 0;
		got = wait_once(ctx, timeout_ms < 0 ? -1 : left_of(end), &over);
		if (got)
			return got;
	}
}
