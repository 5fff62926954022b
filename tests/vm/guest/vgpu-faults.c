// SPDX-License-Identifier: GPL-2.0
/*
 * Each allocation, and each access to its memory, of a client's calls fails in
 * turn, on a kernel that can make them fail.  The call then fails, and the next
 * one does not; or it succeeds.  Prints a line for each kind of call, and "end".
 */
#define _GNU_SOURCE
#include "vgpu_common.h"

#define MOST	2000

static int nth_fd;

/* Where the call did not reach it, the n-th is one of these calls' own, once. */
static void fail_nth(int n)
{
	char text[16];

	snprintf(text, sizeof(text), "%d", n);
	if (pwrite(nth_fd, text, strlen(text), 0) < 0 && pwrite(nth_fd, text, strlen(text), 0) < 0)
		exit(2);
}

/* Has the n-th been reached since? It is not asked for any more then. */
static int has_failed(void)
{
	char text[16] = "1";

	if (pread(nth_fd, text, sizeof(text) - 1, 0) < 0)
		text[0] = '1';
	fail_nth(0);
	return atoi(text) == 0;
}

static int is_expected(int err)
{
	return err == ENOMEM || err == EFAULT || err == EINTR || err == EMFILE || err == ENFILE;
}

static int open_and_close(void)
{
	struct kvmshare_vgpu_open arg = { .engine = "soft0", .memory = 65536 };
	struct client client = { 0 };
	int err = client_open(&client, &arg);

	if (!err)
		client_close(&client);
	return err;
}

static struct client worker;

static int run_a_job(void)
{
	struct kvmshare_job job = { .repeat = 1, .count = 16, .value = 5 };
	struct kvmshare_vgpu_done done;
	int rc = client_submit(&worker, &job, 1);

	/* One whose answer failed was taken all the same. */
	rc = rc < 0 ? -rc : 0;
	fcntl(worker.fd, F_SETFL, rc ? O_NONBLOCK : 0);
	while (!client_wait(&worker, &done))
		fcntl(worker.fd, F_SETFL, O_NONBLOCK);
	fcntl(worker.fd, F_SETFL, 0);
	return rc;
}

static void each(const char *what, int (*call)(void))
{
	int n, err, failed = 0, reached = 1;

	for (n = 1; n < MOST && reached; n++) {
		fail_nth(n);
		err = call();
		reached = has_failed();
		if (err && !is_expected(err)) {
			printf("not ok %s: failure %d gives %s\n", what, n, strerrorname_np(err));
			return;
		}
		failed += err != 0;
	}
	err = call();
	printf("%s %s: %d failures in turn, %d of them its own\n",
	       !err && n > 3 && failed > 0 && !reached ? "ok" : "not ok", what, n - 2, failed);
}

int main(void)
{
	struct kvmshare_vgpu_open arg = { .engine = "soft0", .memory = 4096 };

	setvbuf(stdout, NULL, _IOLBF, 0);
	nth_fd = open("/proc/thread-self/fail-nth", O_RDWR);
	if (nth_fd < 0 || client_open(&worker, &arg))
		return 2;
	each("becoming a client", open_and_close);
	each("a job", run_a_job);
	printf("end\n");
	return 0;
}
