// SPDX-License-Identifier: GPL-2.0
#include <errno.h>
#include <fcntl.h>
#include <seccomp.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <unistd.h>

#include "fs.h"
#include "msg.h"
#include "seal.h"

#ifndef PR_SET_MEMORY_MERGE
#define PR_SET_MEMORY_MERGE	67	/* include/uapi/linux/prctl.h, from 6.4 on */
#endif

#define DENY	SCMP_ACT_ERRNO(EPERM)

/* The other ways into the kernel that a program of this machine may have. */
static const uint32_t others[] = {
#if defined(__x86_64__)
	SCMP_ARCH_X86, SCMP_ARCH_X32,
#elif defined(__aarch64__)
	SCMP_ARCH_ARM,
#endif
};

static int add_others(scmp_filter_ctx filter)
{
	int err = 0;

	for (size_t i = 0; i < sizeof(others) / sizeof(others[0]) && !err; i++)
		err = seccomp_arch_add(filter, others[i]);
	return err;
}

/* The kernel looks at the lower half of an advice and an option alone. */
#define IS(arg, value)	SCMP_CMP64(arg, SCMP_CMP_MASKED_EQ, 0xffffffffULL, value)

/*
 * process_madvise() takes any advice for the caller itself, from 6.13 on. A ring may come
 * to a process after this, through a socket or a pidfd: none is of use to it.
 */
static int add_rules(scmp_filter_ctx filter)
{
	return seccomp_rule_add(filter, DENY, SCMP_SYS(madvise), 1, IS(2, MADV_MERGEABLE)) ?:
	       seccomp_rule_add(filter, DENY, SCMP_SYS(process_madvise), 1, IS(3, MADV_MERGEABLE)) ?:
	       seccomp_rule_add(filter, DENY, SCMP_SYS(prctl), 1, IS(0, PR_SET_MEMORY_MERGE)) ?:
	       seccomp_rule_add(filter, DENY, SCMP_SYS(io_uring_setup), 0) ?:
	       seccomp_rule_add(filter, DENY, SCMP_SYS(io_uring_enter), 0) ?:
	       seccomp_rule_add(filter, DENY, SCMP_SYS(io_uring_register), 0);
}

/* Whether this process may gain privileges by exec is not this filter's to say. */
static int load_filter(void)
{
	scmp_filter_ctx filter = seccomp_init(SCMP_ACT_ALLOW);
	int err;

	if (!filter)
		return -ENOMEM;
	err = seccomp_attr_set(filter, SCMP_FLTATR_CTL_NNP, 0) ?: add_others(filter) ?:
	      add_rules(filter) ?: seccomp_load(filter);
	seccomp_release(filter);
	return err;
}

static int close_ring(const char *name, void *unused)
{
	char target[64];
	ssize_t len = readlink(fmt("/proc/self/fd/%s", name), target, sizeof(target) - 1);

	(void)unused;
	if (len < 0)
		return 0;
	target[len] = '\0';
	if (!strcmp(target, "anon_inode:[io_uring]") && fcntl(atoi(name), F_SETFD, FD_CLOEXEC))
		return -errno;
	return 0;
}

int seal_memory(void)
{
	int err = fs_list("", "/proc/self/fd", close_ring, NULL);

	if (err)
		return err;
	/* A kernel that does not know it has nothing to take back. */
	if (prctl(PR_SET_MEMORY_MERGE, 0, 0, 0, 0) && errno != EINVAL)
		return -errno;
	return load_filter();
}
