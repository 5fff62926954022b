// SPDX-License-Identifier: GPL-2.0
/* What a command of another user may not do with the caller's terminal. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>
#include <cmocka.h>

#include "../../userspace/lib/no_terminal.c"

/* The errno of an ioctl on no descriptor: the filter speaks before EBADF. */
static int asked(unsigned long request)
{
	return syscall(SYS_ioctl, -1, request, 0) ? errno : 0;
}

/* In a child, since a filter stays. Its number tells what was wrong. */
static int in_child(void)
{
	if (asked(TIOCSTI) != EBADF)
		return 1;
	if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) || no_terminal_input())
		return 2;
	if (asked(TIOCSTI) != EPERM || asked(TIOCLINUX) != EPERM)
		return 3;
	/* The kernel takes the low 32 bits of a request. */
	if (asked(TIOCSTI | 1UL << 32) != EPERM)
		return 4;
	if (asked(TIOCGWINSZ) != EBADF || asked(FIONREAD) != EBADF)
		return 5;
	if (write(-1, "", 1) != -1 || errno != EBADF)
		return 6;
	return 0;
}

static void typing_is_refused(void **state)
{
	int status = -1;
	pid_t pid;

	(void)state;
	pid = fork();
	if (!pid)
		_exit(in_child());
	assert_int_equal(waitpid(pid, &status, 0), pid);
	assert_true(WIFEXITED(status));
	assert_int_equal(WEXITSTATUS(status), 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(typing_is_refused),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
