// SPDX-License-Identifier: GPL-2.0
/*
 * act NAME [ARG]: become a VMM whose vCPU has run, and do what no VMM should; or, where
 * NAME begins with "to-", have a VMM and do it to that.
 *
 * Says "done" where it came to pass, "refused" where it was not permitted, and "no: WHY"
 * for anything else.  ARG is of the act: a process, a file, or a directory.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <linux/bpf.h>
#include <linux/capability.h>
#include <linux/filter.h>
#include <linux/perf_event.h>
#include <linux/seccomp.h>
#include <netinet/in.h>
#include <pthread.h>
#include <sched.h>
#include <signal.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/mount.h>
#include <sys/prctl.h>
#include <sys/ptrace.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/sysmacros.h>
#include <sys/uio.h>
#include <sys/wait.h>
#include <unistd.h>

#include "act_vmm.h"

/* Not all acts have an argument. */
#pragma GCC diagnostic ignored "-Wunused-parameter"

/* -- What it does ----------------------------------------------------------------- */

/* In a child; 0 if that ended with 0, else -1 with its errno. */
static int in_child(int (*what)(const char *arg), const char *arg)
{
	int status;
	pid_t pid = fork();

	if (!pid)
		_exit(what(arg) ? errno : 0);
	if (pid < 0 || waitpid(pid, &status, 0) < 0)
		return -1;
	if (WIFSIGNALED(status)) {
		errno = EINTR;
		return -1;
	}
	errno = WEXITSTATUS(status);
	return errno ? -1 : 0;
}

static int exec_true(const char *arg)
{
	char *const argv[] = { "true", NULL };

	return execv("/bin/true", argv);
}

static int act_exec(const char *arg)
{
	return in_child(exec_true, arg);
}

/* By a shell of a shell, as a helper would. */
static int exec_twice(const char *arg)
{
	return in_child(exec_true, arg);
}

static int act_exec_helper(const char *arg)
{
	return in_child(exec_twice, arg);
}

static int act_exec_vfork(const char *arg)
{
	int status;
	volatile int failed = 0;	/* the child's is the same */
	pid_t pid = vfork();

	if (!pid) {
		execl("/bin/true", "true", NULL);
		failed = errno;
		_exit(127);
	}
	waitpid(pid, &status, 0);
	errno = failed;
	return failed ? -1 : 0;
}

static void *exec_in_thread(void *argv)
{
	execv(*(char **)argv, argv);
	return (void *)(intptr_t)errno;
}

/* By another thread than the first, which then is the first. */
static int exec_by_thread(char *const argv[])
{
	pthread_t thread;
	void *error;

	pthread_create(&thread, NULL, exec_in_thread, (void *)argv);
	pthread_join(thread, &error);
	errno = (int)(intptr_t)error;
	return -1;
}

static int true_by_thread(const char *arg)
{
	char *const argv[] = { "/bin/true", NULL };

	return exec_by_thread(argv);
}

static int act_exec_thread(const char *arg)
{
	return in_child(true_by_thread, arg);
}

/* What it became by such a thread is still its own: told by the exec of that. */
static int shell_by_thread(const char *arg)
{
	char *const argv[] = { "/bin/sh", "-c", "/bin/true", NULL };

	return exec_by_thread(argv);
}

static int act_exec_shell(const char *arg)
{
	return in_child(shell_by_thread, arg);
}

static int copy_of_true(int to)
{
	char bytes[65536];
	int from = open("/bin/true", O_RDONLY);
	ssize_t got;

	while ((got = read(from, bytes, sizeof(bytes))) > 0)
		if (write(to, bytes, (size_t)got) != got)
			return -1;
	close(from);
	return got < 0 ? -1 : 0;
}

static int exec_descriptor(const char *arg)
{
	char *const argv[] = { "true", NULL }, *const none[] = { NULL };

	return fexecve(atoi(arg), argv, none);
}

static int exec_copy(int fd)
{
	char path[32], number[16];
	int again;

	/* Not while it is open for writing. */
	snprintf(path, sizeof(path), "/proc/self/fd/%d", fd);
	again = open(path, O_RDONLY);
	close(fd);
	snprintf(number, sizeof(number), "%d", again);
	return in_child(exec_descriptor, number);
}

static int act_exec_memfd(const char *arg)
{
	int fd = memfd_create("act", 0);

	if (fd < 0 || copy_of_true(fd))
		return -1;
	return exec_copy(fd);
}

