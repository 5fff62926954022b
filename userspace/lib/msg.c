// SPDX-License-Identifier: GPL-2.0
#include <json-c/json.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "msg.h"

#define NR_BUFFERS	16

static const char *msg_program = "kvmshare";
static bool msg_json;

void msg_setup(const char *program, bool json)
{
	msg_program = program;
	msg_json = json;
}

static char printable(char c)
{
	return c >= 0x20 && c <= 0x7e ? c : '?';
}

void make_printable(char *text)
{
	for (; *text; text++)
		*text = printable(*text);
}

json_object *printable_json(const char *text)
{
	char *copy = strdup(text);
	json_object *object;

	if (!copy)
		return NULL;
	make_printable(copy);
	object = json_object_new_string(copy);
	free(copy);
	return object;
}

static void put_text(const char *text)
{
	for (; *text; text++)
		fputc(printable(*text), stderr);
}

static void add(json_object *to, const char *key, const char *text)
{
	if (text)
		json_object_object_add(to, key, printable_json(text));
}

static void fail_json(enum exit_code code, const struct msg *msg)
{
	json_object *inner = json_object_new_object();
	json_object *outer = json_object_new_object();

	add(inner, "object", msg->object);
	add(inner, "reason", msg->reason);
	add(inner, "untouched", msg->kept);
	add(inner, "remedy", msg->remedy);
	json_object_object_add(inner, "exit_code", json_object_new_int((int)code));
	json_object_object_add(outer, "error", inner);
	fprintf(stderr, "%s\n", json_object_to_json_string_ext(outer,
		JSON_C_TO_STRING_PLAIN | JSON_C_TO_STRING_NOSLASHESCAPE));
	json_object_put(outer);
}

int msg_fail(enum exit_code code, const struct msg *msg)
{
	fflush(stdout);
	if (msg_json) {
		fail_json(code, msg);
		return (int)code;
	}
	fprintf(stderr, "%s: ", msg_program);
	put_text(msg->object);
	fputs(": ", stderr);
	put_text(msg->reason);
	if (msg->kept) {
		fputs("; ", stderr);
		put_text(msg->kept);
	}
	fputc('\n', stderr);
	if (msg->remedy) {
		fputs("  ", stderr);
		put_text(msg->remedy);
		fputc('\n', stderr);
	}
	return (int)code;
}

void msg_note(const char *format, ...)
{
	char text[MSG_FMT_LEN];
	va_list args;

	if (msg_json)
		return;
	va_start(args, format);
	vsnprintf(text, sizeof(text), format, args);
	va_end(args);
	fprintf(stderr, "%s: ", msg_program);
	put_text(text);
	fputc('\n', stderr);
}

const char *fmt(const char *format, ...)
{
	static char buffers[NR_BUFFERS][MSG_FMT_LEN];
	static unsigned int next;
	char *buffer = buffers[next++ % NR_BUFFERS];
	va_list args;

	va_start(args, format);
	vsnprintf(buffer, MSG_FMT_LEN, format, args);
	va_end(args);
	return buffer;
}
