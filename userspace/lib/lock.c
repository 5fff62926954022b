// SPDX-License-Identifier: GPL-2.0
#include <errno.h>
#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include "conf_file.h"
#include "lock.h"
#include "msg.h"

static int take(int fd, int how)
{
	int err;

	do {
		err = flock(fd, how) ? -errno : 0;
	} while (err == -EINTR);
	return err;
}

int lock_take(const char *name, const char *note)
{
	int fd, err;

	if (mkdir(conf_file_path(""), 0755) && errno != EEXIST)
		return -errno;
	fd = open(conf_file_path(fmt(".%s.lock", name)),
		  O_RDWR | O_CREAT | O_NOFOLLOW | O_CLOEXEC, 0600);
	if (fd < 0)
		return -errno;
	err = take(fd, LOCK_EX | LOCK_NB);
	if (err == -EWOULDBLOCK && note) {
		msg_note("%s", note);
		err = take(fd, LOCK_EX);
	}
	if (!err)
		return fd;
	close(fd);
	return err;
}

void lock_drop(int lock)
{
	if (lock < 0)
		return;
	/* A child that was begun meanwhile has it too, and would keep it. */
	flock(lock, LOCK_UN);
	close(lock);
}
