// SPDX-License-Identifier: GPL-2.0
#include <inttypes.h>
#include <stdio.h>
#include <time.h>

#include "guard_event.h"
#include "guard_rule.h"
#include "../lib/msg.h"
#include "../lib/out.h"

#define NS_PER_S	INT64_C(1000000000)

const char *event_time(uint64_t at, int64_t offset_ns)
{
	int64_t wall = (int64_t)(at + (uint64_t)offset_ns);
	time_t seconds = (time_t)(wall / NS_PER_S);
	struct tm parts;
	char text[24];

	if (wall < 0 || !gmtime_r(&seconds, &parts) ||
	    !strftime(text, sizeof(text), "%Y-%m-%dT%H:%M:%S", &parts))
		return NULL;
	return fmt("%s.%09" PRId64 "Z", text, wall % NS_PER_S);
}

static json_object *process_of(const struct guard_event *event)
{
	json_object *process = json_object_new_object();
	char comm[GUARD_COMM_LEN + 1];

	snprintf(comm, sizeof(comm), "%.*s", GUARD_COMM_LEN, event->comm);
	out_uint(process, "pid", event->tgid);
	out_uint(process, "tid", event->tid);
	out_uint(process, "uid", event->uid);
	json_object_object_add(process, "comm", printable_json(comm));
	out_bool(process, "vmm", event->flags & GUARD_VMM);
	return process;
}

static json_object *data_of(const struct guard_event *event, const struct guard_word *word)
{
	json_object *data = json_object_new_object();
	char text[GUARD_TEXT_LEN + 1];

	bool device = event->rule == GUARD_DEVICE;

	for (int i = 0; i < 2; i++)
		if (word && word->numbers[i])
			out_uint(data, word->numbers[i], event->numbers[i] & (device ? ~GUARD_BLOCK : ~0ULL));
	if (device)
		out_bool(data, "block", event->numbers[0] & GUARD_BLOCK);
	snprintf(text, sizeof(text), "%.*s", GUARD_TEXT_LEN, event->text);
	if (text[0])
		json_object_object_add(data, "path", printable_json(text));
	return data;
}

static const struct guard_word *word_of(const struct guard_event *event)
{
	return event->rule < GUARD_RULES ? &guard_words[event->rule] : NULL;
}

json_object *guard_event_json(const struct guard_event *event, int64_t offset_ns)
{
	const struct guard_word *word = word_of(event);
	json_object *json = json_object_new_object();

	out_str(json, "time", event_time(event->at, offset_ns));
	out_str(json, "event", "guard");
	out_str(json, "rule", word ? word->name : fmt("%u", event->rule));
	out_str(json, "severity", word ? word->severity : NULL);
	out_str(json, "technique", word ? word->technique : NULL);
	out_str(json, "action", guard_done(event->action));
	if (event->vmm)
		out_uint(json, "vmm", event->vmm);
	else
		out_str(json, "vmm", NULL);
	json_object_object_add(json, "process", process_of(event));
	json_object_object_add(json, "data", data_of(event, word));
	return json;
}

const char *guard_event_text(const struct guard_event *event)
{
	const struct guard_word *word = word_of(event);
	char comm[GUARD_COMM_LEN + 1], text[GUARD_TEXT_LEN + 1];

	snprintf(comm, sizeof(comm), "%.*s", GUARD_COMM_LEN, event->comm);
	snprintf(text, sizeof(text), "%.*s", GUARD_TEXT_LEN, event->text);
	make_printable(comm);
	make_printable(text);
	return fmt("%-7s %-10s VMM %u, by %s(%u): it %s%s%s", guard_done(event->action),
		   word ? word->name : "?", event->vmm, comm, event->tgid,
		   word ? word->what : "did something", text[0] ? ": " : "", text);
}

json_object *guard_lost_json(const struct guard_counts *counts)
{
	json_object *json = json_object_new_object();

	out_str(json, "event", "lost");
	out_uint(json, "produced", counts->produced);
	out_uint(json, "lost", counts->lost);
	return json;
}

json_object *off_json(const char *program, const char *why)
{
	json_object *json = json_object_new_object();

	out_str(json, "event", "off");
	out_str(json, "program", program);
	json_object_object_add(json, "why", printable_json(why));
	return json;
}

const char *off_text(const char *program, const char *why)
{
	return fmt("%s is off on this kernel: %s", program, why);
}
