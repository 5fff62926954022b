// SPDX-License-Identifier: GPL-2.0
/* Jobs, made of what their types name; all else of them is zero. */
#include "../../include/kvmshare-vgpu.h"

struct kvmshare_job kvmshare_job_fill(uint64_t dst, uint32_t words, uint32_t value)
{
	return (struct kvmshare_job) {
		.type = KVMSHARE_JOB_FILL, .repeat = 1, .dst = dst, .count = words, .value = value,
	};
}

static struct kvmshare_job line(uint32_t type, uint64_t dst, uint64_t a, uint32_t count)
{
	return (struct kvmshare_job) {
		.type = type, .repeat = 1, .dst = dst, .a = a, .count = count,
	};
}

struct kvmshare_job kvmshare_job_copy(uint64_t dst, uint64_t a, uint32_t words)
{
	return line(KVMSHARE_JOB_COPY, dst, a, words);
}

struct kvmshare_job kvmshare_job_convert(uint64_t dst, uint64_t a, uint32_t pixels)
{
	return line(KVMSHARE_JOB_CONVERT, dst, a, pixels);
}

struct kvmshare_job kvmshare_job_blend(uint64_t dst, uint64_t a, uint32_t pixels)
{
	return line(KVMSHARE_JOB_BLEND, dst, a, pixels);
}

struct kvmshare_job kvmshare_job_matmul(uint64_t dst, uint64_t a, uint64_t b,
					uint32_t rows, uint32_t inner, uint32_t cols)
{
	return (struct kvmshare_job) {
		.type = KVMSHARE_JOB_MATMUL, .repeat = 1, .dst = dst, .a = a, .b = b,
		.count = inner, .rows = rows, .cols = cols,
	};
}

struct kvmshare_job kvmshare_job_sum(uint64_t dst, uint64_t a, uint32_t words)
{
	return line(KVMSHARE_JOB_SUM, dst, a, words);
}

struct kvmshare_job kvmshare_job_hash(uint64_t dst, uint64_t a, uint32_t words)
{
	return line(KVMSHARE_JOB_HASH, dst, a, words);
}

struct kvmshare_job kvmshare_job_spin(uint32_t times)
{
	return (struct kvmshare_job) { .type = KVMSHARE_JOB_SPIN, .repeat = 1, .value = times };
}