static int act_exec_removed(const char *arg)
{
	char path[] = "/var/tmp/act-XXXXXX";
	int fd = mkstemp(path), rc;

	if (fd < 0 || copy_of_true(fd) || fchmod(fd, 0755))
		return -1;
	rc = open(path, O_RDONLY);
	close(fd);
	unlink(path);
	snprintf(path, sizeof(path), "%d", rc);
	return in_child(exec_descriptor, path);
}

static int act_ptrace(const char *arg)
{
	pid_t pid = atoi(arg);

	if (ptrace(PTRACE_ATTACH, pid, NULL, NULL))
		return -1;
	waitpid(pid, NULL, __WALL);
	return (int)ptrace(PTRACE_DETACH, pid, NULL, NULL);
}

static int act_seize(const char *arg)
{
	return (int)ptrace(PTRACE_SEIZE, atoi(arg), NULL, NULL);
}

/* Whatever is there: its stack's end is in the auxiliary vector's neighbourhood. */
static int act_readv(const char *arg)
{
	char path[64], byte;
	unsigned long from;
	struct iovec mine = { &byte, 1 }, its = { NULL, 1 };
	FILE *maps;

	snprintf(path, sizeof(path), "/proc/%s/maps", arg);
	maps = fopen(path, "r");
	if (!maps || fscanf(maps, "%lx", &from) != 1)
		from = 0x400000;	/* it is asked all the same, and refused before that is looked at */
	if (maps)
		fclose(maps);
	its.iov_base = (void *)from;
	return process_vm_readv(atoi(arg), &mine, 1, &its, 1, 0) == 1 ? 0 : -1;
}

static int act_procmem(const char *arg)
{
	char path[64];

	snprintf(path, sizeof(path), "/proc/%s/mem", arg);
	return open(path, O_RDONLY) < 0 ? -1 : 0;
}

static int act_signal(const char *arg)
{
	return kill(atoi(arg), SIGCONT);
}

static int act_kill_thread(const char *arg)
{
	return (int)syscall(SYS_tgkill, atoi(arg), atoi(arg), SIGCONT);
}

static int act_setuid(const char *arg)
{
	return setresuid(1000, 1000, 1000);
}

static int act_setgid(const char *arg)
{
	return setresgid(1000, 1000, 1000);
}

static int act_capset(const char *arg)
{
	struct __user_cap_header_struct head = { .version = _LINUX_CAPABILITY_VERSION_3 };
	struct __user_cap_data_struct data[2];

	if (syscall(SYS_capget, &head, data))
		return -1;
	data[0].effective &= ~(1U << CAP_SYS_NICE);
	return (int)syscall(SYS_capset, &head, data);
}

static int unshare_user(const char *arg)
{
	return unshare(CLONE_NEWUSER);
}

/* Not by itself: newer kernels give a VMM a thread of KVM's, and who has threads may not. */
static int act_userns(const char *arg)
{
	return in_child(unshare_user, arg);
}

static int act_clone_userns(const char *arg)
{
	int status;
	pid_t pid = (pid_t)syscall(SYS_clone, CLONE_NEWUSER | SIGCHLD, NULL, NULL, NULL, NULL);

	if (!pid)
		_exit(0);
	return pid < 0 ? -1 : (int)(waitpid(pid, &status, 0) < 0);
}

static int act_mount(const char *arg)
{
	return mount("act", arg, "tmpfs", 0, NULL);
}

static int act_bind(const char *arg)
{
	return mount(arg, arg, NULL, MS_BIND, NULL);
}

static int act_umount(const char *arg)
{
	return umount2(arg, MNT_DETACH);
}

static int act_finit_module(const char *arg)
{
	int fd = open(arg, O_RDONLY | O_CLOEXEC);

	return fd < 0 ? -1 : (int)syscall(SYS_finit_module, fd, "", 0);
}

static int act_init_module(const char *arg)
{
	int fd = open(arg, O_RDONLY | O_CLOEXEC);
	struct stat st;
	char *image;

	if (fd < 0 || fstat(fd, &st))
		return -1;
	image = malloc((size_t)st.st_size);
	if (read(fd, image, (size_t)st.st_size) != st.st_size)
		return -1;
	return (int)syscall(SYS_init_module, image, st.st_size, "");
}

