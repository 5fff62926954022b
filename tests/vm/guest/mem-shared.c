// SPDX-License-Identifier: GPL-2.0
/*
 * mem-shared PID[,PID...] PID[,PID...]...: each argument is a tenant, each PID a VMM of
 * its.  Prints how many pages of guests' memory are one and the same for two tenants, by
 * page frame number, the zero page aside; and how many it looked at.
 */
#include <fcntl.h>
#include <inttypes.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define PAGE		4096UL
#define LEAST		(8UL << 20)	/* smaller mappings are the VMM's own */
#define AT_ONCE		4096

/* Documentation/admin-guide/mm/pagemap.rst */
#define PRESENT		(1ULL << 63)
#define PFN		((1ULL << 55) - 1)
#define KPF_ZERO_PAGE	(1ULL << 24)

struct page {
	uint64_t pfn;
	int tenant;
};

static struct page *pages;
static size_t nr, room;

static void add(uint64_t pfn, int tenant)
{
	if (nr == room) {
		room = room ? 2 * room : 1 << 16;
		pages = realloc(pages, room * sizeof(*pages));
		if (!pages)
			exit(2);
	}
	pages[nr++] = (struct page){ pfn, tenant };
}

static void add_range(int pagemap, uint64_t from, uint64_t to, int tenant)
{
	static uint64_t entries[AT_ONCE];

	for (uint64_t at = from; at < to;) {
		uint64_t left = (to - at) / PAGE;
		size_t wanted = left < AT_ONCE ? left : AT_ONCE;
		ssize_t got = pread(pagemap, entries, wanted * 8, (off_t)(at / PAGE * 8));

		if (got <= 0)
			return;
		for (ssize_t i = 0; i < got / 8; i++)
			if (entries[i] & PRESENT)
				add(entries[i] & PFN, tenant);
		at += (uint64_t)(got / 8) * PAGE;
	}
}

/* One that has just ended has no pages. */
static void add_process(int pid, int tenant)
{
	char path[64], line[512], mode[5];
	uint64_t from, to, inode;
	FILE *maps;
	int pagemap;

	snprintf(path, sizeof(path), "/proc/%d/pagemap", pid);
	pagemap = open(path, O_RDONLY);
	snprintf(path, sizeof(path), "/proc/%d/maps", pid);
	maps = fopen(path, "r");
	while (maps && pagemap >= 0 && fgets(line, sizeof(line), maps))
		if (sscanf(line, "%" SCNx64 "-%" SCNx64 " %4s %*s %*s %" SCNu64, &from, &to, mode, &inode) == 4 &&
		    !strcmp(mode, "rw-p") && !inode && to - from >= LEAST)
			add_range(pagemap, from, to, tenant);
	if (maps)
		fclose(maps);
	if (pagemap >= 0)
		close(pagemap);
}

static bool is_zero_page(int flags, uint64_t pfn)
{
	uint64_t bits = 0;

	return pread(flags, &bits, 8, (off_t)(pfn * 8)) == 8 && (bits & KPF_ZERO_PAGE);
}

static int by_frame(const void *a, const void *b)
{
	const struct page *x = a, *y = b;

	if (x->pfn != y->pfn)
		return x->pfn < y->pfn ? -1 : 1;
	return x->tenant - y->tenant;
}

int main(int argc, char **argv)
{
	int flags = open("/proc/kpageflags", O_RDONLY);
	size_t shared = 0;

	if (flags < 0) {
		perror("/proc/kpageflags");
		return 2;
	}
	for (int tenant = 1; tenant < argc; tenant++)
		for (char *pid = strtok(argv[tenant], ","); pid; pid = strtok(NULL, ","))
			add_process(atoi(pid), tenant);
	qsort(pages, nr, sizeof(*pages), by_frame);
	for (size_t i = 1; i < nr; i++)
		if (pages[i].pfn && pages[i].pfn == pages[i - 1].pfn && pages[i].tenant != pages[i - 1].tenant &&
		    !is_zero_page(flags, pages[i].pfn))
			shared++;
	printf("%zu %zu\n", shared, nr);
	return 0;
}
