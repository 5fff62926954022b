// SPDX-License-Identifier: GPL-2.0
#include "reach.h"

#define WORD	4U

static struct reach words(u64 at, u64 nr)
{
	return (struct reach) { .at = at, .bytes = nr * WORD };
}

/**
 * job_reach() - what a job reads and writes
 * @job: job_check() has passed it
 */
struct job_reach job_reach(const struct job *job)
{
	struct reach a = words(job->a, job->count), dst = words(job->dst, job->count);

	switch (job->type) {
	case JOB_FILL:
		return (struct job_reach) { .writes = dst };
	case JOB_COPY:
	case JOB_CONVERT:
		return (struct job_reach) { .reads = { a }, .writes = dst };
	case JOB_BLEND:
		return (struct job_reach) { .reads = { a, dst }, .writes = dst };
	case JOB_MATMUL:
		return (struct job_reach) {
			.reads = {
				words(job->a, (u64)job->rows * job->count),
				words(job->b, (u64)job->count * job->cols),
			},
			.writes = words(job->dst, (u64)job->rows * job->cols),
		};
	case JOB_SUM:
	case JOB_HASH:
		return (struct job_reach) { .reads = { a }, .writes = words(job->dst, JOB_RESULT) };
	default:
		return (struct job_reach) { 0 };
	}
}

static void sort(struct reach *pieces, u32 nr)
{
	u32 i, j;

	for (i = 1; i < nr; i++) {
		struct reach piece = pieces[i];

		for (j = i; j && pieces[j - 1].at > piece.at; j--)
			pieces[j] = pieces[j - 1];
		pieces[j] = piece;
	}
}

/**
 * reach_union() - the same bytes, each of them once
 * @pieces: some, a few dozen at most; out: as few as they can be, in their order
 * @nr: how many
 *
 * Return: how many there are then.
 */
u32 reach_union(struct reach *pieces, u32 nr)
{
	u32 i, last = 0, made = 0;

	sort(pieces, nr);
	for (i = 0; i < nr; i++) {
		u64 end = pieces[i].at + pieces[i].bytes;

		if (!pieces[i].bytes)
			continue;
		if (!made || pieces[i].at > pieces[last].at + pieces[last].bytes) {
			last = made++;
			pieces[last] = pieces[i];
		} else if (end > pieces[last].at + pieces[last].bytes) {
			pieces[last].bytes = end - pieces[last].at;
		}
	}
	return made;
}
