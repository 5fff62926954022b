// SPDX-License-Identifier: GPL-2.0
/*
 * A VMM without a guest: makes VMs and does with them what its standard input
 * says, a command a line, and answers each with one line: "ok ..." or the
 * error's name.  A case drives it as a coprocess.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/ptrace.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>
#include <linux/kvm.h>
#include "../../../include/uapi/kvmshare.h"

static int ctl = -1;
static char **arguments;

static _Noreturn void wait_forever(void)
{
	for (;;)
		pause();
}

static void answer(int ret)
{
	if (ret < 0)
		printf("%s\n", strerrorname_np(errno));
	else
		printf("ok %d\n", ret);
	fflush(stdout);
}

static void copy_text(char *to, const char *from)
{
	snprintf(to, KVMSHARE_NAME_LEN, "%s", from && strcmp(from, "-") ? from : "");
}

static int open_ctl(void)
{
	if (ctl < 0)
		ctl = open("/dev/kvmshare", O_RDWR | O_CLOEXEC);
	return ctl;
}

/* -- Commands -------------------------------------------------------------- */

static int do_create(char **arg)
{
	int vm, kvm = open("/dev/kvm", O_RDWR | O_CLOEXEC);

	(void)arg;
	if (kvm < 0)
		return -1;
	vm = ioctl(kvm, KVM_CREATE_VM, 0);
	close(kvm);
	return vm;
}

/* create-many N: the last descriptor, or where it failed */
static int do_create_many(char **arg)
{
	int n = atoi(arg[0]), vm = -1;

	while (n-- > 0) {
		vm = do_create(NULL);
		if (vm < 0)
			return -1;
	}
	return vm;
}

static int do_close(char **arg)
{
	return close(atoi(arg[0]));
}

static int attach(int fd, unsigned int flags, char **arg)
{
	struct kvmshare_vm_attach call = {
		.size = sizeof(call),
		.flags = flags,
		.vm_fd = fd,
	};

	copy_text(call.name, arg[0]);
	copy_text(call.tenant, arg[0] ? arg[1] : NULL);
	if (open_ctl() < 0 || ioctl(ctl, KVMSHARE_VM_ATTACH, &call))
		return -1;
	return call.id;
}

/* attach FD [NAME [TENANT]]; "-" is an empty one */
static int do_attach(char **arg)
{
	return attach(atoi(arg[0]), 0, arg + 1);
}

/* expect [NAME [TENANT]] */
static int do_expect(char **arg)
{
	return attach(-1, KVMSHARE_VM_EXPECT, arg);
}

/* expect-many N: so many children, one after the other, which announce a VM and end */
static int do_expect_many(char **arg)
{
	char *none[] = { NULL };
	int n = atoi(arg[0]);
	pid_t pid;

	if (open_ctl() < 0)
		return -1;
	while (n-- > 0) {
		pid = fork();
		if (!pid)
			_exit(do_expect(none) < 0);
		/* Nobody collects our children: this waits until it is gone. */
		if (pid < 0 || waitpid(pid, NULL, 0) >= 0)
			return -1;
	}
	return 0;
}

/* name ID NAME, tenant ID TENANT */
static int set(char **arg, unsigned int flag)
{
	struct kvmshare_vm_set call = {
		.size = sizeof(call),
		.flags = flag,
		.id = strtoull(arg[0], NULL, 10),
	};

	copy_text(call.name, arg[1]);
	copy_text(call.tenant, arg[1]);
	return open_ctl() < 0 ? -1 : ioctl(ctl, KVMSHARE_VM_SET, &call);
}

static int do_name(char **arg)
{
	return set(arg, KVMSHARE_VM_SET_NAME);
}

static int do_tenant(char **arg)
{
	return set(arg, KVMSHARE_VM_SET_TENANT);
}

/* A child with all of the descriptors, which do not end with exec here. */
static int do_fork(char **arg)
{
	pid_t pid = fork();

	(void)arg;
	if (!pid) {
		close(0);
		close(1);
		wait_forever();
	}
	return pid;
}

static int sleep_forever(void *arg)
{
	(void)arg;
	wait_forever();
}

/* A process of its own that shares memory and descriptors; outlives us. */
static int do_share(char **arg)
{
	static char stack[65536];

	(void)arg;
	return clone(sleep_forever, stack + sizeof(stack),
		     CLONE_VM | CLONE_FILES | SIGCHLD, NULL);
}

