/* SPDX-License-Identifier: GPL-2.0 */
/* All that is watched of VMMs and guests, as one stream of events. */
#ifndef KVMSHARE_MONITOR_MONITOR_H
#define KVMSHARE_MONITOR_MONITOR_H

#include <json-c/json.h>

#include "guard.h"
#include "vms.h"

/* From look to look at what guests do: a part of abuse.h's window. */
#define MONITOR_LOOK_MS		250

/**
 * struct monitor - what is watched
 * @guard: the rules; no ring: they are not
 * @exits: no object: exits are not
 * @abuse: likewise, what their reasons do not tell
 * @vms: what guests do
 * @events: so far, by rule and what was done
 * @lost: of the rules' events, as far as that was told
 * @looked_ms: when there was a look at guests
 * @tell: gets every event: a JSON object that is its own, and a line for people
 * @arg: of @tell
 */
struct monitor {
	struct guard guard;
	struct programs exits;
	struct programs abuse;
	struct vms vms;
	uint64_t events[GUARD_RULES][GUARD_ACTIONS];
	uint64_t lost;
	uint64_t looked_ms;
	void (*tell)(json_object *event, const char *text, void *arg);
	void *arg;
};

/*
 * @tell, @arg, and the VMs' ceilings are set.  The rules are for the caller to begin, or to listen
 * to.  What a kernel does not take is told as an event, and the rest is watched.
 */
void monitor_begin(struct monitor *monitor);
void monitor_on_guard(const struct guard_event *event, void *monitor);
/* For so long, or until a signal; 0 or a negative errno. */
int monitor_wait(struct monitor *monitor, int ms);
/* What there is still to tell, and how many were lost. */
void monitor_finish(struct monitor *monitor);
void monitor_end(struct monitor *monitor);
/* Those that are off, each with its reason. */
void monitor_tell_off(struct monitor *monitor, const struct programs *programs);

#endif
