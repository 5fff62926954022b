// SPDX-License-Identifier: GPL-2.0
#include "host.h"

void poll_within(struct poll_set *set, int ms)
{
	if (ms < 0)
		ms = 0;
	if (set->timeout_ms < 0 || ms < set->timeout_ms)
		set->timeout_ms = ms;
}

void poll_add(struct poll_set *set, int fd)
{
	if (fd < 0)
		return;
	if (set->nr == POLL_MAX)
		poll_within(set, 1000);
	else
		set->fds[set->nr++] = (struct pollfd){ .fd = fd, .events = POLLIN };
}
