/* SPDX-License-Identifier: GPL-2.0 WITH Linux-syscall-note */
/*
 * libkvmshare-vgpu: a share of an engine for a program that has jobs for it.
 *
 * A context is one client of one engine, as include/uapi/kvmshare_vgpu.h has it.
 * Its memory is mapped here, jobs name places in it by their offset, and what
 * became of them is waited for.
 *
 * Every function that can fail returns 0 or a count, or a negative errno. None
 * prints, none keeps anything beside the context. The library is
 * thread-compatible: contexts are apart from each other, and one of them is not
 * changed between its opening and its closing, so that threads may submit to it
 * and wait for it at once; closing needs that nobody else uses it. What one
 * thread waits for another may have taken already.
 *
 * The descriptor does not go through execve(), and a context does not survive
 * the process that opened it: a child of fork() opens its own.
 */
#ifndef KVMSHARE_VGPU_H
#define KVMSHARE_VGPU_H

#include <stddef.h>
#include <stdint.h>

#include "uapi/kvmshare_vgpu.h"

#ifdef __cplusplus
extern "C" {
#endif

struct kvmshare_ctx;

/**
 * struct kvmshare_ctx_options - what a context is to have
 * @engine: its name, such as "soft0"; NULL or "" is the one with the fewest
 *	    clients
 * @weight: 1 to 10000, or 0 for 100
 * @minimum_percent: of the engine, guaranteed while there is work; 0 for none
 * @cap_percent: of the engine, at most; 0 for 100
 * @slice_us: for how long it has the engine at once, in microseconds, 100 to
 *	      30000, or 0 for 2000
 * @memory: in bytes, at most KVMSHARE_VGPU_MEMORY_MAX; made a whole number of
 *	    pages; 0 for none
 *
 * Set all that is not meant to zero.
 */
struct kvmshare_ctx_options {
	const char *engine;
	uint32_t weight;
	uint32_t minimum_percent;
	uint32_t cap_percent;
	uint32_t slice_us;
	size_t memory;
};

/**
 * kvmshare_ctx_open() - become a client of an engine
 * @ctx: out, the context; not touched on failure
 * @options: what it is to have, or NULL for the defaults
 *
 * Return: 0, or
 *   -ENOENT	the module kvmshare_vgpu is not loaded
 *   -ENODEV	there is no such engine, or none at all
 *   -EINVAL	a value is out of its range, or the name too long
 *   -EDQUOT	it is more than the administrator allows this user
 *   -ENOSPC	the minimums of all would be more than the engine
 *   -ENOMEM	there is no memory for it
 *   and what open() and mmap() return.
 */
int kvmshare_ctx_open(struct kvmshare_ctx **ctx, const struct kvmshare_ctx_options *options);

/**
 * kvmshare_ctx_close() - give it all back
 * @ctx: the context, or NULL; its memory is unmapped, jobs in its queue end
 */
void kvmshare_ctx_close(struct kvmshare_ctx *ctx);

/* The client's number, by which "kvmshare vgpu" names it. */
uint64_t kvmshare_ctx_id(const struct kvmshare_ctx *ctx);
/* The engine's name. */
const char *kvmshare_ctx_engine(const struct kvmshare_ctx *ctx);
/* Its memory, zeroed at first and aligned to a page; NULL where it has none. */
void *kvmshare_ctx_memory(const struct kvmshare_ctx *ctx);
/* How much that is, in bytes. */
size_t kvmshare_ctx_size(const struct kvmshare_ctx *ctx);

/**
 * kvmshare_ctx_fd() - what poll() and epoll take
 * @ctx: the context, which keeps it
 *
 * Readable: a job has ended. Writable: the queue has room. POLLERR: it is
 * quarantined. POLLHUP: the engine or the process that opened it is gone. It
 * does not block; leave its flags as they are.
 */
int kvmshare_ctx_fd(const struct kvmshare_ctx *ctx);

/**
 * kvmshare_ctx_submit() - put jobs into the queue
 * @ctx: the context
 * @jobs: they run in this order
 * @nr: how many, at least 1; more than KVMSHARE_VGPU_SUBMIT_MAX are put there
 *	in several calls
 * @fence: out, the number of the last that was taken, or NULL
 *
 * Return: how many were taken, which may be fewer than @nr, or where none was
 *   -EAGAIN	the queue is full; wait for jobs to end
 *   -EINVAL	a job is malformed, does not fit into the memory, or is of a type
 *		that the engine does not have
 *   -EACCES	the client is quarantined
 *   -ENODEV	the engine is gone
 *   -ESHUTDOWN	the process that opened it is gone
 */
int kvmshare_ctx_submit(struct kvmshare_ctx *ctx, const struct kvmshare_job *jobs,
			unsigned int nr, uint64_t *fence);

/**
 * kvmshare_ctx_wait() - for jobs to end
 * @ctx: the context
 * @done: out, what became of them, in the order of their ends
 * @room: how many records @done takes, at least 1
 * @timeout_ms: in milliseconds; 0 does not wait, -1 waits without end, even
 *		where the queue is empty
 *
 * Return: how many records there are, 0 where the time ran out, or
 *   -EINTR	a signal came
 *   -EINVAL	@room is 0
 *   -EACCES	the client is quarantined, and nothing is left to be read
 *   -ENODEV	the engine is gone, likewise
 *   -ESHUTDOWN	the process that opened it is gone, likewise
 */
int kvmshare_ctx_wait(struct kvmshare_ctx *ctx, struct kvmshare_vgpu_done *done,
		      unsigned int room, int timeout_ms);

/*
 * Jobs. @dst, @a and @b are offsets into the memory in bytes, multiples of 4;
 * @words and @pixels have 32 bits. Each is done once and has no cookie: set
 * .repeat and .cookie. They are checked when they are submitted.
 */

/* @dst = @value */
struct kvmshare_job kvmshare_job_fill(uint64_t dst, uint32_t words, uint32_t value);
/* @dst = @a; the two do not overlap */
struct kvmshare_job kvmshare_job_copy(uint64_t dst, uint64_t a, uint32_t words);
/* @dst = @a with red and blue exchanged */
struct kvmshare_job kvmshare_job_convert(uint64_t dst, uint64_t a, uint32_t pixels);
/* @dst = @a over @dst, with its alpha multiplied in */
struct kvmshare_job kvmshare_job_blend(uint64_t dst, uint64_t a, uint32_t pixels);
/* @dst = @a * @b, of @rows by @inner and @inner by @cols words, modulo 2^32 */
struct kvmshare_job kvmshare_job_matmul(uint64_t dst, uint64_t a, uint64_t b,
					uint32_t rows, uint32_t inner, uint32_t cols);
/* two words at @dst = the sum of those at @a modulo 2^64, the low one first */
struct kvmshare_job kvmshare_job_sum(uint64_t dst, uint64_t a, uint32_t words);
/* two words at @dst = FNV-1a with 64 bits over those at @a, the low one first */
struct kvmshare_job kvmshare_job_hash(uint64_t dst, uint64_t a, uint32_t words);
/* the device's own loop, @times */
struct kvmshare_job kvmshare_job_spin(uint32_t times);

#ifdef __cplusplus
}
#endif

#endif /* KVMSHARE_VGPU_H */
