// SPDX-License-Identifier: GPL-2.0
#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "hook.h"
#include "../lib/fs.h"
#include "../lib/msg.h"
#include "../lib/parse.h"

#define RUN_DIR		"/run/kvmshare"
#define RECORD_DIR	RUN_DIR "/libvirt"

static const char *path_of(const char *uuid)
{
	return fmt(RECORD_DIR "/%s", uuid);
}

int record_write(const char *uuid, const struct lease *leases, int nr)
{
	FILE *file;
	int err;

	if ((mkdir(RUN_DIR, 0755) && errno != EEXIST) ||
	    (mkdir(RECORD_DIR, 0700) && errno != EEXIST))
		return -errno;
	file = fopen(path_of(uuid), "we");
	if (!file)
		return -errno;
	for (int i = 0; i < nr; i++)
		fprintf(file, "%" PRIu64 "\n", leases[i].id);
	err = ferror(file) ? -EIO : 0;
	if (fclose(file) && !err)
		err = -errno;
	return err;
}

int record_read(const char *uuid, uint64_t *ids, int room)
{
	FILE *file = fopen(path_of(uuid), "re");
	char line[32];
	int nr = 0;

	if (!file)
		return errno == ENOENT ? 0 : -errno;
	while (nr < room && fgets(line, sizeof(line), file)) {
		line[strcspn(line, "\n")] = '\0';
		if (parse_u64(line, 1, UINT64_MAX, &ids[nr]))
			nr++;
	}
	fclose(file);
	return nr;
}

void record_remove(const char *uuid)
{
	unlink(path_of(uuid));
}

static int remove_one(const char *name, void *arg)
{
	(void)arg;
	record_remove(name);
	return 0;
}

void record_remove_all(void)
{
	fs_list("", RECORD_DIR, remove_one, NULL);
}
