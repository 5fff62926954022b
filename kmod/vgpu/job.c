// SPDX-License-Identifier: GPL-2.0
#include "job.h"

#define WORD	4U

/* Do so many words from there lie in the memory? No sum here can wrap. */
static bool inside(u64 at, u64 words, u64 memory)
{
	return at % WORD == 0 && at <= memory && words <= (memory - at) / WORD;
}

static bool apart(u64 one, u64 other, u64 words)
{
	return one <= other ? words <= (other - one) / WORD : words <= (one - other) / WORD;
}

static bool is_matrix(const struct job *job)
{
	return job->count && job->count <= JOB_MATRIX_MAX &&
	       job->rows && job->rows <= JOB_MATRIX_MAX &&
	       job->cols && job->cols <= JOB_MATRIX_MAX;
}

static bool check_matmul(const struct job *job, u64 memory)
{
	return is_matrix(job) && !job->value &&
	       inside(job->dst, (u64)job->rows * job->cols, memory) &&
	       inside(job->a, (u64)job->rows * job->count, memory) &&
	       inside(job->b, (u64)job->count * job->cols, memory);
}

static bool check_spin(const struct job *job)
{
	return job->value && !job->count && !job->dst && !job->a;
}

/* Of @count words at @dst, and at @a where there is one. */
static bool check_line(const struct job *job, u64 memory)
{
	bool reads = job->type != JOB_FILL;
	bool result = job->type == JOB_SUM || job->type == JOB_HASH;

	if (!job->count || (reads && job->value))
		return false;
	if (!inside(job->dst, result ? JOB_RESULT : job->count, memory))
		return false;
	if (!reads)
		return !job->a;
	if (!inside(job->a, job->count, memory))
		return false;
	return job->type != JOB_COPY || apart(job->a, job->dst, job->count);
}

/**
 * job_check() - can this be given to an engine?
 * @job: from a client
 * @types: those that the engine executes, by bit
 * @memory: of the client, in bytes
 */
bool job_check(const struct job *job, u32 types, u64 memory)
{
	if (job->type >= JOB_TYPES || !(types & 1U << job->type))
		return false;
	if (!job->repeat || job->repeat > JOB_REPEAT_MAX)
		return false;
	if (job->type == JOB_MATMUL)
		return check_matmul(job, memory);
	if (job->rows || job->cols || job->b)
		return false;
	return job->type == JOB_SPIN ? check_spin(job) : check_line(job, memory);
}

/**
 * job_units() - how many steps a checked job has, of one repetition
 * @job: it; none that touches no memory
 */
u64 job_units(const struct job *job)
{
	return job->type == JOB_MATMUL ? (u64)job->rows * job->cols * job->count : job->count;
}
