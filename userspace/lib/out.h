/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The one writer: a verb makes JSON values and says which of them people see;
 * they are printed as they are, or as a table.
 */
#ifndef KVMSHARE_LIB_OUT_H
#define KVMSHARE_LIB_OUT_H

#include <json-c/json.h>
#include <stdbool.h>
#include <stdint.h>

enum out_kind {
	OUT_TEXT = 0,	/* as it is */
	OUT_RIGHT,	/* as it is, to the right */
	OUT_MS,		/* milliseconds, as people say them */
	OUT_NS,		/* nanoseconds, likewise */
	OUT_TIME,	/* seconds since 1970, as local time */
};

/**
 * struct out_column - a value that people see
 * @key: in the JSON object
 * @title: above the column
 * @kind: how to show it
 */
struct out_column {
	const char *key;
	const char *title;
	enum out_kind kind;
};

void out_setup(bool json);
bool out_is_json(void);
/* Print an array of objects, and drop it. @columns end with a NULL key. */
void out_table(const struct out_column *columns, json_object *rows, const char *if_empty);
/* Print one object, a line a column, and drop it. */
void out_record(const struct out_column *columns, json_object *record);
/* Print one line now, for verbs that go on after it: an object, or @text. */
void out_line(json_object *record, const char *text);

/* Put a value into an object; NULL text and absent numbers become null. */
void out_str(json_object *to, const char *key, const char *value);
void out_int(json_object *to, const char *key, int64_t value);
void out_uint(json_object *to, const char *key, uint64_t value);
void out_bool(json_object *to, const char *key, bool value);

#endif
