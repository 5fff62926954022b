/* SPDX-License-Identifier: GPL-2.0 */
/* Between the files of kvmshare-monitor. */
#ifndef KVMSHARE_MONITORD_SERVICE_H
#define KVMSHARE_MONITORD_SERVICE_H

#include <stdio.h>

#include "../lib/log.h"
#include "../monitor/monitor.h"

/* -- sink.c: where events go ------------------------------------------------ */

/**
 * struct sink - where events go
 * @path: a file, or NULL
 * @file: it, open
 * @bytes: that it has
 * @journal: systemd's journal has them, too; else standard output
 * @failed: events that could not be written
 */
struct sink {
	const char *path;
	FILE *file;
	uint64_t bytes;
	bool journal;
	uint64_t failed;
};

/* The file grows to so many bytes; as many files are kept, the older ones as PATH.1 and so on. */
#define SINK_BYTES	(8U << 20)
#define SINK_FILES	4

/* 0 or a negative errno. */
int sink_open(struct sink *sink);
/* @event is dropped. */
void sink_put(struct sink *sink, json_object *event, const char *text);
void sink_close(struct sink *sink);

/* -- arm.c: the rules that hold --------------------------------------------- */

/**
 * struct arms - the rules, as this service has them
 * @reader: the lock of who reads their events, or below 0
 * @armed: they hold
 * @off: an administrator has switched them off
 * @why: they do not hold, or not all of them
 */
struct arms {
	int reader;
	bool armed;
	bool off;
	char why[256];
};

/*
 * The programs of this version hold, with all profiles of the directory, or nothing does, where
 * an administrator has it so.  What cannot be is logged, and in @why; the rest goes on.
 */
void arm(struct arms *arms, struct monitor *monitor);
/* The profiles again, as they are now. */
void arm_again(struct arms *arms, struct monitor *monitor);
/* Has the directory gone meanwhile? Then nothing holds any more. What waited is tried again. */
void arm_look(struct arms *arms, struct monitor *monitor);
/* They hold on: another process may read their events. */
void arm_leave(struct arms *arms, struct monitor *monitor);

/* -- metrics.c --------------------------------------------------------------- */

/* All there is, in Prometheus's text format. */
void metrics_print(const struct monitor *monitor, const struct sink *sink, const struct arms *arms, FILE *to);
/* Into a file, whole or not at all; 0 or a negative errno. */
int metrics_write(const struct monitor *monitor, const struct sink *sink, const struct arms *arms, const char *path);

/* -- http.c ------------------------------------------------------------------ */

struct http;

/*
 * Answers GET /metrics at "unix:PATH", or "ADDRESS:PORT" of this host alone; @print makes what is
 * answered.  NULL with the reason in @why.
 */
struct http *http_begin(const char *at, void (*print)(FILE *to, void *arg), void *arg, const char **why);
/* What has come is answered; it does not wait. */
void http_run(struct http *http);
void http_end(struct http *http);

#endif
