// SPDX-License-Identifier: GPL-2.0
/*
 * kvmshare-gpu-bench: what a guest gets of the engine behind its vGPU, and whether each
 * result is right, bit by bit.
 */
#include <errno.h>
#include <getopt.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include <kvmshare-gpu.h>

#define DEPTH_MAX	16
#define WORDS_DEFAULT	16384

static const char usage[] =
	"Usage: kvmshare-gpu-bench [OPTION...]\n"
	"\n"
	"Copies memory by the engine behind this guest's vGPU, and checks each word.\n"
	"\n"
	"  --seconds N    for how long (5)\n"
	"  --words N      of 32 bits that a job copies (16384)\n"
	"  --repeat N     how often it does (1)\n"
	"  --jobs N       of a command buffer (8)\n"
	"  --depth N      command buffers at once, 1 to 16 (2)\n"
	"  --node FILE    of the vGPU, instead of the first\n"
	"  --json         print JSON\n"
	"  --help         say this\n";

/**
 * struct flight - a command buffer that is under way, and its memory: the words that are
 *		   copied, room for each job's copy, and for how each ended
 * @memory: it
 * @fence: its, or -1
 */
struct flight {
	struct kvmshare_gpu_memory memory;
	int fence;
};

static struct {
	unsigned int seconds, words, repeat, jobs, depth;
	const char *node;
	bool json;
} options = { .seconds = 5, .words = WORDS_DEFAULT, .repeat = 1, .jobs = 8, .depth = 2 };

static struct kvmshare_gpu gpu;
static struct flight flights[DEPTH_MAX];
static uint64_t done, wrong, failed;
static int status;	/* of the last that failed */

static void die(const char *what, int err)
{
	fprintf(stderr, "kvmshare-gpu-bench: %s: %s\n", what, strerror(-err));
	exit(1);
}

static unsigned int number(const char *text, unsigned int least, unsigned int most)
{
	char *end;
	unsigned long value = strtoul(text, &end, 10);

	if (*end || !*text || value < least || value > most) {
		fprintf(stderr, "kvmshare-gpu-bench: %s: it must be a number from %u to %u\n", text,
			least, most);
		exit(2);
	}
	return (unsigned int)value;
}

static void read_options(int argc, char **argv)
{
	static const struct option words[] = {
		{ "seconds", 1, NULL, 's' }, { "words", 1, NULL, 'w' }, { "repeat", 1, NULL, 'r' },
		{ "jobs", 1, NULL, 'j' }, { "depth", 1, NULL, 'd' }, { "node", 1, NULL, 'n' },
		{ "json", 0, NULL, 'J' }, { "help", 0, NULL, 'h' }, { 0 }
	};
	int word;

	while ((word = getopt_long(argc, argv, "", words, NULL)) != -1) {
		switch (word) {
		case 's': options.seconds = number(optarg, 1, 86400); break;
		case 'w': options.words = number(optarg, 1, 1 << 20); break;
		case 'r': options.repeat = number(optarg, 1, KVMSHARE_VGPU_REPEAT_MAX); break;
		case 'j': options.jobs = number(optarg, 1, 64); break;
		case 'd': options.depth = number(optarg, 1, DEPTH_MAX); break;
		case 'n': options.node = optarg; break;
		case 'J': options.json = true; break;
		case 'h': fputs(usage, stdout); exit(0);
		default: fputs(usage, stderr); exit(2);
		}
	}
	if (optind < argc) {
		fputs(usage, stderr);
		exit(2);
	}
}

static double now(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

static size_t part_bytes(void)
{
	return (size_t)options.words * sizeof(uint32_t);
}

static uint64_t status_at(void)
{
	return part_bytes() * (options.jobs + 1);
}

static void set_up(struct flight *flight)
{
	size_t page = (size_t)sysconf(_SC_PAGESIZE);
	size_t bytes = status_at() + options.jobs * sizeof(int32_t);
	int rc = kvmshare_gpu_alloc(&gpu, (bytes + page - 1) / page * page, &flight->memory);

	if (rc)
		die("memory", rc);
	flight->fence = -1;
}

static int32_t *ends_of(struct flight *flight)
{
	return (int32_t *)((char *)flight->memory.at + status_at());
}

/* Other words each time, so that a job that was not done is seen. */
static void submit(struct flight *flight, uint32_t seed)
{
	struct kvmshare_job jobs[64] = { 0 };
	uint32_t *words = flight->memory.at;
	unsigned int i;
	int rc;

	for (i = 0; i < options.words; i++)
		words[i] = seed * 2654435761U + i * 40503U;
	for (i = 0; i < options.jobs; i++) {
		jobs[i] = (struct kvmshare_job){
			.type = KVMSHARE_JOB_COPY, .repeat = options.repeat, .count = options.words,
			.dst = part_bytes() * (i + 1),
		};
		ends_of(flight)[i] = 1;
	}
	rc = kvmshare_gpu_submit(&gpu, &flight->memory, jobs, options.jobs, status_at(), &flight->fence);
	if (rc)
		die("jobs", rc);
}

static void judge(struct flight *flight)
{
	unsigned int i;

	for (i = 0; i < options.jobs; i++) {
		char *copy = (char *)flight->memory.at + part_bytes() * (i + 1);

		if (ends_of(flight)[i]) {
			status = ends_of(flight)[i];
			failed++;
		} else if (memcmp(copy, flight->memory.at, part_bytes())) {
			wrong++;
		} else {
			done++;
		}
	}
}

static void run(void)
{
	double end = now() + options.seconds;
	uint32_t seed = 0;
	unsigned int i;
	int rc;

	for (i = 0; i < options.depth; i++) {
		set_up(&flights[i]);
		submit(&flights[i], seed++);
	}
	for (i = 0; now() < end; i = (i + 1) % options.depth) {
		rc = kvmshare_gpu_wait(flights[i].fence, -1);
		if (rc)
			die("fence", rc);
		judge(&flights[i]);
		submit(&flights[i], seed++);
	}
	for (i = 0; i < options.depth; i++) {
		rc = kvmshare_gpu_wait(flights[i].fence, -1);
		if (rc)
			die("fence", rc);
		judge(&flights[i]);
	}
}

int main(int argc, char **argv)
{
	double began;
	int rc;

	read_options(argc, argv);
	rc = kvmshare_gpu_open(&gpu, options.node);
	if (rc)
		die(rc == -ENODEV ? "this guest has no kvmshare vGPU" : "its vGPU", rc);
	if (!(gpu.can.types >> KVMSHARE_JOB_COPY & 1))
		die("the engine behind it copies nothing", -EOPNOTSUPP);
	began = now();
	run();
	printf(options.json ? "{\"jobs\":%llu,\"failed\":%llu,\"wrong\":%llu,\"jobs_per_second\":%.1f,\"status\":%d}\n" :
			      "%llu jobs, %llu failed, %llu wrong, %.1f a second, status %d\n",
	       (unsigned long long)done, (unsigned long long)failed, (unsigned long long)wrong,
	       (double)done / (now() - began), status);
	return failed || wrong;
}
