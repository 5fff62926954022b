/* SPDX-License-Identifier: GPL-2.0 WITH Linux-syscall-note */
/*
 * kvmshare: engines and those that share them, kvmshare_vgpu.ko.
 *
 * A process opens /dev/kvmshare-vgpu, and the descriptor is its context: a
 * client of one engine, with a weight, a minimum and a cap, memory of its own,
 * and a queue of jobs.  All of it ends at the first of the last descriptor
 * closed and its memory unmapped, and the process gone that made it.
 * Administrators' calls are those of /dev/kvmshare.
 *
 * What a client ran ahead of its due, and its strikes, stay with its user, or with the
 * guest's device that it is for, when it ends: the next client of that user or device
 * on that engine begins with them.
 *
 * Structs grow, are checked and fail as include/uapi/kvmshare.h says.  Beyond
 * that:
 *   -EAGAIN   the queue is full, or no job has ended yet; poll() tells when
 *   -EACCES   the client is quarantined, or its user has too many strikes as yet
 *   -EDQUOT   more than the administrator allows this uid
 *   -ENOSPC   the minimums of all would be more than the engine
 *   -ENODEV   the engine is gone
 *   -EBUSY    the descriptor is a client already
 *   -ESHUTDOWN the process that made it is gone
 *   -ENOTCONN it is none yet
 */
#ifndef _UAPI_KVMSHARE_VGPU_H
#define _UAPI_KVMSHARE_VGPU_H

#include <linux/ioctl.h>
#include <linux/types.h>

#include "kvmshare.h"

/* Of kvmshare_version.modules. */
#define KVMSHARE_MODULE_VGPU	(1ULL << 2)

#define KVMSHARE_IOC_VGPU_FIRST	0x40
#define KVMSHARE_IOC_VGPU_LAST	0x5f

#define KVMSHARE_ENGINE_NAME_LEN	16
#define KVMSHARE_VGPU_DEPTH		256	/* jobs of a client that are not reaped */
#define KVMSHARE_VGPU_SUBMIT_MAX	64	/* jobs in one call */
#define KVMSHARE_VGPU_MEMORY_MAX	(256ULL << 20)
#define KVMSHARE_VGPU_REPEAT_MAX	1000000U
#define KVMSHARE_VGPU_MATRIX_MAX	4096U	/* rows or columns */

/**
 * struct kvmshare_vgpu_open - make the descriptor a client of an engine
 * @size: sizeof(struct kvmshare_vgpu_open)
 * @flags: must be zero
 * @engine: its name, or empty for the one with the fewest clients
 * @weight: 1 to 10000, or 0 for 100
 * @minimum_percent: of the engine, guaranteed; 0 for none
 * @cap_percent: of the engine, at most; 1 to 100, or 0 for 100
 * @slice_us: 100 to 30000, or 0 for 2000
 * @memory: bytes, a multiple of the page size; mmap() it from offset 0
 * @id: out, the client's number, never used twice while the module is loaded
 */
struct kvmshare_vgpu_open {
	__u32 size;
	__u32 flags;
	char engine[KVMSHARE_ENGINE_NAME_LEN];
	__u32 weight;
	__u32 minimum_percent;
	__u32 cap_percent;
	__u32 slice_us;
	__u64 memory;
	__u64 id;
};

/**
 * enum kvmshare_job_type - what an engine can be asked to do
 * @KVMSHARE_JOB_FILL: @dst = @value, @count words
 * @KVMSHARE_JOB_COPY: @dst = @a, @count words; the two do not overlap
 * @KVMSHARE_JOB_CONVERT: @dst = @a with red and blue exchanged, @count pixels
 *	of 8:8:8:8
 * @KVMSHARE_JOB_BLEND: @dst = @a over @dst, @count pixels of 8:8:8:8, alpha in
 *	the high byte and multiplied in
 * @KVMSHARE_JOB_MATMUL: @dst = @a * @b modulo 2^32; @a has @rows rows of @count
 *	words, @b has @count rows of @cols words
 * @KVMSHARE_JOB_SUM: @dst = the sum of @count words at @a modulo 2^64: two
 *	words, the low one first
 * @KVMSHARE_JOB_HASH: @dst = FNV-1a with 64 bits over @count words at @a, taken
 *	by their values; two words, the low one first
 * @KVMSHARE_JOB_SPIN: a device's own loop, @value times; touches no memory
 */
