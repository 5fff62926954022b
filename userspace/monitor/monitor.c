// SPDX-License-Identifier: GPL-2.0
#include <errno.h>
#include <poll.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

#include "guard_event.h"
#include "guard_rule.h"
#include "monitor.h"
#include "../lib/clock.h"
#include "../lib/fs.h"
#include "../lib/msg.h"
#include "../lib/out.h"

/* From the time since boot to that of the wall. */
static int64_t wall_offset_ns(void)
{
	struct timespec wall;

	clock_gettime(CLOCK_REALTIME, &wall);
	return wall.tv_sec * 1000000000LL + wall.tv_nsec - (int64_t)now_boot_ns();
}

static const char *time_now(void)
{
	return event_time(now_boot_ns(), wall_offset_ns());
}

/* -- What is told ----------------------------------------------------------- */

void monitor_on_guard(const struct guard_event *event, void *arg)
{
	struct monitor *monitor = arg;

	if (event->rule < GUARD_RULES && event->action < GUARD_ACTIONS)
		monitor->events[event->rule][event->action]++;
	monitor->tell(guard_event_json(event, wall_offset_ns()), guard_event_text(event), monitor->arg);
}

static void on_abuse(const struct vm *vm, const struct abuse_alert *alert, void *arg)
{
	struct monitor *monitor = arg;
	json_object *json = json_object_new_object();
	char comm[32] = "";

	fs_read("", fmt("/proc/%u/comm", vm->tgid), comm, sizeof(comm));
	out_str(json, "time", time_now());
	out_str(json, "event", "abuse");
	out_str(json, "kind", abuse_name(alert->kind));
	out_str(json, "severity", "medium");
	out_str(json, "technique", "T1499");
	out_uint(json, "vmm", vm->tgid);
	json_object_object_add(json, "comm", printable_json(comm));
	out_uint(json, "rate", alert->rate);
	out_uint(json, "ceiling", alert->ceiling);
	out_bool(json, "learned", alert->learned);
	make_printable(comm);
	monitor->tell(json, fmt("%-7s %-10s VMM %u, %s: its guest does that %llu times a second and vCPU, above %llu", "abuse",
				abuse_name(alert->kind), vm->tgid, comm, (unsigned long long)alert->rate,
				(unsigned long long)alert->ceiling), monitor->arg);
}

/* What there was no room for is told as soon as it is known, and what there was at the end. */
static void tell_losses(struct monitor *monitor, bool last)
{
	struct guard_counts counts;

	if (!monitor->guard.ring || guard_count(&monitor->guard.maps, &counts) ||
	    (counts.lost == monitor->lost && !last))
		return;
	monitor->lost = counts.lost;
	monitor->tell(guard_lost_json(&counts),
		      fmt("%llu events so far, of which %llu were lost: there was no room for them",
			  (unsigned long long)counts.produced, (unsigned long long)counts.lost), monitor->arg);
}

void monitor_tell_off(struct monitor *monitor, const struct programs *programs)
{
	for (int i = 0; i < programs->nr_off; i++) {
		const struct programs_off *off = &programs->off[i];

		monitor->tell(off_json(off->name, off->why), off_text(off->name, off->why), monitor->arg);
	}
}

/* -- Watching --------------------------------------------------------------- */

/* Where KVM is not loaded none of them can be. */
static void begin(struct monitor *monitor, const char *name, struct programs *programs,
		  int (*load)(struct programs *programs))
{
	int err = load(programs);

	if (err && !programs->nr_off) {
		snprintf(programs->off[0].name, sizeof(programs->off[0].name), "%s", name);
		snprintf(programs->off[0].why, sizeof(programs->off[0].why), "%s", strerror(-err));
		programs->nr_off = 1;
	}
	monitor_tell_off(monitor, programs);
}

void monitor_begin(struct monitor *monitor)
{
	monitor->vms.each = on_abuse;
	monitor->vms.arg = monitor;
	begin(monitor, "exits", &monitor->exits, exits_begin);
	begin(monitor, "abuse", &monitor->abuse, abuse_begin);
}

static int look(struct monitor *monitor)
{
	uint64_t now = now_ms();

	if (now - monitor->looked_ms < MONITOR_LOOK_MS)
		return 0;
	monitor->looked_ms = now;
	return vms_look(&monitor->vms, &monitor->exits, &monitor->abuse, now);
}

int monitor_wait(struct monitor *monitor, int ms)
{
	int err = 0;

	if (monitor->guard.ring)
		err = guard_wait(&monitor->guard, ms);
	else
		poll(NULL, 0, ms);
	tell_losses(monitor, false);
	return err ? err : look(monitor);
}

void monitor_finish(struct monitor *monitor)
{
	/* What was done before the end is told before it. */
	if (monitor->guard.programs.object)
		guard_stop(&monitor->guard);
	else if (monitor->guard.ring)
		guard_drain(&monitor->guard);
	tell_losses(monitor, true);
}

void monitor_end(struct monitor *monitor)
{
	programs_unload(&monitor->exits);
	programs_unload(&monitor->abuse);
	vms_free(&monitor->vms);
}
