// SPDX-License-Identifier: GPL-2.0
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/pidfd.h>
#include <sys/time.h>
#include <sys/wait.h>
#include <unistd.h>

#include "hook.h"
#include "../lib/msg.h"

#define WAIT_SECONDS	60	/* for VFs of the guest's last run to come back */

static void on_alarm(int sig)
{
	(void)sig;
}

/* Every second again, since one can fall between two calls and end neither. */
static void alarm_after(int seconds)
{
	const struct itimerval when = {
		.it_value.tv_sec = seconds,
		.it_interval.tv_sec = seconds ? 1 : 0,
	};

	setitimer(ITIMER_REAL, &when, NULL);
}

/* A guest that is started again at once finds its VFs still on their way back. */
static int lease_all(const struct domxml *domain, const struct vf_spec *specs, int nr,
		     struct lease *leases)
{
	struct lease_terms terms = {
		.tenant = *domain->tenant ? domain->tenant : NULL,
		.wait = true,
	};
	struct sigaction action = { .sa_handler = on_alarm };
	int code;

	sigaction(SIGALRM, &action, NULL);
	alarm_after(WAIT_SECONDS);
	code = lease_take_all(specs, nr, &terms, leases);
	alarm_after(0);
	return code;
}

/* The hook's pipes belong to libvirt, which waits until all are closed. */
static void detach(int result)
{
	int null = open("/dev/null", O_RDWR | O_CLOEXEC);

	dup2(null, STDIN_FILENO);
	dup2(null, STDOUT_FILENO);
	dup2(null, STDERR_FILENO);
	close(null);
	close(result);
}

static void hold(const struct lease *leases, int nr, int daemon)
{
	struct pollfd pollers[DOMXML_MAX_DEVICES + 1];
	int left = nr;

	for (int i = 0; i < nr; i++)
		pollers[i] = (struct pollfd){ .fd = leases[i].fd };
	pollers[nr] = (struct pollfd){ .fd = daemon, .events = POLLIN };
	while (left && !pollers[nr].revents) {
		if (poll(pollers, (nfds_t)nr + 1, -1) < 0)
			continue;
		for (int i = 0; i < nr; i++) {
			if (!(pollers[i].revents & POLLHUP))
				continue;
			pollers[i].fd = -1;
			pollers[i].revents = 0;
			left--;
		}
	}
}

static void run_holder(const struct domxml *domain, const struct vf_spec *specs, int nr,
		       int daemon, int result)
{
	static struct lease leases[DOMXML_MAX_DEVICES];
	unsigned char code;
	int err;

	setsid();
	if (chdir("/"))
		_exit(EXIT_FAILED);
	code = (unsigned char)lease_all(domain, specs, nr, leases);
	if (!code) {
		err = record_write(domain->uuid, leases, nr);
		if (err)
			code = (unsigned char)FAIL(EXIT_FAILED, .object = "/run/kvmshare/libvirt",
						   .reason = strerror(-err),
						   .kept = "nothing stays leased");
	}
	fflush(NULL);
	if (write(result, &code, 1) == 1 && !code) {
		detach(result);
		hold(leases, nr, daemon);
	}
	_exit(code);
}

int holder_start(const struct domxml *domain, const struct vf_spec *specs, int nr,
		 pid_t daemon)
{
	unsigned char code = EXIT_FAILED;
	int result[2], daemon_fd;
	pid_t pid, holder;

	daemon_fd = pidfd_open(daemon, 0);
	if (daemon_fd < 0 || pipe2(result, O_CLOEXEC))
		return FAIL(EXIT_FAILED, .object = "holder", .reason = strerror(errno));
	fflush(NULL);
	pid = fork();
	if (!pid) {
		close(result[0]);
		/* A grandchild has no parent to outlive. */
		holder = fork();
		if (!holder)
			run_holder(domain, specs, nr, daemon_fd, result[1]);
		if (holder < 0)
			FAIL(EXIT_FAILED, .object = "holder", .reason = strerror(errno),
			     .kept = "nothing was leased");
		_exit(EXIT_OK);
	}
	close(result[1]);
	close(daemon_fd);
	if (pid < 0)
		return FAIL(EXIT_FAILED, .object = "holder", .reason = strerror(errno));
	waitpid(pid, NULL, 0);
	if (read(result[0], &code, 1) != 1)
		code = EXIT_FAILED;
	close(result[0]);
	return code;
}
