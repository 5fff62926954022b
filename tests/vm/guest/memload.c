// SPDX-License-Identifier: GPL-2.0
/*
 * memload OPTION=VALUE...: a VMM with a VM that does not run, and a guest's memory, which
 * is like another's in parts.
 *
 *   mib=N       of memory (64)
 *   same=P      percent of the pages are those of every memload (0)
 *   zero=P      percent are zero (0)
 *   churn=P     percent are written anew each second (0)
 *   day=S       in each S seconds, half of its memory is there for half of them only, as
 *               that of a guest whose balloon grows at night
 *   layout=L    of the same and zero ones: mixed, clustered (whole blocks of 2 MiB), or
 *               one (a single page in each block, whatever same says)
 *   huge=0|1    ask for huge pages, or for none (1)
 *   advise=0|1  the VMM advises its memory mergeable itself (0)
 *   memfd=0|1   shared memory instead of its own (0)
 *   hugetlb=0|1 of hugetlb pages of 2 MiB (0)
 *   lock=0|1    locked (0)
 *   pin=0|1     pinned for a device to use, as VFIO does it, by an io_uring (0)
 *   try=0|1     ten times a second, try to make it mergeable by madvise, prctl and io_uring (0)
 *   vm=0|1      it makes a VM, or is just a process (1)
 *   seed=N      of what is this VM's alone (its pid)
 *
 * Says "ready SAME ZERO" when all is written, how many pages are of these kinds.  A line
 * on the input has it do something; the input's end is its end:
 *
 *   look        is every page as it was written?  It says "right" or "wrong".
 *   hide, show  nobody may read its memory, or it may again
 *   unmerge     what was advised is taken back
 *   swap, stay  a thousand times a second, the halves of its memory change their places;
 *               or they stay, each in its own
 *
 * To the latter it says "done".
 */
#define _GNU_SOURCE
#include <fcntl.h>
#include <linux/capability.h>
#include <linux/io_uring.h>
#include <linux/kvm.h>
#include <poll.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <time.h>
#include <unistd.h>

#ifndef PR_SET_MEMORY_MERGE
#define PR_SET_MEMORY_MERGE	67
#endif

#define PAGE	4096UL
#define BLOCK	512UL	/* pages of a huge one */

enum kind { OWN, SAME, ZERO };

static struct {
	unsigned long mib, same, zero, churn, day, huge, advise, memfd, hugetlb, lock, pin, try;
	unsigned long vm, seed;
	const char *layout;
} want = { .mib = 64, .huge = 1, .vm = 1, .layout = "mixed" };

static uint64_t *memory;
static unsigned long pages;
static bool night;		/* the upper half of it is not there */
static bool swaps, swapped;
static uint64_t *rounds;	/* how often each page was written */

static void fail(const char *what)
{
	perror(what);
	exit(1);
}

static bool take_option(const char *text)
{
	const struct { const char *name; unsigned long *value; } numbers[] = {
		{ "mib=", &want.mib }, { "same=", &want.same }, { "zero=", &want.zero },
		{ "churn=", &want.churn }, { "day=", &want.day }, { "huge=", &want.huge },
		{ "advise=", &want.advise }, { "memfd=", &want.memfd }, { "hugetlb=", &want.hugetlb },
		{ "lock=", &want.lock }, { "pin=", &want.pin }, { "try=", &want.try },
		{ "vm=", &want.vm }, { "seed=", &want.seed },
	};

	for (size_t i = 0; i < sizeof(numbers) / sizeof(numbers[0]); i++) {
		size_t len = strlen(numbers[i].name);

		if (strncmp(text, numbers[i].name, len))
			continue;
		*numbers[i].value = strtoul(text + len, NULL, 0);
		return true;
	}
	if (strncmp(text, "layout=", 7))
		return false;
	want.layout = text + 7;
	return true;
}

/* -- What is in it ----------------------------------------------------------- */

static uint64_t mixed(uint64_t x)
{
	x ^= x >> 30;
	x *= 0xbf58476d1ce4e5b9ULL;
	x ^= x >> 27;
	x *= 0x94d049bb133111ebULL;
	return x ^ x >> 31;
}

