// SPDX-License-Identifier: GPL-2.0
/* kvmshare guard diff: what another profile changes. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "guard_common.h"
#include "../lib/msg.h"
#include "../lib/out.h"
#include "../monitor/profile_file.h"

static const struct out_column columns[] = {
	{ "change", "CHANGE", OUT_TEXT },
	{ "statement", "STATEMENT", OUT_TEXT },
	{ NULL, NULL, OUT_TEXT }
};

/* As lines of text, whose order says nothing. */
static char *text_of(const char *path, int *code)
{
	struct profile profile;
	char *text = NULL;
	const char *why;
	size_t length;
	FILE *file;

	if (profile_load(path, &profile, &why)) {
		*code = FAIL(EXIT_FAILED, .object = path, .reason = why);
		return NULL;
	}
	file = open_memstream(&text, &length);
	if (file) {
		profile_print(&profile, file);
		fclose(file);
	}
	profile_free(&profile);
	if (!text)
		*code = FAIL(EXIT_FAILED, .object = path, .reason = strerror(ENOMEM));
	return text;
}

/* Is the line of @length that @line begins one of @text? */
static bool has_line(const char *text, const char *line, size_t length)
{
	for (const char *at = text; *at; at += strcspn(at, "\n") + 1)
		if (strcspn(at, "\n") == length && !strncmp(at, line, length))
			return true;
	return false;
}

static void add_missing(json_object *rows, const char *change, const char *in, const char *but_not_in)
{
	size_t length;

	for (const char *at = in; *at; at += length + 1) {
		json_object *row;

		length = strcspn(at, "\n");
		if (!length || has_line(but_not_in, at, length))
			continue;
		row = json_object_new_object();
		out_str(row, "change", change);
		out_str(row, "statement", fmt("%.*s", (int)length, at));
		json_object_array_add(rows, row);
	}
}

int cmd_guard_diff(const struct cmd_line *line)
{
	int code = EXIT_OK;
	char *old = text_of(line->args[0], &code);
	char *new = old ? text_of(line->args[1], &code) : NULL;

	if (new) {
		json_object *rows = json_object_new_array();

		add_missing(rows, "-", old, new);
		add_missing(rows, "+", new, old);
		out_table(columns, rows, "they say the same");
	}
	free(old);
	free(new);
	return code;
}
