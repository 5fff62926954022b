// SPDX-License-Identifier: GPL-2.0
/*
 * A process may push bytes into its controlling terminal as if they had been
 * typed (TIOCSTI, without a capability before 6.2), or paste a selection into a
 * console (TIOCLINUX): the shell of root, who started it, would run them.
 */
#include <errno.h>
#include <linux/audit.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <stddef.h>
#include <sys/ioctl.h>
#include <sys/prctl.h>
#include <sys/syscall.h>

#include "no_terminal.h"

#if defined(__x86_64__)
#define ARCH	AUDIT_ARCH_X86_64
#define X32_BIT	0x40000000
#elif defined(__aarch64__)
#define ARCH	AUDIT_ARCH_AARCH64
#define X32_BIT	0
#else
#error "which architecture do system calls have here?"
#endif

/* Of the 32-bit ABIs that these two architectures run beside their own. */
#define NR_IOCTL_32	54

#define DATA(field)	BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, field))
#define IF_EQUAL(value, then, otherwise) \
	BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, (value), (then), (otherwise))
#define RETURN(what)	BPF_STMT(BPF_RET | BPF_K, (what))

/* The low half of the second argument: an ioctl's number has 32 bits. */
#define REQUEST		args[1]

int no_terminal_input(void)
{
	struct sock_filter filter[] = {
		DATA(arch),
		IF_EQUAL(ARCH, 0, 3),
		DATA(nr),
		BPF_STMT(BPF_ALU | BPF_AND | BPF_K, ~(unsigned int)X32_BIT),
		IF_EQUAL(SYS_ioctl, 2, 5),
		DATA(nr),
		IF_EQUAL(NR_IOCTL_32, 0, 3),
		DATA(REQUEST),
		IF_EQUAL(TIOCSTI, 2, 0),
		IF_EQUAL(TIOCLINUX, 1, 0),
		RETURN(SECCOMP_RET_ALLOW),
		RETURN(SECCOMP_RET_ERRNO | EPERM),
	};
	struct sock_fprog program = {
		.len = sizeof(filter) / sizeof(filter[0]),
		.filter = filter,
	};

	return prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &program, 0, 0) ? -errno : 0;
}