/* The same in every VM. */
static enum kind kind_of(unsigned long page)
{
	bool one = !strcmp(want.layout, "one");
	unsigned long place = !strcmp(want.layout, "clustered") ? page / BLOCK : page;
	unsigned long part = mixed(place + 1) % 100;

	if (one)
		return page % BLOCK == 7 ? SAME : OWN;
	if (part < want.same)
		return SAME;
	return part < want.same + want.zero ? ZERO : OWN;
}

/* The first word of a page; the others follow from it. */
static uint64_t begin_of(unsigned long page, enum kind kind)
{
	uint64_t whose = kind == SAME ? 0 : (want.seed << 40) + (rounds[page] << 32);

	return whose + page * BLOCK + 1;
}

static void write_page(unsigned long page)
{
	uint64_t *words = memory + page * (PAGE / 8);
	enum kind kind = kind_of(page);
	uint64_t begin = begin_of(page, kind);

	if (kind == ZERO) {
		memset(words, 0, PAGE);
		return;
	}
	for (unsigned long i = 0; i < PAGE / 8; i++)
		words[i] = mixed(begin + i);
}

static bool page_is_right(unsigned long page)
{
	const uint64_t *words = memory + page * (PAGE / 8);
	enum kind kind = kind_of(page);
	uint64_t begin = begin_of(page, kind);

	for (unsigned long i = 0; i < PAGE / 8; i++)
		if (words[i] != (kind == ZERO ? 0 : mixed(begin + i)))
			return false;
	return true;
}

static bool is_right(void)
{
	for (unsigned long page = 0; page < (night ? pages / 2 : pages); page++)
		if (!page_is_right(page))
			return false;
	return true;
}

static void write_pages(unsigned long page)
{
	for (; page < pages; page++)
		write_page(page);
}

/* All VMs have their nights at the same time. */
static void turn_day(void)
{
	struct timespec now;
	bool before = night;

	clock_gettime(CLOCK_MONOTONIC, &now);
	night = (unsigned long)now.tv_sec % want.day >= want.day / 2;
	if (night && !before)
		madvise(memory + pages / 2 * (PAGE / 8), pages / 2 * PAGE, MADV_DONTNEED);
	else if (before && !night)
		write_pages(pages / 2);
}

/* A tenth of a second's part. */
static void churn(void)
{
	static unsigned long page;

	for (unsigned long i = 0; i < pages * want.churn / 1000; i++) {
		page = (page + 1) % (night ? pages / 2 : pages);
		if (kind_of(page) != OWN)
			continue;
		rounds[page]++;
		write_page(page);
	}
}

/* -- Where it is ------------------------------------------------------------- */

static void make_vm(void)
{
	int kvm = open("/dev/kvm", O_RDWR | O_CLOEXEC);

	if (kvm < 0 || ioctl(kvm, KVM_CREATE_VM, 0UL) < 0)
		fail("/dev/kvm");
	close(kvm);
}

