// SPDX-License-Identifier: GPL-2.0
/*
 * What a client may ask of the engine, and what comes of it.  Prints a line for
 * each: "ok WHAT" or "not ok WHAT: what came instead"; "end" at its end.
 */
#define _GNU_SOURCE
#include <sys/wait.h>
#include "vgpu_common.h"

#define MEMORY	(1U << 20)
#define WORDS	(MEMORY / 4)

static struct client c;

static void is(const char *what, long got, long wanted)
{
	if (got == wanted)
		printf("ok %s\n", what);
	else
		printf("not ok %s: %ld, not %ld\n", what, got, wanted);
}

static void holds(const char *what, int condition)
{
	printf("%s %s\n", condition ? "ok" : "not ok", what);
}

/* -- Becoming a client ------------------------------------------------------ */

static int try_open(const struct kvmshare_vgpu_open *wish)
{
	struct kvmshare_vgpu_open arg = *wish;
	struct client other = { 0 };
	int err = client_open(&other, &arg);

	if (!err)
		client_close(&other);
	return err;
}

#define OPEN(...) try_open(&(struct kvmshare_vgpu_open){ __VA_ARGS__ })

static void check_open(void)
{
	is("nothing is asked for, and there is a client", OPEN(0), 0);
	is("an unknown flag is refused", OPEN(.flags = 1), EINVAL);
	is("a number is not the caller's to choose", OPEN(.id = 7), EINVAL);
	is("a weight above all is refused", OPEN(.weight = 10001), EINVAL);
	is("a cap above all is refused", OPEN(.cap_percent = 101), EINVAL);
	is("a minimum above the cap is refused",
	   OPEN(.minimum_percent = 50, .cap_percent = 40), EINVAL);
	is("a minimum that wraps is refused", OPEN(.minimum_percent = 4294968), EINVAL);
	is("a slice too short is refused", OPEN(.slice_us = 99), EINVAL);
	is("a slice too long is refused", OPEN(.slice_us = 30001), EINVAL);
	is("memory that is no whole pages is refused", OPEN(.memory = 4097), EINVAL);
	is("more memory than there may be is refused",
	   OPEN(.memory = KVMSHARE_VGPU_MEMORY_MAX + 4096), EINVAL);
	is("an engine that is none is refused", OPEN(.engine = "soft77"), ENODEV);
	is("a name without an end is refused", OPEN(.engine = "soft0xxxxxxxxxxx"), EINVAL);
}

static void check_no_client(void)
{
	struct kvmshare_vgpu_submit submit = { .size = sizeof(submit), .count = 1 };
	int fd = open("/dev/kvmshare-vgpu", O_RDWR | O_CLOEXEC);
	char byte[64];

	is("who is no client submits nothing", client_call(fd, KVMSHARE_VGPU_SUBMIT, &submit), ENOTCONN);
	is("and reads nothing", read(fd, byte, sizeof(byte)) < 0 ? errno : 0, ENOTCONN);
	holds("and maps nothing",
	      mmap(NULL, 4096, PROT_READ, MAP_SHARED, fd, 0) == MAP_FAILED && errno == ENOTCONN);
	is("a call that is none is refused", client_call(fd, _IO(KVMSHARE_IOC, 0x5e), NULL), ENOTTY);
	close(fd);
}

static void check_minimums(void)
{
	struct kvmshare_vgpu_open arg = { .engine = "soft0", .minimum_percent = 60 };
	struct client one = { 0 };

	is("60 percent are guaranteed", client_open(&one, &arg), 0);
	is("then 41 more are not", OPEN(.engine = "soft0", .minimum_percent = 41), ENOSPC);
	is("40 are", OPEN(.engine = "soft0", .minimum_percent = 40), 0);
	client_close(&one);
}

/* -- Memory ----------------------------------------------------------------- */

static void check_memory(void)
{
	uint32_t sum = 0;
	int status;

	for (unsigned int i = 0; i < WORDS; i++)
		sum |= c.memory[i];
	is("memory is all zeroes", sum, 0);
	holds("a private mapping is refused",
	      mmap(NULL, 4096, PROT_READ | PROT_WRITE, MAP_PRIVATE, c.fd, 0) == MAP_FAILED);
	holds("one beyond the end is refused",
	      mmap(NULL, MEMORY + 4096, PROT_READ, MAP_SHARED, c.fd, 0) == MAP_FAILED);
	holds("and one from beyond the end",
	      mmap(NULL, 4096, PROT_READ, MAP_SHARED, c.fd, MEMORY) == MAP_FAILED);
	if (!fork())
		_exit(msync(c.memory, 4096, MS_ASYNC) ? errno : 0);
	wait(&status);
	is("a child does not inherit it", WEXITSTATUS(status), ENOMEM);
}

