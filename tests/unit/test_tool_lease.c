// SPDX-License-Identifier: GPL-2.0
/*
 * Leasing several VFs at once, from a kernel of two VFs and a clock that only
 * moves when somebody waits: a VF that is given back is away for a while.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "../../userspace/lib/bdf.c"
#include "../../userspace/lib/fs.c"
#include "../../userspace/lib/msg.c"
#define close fake_close
static int fake_close(int fd);
#include "../../userspace/lib/lease.c"
#undef close

#define NR_VFS		2
#define RETURN_TIME	1000
#define FIRST_FD	100
#define EVENTS_FD	99
#define MAX_CALLS	50	/* after so many it is taken to go on for ever */
#define MAX_TIME	1000000	/* and after so long */

static uint64_t clock_now;
static uint64_t free_at[NR_VFS];	/* UINT64_MAX: leased */
static int calls;
static int alarm_after;			/* calls, then waiting is interrupted */
static int nr_events;			/* descriptors of events that are open */
static struct kvmshare_vf_lease asked;	/* last */

/* -- The kernel ------------------------------------------------------------- */

uint64_t now_ms(void)
{
	return clock_now;
}

int events_open(void)
{
	nr_events++;
	return EVENTS_FD;
}

int events_wait(int fd, int ms)
{
	assert_int_equal(fd, EVENTS_FD);
	clock_now += (uint64_t)ms / 10;
	assert_true(clock_now < MAX_TIME);
	return alarm_after && calls >= alarm_after ? -EINTR : 0;
}

static int fake_close(int fd)
{
	if (fd == EVENTS_FD) {
		nr_events--;
		return 0;
	}
	assert_true(free_at[fd - FIRST_FD] == UINT64_MAX);
	free_at[fd - FIRST_FD] = clock_now + RETURN_TIME;
	return 0;
}

int ctl_call(unsigned long request, void *arg)
{
	struct kvmshare_vf_lease *lease = arg;
	struct kvmshare_vf *vf = (struct kvmshare_vf *)(uintptr_t)lease->vfs;

	assert_int_equal(request, KVMSHARE_VF_LEASE);
	asked = *lease;
	if (++calls > MAX_CALLS)
		return -EOVERFLOW;
	if (free_at[lease->vf] > clock_now) {
		if (!(lease->flags & KVMSHARE_LEASE_WAIT))
			return -ENOSPC;
		/* Who waits in the kernel holds nothing. */
		for (int i = 0; i < NR_VFS; i++)
			assert_true(free_at[i] != UINT64_MAX);
		clock_now = free_at[lease->vf];
	}
	free_at[lease->vf] = UINT64_MAX;
	lease->fd = FIRST_FD + (int)lease->vf;
	vf->bdf = lease->vf;
	return 0;
}

int pool_vf(uint32_t bdf, struct pool_vf *vf)
{
	uint64_t left = free_at[bdf] > clock_now ? free_at[bdf] - clock_now : 0;

	snprintf(vf->state, sizeof(vf->state), "%s", free_at[bdf] == UINT64_MAX ? "leased" :
		 left > RETURN_TIME - 10 ? "held" : left > 100 ? "resetting" : left ? "dirty" : "free");
	return 0;
}

bool pool_vf_is(const struct pool_vf *vf, const char *state)
{
	return !strcmp(vf->state, state);
}

/* -- What is around it ------------------------------------------------------ */

static int provisioned;			/* what the making of VFs returns */
static bool unprepared;			/* no VF can be made ready */
static int explained;

int pool_each_vf(uint32_t pf, int (*each)(const struct pool_vf *vf, void *arg), void *arg)
{
	(void)pf;
	(void)each;
	(void)arg;
	return 0;
}

int provision_on_demand(const struct vf_spec *spec)
{
	(void)spec;
	return provisioned;
}

int setup_prepare(const struct kvmshare_vf *vf, const struct vf_spec *spec,
		  char error[SETUP_ERROR_LEN])
{
	(void)vf;
	(void)spec;
	snprintf(error, SETUP_ERROR_LEN, "it will not");
	return unprepared ? -EIO : 0;
}

struct msg ctl_explain(unsigned long request, int err, const char *object)
{
	(void)request;
	explained++;
	return (struct msg){ .object = object, .reason = strerror(-err) };
}

enum exit_code ctl_exit_code(int err)
{
	(void)err;
	return EXIT_FAILED;
}

/* -- Tests ------------------------------------------------------------------ */

static const struct vf_spec both[NR_VFS] = {
	{ .count = 1, .vf = 0, .pf = KVMSHARE_BDF_ANY, .text = "vf=0" },
	{ .count = 1, .vf = 1, .pf = KVMSHARE_BDF_ANY, .text = "vf=1" },
};