enum kvmshare_job_type {
	KVMSHARE_JOB_FILL = 0,
	KVMSHARE_JOB_COPY,
	KVMSHARE_JOB_CONVERT,
	KVMSHARE_JOB_BLEND,
	KVMSHARE_JOB_MATMUL,
	KVMSHARE_JOB_SUM,
	KVMSHARE_JOB_HASH,
	KVMSHARE_JOB_SPIN,
	KVMSHARE_JOB_NR
};

/**
 * struct kvmshare_job - one piece of work
 * @type: enum kvmshare_job_type
 * @repeat: how often it is done: 1 to KVMSHARE_VGPU_REPEAT_MAX
 * @cookie: the caller's, given back
 * @dst: where to, in bytes from the start of the client's memory, a multiple
 *       of 4
 * @a: where from, likewise
 * @b: the other one, likewise
 * @count: words of 32 bits; see the type
 * @rows: of a matrix, 1 to KVMSHARE_VGPU_MATRIX_MAX; else zero
 * @cols: likewise
 * @value: see the type
 *
 * What the type does not name is zero.
 */
struct kvmshare_job {
	__u32 type;
	__u32 repeat;
	__u64 cookie;
	__u64 dst;
	__u64 a;
	__u64 b;
	__u32 count;
	__u32 rows;
	__u32 cols;
	__u32 value;
};

/**
 * struct kvmshare_vgpu_submit - put jobs into the client's queue
 * @size: sizeof(struct kvmshare_vgpu_submit)
 * @flags: must be zero
 * @count: in, of @jobs, 1 to KVMSHARE_VGPU_SUBMIT_MAX; out, how many were taken
 * @reserved: must be zero
 * @jobs: address of @count struct kvmshare_job
 * @fence: out, the number of the last that was taken; they count from 1
 *
 * Jobs of a client run in order.  One that is malformed refuses the call, with
 * none taken; where the queue has no room for all, the first are taken, and
 * -EAGAIN where it has room for none.
 */
struct kvmshare_vgpu_submit {
	__u32 size;
	__u32 flags;
	__u32 count;
	__u32 reserved;
	__u64 jobs;
	__u64 fence;
};

/**
 * struct kvmshare_vgpu_done - a job that has ended, as read() gives it
 * @fence: its number
 * @cookie: the caller's
 * @submit_ns: when it was put into the queue; all are CLOCK_MONOTONIC
 * @begin_ns: when it first had the engine, or 0
 * @end_ns: when it ended
 * @run_ns: for how long it had the engine; without what an engine that is a
 *	    CPU waited for that CPU
 * @status: 0, or a negative errno: -ETIME where it ran past its limit,
 *	    -ECANCELED where its client was quarantined, -ENODEV where the
 *	    engine went away, -EIO where the device failed
 * @reserved: zero
 *
 * read() gives whole records, as many as fit; -EINVAL where none does.
 */
struct kvmshare_vgpu_done {
	__u64 fence;
	__u64 cookie;
	__u64 submit_ns;
	__u64 begin_ns;
	__u64 end_ns;
	__u64 run_ns;
	__s32 status;
	__u32 reserved;
};

/**
 * struct kvmshare_vgpu_switch - a slice that is over, as the file "switches" of
 * a client has the last KVMSHARE_VGPU_SWITCHES of
 * @begin_ns: CLOCK_MONOTONIC
 * @run_ns: for how long it had the engine, as in struct kvmshare_vgpu_done
 * @budget_ns: for how long it was to have it
 */
struct kvmshare_vgpu_switch {
	__u64 begin_ns;
	__u64 run_ns;
	__u64 budget_ns;
};

#define KVMSHARE_VGPU_SWITCHES	256

/**
 * struct kvmshare_vgpu_allow - bound what a uid may have, as an administrator
 * @size: sizeof(struct kvmshare_vgpu_allow)
 * @flags: KVMSHARE_ALLOW_*
 * @uid: in the initial namespace
 * @clients: at once
 * @weight: of one client, at most
 * @minimum_percent: of all of its clients on an engine together
 * @cap_percent: of one client, at most
 * @reserved: must be zero
 * @memory: bytes of all of its clients together
 *
 * Who is not told of here may open nothing; root may open all.
 */
