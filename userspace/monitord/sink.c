// SPDX-License-Identifier: GPL-2.0
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <syslog.h>
#define SD_JOURNAL_SUPPRESS_LOCATION
#include <systemd/sd-journal.h>

#include "service.h"
#include "../lib/msg.h"

int sink_open(struct sink *sink)
{
	struct stat stat_buf;

	if (!sink->path)
		return 0;
	sink->file = fopen(sink->path, "ae");
	if (!sink->file)
		return -errno;
	sink->bytes = fstat(fileno(sink->file), &stat_buf) ? 0 : (uint64_t)stat_buf.st_size;
	return 0;
}

void sink_close(struct sink *sink)
{
	if (sink->file)
		fclose(sink->file);
	sink->file = NULL;
}

/* PATH.3 goes, PATH.2 becomes PATH.3, and so on. */
static void rotate(struct sink *sink)
{
	sink_close(sink);
	for (int i = SINK_FILES - 1; i > 0; i--)
		rename(i > 1 ? fmt("%s.%d", sink->path, i - 1) : sink->path, fmt("%s.%d", sink->path, i));
	sink_open(sink);
}

static void to_file(struct sink *sink, const char *line)
{
	int length;

	if (!sink->path)
		return;
	/* A directory that was away may be there again. */
	if (!sink->file && sink_open(sink)) {
		sink->failed++;
		return;
	}
	length = fprintf(sink->file, "%s\n", line);
	if (length < 0 || fflush(sink->file)) {
		sink->failed++;
		sink_close(sink);
		return;
	}
	sink->bytes += (uint64_t)length;
	if (sink->bytes >= SINK_BYTES)
		rotate(sink);
}

static const char *field(json_object *event, const char *key)
{
	json_object *value;
	const char *text = NULL;

	if (json_object_object_get_ex(event, key, &value))
		text = json_object_get_string(value);
	return text ? text : "";
}

static int priority_of(json_object *event)
{
	const char *severity = field(event, "severity");

	if (!strcmp(severity, "high"))
		return LOG_CRIT;
	if (!strcmp(severity, "medium"))
		return LOG_WARNING;
	return LOG_INFO;
}

static void to_journal(struct sink *sink, json_object *event, const char *line, const char *text)
{
	if (!sink->journal) {
		puts(line);
		fflush(stdout);
	} else if (sd_journal_send("MESSAGE=%s", text, "PRIORITY=%d", priority_of(event),
				   "SYSLOG_IDENTIFIER=kvmshare-monitor", "KVMSHARE_EVENT=%s", field(event, "event"),
				   "KVMSHARE_RULE=%s", field(event, "rule"), "KVMSHARE_ACTION=%s", field(event, "action"),
				   "KVMSHARE_VMM=%s", field(event, "vmm"), "KVMSHARE_JSON=%s", line, NULL)) {
		sink->failed++;
	}
}

void sink_put(struct sink *sink, json_object *event, const char *text)
{
	char *line = strdup(json_object_to_json_string_ext(event, JSON_C_TO_STRING_PLAIN));

	if (line) {
		to_file(sink, line);
		to_journal(sink, event, line, text);
	} else {
		sink->failed++;
	}
	free(line);
	json_object_put(event);
}