static struct lease leases[NR_VFS];

static int take(uint64_t first, uint64_t second, bool wait)
{
	const struct lease_terms terms = { .wait = wait };
	int code;

	clock_now = 0;
	calls = 0;
	explained = 0;
	nr_events = 0;
	free_at[0] = first;
	free_at[1] = second;
	code = lease_take_all(both, NR_VFS, &terms, leases);
	assert_int_equal(nr_events, 0);
	return code;
}

static void test_what_is_free_is_taken(void **state)
{
	(void)state;
	assert_int_equal(take(0, 0, false), EXIT_OK);
	assert_int_equal(calls, 2);
	assert_int_equal(leases[1].fd, FIRST_FD + 1);
}

static void test_who_does_not_wait_keeps_nothing(void **state)
{
	(void)state;
	assert_int_equal(take(0, 500, false), EXIT_FAILED);
	assert_true(free_at[0] == RETURN_TIME);
	assert_int_equal(leases[0].fd, -1);
}

/* A guest of two VFs is stopped, and started again at once. */
static void test_what_comes_back_is_waited_for_to_an_end(void **state)
{
	static const uint64_t second[] = { 1, 50, 500, 800, 999, 1000, 1500, 90000 };

	(void)state;
	for (size_t i = 0; i < sizeof(second) / sizeof(second[0]); i++) {
		if (take(0, second[i], true) != EXIT_OK || take(second[i], 300, true) != EXIT_OK)
			fail_msg("with the second back after %d ms it goes on for ever",
				 (int)second[i]);
		assert_true(free_at[0] == UINT64_MAX && free_at[1] == UINT64_MAX);
	}
}

static void test_a_signal_ends_the_waiting(void **state)
{
	(void)state;
	alarm_after = 2;
	assert_int_equal(take(0, 500, true), EXIT_FAILED);
	alarm_after = 0;
	assert_int_equal(calls, 2);
	assert_true(free_at[0] != UINT64_MAX && free_at[1] != UINT64_MAX);
}

static void test_what_does_not_come_back_is_waited_for_to_a_time(void **state)
{
	struct lease given_back = { .fd = -1, .nr = 1 };

	(void)state;
	clock_now = 0;
	free_at[0] = UINT64_MAX - 1;
	assert_int_equal(await_return(&given_back, 1), 0);
	assert_in_range(clock_now, RETURN_MS, RETURN_MS + LOOK_MS);
}

static void test_what_cannot_be_made_ready_is_given_back(void **state)
{
	(void)state;
	unprepared = true;
	assert_int_equal(take(0, 0, false), EXIT_FAILED);
	unprepared = false;
	assert_true(free_at[0] == RETURN_TIME && free_at[1] == RETURN_TIME);
}

/* Who makes them has said why. */
static void test_vfs_that_cannot_be_made_are_not_asked_for_again(void **state)
{
	(void)state;
	provisioned = -EIO;
	assert_int_equal(take(0, 500, false), EXIT_FAILED);
	provisioned = 0;
	assert_int_equal(calls, 2);
	assert_int_equal(explained, 0);
	assert_true(free_at[0] == RETURN_TIME);
}

static void test_the_kernel_is_told_whom_to_charge(void **state)
{
	const struct lease_terms terms = { .tenant = "blue", .has_uid = true, .uid = 1000 };

	(void)state;
	assert_int_equal(take(0, 0, false), EXIT_OK);
	assert_int_equal(asked.flags, 0);
	assert_string_equal(asked.tenant, "");
	free_at[0] = 0;
	assert_int_equal(lease_take(&both[0], &terms, &leases[0]), 0);
	assert_int_equal(asked.flags, KVMSHARE_LEASE_UID);
	assert_int_equal(asked.uid, 1000);
	assert_string_equal(asked.tenant, "blue");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_what_is_free_is_taken),
		cmocka_unit_test(test_who_does_not_wait_keeps_nothing),
		cmocka_unit_test(test_what_comes_back_is_waited_for_to_an_end),
		cmocka_unit_test(test_a_signal_ends_the_waiting),
		cmocka_unit_test(test_what_does_not_come_back_is_waited_for_to_a_time),
		cmocka_unit_test(test_what_cannot_be_made_ready_is_given_back),
		cmocka_unit_test(test_vfs_that_cannot_be_made_are_not_asked_for_again),
		cmocka_unit_test(test_the_kernel_is_told_whom_to_charge),
	};

	return cmocka_run_group_tests_name("tool_lease", tests, NULL, NULL);
}