/* many FD N: duplicates, up to the limit that it raises first */
static int do_many(char **arg)
{
	struct rlimit limit = { 1 << 20, 1 << 20 };
	int n = atoi(arg[1]), fd = -1;

	setrlimit(RLIMIT_NOFILE, &limit);
	while (n-- > 0) {
		fd = dup(atoi(arg[0]));
		if (fd < 0)
			return -1;
	}
	return fd;
}

/* move FD TO: so that it stands far out in the table */
static int do_move(char **arg)
{
	struct rlimit limit = { 1 << 20, 1 << 20 };
	int fd;

	setrlimit(RLIMIT_NOFILE, &limit);
	fd = dup3(atoi(arg[0]), atoi(arg[1]), O_CLOEXEC);
	if (fd >= 0)
		close(atoi(arg[0]));
	return fd;
}

static int do_opath(char **arg)
{
	char path[64];

	snprintf(path, sizeof(path), "/proc/self/fd/%s", arg[0]);
	return open(path, O_PATH | O_CLOEXEC);
}

/* A file that a process may name as it likes. */
static int do_memfd(char **arg)
{
	return memfd_create(arg[0], MFD_CLOEXEC);
}

static int do_devnull(char **arg)
{
	(void)arg;
	return open("/dev/null", O_RDWR | O_CLOEXEC);
}

/* -- Threads --------------------------------------------------------------- */

static void commands(void);

static void *command_thread(void *arg)
{
	(void)arg;
	commands();
	exit(0);
}

/* The leader exits; another thread reads on. */
static int do_leader_exits(char **arg)
{
	pthread_t thread;

	(void)arg;
	if (pthread_create(&thread, NULL, command_thread, NULL))
		return -1;
	answer(0);
	pthread_exit(NULL);
}

static int made = -1;

static void *private_vm(void *arg)
{
	(void)arg;
	if (!unshare(CLONE_FILES))
		made = do_create(NULL);
	else
		made = -2;
	wait_forever();
}

/* A VM in the table of one thread only. */
static int do_private(char **arg)
{
	pthread_t thread;

	(void)arg;
	if (pthread_create(&thread, NULL, private_vm, NULL))
		return -1;
	while (__atomic_load_n(&made, __ATOMIC_SEQ_CST) == -1)
		usleep(1000);
	return made;
}

static void *be_traced(void *arg)
{
	*(pid_t *)arg = gettid();
	wait_forever();
}

/*
 * A thread of ours is traced by a process that never reaps it, so that it
 * stays in the thread group when all is killed.  Gives the tracer's pid.
 */
static int do_traced_thread(char **arg)
{
	static pid_t thread_id;
	pthread_t thread;
	int ready[2];
	pid_t tracer;
	char c;

	(void)arg;
	prctl(PR_SET_PTRACER, PR_SET_PTRACER_ANY);
	if (pipe(ready) || pthread_create(&thread, NULL, be_traced, &thread_id))
		return -1;
	while (!__atomic_load_n(&thread_id, __ATOMIC_SEQ_CST))
		usleep(1000);
	tracer = fork();
	if (!tracer) {
		setsid();
		close(0);
		close(1);
		if (ptrace(PTRACE_SEIZE, thread_id, 0, 0) ||
		    write(ready[1], "x", 1) != 1)
			_exit(1);
		wait_forever();
	}
	close(ready[1]);
	return read(ready[0], &c, 1) == 1 ? tracer : -1;
}

/* -- Passing descriptors --------------------------------------------------- */

static int send_fd(int to, int fd)
{
	char control[CMSG_SPACE(sizeof(int))] = { 0 };
	struct iovec data = { .iov_base = "x", .iov_len = 1 };
	struct msghdr msg = {
		.msg_iov = &data,
		.msg_iovlen = 1,
		.msg_control = control,
		.msg_controllen = sizeof(control),
	};
	struct cmsghdr *cmsg = CMSG_FIRSTHDR(&msg);

	cmsg->cmsg_level = SOL_SOCKET;
	cmsg->cmsg_type = SCM_RIGHTS;
	cmsg->cmsg_len = CMSG_LEN(sizeof(int));
	memcpy(CMSG_DATA(cmsg), &fd, sizeof(fd));
	return sendmsg(to, &msg, 0);
}