static void make_memory(void)
{
	size_t size = want.mib << 20;
	int fd = want.memfd ? memfd_create("memload", 0) : -1;
	char *all;

	if (want.memfd && (fd < 0 || ftruncate(fd, (off_t)size)))
		fail("memfd");
	/* With room for a huge page's border. */
	all = mmap(NULL, size + BLOCK * PAGE, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	if (all == MAP_FAILED)
		fail("memory");
	all = (char *)(((uintptr_t)all + BLOCK * PAGE - 1) & ~(BLOCK * PAGE - 1));
	memory = mmap(all, size, PROT_READ | PROT_WRITE,
		      MAP_FIXED | (want.hugetlb ? MAP_HUGETLB : 0) |
			      (want.memfd ? MAP_SHARED : MAP_PRIVATE | MAP_ANONYMOUS), fd, 0);
	if (memory == MAP_FAILED)
		fail("memory");
	madvise(memory, size, want.huge ? MADV_HUGEPAGE : MADV_NOHUGEPAGE);
	if (want.advise && madvise(memory, size, MADV_MERGEABLE))
		fail("MADV_MERGEABLE");
	if (want.lock && mlock(memory, size))
		fail("mlock");
	pages = size / PAGE;
	rounds = calloc(pages, sizeof(*rounds));
	if (!rounds)
		fail("memory");
}

/* By each way that a VMM has; what comes of it is not told. */
static void try_to_merge(void)
{
	static int ring = -1;
	struct io_uring_params params = { 0 };

	madvise(memory, pages * PAGE, MADV_MERGEABLE);
	prctl(PR_SET_MEMORY_MERGE, 1, 0, 0, 0);
	if (ring < 0)
		ring = (int)syscall(SYS_io_uring_setup, 1, &params);
}

/* What a process with that capability pins is not counted by newer kernels. */
static void be_counted(void)
{
	const struct rlimit no_limit = { RLIM_INFINITY, RLIM_INFINITY };
	struct __user_cap_header_struct header = { .version = _LINUX_CAPABILITY_VERSION_3 };
	struct __user_cap_data_struct caps[2];

	if (setrlimit(RLIMIT_MEMLOCK, &no_limit) || syscall(SYS_capget, &header, caps))
		fail("capabilities");
	caps[0].effective &= ~(1U << CAP_IPC_LOCK);
	if (syscall(SYS_capset, &header, caps))
		fail("capabilities");
}

/* Its buffers are pinned as long as the ring is there, which is to the end. */
static void pin_memory(void)
{
	struct io_uring_params params = { 0 };
	struct iovec all = { .iov_base = memory, .iov_len = pages * PAGE };
	long ring;

	be_counted();
	ring = syscall(SYS_io_uring_setup, 1, &params);
	if (ring < 0 || syscall(SYS_io_uring_register, ring, IORING_REGISTER_BUFFERS, &all, 1))
		fail("io_uring");
}

static void move(void *from, void *to)
{
	size_t half = pages / 2 * PAGE;

	if (mremap(from, half, half, MREMAP_MAYMOVE | MREMAP_FIXED, to) == MAP_FAILED)
		fail("mremap");
}

static void swap_halves(void)
{
	static void *spare;
	void *upper = memory + pages / 2 * (PAGE / 8);

	if (!spare)
		spare = mmap(NULL, pages / 2 * PAGE, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	move(memory, spare);
	move(upper, memory);
	move(spare, upper);
	swapped = !swapped;
}

static void protect(int how)
{
	if (mprotect(memory, pages * PAGE, how))
		fail("mprotect");
}

static const char *do_line(const char *line)
{
	if (!strcmp(line, "look\n"))
		return is_right() ? "right" : "wrong";
	if (!strcmp(line, "hide\n"))
		protect(PROT_NONE);
	else if (!strcmp(line, "show\n"))
		protect(PROT_READ | PROT_WRITE);
	else if (!strcmp(line, "unmerge\n"))
		madvise(memory, pages * PAGE, MADV_UNMERGEABLE);
	else if (!strcmp(line, "swap\n"))
		swaps = true;
	else if (!strcmp(line, "stay\n"))
		swaps = false;
	else
		return "what?";
	if (!swaps && swapped)
		swap_halves();
	return "done";
}

/* Milliseconds until there is something to do, or -1. */
static int rest(void)
{
	if (swaps)
		return 1;
	return want.churn || want.day || want.try ? 100 : -1;
}

static unsigned long count(enum kind kind)
{
	unsigned long number = 0;

	for (unsigned long page = 0; page < pages; page++)
		number += kind_of(page) == kind;
	return number;
}

int main(int argc, char **argv)
{
	struct pollfd input = { .fd = 0, .events = POLLIN };
	char line[64];

	want.seed = (unsigned long)getpid();
	for (int i = 1; i < argc; i++) {
		if (!take_option(argv[i])) {
			fprintf(stderr, "memload: %s: see memload.c\n", argv[i]);
			return 2;
		}
	}
	if (want.vm)
		make_vm();
	make_memory();
	write_pages(0);
	if (want.pin)
		pin_memory();
	printf("ready %lu %lu\n", count(SAME), count(ZERO));
	fflush(stdout);
	for (;;) {
		int rc = poll(&input, 1, rest());

		if (!rc) {
			if (swaps)
				swap_halves();
			if (want.day)
				turn_day();
			churn();
			if (want.try)
				try_to_merge();
		} else if (rc < 0 || !fgets(line, sizeof(line), stdin)) {
			return 0;
		} else {
			printf("%s\n", do_line(line));
			fflush(stdout);
		}
	}
}
