// SPDX-License-Identifier: GPL-2.0
#include "words.h"

#define FNV_BASIS	0xcbf29ce484222325ULL
#define FNV_PRIME	0x100000001b3ULL

static u32 *word_at(void *memory, u64 offset)
{
	return (u32 *)((char *)memory + offset);
}

static u32 exchange_red_blue(u32 pixel)
{
	return (pixel & 0xff00ff00U) | (pixel & 0xff) << 16 | (pixel >> 16 & 0xff);
}

/* Two channels of 8 bits at once, in the low halves of 16, times @by / 255. */
static u32 scale_pair(u32 pair, u32 by)
{
	u32 product = pair * by + 0x00800080U;

	return (product + (product >> 8 & 0x00ff00ffU)) >> 8 & 0x00ff00ffU;
}

/* A channel that is larger than its alpha is a client's mistake, and its own: it wraps. */
static u32 over(u32 source, u32 below)
{
	u32 rest = 255 - (source >> 24);
	u32 even = scale_pair(below & 0x00ff00ffU, rest);
	u32 odd = scale_pair(below >> 8 & 0x00ff00ffU, rest);

	return source + (even | odd << 8);
}

static u64 hash_word(u64 hash, u32 word)
{
	int i;

	for (i = 0; i < 4; i++, word >>= 8)
		hash = (hash ^ (word & 0xff)) * FNV_PRIME;
	return hash;
}

static void put_result(const struct job *job, void *memory, u64 result)
{
	u32 *to = word_at(memory, job->dst);

	to[0] = (u32)result;
	to[1] = (u32)(result >> 32);
}

/* -- Some steps of one repetition, from @words->at on ----------------------- */

static void run_line(const struct job *job, struct words *words, void *memory, u64 steps)
{
	u32 *to = word_at(memory, job->dst) + words->at;
	u32 *from = word_at(memory, job->a) + words->at;
	u64 i;

	for (i = 0; i < steps; i++) {
		switch (job->type) {
		case JOB_FILL:
			to[i] = job->value;
			break;
		case JOB_COPY:
			to[i] = from[i];
			break;
		case JOB_CONVERT:
			to[i] = exchange_red_blue(from[i]);
			break;
		default:
			to[i] = over(from[i], to[i]);
			break;
		}
	}
}

static void run_result(const struct job *job, struct words *words, void *memory, u64 steps)
{
	u32 *from = word_at(memory, job->a) + words->at;
	u64 i;

	if (!words->at)
		words->sum = job->type == JOB_HASH ? FNV_BASIS : 0;
	for (i = 0; i < steps; i++) {
		if (job->type == JOB_HASH)
			words->sum = hash_word(words->sum, from[i]);
		else
			words->sum += from[i];
	}
	if (words->at + steps == job->count)
		put_result(job, memory, words->sum);
}

/* A step is one product. */
static void run_matmul(const struct job *job, struct words *words, void *memory, u64 steps)
{
	/* Both are within 24 bits, and neither is divided by what is 0: see job_check(). */
	u32 cell = (u32)(words->at / job->count);
	u32 k = (u32)(words->at % job->count);
	u32 row = cell / job->cols, col = cell % job->cols;

	while (steps--) {
		u32 *a = word_at(memory, job->a) + (u64)row * job->count + k;
		u32 *b = word_at(memory, job->b) + (u64)k * job->cols + col;

		if (!k)
			words->sum = 0;
		words->sum += (u64)*a * *b;
		if (++k < job->count)
			continue;
		word_at(memory, job->dst)[(u64)row * job->cols + col] = (u32)words->sum;
		k = 0;
		if (++col == job->cols) {
			col = 0;
			row++;
		}
	}
}

/**
 * words_run() - go on with a job
 * @job: checked, of a type that touches memory
 * @words: how far it has come
 * @memory: its client's, which job_check() was told the size of
 * @steps: how far to go, above 0; a repetition's end may stop it sooner
 *
 * Return: has it come to its end?
 */
bool words_run(const struct job *job, struct words *words, void *memory, u64 steps)
{
	u64 units = job_units(job);

	if (steps > units - words->at)
		steps = units - words->at;
	if (job->type == JOB_MATMUL)
		run_matmul(job, words, memory, steps);
	else if (job->type == JOB_SUM || job->type == JOB_HASH)
		run_result(job, words, memory, steps);
	else
		run_line(job, words, memory, steps);
	words->at += steps;
	if (words->at < units)
		return false;
	words->at = 0;
	return ++words->round == job->repeat;
}
