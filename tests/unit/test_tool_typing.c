// SPDX-License-Identifier: GPL-2.0
/*
 * Typing into a terminal is refused, by every way into the kernel. Without a
 * descriptor: what the filter lets pass is then answered with EBADF.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <signal.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#define prctl fake_prctl
static int fake_prctl(int option, unsigned long mode, void *filter);
#include "../../userspace/lib/typing.c"
#undef prctl

static const struct seccomp_data *asked;	/* answered here, and by no kernel */
static uint32_t answered;
static int filter_errno;	/* 0: the kernel takes a filter */

static uint32_t run(const struct sock_fprog *filter, const struct seccomp_data *data)
{
	uint32_t loaded = 0;

	for (unsigned int i = 0; i < filter->len; i++) {
		const struct sock_filter *line = &filter->filter[i];

		switch (line->code) {
		case BPF_LD | BPF_W | BPF_ABS:
			memcpy(&loaded, (const char *)data + line->k, sizeof(loaded));
			break;
		case BPF_ALU | BPF_AND | BPF_K:
			loaded &= line->k;
			break;
		case BPF_JMP | BPF_JEQ | BPF_K:
			i += loaded == line->k ? line->jt : line->jf;
			break;
		default:
			assert_int_equal(line->code, BPF_RET | BPF_K);
			return line->k;
		}
	}
	fail();
	return 0;
}

static int fake_prctl(int option, unsigned long mode, void *filter)
{
	if (asked)
		answered = run(filter, asked);
	if (!asked && !filter_errno)
		return prctl(option, mode, filter);
	errno = filter_errno;
	return filter_errno ? -1 : 0;
}

static int ask(unsigned long request)
{
	return syscall(SYS_ioctl, -1, request, 0) ? errno : 0;
}

static int ask_in_child(void)
{
	return ask(TIOCSTI) == EPERM && ask(TIOCLINUX) == EPERM ? 0 : 1;
}

static int ask_with_more_bits(void)
{
	return ask(TIOCSTI | 1ul << 63) == EPERM && ask(TIOCLINUX | 1ul << 32) == EPERM ? 0 : 1;
}

static int ask_for_other_things(void)
{
	/* Another call with the same argument in the same place. */
	if (syscall(SYS_lseek, -1, TIOCSTI, 0) != -1 || errno != EBADF)
		return 1;
	return ask(TCGETS) == EBADF && ask(TIOCGWINSZ) == EBADF && ask(0) == EBADF ? 0 : 1;
}

static int ask_in_a_grandchild(void)
{
	pid_t pid = fork();
	int status;

	if (!pid)
		_exit(ask_in_child());
	return waitpid(pid, &status, 0) == pid && !status ? 0 : 1;
}

#ifdef __x86_64__
static int ask_as_x32(void)
{
	for (int nr = IOCTL; nr <= X32_IOCTL; nr += X32_IOCTL - IOCTL) {
		if (syscall((long)(nr | X32_BIT), -1, TIOCSTI, 0) != -1 || errno != EPERM)
			return 1;
	}
	return 0;
}

/* Ends by a signal where the kernel has no such way in. */
static int ask_as_i386(void)
{
	int sti, other;

	asm volatile("int $0x80" : "=a" (sti) : "a" (IOCTL_32), "b" (-1), "c" (TIOCSTI), "d" (0) : "memory");
	asm volatile("int $0x80" : "=a" (other) : "a" (IOCTL_32), "b" (-1), "c" (TCGETS), "d" (0) : "memory");
	return sti == -EPERM && other == -EBADF ? 0 : 1;
}
#endif

/* In a child, since it is for good; what that ended with. */
static int refused(int (*work)(void))
{
	pid_t pid = fork();
	int status;

	if (!pid) {
		signal(SIGSEGV, SIG_DFL);
		if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) || typing_refuse())
			_exit(100);
		_exit(work());
	}
	assert_true(pid > 0);
	assert_int_equal(waitpid(pid, &status, 0), pid);
	return status;
}

static void test_typing_is_refused(void **state)
{
	(void)state;
	assert_int_equal(ask(TIOCSTI), EBADF);
	assert_int_equal(refused(ask_in_child), 0);
	assert_int_equal(refused(ask_with_more_bits), 0);
}

static void test_other_requests_pass(void **state)
{
	(void)state;
	assert_int_equal(refused(ask_for_other_things), 0);
}

static void test_it_holds_for_children(void **state)
{
	(void)state;
	assert_int_equal(refused(ask_in_a_grandchild), 0);
}

static void test_there_is_no_other_way_in(void **state)
{
	(void)state;
#ifdef __x86_64__
	int status = refused(ask_as_i386);

	assert_int_equal(refused(ask_as_x32), 0);
	if (WIFSIGNALED(status) && WTERMSIG(status) == SIGSEGV)
		print_message("this kernel has no calls of i386\n");
	else
		assert_int_equal(status, 0);
#endif
}

static uint32_t answer(uint32_t arch, int nr, uint64_t request)
{
	const struct seccomp_data data = { .arch = arch, .nr = nr, .args = { 0, request } };

	asked = &data;
	assert_int_equal(typing_refuse(), 0);
	asked = NULL;
	return answered;
}

/* The ways in that the kernel at hand may not have. */
static void test_nor_on_other_kernels(void **state)
{
	const uint32_t refused = SECCOMP_RET_ERRNO | EPERM;

	(void)state;
	assert_int_equal(answer(ARCH, IOCTL, TIOCSTI), refused);
	assert_int_equal(answer(ARCH, (int)(X32_IOCTL | X32_BIT), TIOCSTI), refused);
	assert_int_equal(answer(ARCH_32, IOCTL_32, TIOCSTI), refused);
	assert_int_equal(answer(ARCH_32, IOCTL_32, TIOCLINUX), refused);
	assert_int_equal(answer(ARCH_32, IOCTL_32, TCGETS), SECCOMP_RET_ALLOW);
	assert_int_equal(answer(ARCH_32, IOCTL_32 + 1, TIOCSTI), SECCOMP_RET_ALLOW);
	assert_int_equal(answer(AUDIT_ARCH_S390X, IOCTL_32, TCGETS), SECCOMP_RET_KILL_PROCESS);
}

static void test_without_a_filter_it_fails(void **state)
{
	(void)state;
	filter_errno = EACCES;
	assert_int_equal(typing_refuse(), -EACCES);
	filter_errno = 0;
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_typing_is_refused),
		cmocka_unit_test(test_other_requests_pass),
		cmocka_unit_test(test_it_holds_for_children),
		cmocka_unit_test(test_there_is_no_other_way_in),
		cmocka_unit_test(test_nor_on_other_kernels),
		cmocka_unit_test(test_without_a_filter_it_fails),
	};

	return cmocka_run_group_tests_name("tool_typing", tests, NULL, NULL);
}