static int receive_fd(int from)
{
	char control[CMSG_SPACE(sizeof(int))], c;
	struct iovec data = { .iov_base = &c, .iov_len = 1 };
	struct msghdr msg = {
		.msg_iov = &data,
		.msg_iovlen = 1,
		.msg_control = control,
		.msg_controllen = sizeof(control),
	};
	int fd;

	if (recvmsg(from, &msg, 0) != 1)
		return -1;
	memcpy(&fd, CMSG_DATA(CMSG_FIRSTHDR(&msg)), sizeof(fd));
	return fd;
}

/*
 * pass FD: to a process that makes a VM of its own too, and tries to enter the
 * one it was given.  Gives that call's errno, as a number.
 */
static int do_pass(char **arg)
{
	int pair[2], result;
	pid_t pid;

	if (socketpair(AF_UNIX, SOCK_SEQPACKET, 0, pair))
		return -1;
	pid = fork();
	if (!pid) {
		int fd;
		char *none[] = { NULL };

		close(0);
		close(1);
		close(atoi(arg[0]));
		fd = receive_fd(pair[1]);
		ctl = -1;
		result = attach(fd, 0, none) < 0 ? errno : 0;
		if (write(pair[1], &result, sizeof(result)) < 0)
			_exit(1);
		wait_forever();
	}
	if (send_fd(pair[0], atoi(arg[0])) < 0 ||
	    read(pair[0], &result, sizeof(result)) != sizeof(result))
		return -1;
	return result;
}

/* -- Dispatch -------------------------------------------------------------- */

static int do_exec(char **arg)
{
	(void)arg;
	setenv("VMM_EXECED", "1", 1);
	return execv("/proc/self/exe", arguments);
}

static void *exec_thread(void *arg)
{
	do_exec(arg);
	return NULL;
}

/* exec by a thread that is not the leader */
static int do_thread_exec(char **arg)
{
	pthread_t thread;

	if (pthread_create(&thread, NULL, exec_thread, arg))
		return -1;
	wait_forever();
}

static int do_uid(char **arg)
{
	int uid = atoi(arg[0]);

	return setgid(uid) ? -1 : setuid(uid);
}

/* A user namespace of its own, whose uids others map. */
static int do_userns(char **arg)
{
	(void)arg;
	return unshare(CLONE_NEWUSER);
}

static int do_quit(char **arg)
{
	(void)arg;
	exit(0);
}

static const struct {
	const char *name;
	int (*run)(char **arg);
} table[] = {
	{ "attach", do_attach },
	{ "close", do_close },
	{ "create", do_create },
	{ "create-many", do_create_many },
	{ "devnull", do_devnull },
	{ "exec", do_exec },
	{ "expect", do_expect },
	{ "expect-many", do_expect_many },
	{ "fork", do_fork },
	{ "leader-exits", do_leader_exits },
	{ "many", do_many },
	{ "memfd", do_memfd },
	{ "move", do_move },
	{ "name", do_name },
	{ "opath", do_opath },
	{ "pass", do_pass },
	{ "private", do_private },
	{ "quit", do_quit },
	{ "share", do_share },
	{ "tenant", do_tenant },
	{ "thread-exec", do_thread_exec },
	{ "traced-thread", do_traced_thread },
	{ "uid", do_uid },
	{ "userns", do_userns },
};

static void run_command(char *line)
{
	char *words[5] = { NULL };
	unsigned int i;

	words[0] = strtok(line, " \n");
	for (i = 1; i < 4; i++)
		words[i] = strtok(NULL, " \n");
	if (!words[0])
		return;
	for (i = 0; i < sizeof(table) / sizeof(table[0]); i++) {
		if (!strcmp(table[i].name, words[0])) {
			answer(table[i].run(words + 1));
			return;
		}
	}
	printf("no command %s\n", words[0]);
	fflush(stdout);
}

/* By single bytes, so that what follows an exec is not read ahead of it. */
static void commands(void)
{
	char line[256];
	size_t len = 0;

	while (read(0, line + len, 1) == 1) {
		if (line[len] != '\n' && len < sizeof(line) - 2) {
			len++;
			continue;
		}
		line[len] = '\0';
		len = 0;
		run_command(line);
	}
}

int main(int argc, char **argv)
{
	(void)argc;
	arguments = argv;
	signal(SIGCHLD, SIG_IGN);
	if (getenv("VMM_EXECED"))
		answer(0);
	commands();
	return 0;
}
