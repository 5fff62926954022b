// SPDX-License-Identifier: GPL-2.0
/*
 * crowd VMS OTHERS FDS: so many processes with a VM each and FDS descriptors
 * beside it, and so many others. Says "ready", and ends with all of them when
 * its standard input does.
 */
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/ioctl.h>
#include <sys/prctl.h>
#include <unistd.h>
#include <linux/kvm.h>

static void child(int vm, int fds, int done)
{
	int kvm;

	prctl(PR_SET_PDEATHSIG, SIGKILL);
	if (vm) {
		while (fds-- > 0)
			if (dup(done) < 0)
				_exit(1);
		kvm = open("/dev/kvm", O_RDWR);
		if (kvm < 0 || ioctl(kvm, KVM_CREATE_VM, 0) < 0)
			_exit(1);
	}
	if (write(done, "x", 1) != 1)
		_exit(1);
	for (;;)
		pause();
}

/* Whether each of @n children has come as far as it should. */
static int start(int n, int vm, int fds)
{
	int i, done[2];
	char c;

	if (pipe(done))
		return 0;
	for (i = 0; i < n; i++) {
		pid_t pid = fork();

		if (pid < 0)
			return 0;
		if (!pid) {
			close(done[0]);
			child(vm, fds, done[1]);
		}
	}
	close(done[1]);
	for (i = 0; i < n; i++)
		if (read(done[0], &c, 1) != 1)
			return 0;
	close(done[0]);
	return 1;
}

int main(int argc, char **argv)
{
	char c;

	if (argc != 4)
		return 2;
	if (!start(atoi(argv[2]), 0, 0) || !start(atoi(argv[1]), 1, atoi(argv[3]))) {
		perror("crowd");
		return 1;
	}
	printf("ready\n");
	fflush(stdout);
	while (read(0, &c, 1) > 0)
		;
	return 0;
}
