// SPDX-License-Identifier: GPL-2.0
/*
 * kvmshare mem rebuild: make a VM's huge pages again that merging has split, at once,
 * which khugepaged does in hours. A kernel module cannot: this is the policy's other half.
 */
#include <errno.h>
#include <inttypes.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/pidfd.h>
#include <sys/uio.h>
#include <time.h>
#include <unistd.h>

#include "mem_common.h"
#include "../lib/fs.h"
#include "../lib/msg.h"
#include "../lib/out.h"

#ifndef MADV_COLLAPSE
#define MADV_COLLAPSE	25	/* include/uapi/asm-generic/mman-common.h, from 6.1 on */
#endif

#define HUGE		(2UL << 20)
#define LEAST		(8UL << 20)	/* smaller mappings are the VMM's own */
#define LOOK_SECONDS	1
#define AT_ONCE_SECONDS	30	/* for a VM, before others have their turn */
#define FAILURES_MOST	64	/* in a row: there is no memory for it, or nothing to be made */
#define BETWEEN_LOOKS	32	/* whether the policy still asks for any */

/**
 * struct rebuild - of a VM
 * @id: its number
 * @pidfd: its process
 * @until: when it is enough, for now
 * @in_row: failures, one after the other
 * @wanted: huge pages that it had
 * @made: that could be made
 * @failed: ranges that stay in small pages
 */
struct rebuild {
	const char *id;
	int pidfd;
	time_t until;
	int in_row;
	int64_t wanted;
	uint64_t made;
	uint64_t failed;
};

/* -- One VM ----------------------------------------------------------------- */

static void collapse_one(struct rebuild *rebuild, uintptr_t at)
{
	struct iovec range = { (void *)at, HUGE };

	if (process_madvise(rebuild->pidfd, &range, 1, MADV_COLLAPSE, 0) == (ssize_t)HUGE) {
		rebuild->made++;
		rebuild->in_row = 0;
	} else {
		rebuild->failed++;
		rebuild->in_row++;
	}
}

static bool is_enough(const struct rebuild *rebuild)
{
	uint64_t lost = 1;

	if (rebuild->in_row >= FAILURES_MOST || time(NULL) >= rebuild->until)
		return true;
	if ((rebuild->made + rebuild->failed) % BETWEEN_LOOKS)
		return false;
	fs_read_u64("", fmt(POOL_ROOT "/vms/%s/mem/lost_huge_pages", rebuild->id), &lost);
	return !lost;
}

static bool collapse(struct rebuild *rebuild, uintptr_t from, uintptr_t to)
{
	for (uintptr_t at = from; at < to && !is_enough(rebuild); at += HUGE)
		collapse_one(rebuild, at);
	return !is_enough(rebuild);
}

/* Private memory that is written, and is no file's: as the module has it. */
static bool parse_mapping(const char *text, uintptr_t *from, uintptr_t *to)
{
	char mode[5];
	uint64_t inode;

	return sscanf(text, "%" SCNxPTR "-%" SCNxPTR " %4s %*s %*s %" SCNu64, from, to, mode, &inode) == 4 &&
	       !strncmp(mode, "rw-p", 4) && !inode && *to - *from >= LEAST;
}

static int collapse_all(struct rebuild *rebuild, int pid)
{
	FILE *maps = fopen(fmt("/proc/%d/maps", pid), "re");
	uintptr_t from, to;
	char line[512];

	if (!maps)
		return -errno;
	while (fgets(line, sizeof(line), maps))
		if (parse_mapping(line, &from, &to) &&
		    !collapse(rebuild, (from + HUGE - 1) & ~(HUGE - 1), to & ~(HUGE - 1)))
			break;
	fclose(maps);
	return 0;
}

static int rebuild_vm(struct rebuild *rebuild)
{
	uint64_t pid;
	int err;

	rebuild->until = time(NULL) + AT_ONCE_SECONDS;
	if (fs_read_u64("", fmt(POOL_ROOT "/vms/%s/pid", rebuild->id), &pid) || !pid)
		return -ESRCH;
	rebuild->pidfd = pidfd_open((pid_t)pid, 0);
	if (rebuild->pidfd < 0)
		return -errno;
	err = collapse_all(rebuild, (int)pid);
	close(rebuild->pidfd);
	return err;
}

/* -- All that ask for it ---------------------------------------------------- */

static void tell(const struct rebuild *rebuild)
{
	json_object *record = json_object_new_object();

	out_int(record, "vm", strtoll(rebuild->id, NULL, 10));
	out_int(record, "lost", rebuild->wanted);
	out_uint(record, "huge_pages", rebuild->made);
	out_uint(record, "failed", rebuild->failed);
	out_line(record, fmt("VM %s: %" PRId64 " huge pages were lost; %" PRIu64 " are there now, %" PRIu64 " could not be made",
			     rebuild->id, rebuild->wanted, rebuild->made, rebuild->failed));
}

static int try_vm(const char *id, void *unused)
{
	struct rebuild rebuild = { .id = id };
	json_object *vm = mem_read_vm(id);
	int err;

	(void)unused;
	if (!vm)
		return 0;
	rebuild.wanted = mem_number(vm, "lost_huge_pages");
	json_object_put(vm);
	if (!rebuild.wanted)
		return 0;
	err = rebuild_vm(&rebuild);
	/* One that has just ended wants nothing any more. */
	if (err == -ESRCH || err == -ENOENT)
		return 0;
	if (err)
		return err;
	tell(&rebuild);
	return 0;
}

static int rebuild_one(const struct cmd_line *line)
{
	int rc = mem_check_vm(line, line->args[0]);

	if (rc)
		return rc;
	if (!fs_exists("", fmt(POOL_ROOT "/vms/%s/mem", line->args[0])))
		return mem_no_vm(line->args[0]);
	rc = try_vm(line->args[0], NULL);
	return rc ? mem_write_failed(rc, fmt("VM %s", line->args[0])) : EXIT_OK;
}

int cmd_mem_rebuild(const struct cmd_line *line)
{
	int rc;

	if (line->nr_args)
		return rebuild_one(line);
	if (!fs_exists("", MEM))
		return mem_not_loaded();
	do {
		rc = fs_list("", POOL_ROOT "/vms", try_vm, NULL);
		if (rc)
			return mem_write_failed(rc, "a VM's memory");
	} while (cmd_has(line, "follow") && !sleep(LOOK_SECONDS));
	return EXIT_OK;
}