struct kvmshare_vgpu_allow {
	__u32 size;
	__u32 flags;
#define KVMSHARE_ALLOW_NONE	(1U << 0)	/* nothing, from now on */
	__u32 uid;
	__u32 clients;
	__u32 weight;
	__u32 minimum_percent;
	__u32 cap_percent;
	__u32 reserved;
	__u64 memory;
};

/**
 * struct kvmshare_vgpu_set - change how a client shares its engine, as an
 * administrator; all of it or, where it fails, nothing
 * @size: sizeof(struct kvmshare_vgpu_set)
 * @flags: KVMSHARE_VGPU_SET_*: what is to change
 * @id: of the client
 * @weight: as of struct kvmshare_vgpu_open, but 0 means nothing here
 * @minimum_percent: likewise, and 0 is none
 * @cap_percent: likewise
 * @slice_us: likewise
 * @averaging: over so many slices overshoot is paid back: 1 to 60
 * @reserved: must be zero
 */
struct kvmshare_vgpu_set {
	__u32 size;
	__u32 flags;
#define KVMSHARE_VGPU_SET_WEIGHT	(1U << 0)
#define KVMSHARE_VGPU_SET_MINIMUM	(1U << 1)
#define KVMSHARE_VGPU_SET_CAP		(1U << 2)
#define KVMSHARE_VGPU_SET_SLICE		(1U << 3)
#define KVMSHARE_VGPU_SET_AVERAGING	(1U << 4)
#define KVMSHARE_VGPU_SET_RELEASE	(1U << 5)	/* end its quarantine */
	__u64 id;
	__u32 weight;
	__u32 minimum_percent;
	__u32 cap_percent;
	__u32 slice_us;
	__u32 averaging;
	__u32 reserved;
};

/**
 * struct kvmshare_vgpu_engine - make a soft engine, or remove one
 * @size: sizeof(struct kvmshare_vgpu_engine)
 * @flags: KVMSHARE_ENGINE_*
 * @node: near this NUMA node, or -1
 * @reserved: must be zero
 * @name: out, the new one's; in, with KVMSHARE_ENGINE_REMOVE
 *
 * Removing fails the jobs of its clients with -ENODEV.  An engine of a device
 * goes with the device.
 */
struct kvmshare_vgpu_engine {
	__u32 size;
	__u32 flags;
#define KVMSHARE_ENGINE_REMOVE	(1U << 0)
	__s32 node;
	__u32 reserved;
	char name[KVMSHARE_ENGINE_NAME_LEN];
};

/**
 * struct kvmshare_vgpu_screen - what a guest's device shows, as an administrator
 * @size: sizeof(struct kvmshare_vgpu_screen)
 * @flags: must be zero
 * @id: of the device's client
 * @pixels: address of @bytes bytes; not used where @bytes is zero
 * @bytes: in, room for the picture; out, how much it takes
 * @width: out, in pixels; 0 where the screen is off
 * @height: out, in rows
 *
 * The cursor is in it.  A pixel is four bytes: blue, green, red, and 0xff; row after
 * row without a gap, from the top.  -ENOSPC where there is no room, with the other
 * fields set: the size may have changed since it was asked for.
 */
struct kvmshare_vgpu_screen {
	__u32 size;
	__u32 flags;
	__u64 id;
	__u64 pixels;
	__u64 bytes;
	__u32 width;
	__u32 height;
};

/* Of /dev/kvmshare-vgpu. */
#define KVMSHARE_VGPU_OPEN	_IOWR(KVMSHARE_IOC, 0x40, struct kvmshare_vgpu_open)
#define KVMSHARE_VGPU_SUBMIT	_IOWR(KVMSHARE_IOC, 0x41, struct kvmshare_vgpu_submit)
/* Of /dev/kvmshare, by an administrator. */
#define KVMSHARE_VGPU_ALLOW	_IOW(KVMSHARE_IOC, 0x42, struct kvmshare_vgpu_allow)
#define KVMSHARE_VGPU_SET	_IOW(KVMSHARE_IOC, 0x43, struct kvmshare_vgpu_set)
#define KVMSHARE_VGPU_ENGINE	_IOWR(KVMSHARE_IOC, 0x44, struct kvmshare_vgpu_engine)
#define KVMSHARE_VGPU_SCREEN	_IOWR(KVMSHARE_IOC, 0x45, struct kvmshare_vgpu_screen)

#endif /* _UAPI_KVMSHARE_VGPU_H */
