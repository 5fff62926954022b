/* SPDX-License-Identifier: GPL-2.0 */
/* An event of guard.bpf.c as a JSON object, and as a line for people. */
#ifndef KVMSHARE_MONITOR_GUARD_EVENT_H
#define KVMSHARE_MONITOR_GUARD_EVENT_H

#include <json-c/json.h>

#include "../../ebpf/guard.h"

/* RFC 3339, with nanoseconds, in fmt()'s buffers; NULL where it is before 1970. */
const char *event_time(uint64_t at, int64_t offset_ns);
/*
 * @offset_ns: from the event's clock (since boot) to that of the wall.  The fields are those
 * of docs/events.md.  Of a rule that is not known to this tool, as well.
 */
json_object *guard_event_json(const struct guard_event *event, int64_t offset_ns);
/* In fmt()'s buffers. */
const char *guard_event_text(const struct guard_event *event);
/* A program that this kernel does not take. */
json_object *off_json(const char *program, const char *why);
const char *off_text(const char *program, const char *why);
/* Events for which there was no room. */
json_object *guard_lost_json(const struct guard_counts *counts);

#endif
