/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What may be asked of an engine: pure.  A job comes from somebody who may mean
 * harm; what job_check() lets through reaches no byte outside the memory of
 * that client, whatever an engine then does as the job says.
 */
#ifndef _KVMSHARE_VGPU_JOB_H
#define _KVMSHARE_VGPU_JOB_H

#include "../compat/types.h"

enum job_type {
	JOB_FILL,
	JOB_COPY,
	JOB_CONVERT,
	JOB_BLEND,
	JOB_MATMUL,
	JOB_SUM,
	JOB_HASH,
	JOB_SPIN,
	JOB_TYPES,
};

#define JOB_REPEAT_MAX	1000000U
#define JOB_MATRIX_MAX	4096U

/* A result of 64 bits, in words. */
#define JOB_RESULT	2U

/**
 * struct job - a piece of work; include/uapi/kvmshare_vgpu.h tells its fields
 */
struct job {
	u32 type;
	u32 repeat;
	u64 cookie;
	u64 dst;
	u64 a;
	u64 b;
	u32 count;
	u32 rows;
	u32 cols;
	u32 value;
};

bool job_check(const struct job *job, u32 types, u64 memory);
u64 job_units(const struct job *job);

#endif /* _KVMSHARE_VGPU_JOB_H */
