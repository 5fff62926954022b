// SPDX-License-Identifier: GPL-2.0
#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

#include "msg.h"
#include "out.h"

#define CELL_LEN	512
#define GAP		2

static bool out_json;

void out_setup(bool json)
{
	out_json = json;
}

bool out_is_json(void)
{
	return out_json;
}

void out_str(json_object *to, const char *key, const char *value)
{
	json_object_object_add(to, key, value ? printable_json(value) : NULL);
}

void out_int(json_object *to, const char *key, int64_t value)
{
	json_object_object_add(to, key, json_object_new_int64(value));
}

void out_uint(json_object *to, const char *key, uint64_t value)
{
	json_object_object_add(to, key, json_object_new_uint64(value));
}

void out_bool(json_object *to, const char *key, bool value)
{
	json_object_object_add(to, key, json_object_new_boolean(value));
}

static void show_duration(char *cell, uint64_t ms)
{
	if (ms < 10000)
		snprintf(cell, CELL_LEN, "%" PRIu64 " ms", ms);
	else if (ms < 600000)
		snprintf(cell, CELL_LEN, "%" PRIu64 " s", ms / 1000);
	else if (ms < 36000000)
		snprintf(cell, CELL_LEN, "%" PRIu64 " min", ms / 60000);
	else
		snprintf(cell, CELL_LEN, "%" PRIu64 " h", ms / 3600000);
}

static void show_time(char *cell, int64_t seconds)
{
	time_t when = (time_t)seconds;
	struct tm parts;

	if (!localtime_r(&when, &parts) || !strftime(cell, CELL_LEN, "%F %T", &parts))
		snprintf(cell, CELL_LEN, "%" PRId64, seconds);
}

static void show_array(char *cell, json_object *array)
{
	size_t nr = json_object_array_length(array);
	size_t len = 0;

	snprintf(cell, CELL_LEN, "-");
	for (size_t i = 0; i < nr && len < CELL_LEN; i++)
		len += (size_t)snprintf(cell + len, CELL_LEN - len, "%s%s", i ? ", " : "",
			json_object_get_string(json_object_array_get_idx(array, i)));
}

static void show(char *cell, json_object *value, enum out_kind kind)
{
	if (!value)
		snprintf(cell, CELL_LEN, "-");
	else if (kind == OUT_MS)
		show_duration(cell, json_object_get_uint64(value));
	else if (kind == OUT_NS)
		show_duration(cell, json_object_get_uint64(value) / 1000000);
	else if (kind == OUT_TIME)
		show_time(cell, json_object_get_int64(value));
	else if (json_object_is_type(value, json_type_boolean))
		snprintf(cell, CELL_LEN, "%s", json_object_get_boolean(value) ? "yes" : "no");
	else if (json_object_is_type(value, json_type_array))
		show_array(cell, value);
	else if (json_object_is_type(value, json_type_string) && !json_object_get_string_len(value))
		snprintf(cell, CELL_LEN, "-");
	else
		snprintf(cell, CELL_LEN, "%s", json_object_get_string(value));
	make_printable(cell);
}

static void show_column(char *cell, json_object *row, const struct out_column *column)
{
	json_object *value = NULL;

	json_object_object_get_ex(row, column->key, &value);
	show(cell, value, column->kind);
}

static size_t column_width(json_object *rows, const struct out_column *column)
{
	size_t nr = json_object_array_length(rows);
	size_t width = strlen(column->title);
	char cell[CELL_LEN];

	for (size_t i = 0; i < nr; i++) {
		show_column(cell, json_object_array_get_idx(rows, i), column);
		if (strlen(cell) > width)
			width = strlen(cell);
	}
	return width;
}

static void print_cell(const struct out_column *column, const char *cell, size_t width)
{
	bool last = !column[1].key;

	if (column->kind == OUT_TEXT)
		printf("%-*s", last ? 0 : (int)(width + GAP), cell);
	else
		printf("%*s%*s", (int)width, cell, last ? 0 : GAP, "");
	if (last)
		putchar('\n');
}

static void print_table(const struct out_column *columns, json_object *rows)
{
	size_t nr = json_object_array_length(rows);
	size_t width[32] = { 0 };
	char cell[CELL_LEN];

	for (size_t c = 0; columns[c].key; c++) {
		width[c] = column_width(rows, &columns[c]);
		print_cell(&columns[c], columns[c].title, width[c]);
	}
	for (size_t i = 0; i < nr; i++) {
		for (size_t c = 0; columns[c].key; c++) {
			show_column(cell, json_object_array_get_idx(rows, i), &columns[c]);
			print_cell(&columns[c], cell, width[c]);
		}
	}
}

static void print_json(json_object *value, int flags)
{
	printf("%s\n", json_object_to_json_string_ext(value,
		flags | JSON_C_TO_STRING_NOSLASHESCAPE));
}

void out_table(const struct out_column *columns, json_object *rows, const char *if_empty)
{
	if (out_json)
		print_json(rows, JSON_C_TO_STRING_PRETTY);
	else if (json_object_array_length(rows))
		print_table(columns, rows);
	else
		printf("%s\n", if_empty);
	json_object_put(rows);
}

void out_record(const struct out_column *columns, json_object *record)
{
	size_t width = 0;
	char cell[CELL_LEN];

	if (out_json) {
		print_json(record, JSON_C_TO_STRING_PRETTY);
	} else {
		for (const struct out_column *c = columns; c->key; c++)
			if (strlen(c->title) > width)
				width = strlen(c->title);
		for (const struct out_column *c = columns; c->key; c++) {
			show_column(cell, record, c);
			printf("%-*s  %s\n", (int)width, c->title, cell);
		}
	}
	json_object_put(record);
}

void out_line(json_object *record, const char *text)
{
	if (out_json)
		print_json(record, JSON_C_TO_STRING_PLAIN);
	else
		printf("%s\n", text);
	fflush(stdout);
	json_object_put(record);
}
