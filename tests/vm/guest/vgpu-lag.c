// SPDX-License-Identifier: GPL-2.0
/*
 * vgpu-lag SECONDS SLICE_US JOB_WORDS THREAD SPEC...: clients that are always busy, and
 * how far each is from its due at any moment.  SPEC is "WEIGHT[,MINIMUM[,CAP]]".
 *
 * A job writes its own number all over its client's memory, so how much each
 * has got done is read from there, at this program's own times, without asking
 * anybody.  What is due is said by weights alone: a part of what all of them
 * got done.  It runs before everything else, so that no work is done between
 * what it reads of one and of the next.
 *
 * THREAD is the engine's: of the time that it did not have to wait for its CPU, the
 * part that it ran is "engine", in percent.
 *
 * It looks each millisecond, or each SAMPLE_US of its environment: looking takes time
 * of a CPU that the engine shares.
 *
 * It prints, by name: engine, work (jobs done by all), job_us, lag (the largest
 * distance from its due of any client at any time, in slices), and of the worst
 * window of 200 slices of each client: minmax and jain; then "share PERCENT" of
 * the time for each client, of the engine's whole time.
 */
#define _GNU_SOURCE
#include <sched.h>
#include "vgpu_common.h"

#define MAX		128
#define SAMPLE_US	1000
#define SLICES		200

struct sharer {
	struct client client;
	struct kvmshare_vgpu_open open;
	uint64_t submitted;
	uint64_t reaped;
	uint64_t window;
	double weight;
};

static struct sharer sharers[MAX];
static unsigned int nr;
static uint32_t words;
static double weights, worst_lag, worst_minmax = 1, worst_jain = 1;

static long sample_us(void)
{
	const char *given = getenv("SAMPLE_US");

	return given ? atol(given) : SAMPLE_US;
}

static void die(const char *what, int err)
{
	fprintf(stderr, "vgpu-lag: %s: %s\n", what, strerror(err));
	exit(1);
}

/* What the kernel's own scheduler has of the thread: it ran, it waited. */
static void look_at_thread(const char *thread, uint64_t *ran, uint64_t *waited)
{
	unsigned long long a, b;
	char path[64];
	FILE *f;

	snprintf(path, sizeof(path), "/proc/%s/schedstat", thread);
	f = fopen(path, "r");
	if (!f || fscanf(f, "%llu %llu", &a, &b) != 2)
		die(path, errno);
	fclose(f);
	*ran = a;
	*waited = b;
}

static uint64_t done_by(const struct sharer *sharer)
{
	return *(volatile uint32_t *)&sharer->client.memory[words - 1];
}

static void set_up(struct sharer *sharer, unsigned int slice_us, char *spec)
{
	unsigned int minimum = 0, cap = 0, weight = 0;
	int err;

	sscanf(spec, "%u,%u,%u", &weight, &minimum, &cap);
	sharer->weight = weight;
	sharer->open = (struct kvmshare_vgpu_open){
		.engine = "soft0", .weight = weight, .minimum_percent = minimum,
		.cap_percent = cap, .slice_us = slice_us,
		.memory = (words * 4 + 4095) & ~4095UL,
	};
	weights += weight;
	err = client_open(&sharer->client, &sharer->open);
	if (err)
		die("a client", err);
	fcntl(sharer->client.fd, F_SETFL, O_NONBLOCK);
}

static void feed(struct sharer *sharer)
{
	struct kvmshare_job jobs[64];
	int rc;

	do {
		for (unsigned int i = 0; i < 64; i++)
			jobs[i] = (struct kvmshare_job){
				.type = KVMSHARE_JOB_FILL, .repeat = 1, .count = words,
				.value = sharer->submitted + 1 + i,
			};
		rc = client_submit(&sharer->client, jobs, 64);
		if (rc < 0 && rc != -EAGAIN)
			die("a job", -rc);
		sharer->submitted += rc > 0 ? rc : 0;
	} while (rc == 64);
}

