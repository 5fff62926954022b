// SPDX-License-Identifier: GPL-2.0
/*
 * sealed: tries every way to make its own memory mergeable, and says of each whether it
 * was denied.  Where all are it exits with 0.
 *
 * sealed given COMMAND...: becomes that, with a ring of io_uring open, and with all its
 * memory mergeable by prctl, where the kernel has that.
 * sealed has: says whether it has either, and exits with 0 where it has none.
 */
#define _GNU_SOURCE
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <linux/io_uring.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <unistd.h>

#define SIZE	(4UL << 20)
#ifndef PR_SET_MEMORY_MERGE
#define PR_SET_MEMORY_MERGE	67
#define PR_GET_MEMORY_MERGE	68
#endif

/* arch/x86/entry/syscalls: what libc does not tell of the other ways. */
#define I386_MADVISE		219
#define I386_PRCTL		172
#define IO_URING_SETUP		425
#define IO_URING_ENTER		426
#define IO_URING_REGISTER	427
#define PROCESS_MADVISE		440
#define X32			0x40000000L

static bool all_denied = true;

static void said(const char *way, long result)
{
	bool denied = result == -EPERM;

	all_denied &= denied;
	printf("%s: %s\n", way, denied ? "denied" : result < 0 ? strerror((int)-result) : "done");
}

static long native(long nr, long a, long b, long c, long d, long e)
{
	long result = syscall(nr, a, b, c, d, e);

	return result < 0 ? -errno : result;
}

#ifdef __x86_64__
static long i386(long nr, long a, long b, long c)
{
	int result;

	__asm__ volatile("int $0x80" : "=a"(result)
			 : "a"((int)nr), "b"((int)a), "c"((int)b), "d"((int)c), "S"(0), "D"(0)
			 : "memory", "r8", "r9", "r10", "r11");
	return result;
}

static void try_the_others(char *memory)
{
	struct iovec range = { memory, SIZE };
	long at = (long)memory;

	said("madvise, as of 32 bits", i386(I386_MADVISE, at, SIZE, MADV_MERGEABLE));
	said("prctl, as of 32 bits", i386(I386_PRCTL, PR_SET_MEMORY_MERGE, 1, 0));
	said("io_uring_setup, as of 32 bits", i386(IO_URING_SETUP, 1, 0, 0));
	said("madvise, of x32", native(X32 + SYS_madvise, at, SIZE, MADV_MERGEABLE, 0, 0));
	said("process_madvise, of x32",
	     native(X32 + PROCESS_MADVISE, -1, (long)&range, 1, MADV_MERGEABLE, 0));
	said("prctl, of x32", native(X32 + SYS_prctl, PR_SET_MEMORY_MERGE, 1, 0, 0, 0));
	said("io_uring_setup, of x32", native(X32 + IO_URING_SETUP, 1, 0, 0, 0, 0));
}
#else
static void try_the_others(char *memory)
{
}
#endif

static int try_all(void)
{
	char *memory = mmap(NULL, SIZE, PROT_READ | PROT_WRITE,
			    MAP_PRIVATE | MAP_ANONYMOUS | MAP_32BIT, -1, 0);
	struct iovec range = { memory, SIZE };

	if (memory == MAP_FAILED) {
		perror("mmap");
		return 2;
	}
	/* The upper half of an advice is nobody's: the kernel does not look at it. */
	said("madvise", native(SYS_madvise, (long)memory, SIZE, MADV_MERGEABLE, 0, 0));
	said("madvise, and more", native(SYS_madvise, (long)memory, SIZE,
					 MADV_MERGEABLE | 1L << 32, 0, 0));
	said("process_madvise", native(PROCESS_MADVISE, -1, (long)&range, 1, MADV_MERGEABLE, 0));
	said("process_madvise, and more", native(PROCESS_MADVISE, -1, (long)&range, 1,
						 MADV_MERGEABLE | 1L << 32, 0));
	said("prctl, and more", native(SYS_prctl, PR_SET_MEMORY_MERGE | 1L << 32, 1, 0, 0, 0));
	said("prctl", native(SYS_prctl, PR_SET_MEMORY_MERGE, 1, 0, 0, 0));
	said("io_uring_setup", native(IO_URING_SETUP, 1, 0, 0, 0, 0));
	said("io_uring_enter", native(IO_URING_ENTER, -1, 1, 0, 0, 0));
	said("io_uring_register", native(IO_URING_REGISTER, -1, 0, 0, 0, 0));
	try_the_others(memory);
	/* What has nothing to do with it goes on as before. */
	if (madvise(memory, SIZE, MADV_DONTNEED) || prctl(PR_GET_DUMPABLE, 0, 0, 0, 0) < 0) {
		perror("what is harmless");
		return 2;
	}
	return all_denied ? 0 : 1;
}

/* -- What is handed over ---------------------------------------------------- */

static int give(char **command)
{
	struct io_uring_params params = { 0 };
	long ring = native(IO_URING_SETUP, 1, (long)&params, 0, 0, 0);
	long rc = native(SYS_prctl, PR_SET_MEMORY_MERGE, 1, 0, 0, 0);

	if (ring < 0 || fcntl((int)ring, F_SETFD, 0) || (rc && rc != -EINVAL)) {
		fprintf(stderr, "ring: %ld, prctl: %ld\n", ring, rc);
		return 2;
	}
	execvp(command[0], command);
	perror(command[0]);
	return 2;
}

static int count_rings(void)
{
	DIR *fds = opendir("/proc/self/fd");
	struct dirent *entry;
	char target[64] = "";
	int rings = 0;

	while (fds && (entry = readdir(fds))) {
		memset(target, 0, sizeof(target));
		if (readlinkat(dirfd(fds), entry->d_name, target, sizeof(target) - 1) > 0)
			rings += !strcmp(target, "anon_inode:[io_uring]");
	}
	if (fds)
		closedir(fds);
	return rings;
}

static int has(void)
{
	int rings = count_rings();
	long merge = native(SYS_prctl, PR_GET_MEMORY_MERGE, 0, 0, 0, 0);

	printf("rings: %d, all of its memory mergeable: %s\n", rings,
	       merge > 0 ? "yes" : merge ? "no kernel has that" : "no");
	return rings || merge > 0;
}

int main(int argc, char **argv)
{
	if (argc > 2 && !strcmp(argv[1], "given"))
		return give(argv + 2);
	if (argc == 2 && !strcmp(argv[1], "has"))
		return has();
	return try_all();
}
