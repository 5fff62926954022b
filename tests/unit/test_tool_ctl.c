// SPDX-License-Identifier: GPL-2.0
/* Every call has a sentence for every way that it may fail. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <fcntl.h>

#define open fake_open
static int fake_open(const char *path, int flags);
#include "../../userspace/lib/ctl.c"
#undef open
#include "../../userspace/lib/msg.c"

static int open_errno;		/* 0: a node that has no calls */

static int fake_open(const char *path, int flags)
{
	assert_string_equal(path, CTL_NODE);
	errno = open_errno;
	return open_errno ? -1 : open("/dev/null", flags);
}

static const unsigned long calls[] = {
	KVMSHARE_VERSION, KVMSHARE_VM_ATTACH, KVMSHARE_VM_SET, KVMSHARE_EVENTS,
	KVMSHARE_VF_LEASE, KVMSHARE_VF_RELEASE, KVMSHARE_VF_HANDOVER, KVMSHARE_VF_ENROL,
	KVMSHARE_VF_CLEANED, KVMSHARE_VF_QUARANTINE, KVMSHARE_VF_QUOTA, KVMSHARE_VF_HISTORY,
};

/* Those that include/uapi/kvmshare.h promises. */
static const int errnos[] = {
	EINVAL, E2BIG, EPERM, ENOTTY, ENOENT, ESRCH, EBUSY, EEXIST, ENOSPC, EDQUOT,
	ENODEV, ENXIO, EOPNOTSUPP, EINTR,
};

static void test_no_failure_is_without_a_sentence(void **state)
{
	(void)state;
	for (size_t c = 0; c < sizeof(calls) / sizeof(calls[0]); c++) {
		for (size_t e = 0; e < sizeof(errnos) / sizeof(errnos[0]); e++) {
			struct msg msg = ctl_explain(calls[c], -errnos[e], "x");

			assert_string_equal(msg.object, "x");
			assert_string_not_equal(msg.reason, strerror(errnos[e]));
			assert_non_null(msg.kept);
		}
	}
}

static void test_a_call_of_its_own_comes_before_all(void **state)
{
	(void)state;
	assert_non_null(strstr(ctl_explain(KVMSHARE_VF_LEASE, -ENOSPC, "").remedy, "--wait"));
	assert_non_null(strstr(ctl_explain(KVMSHARE_VM_SET, -EEXIST, "").reason, "tenant"));
	assert_string_not_equal(ctl_explain(KVMSHARE_VF_QUOTA, -ENOENT, "").reason,
				ctl_explain(KVMSHARE_VF_LEASE, -ENOENT, "").reason);
}

static void test_what_is_unknown_is_told_by_the_kernel(void **state)
{
	(void)state;
	assert_string_equal(ctl_explain(KVMSHARE_VF_LEASE, -EIO, "").reason, strerror(EIO));
}

static void test_what_the_host_cannot_has_its_own_exit_code(void **state)
{
	(void)state;
	assert_int_equal(ctl_exit_code(-ENOMEDIUM), EXIT_UNSUPPORTED);
	assert_int_equal(ctl_exit_code(-E2BIG), EXIT_UNSUPPORTED);
	assert_int_equal(ctl_exit_code(-ENOTTY), EXIT_UNSUPPORTED);
	assert_int_equal(ctl_exit_code(-EOPNOTSUPP), EXIT_UNSUPPORTED);
	assert_int_equal(ctl_exit_code(-ENXIO), EXIT_UNSUPPORTED);
	assert_int_equal(ctl_exit_code(-EPERM), EXIT_FAILED);
	assert_int_equal(ctl_exit_code(-EBUSY), EXIT_FAILED);
}

static void test_a_node_that_does_not_open_is_named(void **state)
{
	static const struct {
		int err;
		const char *reason;
	} ways[] = {
		{ ENOENT, CTL_NODE " is not there" }, { ENXIO, CTL_NODE " is not there" },
		{ EACCES, CTL_NODE " may not be opened" }, { EPERM, CTL_NODE " may not be opened" },
	};
	struct kvmshare_version arg = { .size = sizeof(arg) };

	(void)state;
	for (size_t i = 0; i < sizeof(ways) / sizeof(ways[0]); i++) {
		open_errno = ways[i].err;
		assert_non_null(strstr(ctl_explain(KVMSHARE_VERSION, ctl_call(KVMSHARE_VERSION, &arg),
						   "").reason, ways[i].reason));
	}
}

static void test_a_call_that_fails_says_so(void **state)
{
	struct kvmshare_version arg = { .size = sizeof(arg) };

	(void)state;
	open_errno = 0;
	assert_int_equal(ctl_call(KVMSHARE_VERSION, &arg), -ENOTTY);
	ctl_close();
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_no_failure_is_without_a_sentence),
		cmocka_unit_test(test_a_call_of_its_own_comes_before_all),
		cmocka_unit_test(test_what_is_unknown_is_told_by_the_kernel),
		cmocka_unit_test(test_what_the_host_cannot_has_its_own_exit_code),
		cmocka_unit_test(test_a_node_that_does_not_open_is_named),
		cmocka_unit_test(test_a_call_that_fails_says_so),
	};

	return cmocka_run_group_tests_name("tool_ctl", tests, NULL, NULL);
}
