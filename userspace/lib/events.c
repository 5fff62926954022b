// SPDX-License-Identifier: GPL-2.0
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <string.h>
#include <unistd.h>

#include "ctl.h"
#include "events.h"

int events_open(void)
{
	struct kvmshare_events arg = { .size = sizeof(arg) };
	int err = ctl_call(KVMSHARE_EVENTS, &arg);

	if (err)
		return err;
	if (fcntl(arg.fd, F_SETFL, O_NONBLOCK)) {
		err = -errno;
		close(arg.fd);
		return err;
	}
	return arg.fd;
}

int events_read(int fd, void (*each)(const struct kvmshare_event *event, void *arg),
		void *arg)
{
	struct kvmshare_event events[64];
	ssize_t len;

	for (;;) {
		len = read(fd, events, sizeof(events));
		if (len < 0)
			return errno == EAGAIN || errno == EINTR ? 0 : -errno;
		if (!len)
			return -EPIPE;
		for (size_t i = 0; i < (size_t)len / sizeof(events[0]); i++)
			each(&events[i], arg);
	}
}

static void drop(const struct kvmshare_event *event, void *arg)
{
	(void)event;
	(void)arg;
}

int events_wait(int fd, int ms)
{
	struct pollfd poller = { .fd = fd, .events = POLLIN };
	int nr = poll(&poller, 1, ms);

	if (nr > 0)
		events_read(fd, drop, NULL);
	return nr < 0 ? -errno : 0;
}
