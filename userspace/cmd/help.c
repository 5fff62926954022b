// SPDX-License-Identifier: GPL-2.0
#include <stdio.h>
#include <string.h>

#include "cmd.h"
#include "../lib/msg.h"

const char *cmd_path(const struct cmd_object *object, const struct cmd_verb *verb)
{
	return fmt("kvmshare%s%s%s%s", object ? " " : "", object ? object->name : "",
		   verb && verb->name ? " " : "", verb && verb->name ? verb->name : "");
}

static void print_options(const struct cmd_option *options)
{
	for (; options->name; options++)
		printf("  %-24s %s\n", fmt("--%s%s%s", options->name,
					   options->takes ? " " : "",
					   options->takes ? options->takes : ""), options->what);
}

static const char *synopsis(const struct cmd_object *object, const struct cmd_verb *verb)
{
	return fmt("%s%s%s%s%s", cmd_path(object, verb),
		   verb->args ? " " : "", verb->args ? verb->args : "",
		   verb->options[0].name ? " [OPTION...]" : "",
		   verb->command ? " -- COMMAND [ARG...]" : "");
}

static void help_verb(const struct cmd_object *object, const struct cmd_verb *verb)
{
	printf("Usage: %s\n\n%s\n", synopsis(object, verb), verb->what);
	if (verb->more)
		printf("\n%s\n", verb->more);
	printf("\nOptions:\n");
	print_options(verb->options);
	print_options(cmd_common);
}

static void help_object(const struct cmd_object *object)
{
	printf("Usage: kvmshare %s VERB [OPTION...]\n\n%s\n\nVerbs:\n",
	       object->name, object->what);
	for (const struct cmd_verb *v = object->verbs; v->run; v++)
		printf("  %-28s %s\n", fmt("%s%s%s", v->name, v->args ? " " : "",
					   v->args ? v->args : ""), v->what);
	printf("\nOptions of all of them:\n");
	print_options(cmd_common);
	printf("\nMore: kvmshare %s VERB --help, and kvmshare-%s(8)\n",
	       object->name, object->name);
}

static void help_all(void)
{
	printf("Usage: kvmshare OBJECT [VERB] [OPTION...]\n\n"
	       "Share this host's PCI functions among KVM guests.\n\nObjects:\n");
	for (const struct cmd_object *const *o = cmd_objects; *o; o++)
		printf("  %-12s %s\n", (*o)->name, (*o)->what);
	printf("\nOptions of all of them:\n");
	print_options(cmd_common);
	printf("\nExit codes: 0 done; 1 failed; 2 wrongly called; 3 not supported by this\n"
	       "kernel or hardware. More: kvmshare OBJECT --help, and kvmshare(8)\n");
}

void cmd_help(const struct cmd_line *line)
{
	if (line->verb)
		help_verb(line->object, line->verb);
	else if (line->object)
		help_object(line->object);
	else
		help_all();
}

int cmd_usage(const struct cmd_line *line, const char *object, const char *reason)
{
	return FAIL(EXIT_USAGE, .object = object, .reason = reason,
		    .kept = "nothing was changed",
		    .remedy = fmt("see: %s --help", cmd_path(line->object, line->verb)));
}
