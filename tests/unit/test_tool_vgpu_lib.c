// SPDX-License-Identifier: GPL-2.0
/* The library, against a kernel that is made up here. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <poll.h>
#include <sys/mman.h>
#include <sys/types.h>

static int fake_open(const char *path, int flags);
static int fake_ioctl(int fd, unsigned long request, void *arg);
static void *fake_mmap(void *at, size_t len, int prot, int flags, int fd, off_t from);
static int fake_munmap(void *at, size_t len);
static int fake_poll(struct pollfd *fds, nfds_t nr, int timeout);
static ssize_t fake_read(int fd, void *to, size_t len);
static int fake_close(int fd);

#include <fcntl.h>
#include <sys/ioctl.h>
#include <unistd.h>

#define open fake_open
#define ioctl fake_ioctl
#define mmap fake_mmap
#define munmap fake_munmap
#define poll(fds, nr, timeout) fake_poll(fds, nr, timeout)
#define read fake_read
#define close fake_close
#include "../../userspace/vgpu/libkvmshare-vgpu.c"
#undef close
#undef read
#undef poll
#undef munmap
#undef mmap
#undef ioctl
#undef open
#include "../../userspace/vgpu/jobs.c"

#define FD	77

/* What the kernel does next, and what it saw. */
static struct {
	int open_errno;
	int open_call_errno;
	int map_fails;
	struct kvmshare_vgpu_open opened;
	unsigned int room;		/* of the queue */
	int submit_errno;		/* where it has none */
	unsigned int calls;
	uint64_t fence;
	short events[4];		/* of each poll() */
	unsigned int polls;
	int ended;			/* records there are after the last poll() */
	int read_errno;
	int open_fds;
	int mapped;
} kernel;

static char page[4096 * 4];

static int fails(int err)
{
	errno = err;
	return -1;
}

static int fake_open(const char *path, int flags)
{
	assert_string_equal(path, "/dev/kvmshare-vgpu");
	assert_true(flags & O_CLOEXEC && flags & O_NONBLOCK);
	if (kernel.open_errno)
		return fails(kernel.open_errno);
	kernel.open_fds++;
	return FD;
}

static int fake_ioctl(int fd, unsigned long request, void *data)
{
	struct kvmshare_vgpu_submit *submit = data;

	assert_int_equal(fd, FD);
	if (request == KVMSHARE_VGPU_OPEN) {
		kernel.opened = *(struct kvmshare_vgpu_open *)data;
		((struct kvmshare_vgpu_open *)data)->id = 42;
		memset(((struct kvmshare_vgpu_open *)data)->engine, 'e', KVMSHARE_ENGINE_NAME_LEN);
		return kernel.open_call_errno ? fails(kernel.open_call_errno) : 0;
	}
	assert_int_equal(request, KVMSHARE_VGPU_SUBMIT);
	assert_int_equal(submit->size, sizeof(*submit));
	assert_in_range(submit->count, 1, KVMSHARE_VGPU_SUBMIT_MAX);
	kernel.calls++;
	if (!kernel.room)
		return fails(kernel.submit_errno);
	if (submit->count > kernel.room)
		submit->count = kernel.room;
	kernel.room -= submit->count;
	submit->fence = kernel.fence += submit->count;
	return 0;
}

static void *fake_mmap(void *at, size_t len, int prot, int flags, int fd, off_t from)
{
	assert_int_equal(fd, FD);
	assert_int_equal(from, 0);
	assert_int_equal(flags, MAP_SHARED);
	if (kernel.map_fails) {
		errno = ENOMEM;
		return MAP_FAILED;
	}
	kernel.mapped++;
	return page;
}

static int fake_munmap(void *at, size_t len)
{
	assert_ptr_equal(at, page);
	kernel.mapped--;
	return 0;
}

static int fake_poll(struct pollfd *fds, nfds_t nr, int timeout)
{
	assert_int_equal(nr, 1);
	assert_true(kernel.polls < 4);
	fds->revents = kernel.events[kernel.polls++];
	if (fds->revents == POLLNVAL)
		return fails(EINTR);
	return fds->revents ? 1 : 0;
}

static ssize_t fake_read(int fd, void *to, size_t len)
{
	struct kvmshare_vgpu_done *done = to;
	size_t nr = 0;

	for (; kernel.polls && kernel.ended && (nr + 1) * sizeof(*done) <= len; nr++, kernel.ended--)
		done[nr] = (struct kvmshare_vgpu_done){ .fence = nr + 1 };
	if (nr)
		return (ssize_t)(nr * sizeof(*done));
	return fails(kernel.polls && kernel.read_errno ? kernel.read_errno : EAGAIN);
}

