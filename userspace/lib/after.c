// SPDX-License-Identifier: GPL-2.0
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/pidfd.h>
#include <sys/wait.h>
#include <unistd.h>

#include "after.h"

#define PIDFD	(STDERR_FILENO + 1)

/* What is open here would be so for longer than who has it has it: a lease, for one. */
static void let_go(int pidfd)
{
	int null = open("/dev/null", O_RDWR | O_CLOEXEC);

	for (int fd = STDIN_FILENO; null >= 0 && fd <= STDERR_FILENO; fd++)
		dup2(null, fd);
	dup2(pidfd, PIDFD);
	close_range(PIDFD + 1, ~0U, 0);
}

static void take_no_signal(void)
{
	sigset_t all;

	sigfillset(&all);
	sigprocmask(SIG_SETMASK, &all, NULL);
}

static void outlive(int pidfd, void (*work)(void *arg), void *arg)
{
	struct pollfd end = { .fd = PIDFD, .events = POLLIN };

	take_no_signal();
	setsid();
	let_go(pidfd);
	if (chdir("/"))
		_exit(EXIT_FAILURE);
	while (poll(&end, 1, -1) < 0 && errno == EINTR)
		;
	work(arg);
	_exit(EXIT_SUCCESS);
}

/* The parent of this process's child is whoever takes orphans. */
static void orphan(int pidfd, void (*work)(void *arg), void *arg)
{
	pid_t child = fork();

	if (!child)
		outlive(pidfd, work, arg);
	_exit(child < 0 ? errno : 0);
}

static int end_of(pid_t child)
{
	int status;

	if (waitpid(child, &status, 0) != child)
		return -errno;
	return WIFEXITED(status) ? -WEXITSTATUS(status) : -EIO;
}

int after_end(void (*work)(void *arg), void *arg)
{
	int pidfd = pidfd_open(getpid(), 0);
	void (*before)(int);
	pid_t child;
	int err;

	if (pidfd < 0)
		return -errno;
	/* Whose child's end is ignored would not be told of it. */
	before = signal(SIGCHLD, SIG_DFL);
	child = fork();
	if (!child)
		orphan(pidfd, work, arg);
	err = child < 0 ? -errno : end_of(child);
	signal(SIGCHLD, before);
	close(pidfd);
	return err;
}