/* -- Jobs ------------------------------------------------------------------- */

static uint32_t noise(uint32_t x)
{
	x ^= x << 13;
	x ^= x >> 17;
	return x ^ x << 5;
}

static void fill_noise(void)
{
	uint32_t x = 0x1234567;

	for (unsigned int i = 0; i < WORDS; i++)
		c.memory[i] = x = noise(x);
}

#define RUN(...) client_run(&c, &(struct kvmshare_job){ .repeat = 1, __VA_ARGS__ })

static uint64_t fnv(const uint32_t *word, unsigned int nr)
{
	uint64_t hash = 0xcbf29ce484222325ULL;

	while (nr--) {
		for (uint32_t i = 0, w = *word; i < 4; i++, w >>= 8)
			hash = (hash ^ (w & 255)) * 0x100000001b3ULL;
		word++;
	}
	return hash;
}

static void check_lines(void)
{
	unsigned int i, bad = 0;
	uint64_t sum = 0, got;

	fill_noise();
	is("fill", RUN(.type = KVMSHARE_JOB_FILL, .dst = 4096, .count = 100000, .value = 0xabcd), 0);
	for (i = 0; i < 100000; i++)
		bad += c.memory[1024 + i] != 0xabcd;
	is("all of it is filled", bad, 0);
	holds("and nothing beyond", c.memory[1023] != 0xabcd && c.memory[101024] != 0xabcd);

	fill_noise();
	is("copy", RUN(.type = KVMSHARE_JOB_COPY, .dst = 0, .a = 500000, .count = 70000), 0);
	is("it is the same", memcmp(c.memory, c.memory + 125000, 280000), 0);
	is("convert", RUN(.type = KVMSHARE_JOB_CONVERT, .dst = 0, .a = 500000, .count = 70000), 0);
	for (i = 0; i < 70000; i++) {
		uint32_t p = c.memory[125000 + i];

		bad += c.memory[i] != ((p & 0xff00ff00) | (p & 255) << 16 | (p >> 16 & 255));
	}
	is("red and blue are exchanged", bad, 0);
	is("sum", RUN(.type = KVMSHARE_JOB_SUM, .dst = 8, .a = 4096, .count = 200000), 0);
	for (i = 0; i < 200000; i++)
		sum += c.memory[1024 + i];
	memcpy(&got, c.memory + 2, 8);
	holds("it is the sum", got == sum);
	is("hash", RUN(.type = KVMSHARE_JOB_HASH, .dst = 8, .a = 4096, .count = 30000), 0);
	memcpy(&got, c.memory + 2, 8);
	holds("it is FNV-1a", got == fnv(c.memory + 1024, 30000));
}

static void check_pixels(void)
{
	c.memory[0] = 0x80402010;
	c.memory[1] = 0xff010203;
	c.memory[2] = 0;
	c.memory[100] = 0xffffffff;
	c.memory[101] = 0x12345678;
	c.memory[102] = 0x12345678;
	is("blend", RUN(.type = KVMSHARE_JOB_BLEND, .dst = 400, .a = 0, .count = 3), 0);
	is("half over white", c.memory[100], 0xffbf9f8f);
	is("all over something", c.memory[101], 0xff010203);
	is("nothing over something", c.memory[102], 0x12345678);
}

static void check_matrix(void)
{
	enum { ROWS = 17, INNER = 23, COLS = 5 };
	uint32_t *a = c.memory, *b = a + ROWS * INNER, *d = b + INNER * COLS;
	unsigned int bad = 0;

	fill_noise();
	is("matrix product", RUN(.type = KVMSHARE_JOB_MATMUL, .a = 0, .b = ROWS * INNER * 4,
				 .dst = (ROWS * INNER + INNER * COLS) * 4, .rows = ROWS,
				 .cols = COLS, .count = INNER), 0);
	for (unsigned int r = 0; r < ROWS; r++) {
		for (unsigned int k = 0; k < COLS; k++) {
			uint32_t want = 0;

			for (unsigned int i = 0; i < INNER; i++)
				want += a[r * INNER + i] * b[i * COLS + k];
			bad += d[r * COLS + k] != want;
		}
	}
	is("each cell is right", bad, 0);
}