static int fake_close(int fd)
{
	assert_int_equal(fd, FD);
	kernel.open_fds--;
	return 0;
}

static int reset(void **state)
{
	memset(&kernel, 0, sizeof(kernel));
	return 0;
}

static int nothing_stays(void **state)
{
	return kernel.open_fds || kernel.mapped;
}

static void test_a_context_is_what_was_asked_for(void **state)
{
	const struct kvmshare_ctx_options options = {
		.engine = "soft3", .weight = 7, .minimum_percent = 10, .cap_percent = 50,
		.slice_us = 300, .memory = (size_t)sysconf(_SC_PAGESIZE) + 1,
	};
	struct kvmshare_ctx *ctx;

	assert_int_equal(kvmshare_ctx_open(&ctx, &options), 0);
	assert_string_equal(kernel.opened.engine, "soft3");
	assert_int_equal(kernel.opened.size, sizeof(kernel.opened));
	assert_int_equal(kernel.opened.weight, 7);
	assert_int_equal(kernel.opened.minimum_percent, 10);
	assert_int_equal(kernel.opened.cap_percent, 50);
	assert_int_equal(kernel.opened.slice_us, 300);
	assert_int_equal(kvmshare_ctx_size(ctx), 2 * (size_t)sysconf(_SC_PAGESIZE));
	assert_int_equal(kvmshare_ctx_id(ctx), 42);
	assert_int_equal(kvmshare_ctx_fd(ctx), FD);
	assert_ptr_equal(kvmshare_ctx_memory(ctx), page);
	assert_int_equal(strlen(kvmshare_ctx_engine(ctx)), KVMSHARE_ENGINE_NAME_LEN - 1);
	kvmshare_ctx_close(ctx);
}

static void test_without_memory_nothing_is_mapped(void **state)
{
	struct kvmshare_ctx *ctx;

	assert_int_equal(kvmshare_ctx_open(&ctx, NULL), 0);
	assert_null(kvmshare_ctx_memory(ctx));
	assert_int_equal(kvmshare_ctx_size(ctx), 0);
	kvmshare_ctx_close(ctx);
	kvmshare_ctx_close(NULL);
}

static void test_who_is_refused_keeps_nothing(void **state)
{
	struct kvmshare_ctx_options options = { .engine = "0123456789abcdef", .memory = 1 };
	struct kvmshare_ctx *ctx = NULL;

	assert_int_equal(kvmshare_ctx_open(&ctx, &options), -EINVAL);
	options.engine = "";
	options.memory = SIZE_MAX;
	assert_int_equal(kvmshare_ctx_open(&ctx, &options), -EINVAL);
	options.memory = 1;
	kernel.open_errno = ENOENT;
	assert_int_equal(kvmshare_ctx_open(&ctx, &options), -ENOENT);
	kernel.open_errno = 0;
	kernel.open_call_errno = EDQUOT;
	assert_int_equal(kvmshare_ctx_open(&ctx, &options), -EDQUOT);
	kernel.open_call_errno = 0;
	kernel.map_fails = 1;
	assert_int_equal(kvmshare_ctx_open(&ctx, &options), -ENOMEM);
	assert_null(ctx);
}

static struct kvmshare_ctx *opened(void)
{
	struct kvmshare_ctx *ctx;

	assert_int_equal(kvmshare_ctx_open(&ctx, NULL), 0);
	return ctx;
}

static void test_many_jobs_go_in_several_calls(void **state)
{
	struct kvmshare_ctx *ctx = opened();
	struct kvmshare_job jobs[150] = { { 0 } };
	uint64_t fence = 0;

	kernel.room = 1000;
	assert_int_equal(kvmshare_ctx_submit(ctx, jobs, 150, &fence), 150);
	assert_int_equal(kernel.calls, 3);
	assert_int_equal(fence, 150);
	kernel.room = 100;
	kernel.submit_errno = EAGAIN;
	assert_int_equal(kvmshare_ctx_submit(ctx, jobs, 150, NULL), 100);
	assert_int_equal(kvmshare_ctx_submit(ctx, jobs, 150, NULL), -EAGAIN);
	kernel.submit_errno = EACCES;
	assert_int_equal(kvmshare_ctx_submit(ctx, jobs, 1, NULL), -EACCES);
	assert_int_equal(kvmshare_ctx_submit(ctx, jobs, 0, NULL), -EINVAL);
	kvmshare_ctx_close(ctx);
}

