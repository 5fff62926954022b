// SPDX-License-Identifier: GPL-2.0
/*
 * Reads the event stream.  "events" prints a line for each record as it comes:
 * sequence number, type, id, value.  "events hold" says "ready", waits for a
 * line on its standard input, then prints what has gathered, and ends.
 */
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdio.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>
#include "../../../include/uapi/kvmshare.h"

static const char * const types[KVMSHARE_EVENT_NR] = {
	[KVMSHARE_EVENT_LOST] = "lost",
	[KVMSHARE_EVENT_VM_NEW] = "vm-new",
	[KVMSHARE_EVENT_VM_GONE] = "vm-gone",
	[KVMSHARE_EVENT_VM_SET] = "vm-set",
};

static int subscribe(void)
{
	struct kvmshare_events call = { .size = sizeof(call) };
	int ctl = open("/dev/kvmshare", O_RDWR | O_CLOEXEC);

	if (ctl < 0 || ioctl(ctl, KVMSHARE_EVENTS, &call)) {
		fprintf(stderr, "events: /dev/kvmshare: %s\n", strerror(errno));
		return -1;
	}
	close(ctl);
	return call.fd;
}

static void print(const struct kvmshare_event *event)
{
	const char *type = "other";

	if (event->type < KVMSHARE_EVENT_NR && types[event->type])
		type = types[event->type];
	printf("%llu %s %llu %llu\n", (unsigned long long)event->seq, type,
	       (unsigned long long)event->id, (unsigned long long)event->value);
}

/* All that is there now; false where it could not be read. */
static int drain(int fd)
{
	struct kvmshare_event batch[7];
	ssize_t len, i;

	for (;;) {
		len = read(fd, batch, sizeof(batch));
		if (len < 0)
			return errno == EAGAIN;
		if (len % sizeof(batch[0]))
			return 0;
		for (i = 0; i < len / (ssize_t)sizeof(batch[0]); i++)
			print(&batch[i]);
		fflush(stdout);
	}
}

int main(int argc, char **argv)
{
	int hold = argc > 1 && !strcmp(argv[1], "hold");
	struct pollfd ready;
	char line[16];

	ready.fd = subscribe();
	ready.events = POLLIN;
	if (ready.fd < 0)
		return 1;
	fcntl(ready.fd, F_SETFL, O_NONBLOCK);
	printf("ready\n");
	fflush(stdout);
	if (hold)
		return fgets(line, sizeof(line), stdin) && drain(ready.fd) ? 0 : 1;
	while (poll(&ready, 1, -1) == 1) {
		if (!(ready.revents & POLLIN) || !drain(ready.fd))
			return 1;
	}
	return 1;
}
