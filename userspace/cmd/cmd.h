/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The command table: help, completion and the check of the manual pages are
 * made of it.  Every object has its file and ends in its struct cmd_object.
 */
#ifndef KVMSHARE_CMD_CMD_H
#define KVMSHARE_CMD_CMD_H

#include <stdbool.h>
#include <stddef.h>

/**
 * struct cmd_option - an option; the same word takes or takes no value everywhere
 * @name: without its dashes
 * @takes: what stands after it, or NULL
 * @what: for people
 * @values: for completion: words, or "@pf", "@vf",
 *	    "@lease", "@vm", "@engine", "@vgpu", "@user"
 */
struct cmd_option {
	const char *name;
	const char *takes;
	const char *what;
	const char *values;
};

struct cmd_line;

#define CMD_MAX_OPTIONS	12

/**
 * struct cmd_verb - what can be done to an object
 * @name: the word; NULL where the object has but one verb without a word
 * @args: what stands after it, for people, or NULL
 * @min: how many of them there must be
 * @max: how many there may be
 * @command: a command follows after "--"
 * @values: for completion, of the first of @args; as cmd_option's
 * @what: for people, one line
 * @more: for people, or NULL
 * @options: up to a zero one
 * @run: does it; returns an exit code
 */
struct cmd_verb {
	const char *name;
	const char *args;
	int min;
	int max;
	bool command;
	const char *values;
	const char *what;
	const char *more;
	struct cmd_option options[CMD_MAX_OPTIONS + 1];
	int (*run)(const struct cmd_line *line);
};

/**
 * struct cmd_object - what things are done to
 * @name: the word
 * @what: for people, one line
 * @verbs: up to one without @run
 */
struct cmd_object {
	const char *name;
	const char *what;
	const struct cmd_verb *verbs;
};

/* table.c: all of them, up to NULL; and the options of every verb. */
extern const struct cmd_object *const cmd_objects[];
extern const struct cmd_option cmd_common[];

extern const struct cmd_object cmd_vm;		/* vm.c */
extern const struct cmd_object cmd_vf;		/* vf.c */
extern const struct cmd_object cmd_engine;	/* engine.c */
extern const struct cmd_object cmd_vgpu;	/* vgpu.c */
extern const struct cmd_object cmd_mem;		/* mem.c */
extern const struct cmd_object cmd_exits;	/* exits.c */
extern const struct cmd_object cmd_watch;	/* watch.c */
extern const struct cmd_object cmd_guard;	/* guard.c */
extern const struct cmd_object cmd_top;		/* top.c */
extern const struct cmd_object cmd_run;		/* run.c */
extern const struct cmd_object cmd_doctor;	/* doctor.c */
extern const struct cmd_object cmd_version;	/* version.c */
extern const struct cmd_object cmd_completion;	/* completion.c */

#define CMD_MAX_WORDS	8
#define CMD_MAX_GIVEN	80

/**
 * struct cmd_line - what was typed, in its parts
 * @object: may be NULL, with @help
 * @verb: may be NULL, with @help
 * @nr_args: words after the verb
 * @args: see @nr_args
 * @command: what stands after "--", or NULL; argv of its own
 * @help: --help is there
 * @json: --json is there
 * @nr_given: other options
 * @given: see @nr_given
 */
struct cmd_line {
	const struct cmd_object *object;
	const struct cmd_verb *verb;
	int nr_args;
	const char *args[CMD_MAX_WORDS];
	char **command;
	bool help;
	bool json;
	int nr_given;
	struct {
		const struct cmd_option *option;
		const char *value;
	} given[CMD_MAX_GIVEN];
};

/* line.c: 0, or EXIT_USAGE with the error printed. */
int cmd_parse(int argc, char **argv, struct cmd_line *line);
bool cmd_has(const struct cmd_line *line, const char *option);
/* The last value given, or NULL. */
const char *cmd_value(const struct cmd_line *line, const char *option);
/* The value given for the @nth time, from 0, or NULL. */
const char *cmd_nth(const struct cmd_line *line, const char *option, int nth);

/* help.c */
void cmd_help(const struct cmd_line *line);
/* "kvmshare vf list", in fmt()'s buffers. */
const char *cmd_path(const struct cmd_object *object, const struct cmd_verb *verb);

/* A wrong value; prints it, returns EXIT_USAGE. */
int cmd_usage(const struct cmd_line *line, const char *object, const char *reason);

/* vf_*.c: the verbs of vf, one file a subject; vf.c has the table. */
int cmd_vf_list(const struct cmd_line *line);
int cmd_vf_enrol(const struct cmd_line *line);
int cmd_vf_provision(const struct cmd_line *line);
int cmd_vf_lease(const struct cmd_line *line);
int cmd_vf_release(const struct cmd_line *line);
int cmd_vf_handover(const struct cmd_line *line);
int cmd_vf_quarantine(const struct cmd_line *line);
int cmd_vf_history(const struct cmd_line *line);
int cmd_vf_quota(const struct cmd_line *line);

#endif
