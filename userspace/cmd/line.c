// SPDX-License-Identifier: GPL-2.0
/* Reading the command line: exact words, options before or after them. */
#include <string.h>

#include "cmd.h"
#include "../lib/msg.h"

static const struct cmd_option *find_in(const struct cmd_option *options,
					const char *name, size_t len)
{
	for (; options->name; options++)
		if (strlen(options->name) == len && !strncmp(options->name, name, len))
			return options;
	return NULL;
}

/* Anywhere: an option may stand before the verb that it belongs to. */
static const struct cmd_option *find_anywhere(const char *name, size_t len)
{
	const struct cmd_option *found = find_in(cmd_common, name, len);

	for (const struct cmd_object *const *o = cmd_objects; *o && !found; o++)
		for (const struct cmd_verb *v = (*o)->verbs; v->run && !found; v++)
			found = find_in(v->options, name, len);
	return found;
}

static int wrong(const char *object, const char *reason, const char *remedy)
{
	return FAIL(EXIT_USAGE, .object = object, .reason = reason, .remedy = remedy);
}

/* The option at argv[*at], with its value; moves *at past a value of its own. */
static int take_option(int argc, char **argv, int *at, struct cmd_line *line)
{
	const char *name = strcmp(argv[*at], "-h") ? argv[*at] + 1 : "-help";
	const struct cmd_option *option;
	const char *value;
	size_t len;

	if (*name++ != '-')
		return wrong(argv[*at], "options are whole words after two dashes",
			     "see: kvmshare --help");
	len = strcspn(name, "=");
	value = name[len] ? name + len + 1 : NULL;
	option = find_anywhere(name, len);
	if (!option)
		return wrong(argv[*at], "there is no such option", "see: kvmshare --help");
	if (!option->takes && value)
		return wrong(argv[*at], "this option takes no value", NULL);
	if (option->takes && !value) {
		if (*at + 1 == argc)
			return wrong(argv[*at], fmt("%s must follow", option->takes), NULL);
		value = argv[++*at];
	}
	if (!strcmp(option->name, "help")) {
		line->help = true;
	} else if (!strcmp(option->name, "json")) {
		line->json = true;
	} else if (line->nr_given == CMD_MAX_GIVEN) {
		return wrong(argv[*at], "there are too many options", NULL);
	} else {
		line->given[line->nr_given].option = option;
		line->given[line->nr_given++].value = value;
	}
	return 0;
}

static int take_object(const char *word, struct cmd_line *line)
{
	for (const struct cmd_object *const *o = cmd_objects; *o; o++) {
		if (strcmp((*o)->name, word))
			continue;
		line->object = *o;
		if (!(*o)->verbs->name)
			line->verb = (*o)->verbs;
		return 0;
	}
	return wrong(word, "there is no such object", "see: kvmshare --help");
}

static int take_verb(const char *word, struct cmd_line *line)
{
	for (const struct cmd_verb *v = line->object->verbs; v->run; v++) {
		if (!strcmp(v->name, word)) {
			line->verb = v;
			return 0;
		}
	}
	return wrong(fmt("%s %s", line->object->name, word), "there is no such verb",
		     fmt("see: %s --help", cmd_path(line->object, NULL)));
}

static int take_word(const char *word, struct cmd_line *line)
{
	if (!line->object)
		return take_object(word, line);
	if (!line->verb)
		return take_verb(word, line);
	if (line->nr_args == CMD_MAX_WORDS)
		return wrong(word, "there are too many words", NULL);
	line->args[line->nr_args++] = word;
	return 0;
}

static int check_options(struct cmd_line *line)
{
	for (int i = 0; i < line->nr_given; i++) {
		const struct cmd_option *given = line->given[i].option;
		const struct cmd_option *own = find_in(line->verb->options, given->name,
						       strlen(given->name));

		if (!own)
			return wrong(fmt("--%s", given->name),
				     fmt("%s has no such option", cmd_path(line->object, line->verb)),
				     fmt("see: %s --help", cmd_path(line->object, line->verb)));
		line->given[i].option = own;
	}
	return 0;
}

static int check_whole(struct cmd_line *line)
{
	const char *path = cmd_path(line->object, line->verb);
	const char *see = fmt("see: %s --help", path);

	if (line->help)
		return 0;
	if (!line->object)
		return wrong("kvmshare", "an object must follow", see);
	if (!line->verb)
		return wrong(path, "a verb must follow", see);
	if (line->nr_args < line->verb->min)
		return wrong(path, fmt("%s must follow", line->verb->args), see);
	if (line->nr_args > line->verb->max)
		return wrong(line->args[line->verb->max], fmt("%s takes no such word", path), see);
	if (line->verb->command && (!line->command || !*line->command))
		return wrong(path, "a command must follow, after --", see);
	if (!line->verb->command && line->command)
		return wrong("--", fmt("%s takes no command", path), see);
	return check_options(line);
}

int cmd_parse(int argc, char **argv, struct cmd_line *line)
{
	int err = 0;

	memset(line, 0, sizeof(*line));
	for (int i = 1; i < argc && !err; i++) {
		if (!strcmp(argv[i], "--")) {
			line->command = argv + i + 1;
			break;
		}
		if (argv[i][0] == '-')
			err = take_option(argc, argv, &i, line);
		else
			err = take_word(argv[i], line);
	}
	return err ? err : check_whole(line);
}

const char *cmd_nth(const struct cmd_line *line, const char *option, int nth)
{
	for (int i = 0; i < line->nr_given; i++)
		if (!strcmp(line->given[i].option->name, option) && !nth--)
			return line->given[i].value ? line->given[i].value : "";
	return NULL;
}

const char *cmd_value(const struct cmd_line *line, const char *option)
{
	const char *last = NULL;
	const char *value;

	for (int i = 0; (value = cmd_nth(line, option, i)); i++)
		last = value;
	return last;
}

bool cmd_has(const struct cmd_line *line, const char *option)
{
	return cmd_nth(line, option, 0);
}
