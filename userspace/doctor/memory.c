// SPDX-License-Identifier: GPL-2.0
/* Huge pages and page merging: guests are faster and smaller with them. */
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "check.h"
#include "../lib/fs.h"
#include "../lib/msg.h"

#define HUGEPAGES	"/sys/kernel/mm/hugepages"

static int look_pool(const char *name, void *arg)
{
	struct checkup *c = arg;
	uint64_t nr = 0, free = 0;

	fs_read_u64(c->root, fmt(HUGEPAGES "/%s/nr_hugepages", name), &nr);
	fs_read_u64(c->root, fmt(HUGEPAGES "/%s/free_hugepages", name), &free);
	if (nr)
		check_ok(c, "%s: %" PRIu64 " of %" PRIu64 " free", name, free, nr);
	return 0;
}

static void look_hugetlb(struct checkup *c)
{
	size_t before = json_object_array_length(c->rows);

	fs_list(c->root, HUGEPAGES, look_pool, c);
	if (json_object_array_length(c->rows) == before)
		check_warn(c, "echo N > " HUGEPAGES "/hugepages-2048kB/nr_hugepages",
			   "none are set aside; guests can still have transparent ones");
}

static void look_thp(struct checkup *c)
{
	char text[64];

	if (fs_read(c->root, "/sys/kernel/mm/transparent_hugepage/enabled", text, sizeof(text)) < 0)
		check_warn(c, "boot a kernel with CONFIG_TRANSPARENT_HUGEPAGE", "the kernel has none");
	else if (strstr(text, "[never]"))
		check_warn(c, "echo madvise > /sys/kernel/mm/transparent_hugepage/enabled", "off");
	else
		check_ok(c, "%s", text);
}

static void look_ksm(struct checkup *c)
{
	uint64_t run;

	if (fs_read_u64(c->root, "/sys/kernel/mm/ksm/run", &run))
		check_warn(c, "boot a kernel with CONFIG_KSM", "the kernel has none");
	else if (run == 1)
		check_ok(c, "runs");
	else
		check_warn(c, "echo 1 > /sys/kernel/mm/ksm/run", "there, but it does not run");
}

const struct check check_memory[] = {
	{ "huge pages", false, look_hugetlb },
	{ "transparent huge pages", false, look_thp },
	{ "KSM", false, look_ksm },
	{ NULL, false, NULL }
};
