// SPDX-License-Identifier: GPL-2.0
#include <asm/ioctls.h>
#include <errno.h>
#include <linux/audit.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <stddef.h>
#include <sys/prctl.h>

#include "typing.h"

/*
 * The number of ioctl() in each way into this kernel: another number would be
 * a way round. x32 is x86-64 with a bit set, and has a number of its own beside.
 */
#if defined(__x86_64__)
#define ARCH		AUDIT_ARCH_X86_64
#define IOCTL		16
#define X32_BIT		0x40000000u
#define X32_IOCTL	514
#define ARCH_32		AUDIT_ARCH_I386
#define IOCTL_32	54
#elif defined(__aarch64__)
#define ARCH		AUDIT_ARCH_AARCH64
#define IOCTL		29
#define X32_BIT		0u
#define X32_IOCTL	IOCTL
#define ARCH_32		AUDIT_ARCH_ARM
#define IOCTL_32	54
#else
#error "the numbers of ioctl() on this architecture are not known here"
#endif

#define LOAD(field)	BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, field))
/* How many lines to pass over where it is @value, and where it is not. */
#define IS(value, yes, no) BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, value, yes, no)
#define MASK(bits)	BPF_STMT(BPF_ALU | BPF_AND | BPF_K, bits)
#define ANSWER(what)	BPF_STMT(BPF_RET | BPF_K, what)

int typing_refuse(void)
{
	struct sock_filter lines[] = {
		LOAD(arch),
		IS(ARCH_32, 0, 2),
		LOAD(nr),
		IS(IOCTL_32, 5, 8),
		IS(ARCH, 0, 9),
		LOAD(nr),
		MASK(~X32_BIT),
		IS(IOCTL, 1, 0),
		IS(X32_IOCTL, 0, 3),
		/* Of a request the kernel reads the lower half, which comes first. */
		LOAD(args[1]),
		IS(TIOCSTI, 2, 0),
		IS(TIOCLINUX, 1, 0),
		ANSWER(SECCOMP_RET_ALLOW),
		ANSWER(SECCOMP_RET_ERRNO | EPERM),
		ANSWER(SECCOMP_RET_KILL_PROCESS),
	};
	struct sock_fprog filter = {
		.len = sizeof(lines) / sizeof(lines[0]),
		.filter = lines,
	};

	return prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &filter) ? -errno : 0;
}
