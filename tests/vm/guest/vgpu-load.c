// SPDX-License-Identifier: GPL-2.0
/*
 * vgpu-load SECONDS SPEC...: clients of an engine, each with a load, all in one
 * process.  SPEC is "weight=2,min=10,cap=50,slice=2000,engine=soft0,count=WORDS,
 * repeat=N,depth=JOBS,period=US,spin=OPERAND"; what is not said is the default.
 * A client keeps DEPTH jobs in its queue, or submits one each PERIOD.  Time begins,
 * and jobs count, once all have work.
 *
 * When the time is over it prints a line for each client: its number, jobs done
 * in order and well, jobs that failed, the status of the last that did, and from
 * a job's submission to its begin the longest and the 99th percentile of the
 * first 65,536, in microseconds.
 */
#define _GNU_SOURCE
#include "vgpu_common.h"

#define MAX	256
#define WAITS	65536

struct load {
	struct client client;
	struct kvmshare_vgpu_open open;
	struct kvmshare_job job;
	unsigned int depth;
	uint64_t period;
	uint64_t next;
	unsigned int queued;
	uint64_t done;
	uint64_t failed;
	int status;
	int refused;
	uint64_t longest;
	uint32_t waits[WAITS];
	unsigned int nr_waits;
};

static struct load loads[MAX];
static struct pollfd fds[MAX];
static unsigned int nr;

static void die(const char *what, int err)
{
	fprintf(stderr, "vgpu-load: %s: %s\n", what, strerror(err));
	exit(1);
}

static void read_word(struct load *load, char *word)
{
	char *value = strchr(word, '=');
	unsigned long n;

	if (!value)
		die(word, EINVAL);
	*value++ = 0;
	n = strtoul(value, NULL, 0);
	if (!strcmp(word, "weight"))
		load->open.weight = n;
	else if (!strcmp(word, "min"))
		load->open.minimum_percent = n;
	else if (!strcmp(word, "cap"))
		load->open.cap_percent = n;
	else if (!strcmp(word, "slice"))
		load->open.slice_us = n;
	else if (!strcmp(word, "engine"))
		snprintf(load->open.engine, sizeof(load->open.engine), "%s", value);
	else if (!strcmp(word, "count"))
		load->job.count = n;
	else if (!strcmp(word, "repeat"))
		load->job.repeat = n;
	else if (!strcmp(word, "depth"))
		load->depth = n;
	else if (!strcmp(word, "period"))
		load->period = n * 1000;
	else if (!strcmp(word, "spin"))
		load->job.value = n;
	else
		die(word, EINVAL);
}

static void set_up(struct load *load, char *spec)
{
	int err;

	load->job = (struct kvmshare_job){
		.type = KVMSHARE_JOB_HASH, .repeat = 1, .a = 4096, .count = 65536,
	};
	/* Who gives it work may be kept from running: its queue lasts for that. */
	load->depth = 192;
	for (char *word = strtok(spec, ","); word; word = strtok(NULL, ","))
		read_word(load, word);
	if (load->job.value) {
		load->job.type = KVMSHARE_JOB_SPIN;
		load->job.a = load->job.count = 0;
	} else {
		load->open.memory = (4096 + load->job.count * 4 + 4095) & ~4095UL;
	}
	err = client_open(&load->client, &load->open);
	if (err)
		die("a client", err);
	fcntl(load->client.fd, F_SETFL, O_NONBLOCK);
}

static void feed(struct load *load)
{
	unsigned int want = load->period ? 1 : load->depth;
	int rc;

	while (load->queued < want) {
		rc = client_submit(&load->client, &load->job, 1);
		if (rc <= 0) {
			load->refused = rc < 0 && rc != -EAGAIN;
			return;
		}
		load->queued++;
		load->next += load->period;
		if (load->period)
			return;
	}
}

static void reap(struct load *load)
{
	struct kvmshare_vgpu_done done;

	while (!client_wait(&load->client, &done)) {
		uint64_t waited = done.begin_ns ? done.begin_ns - done.submit_ns : 0;

		load->queued--;
		if (done.status) {
			load->failed++;
			load->status = done.status;
		} else {
			load->done++;
		}
		if (load->nr_waits < WAITS)
			load->waits[load->nr_waits++] = waited / 1000;
		if (waited > load->longest)
			load->longest = waited;
	}
}

static int by_size(const void *a, const void *b)
{
	const uint32_t *x = a, *y = b;

	return *x < *y ? -1 : *x > *y;
}

static unsigned int p99(struct load *load)
{
	qsort(load->waits, load->nr_waits, sizeof(*load->waits), by_size);
	return load->nr_waits ? load->waits[(load->nr_waits - 1) * 99ULL / 100] : 0;
}

/* Until a job ends, or one that comes by the clock is due. */
static void wait_for_news(uint64_t end)
{
	struct timespec timeout;
	uint64_t now = now_ns(), next = end;

	for (unsigned int i = 0; i < nr; i++) {
		/* One that is refused has no news, and poll() says so without waiting. */
		fds[i] = (struct pollfd){
			.fd = loads[i].refused && !loads[i].queued ? -1 : loads[i].client.fd,
			.events = POLLIN,
		};
		if (loads[i].period && !loads[i].queued && loads[i].next < next)
			next = loads[i].next;
	}
	next = next > now ? next - now : 0;
	timeout = (struct timespec){ next / 1000000000, next % 1000000000 };
	ppoll(fds, nr, &timeout, NULL);
}

/* Where giving them work takes long, the first ones have had the engine alone until all have. */
static void begin(void)
{
	for (unsigned int i = 0; i < nr; i++) {
		if (!loads[i].period)
			feed(&loads[i]);
	}
	for (unsigned int i = 0; i < nr; i++) {
		reap(&loads[i]);
		loads[i].done = 0;
	}
}

int main(int argc, char **argv)
{
	uint64_t start, end;

	if (argc < 3 || argc - 2 > MAX) {
		fprintf(stderr, "usage: vgpu-load SECONDS SPEC...\n");
		return 2;
	}
	nr = argc - 2;
	for (unsigned int i = 0; i < nr; i++)
		set_up(&loads[i], argv[i + 2]);
	begin();
	start = now_ns();
	end = start + strtod(argv[1], NULL) * 1e9;
	for (unsigned int i = 0; i < nr; i++)
		loads[i].next = start;
	while (now_ns() < end) {
		for (unsigned int i = 0; i < nr; i++) {
			reap(&loads[i]);
			if (!loads[i].period || loads[i].next <= now_ns())
				feed(&loads[i]);
		}
		wait_for_news(end);
	}
	for (unsigned int i = 0; i < nr; i++) {
		struct load *l = &loads[i];

		reap(l);
		printf("%llu %llu %llu %d %llu %u\n", (unsigned long long)l->client.id,
		       (unsigned long long)l->done, (unsigned long long)l->failed, l->status,
		       (unsigned long long)l->longest / 1000, p99(l));
	}
	return 0;
}
