// SPDX-License-Identifier: GPL-2.0
#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <grp.h>
#include <linux/bpf.h>
#include <linux/capability.h>
#include <linux/perf_event.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/mount.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <sys/wait.h>
#include <unistd.h>

#include "fires.h"

/* Whether they are let do it says nothing: that they are asked is what counts. */
#define TRY(call)	do { if (call) { /* it is refused */ } } while (0)

static void try_memory(void)
{
	char byte = 0, other = 0;
	struct iovec to = { &byte, 1 }, from = { &other, 1 };
	void *page = mmap(NULL, 4096, PROT_READ, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

	TRY(mprotect(page, 4096, PROT_READ | PROT_WRITE));
	munmap(page, 4096);
	/* Of its parent: of itself nobody is asked. */
	TRY(process_vm_readv(getppid(), &to, 1, &from, 1, 0) < 0);
	close((int)syscall(SYS_userfaultfd, O_CLOEXEC | 1 /* of user space alone */));
}

static void try_files(void)
{
	char dir[] = "/tmp/kvmshare-XXXXXX";
	int fd = open("/dev/null", O_RDONLY | O_CLOEXEC), here;
	struct stat stat_buf;

	TRY(ioctl(fd, 0));
#if defined(__x86_64__)
	/* As programs for 32 bits ask: 54 is ioctl() there. */
	__asm__ volatile("int $0x80" : "=a"(here) : "a"(54), "b"(fd), "c"(0), "d"(0) : "memory", "r8", "r9", "r10", "r11");
#endif
	TRY(fstat(fd, &stat_buf));
	close(fd);
	if (!mkdtemp(dir))
		return;
	here = open(dir, O_PATH | O_DIRECTORY | O_CLOEXEC);
	TRY(mknodat(here, "node", S_IFIFO | 0600, 0));
	TRY(linkat(here, "node", here, "another", 0));
	TRY(renameat(here, "another", here, "other"));
	TRY(unlinkat(here, "other", 0));
	TRY(unlinkat(here, "another", 0));
	TRY(unlinkat(here, "node", 0));
	close(here);
	TRY(rmdir(dir));
}

static void try_network(void)
{
	struct sockaddr_in address = { .sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
	int fd = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);

	TRY(bind(fd, (struct sockaddr *)&address, sizeof(address)));
	address.sin_port = htons(9);
	TRY(connect(fd, (struct sockaddr *)&address, sizeof(address)));
	close(fd);
}

/* To itself: it is handed what it has. */
static void try_to_hand_over(void)
{
	char control[CMSG_SPACE(sizeof(int))] = { 0 }, byte = 0;
	struct iovec data = { &byte, 1 };
	struct msghdr message = {
		.msg_iov = &data, .msg_iovlen = 1, .msg_control = control, .msg_controllen = sizeof(control),
	};
	struct cmsghdr *head = CMSG_FIRSTHDR(&message);
	int ends[2];

	if (socketpair(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0, ends))
		return;
	head->cmsg_level = SOL_SOCKET;
	head->cmsg_type = SCM_RIGHTS;
	head->cmsg_len = CMSG_LEN(sizeof(int));
	*(int *)CMSG_DATA(head) = ends[0];
	TRY(sendmsg(ends[0], &message, 0) < 0);
	TRY(recvmsg(ends[1], &message, MSG_CMSG_CLOEXEC) < 0);
}

/* What it is already. */
static void try_rights(void)
{
	struct __user_cap_header_struct head = { .version = _LINUX_CAPABILITY_VERSION_3 };
	struct __user_cap_data_struct data[2];
	gid_t groups[64];
	int nr = getgroups(64, groups);

	TRY(setgroups(nr > 0 ? (size_t)nr : 0, groups));
	TRY(setgid(getgid()));
	TRY(setuid(getuid()));
	TRY(syscall(SYS_capget, &head, data));
	TRY(syscall(SYS_capset, &head, data));
	TRY(kill(getppid(), 0));
}

/* In a mount namespace of its own, which ends with this child. */
static void try_mounts(void)
{
	int tree;

	if (unshare(CLONE_NEWNS) || mount(NULL, "/", NULL, MS_REC | MS_PRIVATE, NULL))
		return;
	TRY(mount("none", "/tmp", "tmpfs", 0, NULL));
	tree = (int)syscall(SYS_open_tree, AT_FDCWD, "/tmp", 1 /* a copy of it */ | O_CLOEXEC);
	TRY(syscall(SYS_move_mount, tree, "", AT_FDCWD, "/tmp", 4 /* what the first one is */));
	TRY(umount2("/tmp", MNT_DETACH));
	/* To what it is already: the kernel asks, and nothing changes. */
	TRY(chroot("/"));
	TRY(syscall(SYS_pivot_root, "/", "/"));
	TRY(unshare(CLONE_NEWUSER));
}

/* Neither is one: the kernel asks, looks at it, and takes nothing. */
static void try_modules(void)
{
	static const char nothing[4096];
	int self = open("/proc/self/exe", O_RDONLY | O_CLOEXEC);

	TRY(syscall(SYS_finit_module, self, "", 0));
	TRY(syscall(SYS_init_module, nothing, sizeof(nothing), ""));
	close(self);
}

static void try_kernel(void)
{
	struct perf_event_attr event = {
		.type = PERF_TYPE_SOFTWARE, .size = sizeof(event), .config = PERF_COUNT_SW_TASK_CLOCK,
	};
	union bpf_attr attr = { .map_type = BPF_MAP_TYPE_ARRAY, .key_size = 4, .value_size = 4, .max_entries = 1 };

	close((int)syscall(SYS_perf_event_open, &event, 0, -1, -1, 0));
	close((int)syscall(SYS_bpf, BPF_MAP_CREATE, &attr, sizeof(attr)));
}

static void try_to_execute(void)
{
	execl("/bin/true", "true", (char *)NULL);
}

static void in_child(void (*act)(void))
{
	pid_t pid = fork();

	if (!pid) {
		act();
		_exit(0);
	}
	while (pid > 0 && waitpid(pid, NULL, 0) < 0 && errno == EINTR)
		;
}

void fires_acts(void)
{
	static void (*const acts[])(void) = {
		try_memory, try_files, try_network, try_to_hand_over, try_rights, try_mounts, try_modules, try_kernel,
		try_to_execute,
	};

	for (size_t i = 0; i < sizeof(acts) / sizeof(acts[0]); i++)
		in_child(acts[i]);
}
