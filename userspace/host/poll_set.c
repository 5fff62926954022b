// SPDX-License-Identifier: GPL-2.0
#include <time.h>

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

uint64_t now_ms(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return (uint64_t)now.tv_sec * 1000 + (uint64_t)now.tv_nsec / 1000000;
}
