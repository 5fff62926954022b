/* SPDX-License-Identifier: GPL-2.0 */
/* What goes to standard error, and the exit codes. */
#ifndef KVMSHARE_LIB_MSG_H
#define KVMSHARE_LIB_MSG_H

#include <stdbool.h>

enum exit_code {
	EXIT_OK = 0,
	EXIT_FAILED = 1,
	EXIT_USAGE = 2,
	EXIT_UNSUPPORTED = 3,	/* by this kernel or hardware */
};

/**
 * struct msg - an error, in its parts
 * @object: what it is about
 * @reason: why it did not work
 * @kept: what was left untouched; may be NULL
 * @remedy: what to do; may be NULL
 */
struct msg {
	const char *object;
	const char *reason;
	const char *kept;
	const char *remedy;
};

/* Name this program in text, or print JSON objects. */
void msg_setup(const char *program, bool json);
/* Print an error; returns @code, so that a verb can end with it. */
int msg_fail(enum exit_code code, const struct msg *msg);
/* A sentence that is no error; nothing where JSON was asked for. */
void msg_note(const char *format, ...) __attribute__((format(printf, 1, 2)));

/*
 * Names come from guests' owners and other users: nothing of them may steer a
 * terminal, or be no UTF-8 in JSON. All but printable ASCII becomes '?'.
 */
void make_printable(char *text);
struct json_object *printable_json(const char *text);

/*
 * printf into one of a few buffers that are used in turn: for what is used at
 * once, not kept across calls; not for threads.
 */
#define MSG_FMT_LEN	1024
const char *fmt(const char *format, ...) __attribute__((format(printf, 1, 2)));

#define FAIL(code, ...)	msg_fail(code, &(const struct msg){ __VA_ARGS__ })

#endif
