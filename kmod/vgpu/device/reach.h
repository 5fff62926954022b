/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What a job reads and writes of its memory: so much is copied for it, and no more.
 * Pure.
 */
#ifndef _KVMSHARE_VGPU_DEVICE_REACH_H
#define _KVMSHARE_VGPU_DEVICE_REACH_H

#include "../job.h"

/* It reads two pieces at most, and writes one. */
#define REACH_READS	2U

/**
 * struct reach - a piece of memory
 * @at: where it begins, in bytes
 * @bytes: how long it is; 0 where there is none
 */
struct reach {
	u64 at;
	u64 bytes;
};

/**
 * struct job_reach - all of a job
 * @reads: before it writes
 * @writes: all of it, once it has come to its end
 */
struct job_reach {
	struct reach reads[REACH_READS];
	struct reach writes;
};

struct job_reach job_reach(const struct job *job);
u32 reach_union(struct reach *pieces, u32 nr);

#endif /* _KVMSHARE_VGPU_DEVICE_REACH_H */