static void check_refused_jobs(void)
{
	struct kvmshare_job two[2] = {
		{ .repeat = 1, .count = 4, .value = 77 },
		{ .repeat = 1, .count = 4, .dst = MEMORY },
	};

	is("a job beyond the memory is refused", RUN(.count = 2, .dst = MEMORY - 4), -EINVAL);
	is("one that wraps", RUN(.count = ~0U, .dst = 8), -EINVAL);
	is("one from far beyond", RUN(.count = 4, .dst = ~3ULL), -EINVAL);
	is("one that is not aligned", RUN(.count = 4, .dst = 2), -EINVAL);
	is("one of nothing", RUN(.count = 0), -EINVAL);
	is("one without an end", client_run(&c, &(struct kvmshare_job){ .count = 4 }), -EINVAL);
	is("one of no type", RUN(.type = 99, .count = 4), -EINVAL);
	is("a copy over itself",
	   RUN(.type = KVMSHARE_JOB_COPY, .dst = 0, .a = 4, .count = 4), -EINVAL);
	is("what this engine does not do", RUN(.type = KVMSHARE_JOB_SPIN, .value = 4), -EINVAL);
	c.memory[0] = 1;
	is("with one that is refused none is taken", client_submit(&c, two, 2), -EINVAL);
	is("and none runs", c.memory[0], 1);
	is("none at all is refused", client_submit(&c, two, 0), -EINVAL);
	is("too many at once are refused", client_submit(&c, two, 65), -EINVAL);
	is("jobs from nowhere fault", client_submit(&c, NULL, 1), -EFAULT);
}

/* -- The queue -------------------------------------------------------------- */

/* Long enough to have the engine for many slices, and shorter than the limit. */
static const struct kvmshare_job slow = {
	.type = KVMSHARE_JOB_HASH, .repeat = 1, .dst = 0, .a = 4096, .count = 150000,
};

static void check_queue(void)
{
	struct kvmshare_job jobs[64];
	struct kvmshare_vgpu_done done, last = { 0 };
	struct pollfd fd = { .fd = c.fd, .events = POLLIN | POLLOUT };
	int taken = 0, rc, disorder = 0, times = 0;

	for (int i = 0; i < 64; i++) {
		jobs[i] = slow;
		jobs[i].cookie = 1000 + i;
	}
	poll(&fd, 1, 0);
	is("a client that has nothing can submit, and has nothing to read", fd.revents, POLLOUT);
	while ((rc = client_submit(&c, jobs, 64)) > 0)
		taken += rc;
	is("a full queue is refused", rc, -EAGAIN);
	is("as many are taken as there is room for", taken, KVMSHARE_VGPU_DEPTH);
	fcntl(c.fd, F_SETFL, O_NONBLOCK);
	while ((rc = client_wait(&c, &done)) == EAGAIN)
		poll(&(struct pollfd){ .fd = c.fd, .events = POLLIN }, 1, 5000);
	fcntl(c.fd, F_SETFL, 0);
	for (int i = 0; i < taken && !rc; i++) {
		disorder += done.cookie != 1000 + i % 64U;
		disorder += last.fence && done.fence != last.fence + 1;
		times += done.begin_ns < done.submit_ns || done.end_ns < done.begin_ns ||
			 done.run_ns > done.end_ns - done.begin_ns || done.begin_ns < last.end_ns;
		last = done;
		if (i + 1 < taken)
			rc = client_wait(&c, &done);
	}
	is("all come back", rc, 0);
	is("in order, with their cookies", disorder, 0);
	is("their times are in order", times, 0);
	is("a record that does not fit is refused", read(c.fd, &done, 8) < 0 ? errno : 0, EINVAL);
	fcntl(c.fd, F_SETFL, O_NONBLOCK);
	is("and none is left", client_wait(&c, &done), EAGAIN);
	fcntl(c.fd, F_SETFL, 0);
}

int main(void)
{
	struct kvmshare_vgpu_open arg = { .engine = "soft0", .memory = MEMORY };
	int err;

	setvbuf(stdout, NULL, _IOLBF, 0);
	check_open();
	check_no_client();
	check_minimums();
	err = client_open(&c, &arg);
	is("a client with memory", err, 0);
	if (err)
		return 1;
	arg.id = 0;
	is("it is one already", client_call(c.fd, KVMSHARE_VGPU_OPEN, &arg), EBUSY);
	check_memory();
	check_lines();
	check_pixels();
	check_matrix();
	check_refused_jobs();
	check_queue();
	printf("end\n");
	return 0;
}