static void test_what_has_ended_is_waited_for(void **state)
{
	struct kvmshare_ctx *ctx = opened();
	struct kvmshare_vgpu_done done[2];

	kernel.events[0] = POLLIN;
	kernel.ended = 3;
	assert_int_equal(kvmshare_ctx_wait(ctx, done, 2, 1000), 2);
	assert_int_equal(done[1].fence, 2);
	assert_int_equal(kvmshare_ctx_wait(ctx, done, 2, 0), 1);
	assert_int_equal(kvmshare_ctx_wait(ctx, done, 2, 0), 0);
	assert_int_equal(kernel.polls, 1);
	assert_int_equal(kvmshare_ctx_wait(ctx, done, 2, 1000), 0);
	assert_int_equal(kernel.polls, 2);
	assert_int_equal(kvmshare_ctx_wait(ctx, done, 0, 0), -EINVAL);
	kvmshare_ctx_close(ctx);
}

/* poll() tells of these at once, for ever. */
static void test_an_end_is_no_endless_loop(void **state)
{
	struct kvmshare_ctx *ctx = opened();
	struct kvmshare_vgpu_done done;

	kernel.events[0] = POLLERR;
	assert_int_equal(kvmshare_ctx_wait(ctx, &done, 1, -1), -EACCES);
	kernel.events[1] = POLLHUP;
	kernel.read_errno = ENODEV;
	assert_int_equal(kvmshare_ctx_wait(ctx, &done, 1, -1), -ENODEV);
	kernel.read_errno = 0;
	kernel.events[1] = POLLNVAL;
	kernel.polls = 1;
	assert_int_equal(kvmshare_ctx_wait(ctx, &done, 1, -1), -EINTR);
	kvmshare_ctx_close(ctx);
}

static void test_jobs_have_what_their_type_names(void **state)
{
	const struct {
		struct kvmshare_job made;
		struct kvmshare_job want;
	} jobs[] = {
		{ kvmshare_job_fill(4, 3, 9), { .type = KVMSHARE_JOB_FILL, .dst = 4, .count = 3, .value = 9 } },
		{ kvmshare_job_copy(4, 8, 3), { .type = KVMSHARE_JOB_COPY, .dst = 4, .a = 8, .count = 3 } },
		{ kvmshare_job_convert(4, 8, 3), { .type = KVMSHARE_JOB_CONVERT, .dst = 4, .a = 8, .count = 3 } },
		{ kvmshare_job_blend(4, 8, 3), { .type = KVMSHARE_JOB_BLEND, .dst = 4, .a = 8, .count = 3 } },
		{ kvmshare_job_matmul(4, 8, 12, 2, 3, 5), { .type = KVMSHARE_JOB_MATMUL, .dst = 4, .a = 8,
			.b = 12, .rows = 2, .count = 3, .cols = 5 } },
		{ kvmshare_job_sum(4, 8, 3), { .type = KVMSHARE_JOB_SUM, .dst = 4, .a = 8, .count = 3 } },
		{ kvmshare_job_hash(4, 8, 3), { .type = KVMSHARE_JOB_HASH, .dst = 4, .a = 8, .count = 3 } },
		{ kvmshare_job_spin(7), { .type = KVMSHARE_JOB_SPIN, .value = 7 } },
	};

	for (size_t i = 0; i < sizeof(jobs) / sizeof(jobs[0]); i++) {
		struct kvmshare_job want = jobs[i].want;

		want.repeat = 1;
		assert_int_equal(want.type, i);
		assert_memory_equal(&jobs[i].made, &want, sizeof(want));
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(test_a_context_is_what_was_asked_for, reset, nothing_stays),
		cmocka_unit_test_setup_teardown(test_without_memory_nothing_is_mapped, reset, nothing_stays),
		cmocka_unit_test_setup_teardown(test_who_is_refused_keeps_nothing, reset, nothing_stays),
		cmocka_unit_test_setup_teardown(test_many_jobs_go_in_several_calls, reset, nothing_stays),
		cmocka_unit_test_setup_teardown(test_what_has_ended_is_waited_for, reset, nothing_stays),
		cmocka_unit_test_setup_teardown(test_an_end_is_no_endless_loop, reset, nothing_stays),
		cmocka_unit_test(test_jobs_have_what_their_type_names),
	};

	return cmocka_run_group_tests_name("tool_vgpu_lib", tests, NULL, NULL);
}
