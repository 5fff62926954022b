// SPDX-License-Identifier: GPL-2.0
#include <errno.h>
#include <stdbool.h>
#include <stdio.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <time.h>
#include <unistd.h>

#include "fs.h"
#include "msg.h"
#include "node.h"

#define WAIT_MS		5000
#define STEP_MS		10

/*
 * Until udev has handled the new node it may still give it an owner of its own;
 * its record of the node is there when it has.
 */
static bool settled(const char *path, struct stat *status)
{
	if (stat(path, status))
		return false;
	return !fs_exists("", "/run/udev/control") ||
	       fs_exists("", fmt("/run/udev/data/c%u:%u", major(status->st_rdev),
				 minor(status->st_rdev)));
}

int node_give(uint32_t group, uid_t uid)
{
	const struct timespec step = { 0, STEP_MS * 1000000L };
	struct stat status;
	char path[32];

	snprintf(path, sizeof(path), "/dev/vfio/%u", group);
	for (int waited = 0; !settled(path, &status); waited += STEP_MS) {
		if (waited >= WAIT_MS)
			return -ENOENT;
		nanosleep(&step, NULL);
	}
	if (!S_ISCHR(status.st_mode))
		return -ENOTTY;
	/* Closed to all before it is the user's, never the other way round. */
	if (chmod(path, 0600) || chown(path, uid, (gid_t)-1))
		return -errno;
	return 0;
}
