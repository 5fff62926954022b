// SPDX-License-Identifier: GPL-2.0
/* kvmshare guard events: what the profiles that hold tell and deny. */
#include <errno.h>
#include <string.h>

#include "guard_common.h"
#include "../lib/lock.h"
#include "../lib/msg.h"
#include "../monitor/guard_pin.h"
#include "../monitor/monitor.h"

static int listen_for(struct monitor *monitor, uint64_t length_s)
{
	int err = guard_listen(&monitor->guard), code;

	if (err)
		return FAIL(EXIT_FAILED, .object = GUARD_PINS, .reason = strerror(-err));
	code = guard_follow(monitor, "guard events", length_s);
	guard_end(&monitor->guard);
	return code;
}

int cmd_guard_events(const struct cmd_line *line)
{
	static struct monitor monitor = { .tell = guard_print };
	const char *length = cmd_value(line, "for");
	uint64_t length_s = 0;
	int code, lock;

	if (length && !guard_length(length, 0, &length_s))
		return cmd_usage(line, "--for", "it is a time such as 90s, 10m or 1h, up to a day; 0: until Ctrl-C");
	code = guard_take_pinned(&monitor.guard.maps);
	if (code)
		return code;
	/* Each event is there once: whoever reads it has it. */
	lock = lock_take(GUARD_READER, NULL);
	if (lock == -EWOULDBLOCK)
		code = FAIL(EXIT_FAILED, .object = "guard events", .reason = "another reads them",
			    .kept = "nothing was taken from it",
			    .remedy = "kvmshare-monitor.service has them in the journal, and in /var/log/kvmshare/events.json");
	else if (lock < 0)
		code = FAIL(EXIT_FAILED, .object = "guard events", .reason = strerror(-lock));
	monitor.guard.each = monitor_on_guard;
	monitor.guard.arg = &monitor;
	if (!code)
		code = listen_for(&monitor, length_s);
	lock_drop(lock);
	guard_maps_close(&monitor.guard.maps);
	return code;
}
