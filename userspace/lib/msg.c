// SPDX-License-Identifier: GPL-2.0
#include <json-c/json.h>
#include <stdarg.h>
#include <stdio.h>

#include "msg.h"

#define NR_BUFFERS	16

static const char *msg_program = "kvmshare";
static bool msg_json;

void msg_setup(const char *program, bool json)
{
	msg_program = program;
	msg_json = json;
}

static void add(json_object *to, const char *key, const char *text)
{
	if (text)
		json_object_object_add(to, key, json_object_new_string(text));
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
	fprintf(stderr, "%s: %s: %s", msg_program, msg->object, msg->reason);
	if (msg->kept)
		fprintf(stderr, "; %s", msg->kept);
	fputc('\n', stderr);
	if (msg->remedy)
		fprintf(stderr, "  %s\n", msg->remedy);
	return (int)code;
}

void msg_note(const char *format, ...)
{
	va_list args;

	if (msg_json)
		return;
	fprintf(stderr, "%s: ", msg_program);
	va_start(args, format);
	vfprintf(stderr, format, args);
	va_end(args);
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
