// SPDX-License-Identifier: GPL-2.0
/* What the guests that run now could do better. */
#include <limits.h>
#include <stdio.h>
#include <string.h>

#include "check.h"
#include "../lib/fs.h"
#include "../lib/msg.h"
#include "../lib/parse.h"

#define LINE_MAX_LEN	(64 * 1024)

/* Disks that QEMU emulates register by register. */
static const char *slow_disk(const char *arg)
{
	static const char *const words[] = { "ide-hd", "ide-drive", "if=ide", "lsi53c895a" };

	if (!strcmp(arg, "-hda") || !strcmp(arg, "-hdb") || !strcmp(arg, "-hdc"))
		return arg;
	for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++)
		if (strstr(arg, words[i]))
			return words[i];
	return NULL;
}

static int look_process(const char *name, void *arg)
{
	static char line[LINE_MAX_LEN];
	struct checkup *c = arg;
	const char *slow = NULL;
	char comm[32];
	uint32_t pid;
	int len;

	if (!parse_u32(name, 1, INT_MAX, &pid))
		return 0;
	if (fs_read(c->root, fmt("/proc/%u/comm", pid), comm, sizeof(comm)) < 0 ||
	    strncmp(comm, "qemu", 4))
		return 0;
	len = fs_read_all(c->root, fmt("/proc/%u/cmdline", pid), line, sizeof(line) - 1);
	if (len <= 0)
		return 0;
	line[len] = '\0';
	for (char *at = line; at < line + len && !slow; at += strlen(at) + 1)
		slow = slow_disk(at);
	if (slow)
		check_warn(c, "give it virtio-blk-pci, virtio-scsi-pci or a leased NVMe VF",
			   "%s (%u) has an emulated disk: %s", comm, pid, slow);
	return 0;
}

static void look_disks(struct checkup *c)
{
	size_t before = json_object_array_length(c->rows);

	fs_list(c->root, "/proc", look_process, c);
	if (json_object_array_length(c->rows) == before)
		check_ok(c, "no running guest has a disk slower than virtio-blk");
}

const struct check check_guests[] = {
	{ "guests' disks", false, look_disks },
	{ NULL, false, NULL }
};