static int act_bpf(const char *arg)
{
	union bpf_attr attr = { .map_type = BPF_MAP_TYPE_ARRAY, .key_size = 4, .value_size = 4, .max_entries = 1 };

	return (int)syscall(SYS_bpf, BPF_MAP_CREATE, &attr, sizeof(attr)) < 0 ? -1 : 0;
}

static int act_perf(const char *arg)
{
	struct perf_event_attr attr = { .type = PERF_TYPE_SOFTWARE, .size = sizeof(attr), .config = PERF_COUNT_SW_TASK_CLOCK };

	return syscall(SYS_perf_event_open, &attr, 0, -1, -1, 0) < 0 ? -1 : 0;
}

static int act_wx(const char *arg)
{
	return mmap(NULL, PAGE, PROT_READ | PROT_WRITE | PROT_EXEC, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0) == MAP_FAILED ? -1 : 0;
}

static int act_w_then_x(const char *arg)
{
	void *page = mmap(NULL, PAGE, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

	return mprotect(page, PAGE, PROT_READ | PROT_EXEC);
}

/* Not writable any more when it becomes executable. */
static int act_w_r_x(const char *arg)
{
	char *page = mmap(NULL, PAGE, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

	page[0] = (char)0xc3;
	if (mprotect(page, PAGE, PROT_READ))
		return -1;
	return mprotect(page, PAGE, PROT_READ | PROT_EXEC);
}

static int act_wx_later(const char *arg)
{
	void *page = mmap(NULL, PAGE, PROT_READ, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

	return mprotect(page, PAGE, PROT_READ | PROT_WRITE | PROT_EXEC);
}

static int act_uring(const char *arg)
{
	char params[120] = "";

	return syscall(SYS_io_uring_setup, 1, params) < 0 ? -1 : 0;
}

static int act_userfault(const char *arg)
{
	return syscall(SYS_userfaultfd, O_CLOEXEC) < 0 ? -1 : 0;
}

static struct sockaddr_in address(unsigned short port)
{
	return (struct sockaddr_in){ .sin_family = AF_INET, .sin_port = htons(port), .sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
}

/* Nobody listens there: to be told so is to have got there. */
static int act_connect(const char *arg)
{
	struct sockaddr_in to = address(9);
	int fd = socket(AF_INET, SOCK_STREAM, 0);

	return connect(fd, (struct sockaddr *)&to, sizeof(to)) && errno != ECONNREFUSED ? -1 : 0;
}

static int act_connect_udp(const char *arg)
{
	struct sockaddr_in to = address(9);

	return connect(socket(AF_INET, SOCK_DGRAM, 0), (struct sockaddr *)&to, sizeof(to));
}

static int act_listen(const char *arg)
{
	struct sockaddr_in at = address(0);

	return bind(socket(AF_INET, SOCK_STREAM, 0), (struct sockaddr *)&at, sizeof(at));
}

static int act_node(const char *arg)
{
	char path[256];
	int rc;

	snprintf(path, sizeof(path), "%s/node", arg);
	rc = mknod(path, S_IFBLK | 0600, makedev(8, 0));
	if (!rc)
		unlink(path);
	return rc;
}

static int act_open(const char *arg)
{
	return open(arg, O_RDONLY) < 0 ? -1 : 0;
}

static int act_second_vm(const char *arg)
{
	return ioctl(kvm, KVM_CREATE_VM, 0) < 0 ? -1 : 0;
}

static int act_segv(const char *arg)
{
	printf("done\n");
	fflush(stdout);
	raise(SIGSEGV);
	return -1;
}

/* As QEMU's own filter does to one that was broken into. */
static int act_sigsys(const char *arg)
{
	struct sock_filter kill = BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_KILL_PROCESS);
	const struct sock_fprog filter = { 1, &kill };

	printf("done\n");
	fflush(stdout);
	prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0);
	prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &filter, 0, 0);
	syscall(SYS_getpid);
	return -1;
}

/* -- What is done to it ------------------------------------------------------------- */

/* Hands its VM to who made it. */
static int act_receive(const char *arg)
{
	char byte, control[CMSG_SPACE(sizeof(int))] = "";
	struct iovec iov = { &byte, 1 };
	struct msghdr message = { .msg_iov = &iov, .msg_iovlen = 1, .msg_control = control, .msg_controllen = sizeof(control) };
	struct cmsghdr *head;

	if (recvmsg(atoi(arg), &message, 0) < 0)
		return -1;
	head = CMSG_FIRSTHDR(&message);
	errno = EPERM;
	return head && head->cmsg_type == SCM_RIGHTS ? 0 : -1;
}

static void send_vm(int to)
{
	char byte = 0, control[CMSG_SPACE(sizeof(int))] = "";
	struct iovec iov = { &byte, 1 };
	struct msghdr message = { .msg_iov = &iov, .msg_iovlen = 1, .msg_control = control, .msg_controllen = sizeof(control) };
	struct cmsghdr *head = CMSG_FIRSTHDR(&message);

	head->cmsg_level = SOL_SOCKET;
	head->cmsg_type = SCM_RIGHTS;
	head->cmsg_len = CMSG_LEN(sizeof(int));
	memcpy(CMSG_DATA(head), &vm, sizeof(int));
	sendmsg(to, &message, 0);
}

static const struct act {
	const char *name;
	int (*run)(const char *arg);
} acts[] = {
	{ "exec", act_exec }, { "exec-helper", act_exec_helper }, { "exec-vfork", act_exec_vfork },
	{ "exec-thread", act_exec_thread }, { "exec-shell", act_exec_shell },
	{ "exec-memfd", act_exec_memfd }, { "exec-removed", act_exec_removed },
	{ "ptrace", act_ptrace }, { "seize", act_seize }, { "readv", act_readv }, { "procmem", act_procmem },
	{ "signal", act_signal }, { "signal-thread", act_kill_thread },
	{ "setuid", act_setuid }, { "setgid", act_setgid }, { "capset", act_capset },
	{ "userns", act_userns }, { "clone-userns", act_clone_userns },
	{ "mount", act_mount }, { "bind-mount", act_bind }, { "umount", act_umount },
	{ "finit-module", act_finit_module }, { "init-module", act_init_module },
	{ "bpf", act_bpf }, { "perf", act_perf },
	{ "wx", act_wx }, { "w-then-x", act_w_then_x }, { "w-r-x", act_w_r_x }, { "wx-later", act_wx_later },
	{ "uring", act_uring }, { "userfault", act_userfault },
	{ "connect", act_connect }, { "connect-udp", act_connect_udp }, { "listen", act_listen },
	{ "node", act_node }, { "device", act_open }, { "open", act_open }, { "second-vm", act_second_vm },
	{ "segv", act_segv }, { "sigsys", act_sigsys },
	{ "to-ptrace", act_ptrace }, { "to-seize", act_seize }, { "to-readv", act_readv },
	{ "to-procmem", act_procmem }, { "to-receive", act_receive },
};

/* A VMM of its own, to do it to: its pid; its VM comes by @from. */
static pid_t start_vmm(int from[2])
{
	int ready[2];
	char byte;
	pid_t pid;

	if (pipe(ready) || socketpair(AF_UNIX, SOCK_STREAM, 0, from))
		die("a socket");
	pid = fork();
	if (!pid) {
		become_vmm();
		send_vm(from[1]);
		if (write(ready[1], "", 1) == 1)
			pause();
		_exit(0);
	}
	close(ready[1]);
	if (pid < 0 || read(ready[0], &byte, 1) != 1)
		die("its VMM");
	return pid;
}

int main(int argc, char **argv)
{
	char arg[256] = "", *name = argc > 1 ? argv[1] : "";
	int from[2], rc;
	pid_t vmm = 0;

	snprintf(arg, sizeof(arg), "%s", argc > 2 ? argv[2] : "");
	for (size_t i = 0; i < sizeof(acts) / sizeof(*acts); i++) {
		if (strcmp(acts[i].name, name))
			continue;
		if (!strncmp(name, "to-", 3)) {
			vmm = start_vmm(from);
			snprintf(arg, sizeof(arg), "%d", strcmp(name, "to-receive") ? vmm : from[0]);
		} else {
			become_vmm();
		}
		rc = acts[i].run(arg);
		if (!rc)
			printf("done\n");
		else if (errno == EPERM || errno == EACCES)
			printf("refused\n");
		else
			printf("no: %s\n", strerror(errno));
		if (vmm)
			kill(vmm, SIGKILL);
		return 0;
	}
	fprintf(stderr, "act: no act of that name: %s\n", name);
	return 2;
}
