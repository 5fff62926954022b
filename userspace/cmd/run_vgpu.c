// SPDX-License-Identifier: GPL-2.0
/*
 * A device is removed by a process that waits for the command's end.  Should
 * that be killed, what is left is removed by who runs the next: each is written
 * down, with the command's process, in /run.
 */
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "run_vgpu.h"
#include "../lib/after.h"
#include "../lib/fs.h"
#include "../lib/msg.h"

#define RUN_DIR		"/run/kvmshare"
#define RECORDS		RUN_DIR "/vgpus"

/* -- Written down ----------------------------------------------------------- */

static const char *record_of(const char *uuid)
{
	return fmt(RECORDS "/%s", uuid);
}

/* There with its content, or not there. */
static int write_record(const char *uuid)
{
	const char *pid = fmt("%d\n", getpid()), *begun = record_of(fmt(".%s", uuid));
	int fd, err = 0;

	if (mkdir(RUN_DIR, 0755) && errno != EEXIST)
		return -errno;
	if (mkdir(RECORDS, 0700) && errno != EEXIST)
		return -errno;
	fd = open(begun, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0600);
	if (fd < 0)
		return -errno;
	if (write(fd, pid, strlen(pid)) != (ssize_t)strlen(pid))
		err = -EIO;
	close(fd);
	if (!err && rename(begun, record_of(uuid)))
		err = -errno;
	if (err)
		unlink(begun);
	return err;
}

static void remove_device(const char *uuid)
{
	if (!vgpu_device_exists(uuid) || !vgpu_device_remove(uuid))
		unlink(record_of(uuid));
}

/* A process that got the number since keeps it for as long as it lives, and no longer. */
static int sweep_one(const char *uuid, void *arg)
{
	uint64_t pid;

	(void)arg;
	if (!vgpu_is_uuid(uuid) || fs_read_u64("", record_of(uuid), &pid) < 0 || pid > INT_MAX)
		return 0;
	if (kill((pid_t)pid, 0) && errno == ESRCH && !vgpu_device_client(uuid))
		remove_device(uuid);
	return 0;
}

/* -- Made ------------------------------------------------------------------- */

/* In the process that outlives the command. */
static void end_device(void *uuid)
{
	remove_device(uuid);
}

int run_vgpu_make(struct run_vgpu *vgpu)
{
	int err, rc;

	fs_list("", RECORDS, sweep_one, NULL);
	rc = vgpu_new_uuid(vgpu->uuid);
	if (rc)
		return rc;
	/* Before it is made: this may be killed at any moment. */
	err = write_record(vgpu->uuid);
	if (!err)
		err = after_end(end_device, vgpu->uuid);
	if (err) {
		unlink(record_of(vgpu->uuid));
		return FAIL(EXIT_FAILED, .object = fmt("device %s", vgpu->uuid),
			    .reason = fmt("nothing would remove it: %s", strerror(-err)),
			    .kept = "it was not made");
	}
	/* Where one of these fails this process ends. */
	return vgpu_device_make(vgpu->spec.values[VGPU_SPEC_SIZE], vgpu->uuid) ?:
	       vgpu_device_set_all(vgpu->uuid, &vgpu->spec);
}