/* Half of its queue is left when it is filled again. */
static void refill(struct sharer *sharer)
{
	static struct kvmshare_vgpu_done done[KVMSHARE_VGPU_DEPTH];
	ssize_t got;

	if (done_by(sharer) - sharer->reaped < KVMSHARE_VGPU_DEPTH / 2)
		return;
	got = read(sharer->client.fd, done, sizeof(done));
	for (ssize_t i = 0; i < got / (ssize_t)sizeof(*done); i++) {
		if (done[i].status)
			die("a job", -done[i].status);
		sharer->reaped++;
	}
	feed(sharer);
}

static uint64_t work(void)
{
	uint64_t sum = 0;

	for (unsigned int i = 0; i < nr; i++)
		sum += done_by(&sharers[i]);
	return sum;
}

/* In jobs. */
static void look_at_lags(void)
{
	double total = work();

	for (unsigned int i = 0; i < nr; i++) {
		double lag = total * sharers[i].weight / weights - done_by(&sharers[i]);

		if (lag < 0)
			lag = -lag;
		if (lag > worst_lag)
			worst_lag = lag;
	}
}

static void close_window(void)
{
	double least = 1e300, most = 0, sum = 0, squares = 0, jain;

	for (unsigned int i = 0; i < nr; i++) {
		uint64_t done = done_by(&sharers[i]);
		double x = (done - sharers[i].window) / sharers[i].weight;

		sharers[i].window = done;
		least = x < least ? x : least;
		most = x > most ? x : most;
		sum += x;
		squares += x * x;
	}
	jain = sum * sum / (nr * squares);
	if (least / most < worst_minmax)
		worst_minmax = least / most;
	if (jain < worst_jain)
		worst_jain = jain;
}

int main(int argc, char **argv)
{
	unsigned int slice_us;
	uint64_t start, end, window_ns, window, ran[2], waited[2];
	double job_us;

	if (argc < 6 || argc - 5 > MAX) {
		fprintf(stderr, "usage: vgpu-lag SECONDS SLICE_US JOB_WORDS THREAD SPEC...\n");
		return 2;
	}
	if (sched_setscheduler(0, SCHED_FIFO, &(struct sched_param){ .sched_priority = 1 }))
		die("first of all", errno);
	slice_us = atoi(argv[2]);
	words = atoi(argv[3]);
	nr = argc - 5;
	for (unsigned int i = 0; i < nr; i++)
		set_up(&sharers[i], slice_us, argv[i + 5]);
	for (unsigned int i = 0; i < nr; i++)
		feed(&sharers[i]);
	look_at_thread(argv[4], &ran[0], &waited[0]);
	start = now_ns();
	end = start + strtod(argv[1], NULL) * 1e9;
	window_ns = (uint64_t)SLICES * slice_us * 1000 * nr;
	window = start + window_ns;
	while (now_ns() < end) {
		nanosleep(&(struct timespec){ 0, 1000 * sample_us() }, NULL);
		look_at_lags();
		if (now_ns() >= window) {
			close_window();
			window += window_ns;
		}
		for (unsigned int i = 0; i < nr; i++)
			refill(&sharers[i]);
	}
	end = now_ns();
	look_at_thread(argv[4], &ran[1], &waited[1]);
	job_us = (end - start) / 1e3 / work();
	printf("engine %.4f\n", 100.0 * (ran[1] - ran[0]) / (end - start - (waited[1] - waited[0])));
	printf("work %llu\njob_us %.3f\nlag %.4f\nminmax %.6f\njain %.6f\n",
	       (unsigned long long)work(), job_us, worst_lag * job_us / slice_us,
	       worst_minmax, worst_jain);
	for (unsigned int i = 0; i < nr; i++)
		printf("share %.4f\n", 100.0 * done_by(&sharers[i]) / work());
	return 0;
}
