// SPDX-License-Identifier: GPL-2.0
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/pidfd.h>
#include <sys/wait.h>
#include <unistd.h>

#include "job.h"

/*
 * Ctrl-C and a lost terminal are for who waits: this cannot stop in the middle.
 * And who reads what the waiting process says is done when that has ended.
 */
static void leave_terminal(void)
{
	int null = open("/dev/null", O_RDWR | O_CLOEXEC);

	signal(SIGINT, SIG_IGN);
	signal(SIGQUIT, SIG_IGN);
	signal(SIGHUP, SIG_IGN);
	for (int fd = STDIN_FILENO; null >= 0 && fd <= STDERR_FILENO; fd++)
		dup2(null, fd);
}

static void run_child(const struct job *job, job_work work, void *arg)
{
	sigset_t none;
	int err;

	leave_terminal();
	sigemptyset(&none);
	sigprocmask(SIG_SETMASK, &none, NULL);
	signal(SIGTERM, SIG_DFL);
	err = work(arg, job->error);
	_exit(err < -255 || err > 0 ? EIO : -err);
}

int job_start(struct job *job, job_work work, void *arg)
{
	pid_t pid;
	int err;

	job->pidfd = -1;
	job->error = mmap(NULL, JOB_ERROR_LEN, PROT_READ | PROT_WRITE,
			  MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	if (job->error == MAP_FAILED)
		return -errno;
	fflush(NULL);
	pid = fork();
	if (!pid)
		run_child(job, work, arg);
	if (pid > 0)
		job->pidfd = pidfd_open(pid, 0);
	if (job->pidfd >= 0)
		return 0;
	err = -errno;
	if (pid > 0) {
		kill(pid, SIGKILL);
		waitpid(pid, NULL, 0);
	}
	munmap(job->error, JOB_ERROR_LEN);
	return err;
}

int job_wait(const struct job *job, int ms)
{
	struct pollfd poller = { .fd = job->pidfd, .events = POLLIN };
	int nr = poll(&poller, 1, ms);

	return nr < 0 ? -errno : nr;
}

void job_abandon(struct job *job)
{
	close(job->pidfd);
	job->pidfd = -1;
	munmap(job->error, JOB_ERROR_LEN);
}

int job_finish(struct job *job, char error[JOB_ERROR_LEN])
{
	siginfo_t info = { 0 };
	int err;

	do {
		err = waitid(P_PIDFD, (id_t)job->pidfd, &info, WEXITED);
	} while (err && errno == EINTR);
	err = err ? -errno : info.si_code == CLD_EXITED ? -info.si_status : -EIO;
	if (error)
		snprintf(error, JOB_ERROR_LEN, "%.*s", JOB_ERROR_LEN - 1,
			 *job->error ? job->error : strerror(-err));
	job_abandon(job);
	return err;
}
