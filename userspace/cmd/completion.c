// SPDX-License-Identifier: GPL-2.0
/* Bash completion, and the plain list that the manual pages are held against. */
#include <stdio.h>
#include <string.h>

#include "cmd.h"
#include "../lib/msg.h"

/* How to find the values of an option or argument on a host, in bash. */
static const struct {
	const char *mark;
	const char *words;
} sources[] = {
	{ "@vm", "$(_kvmshare_names /sys/kernel/kvmshare/vms)" },
	{ "@vf", "$(_kvmshare_names /sys/kernel/kvmshare/vfs)" },
	{ "@lease", "$(_kvmshare_names /sys/kernel/kvmshare/leases)" },
	{ "@engine", "$(_kvmshare_names /sys/kernel/kvmshare/engines)" },
	{ "@vgpu", "$(_kvmshare_names /sys/kernel/kvmshare/vgpus)" },
	{ "@pf", "$(_kvmshare_pfs)" },
	{ "@user", "$(compgen -u)" },
};

static const char *words_of(const char *values)
{
	for (size_t i = 0; values && i < sizeof(sources) / sizeof(sources[0]); i++)
		if (!strcmp(values, sources[i].mark))
			return sources[i].words;
	return values ? values : "";
}

static const char *verb_key(const struct cmd_object *object, const struct cmd_verb *verb)
{
	return verb->name ? fmt("%s/%s", object->name, verb->name) : object->name;
}

static void print_objects(void)
{
	printf("\t'') words='");
	for (const struct cmd_object *const *o = cmd_objects; *o; o++)
		printf("%s%s", o == cmd_objects ? "" : " ", (*o)->name);
	printf("' ;;\n");
}

static void print_verbs(const struct cmd_object *object)
{
	printf("\t%s) words='", object->name);
	for (const struct cmd_verb *v = object->verbs; v->run; v++)
		printf("%s%s", v == object->verbs ? "" : " ", v->name);
	printf("' ;;\n");
}

static void print_verb(const struct cmd_object *object, const struct cmd_verb *verb)
{
	printf("\t%s) words=\"%s\" options='", verb_key(object, verb), words_of(verb->values));
	for (const struct cmd_option *o = verb->options; o->name; o++)
		printf("--%s ", o->name);
	printf("--json --help' ;;\n");
}

/* Options that take a value are the same everywhere: once each is enough. */
static void print_values(void)
{
	for (const struct cmd_object *const *o = cmd_objects; *o; o++)
		for (const struct cmd_verb *v = (*o)->verbs; v->run; v++)
			for (const struct cmd_option *p = v->options; p->name; p++)
				if (p->takes)
					printf("\t%s,--%s) value=1 words=\"%s\" ;;\n",
					       verb_key(*o, v), p->name, words_of(p->values));
}

static const char head[] =
	"# bash completion of kvmshare, made by 'kvmshare completion bash'\n"
	"_kvmshare_names() { (cd \"$1\" 2>/dev/null && compgen -G '*'); }\n"
	"_kvmshare_pfs() {\n"
	"\tlocal f\n"
	"\tfor f in /sys/bus/pci/devices/*/sriov_totalvfs; do\n"
	"\t\tf=${f%/*}; [ -e \"/sys/bus/pci/devices/${f##*/}\" ] && echo \"${f##*/}\"\n"
	"\tdone\n"
	"}\n"
	"# Sets words, options and value for the words typed so far.\n"
	"_kvmshare_table() {\n"
	"\twords='' options='--json --help'\n"
	"\tcase $1 in\n";

static const char middle[] =
	"\tesac\n"
	"}\n"
	"_kvmshare_value() {\n"
	"\tvalue=''\n"
	"\tcase $1,$2 in\n";

static const char tail[] =
	"\tesac\n"
	"}\n"
	"_kvmshare() {\n"
	"\tlocal cur prev words options value key='' object='' i\n"
	"\tCOMPREPLY=()\n"
	"\t_get_comp_words_by_ref -n =: cur prev 2>/dev/null || {\n"
	"\t\tcur=${COMP_WORDS[COMP_CWORD]} prev=${COMP_WORDS[COMP_CWORD-1]}\n"
	"\t}\n"
	"\tfor ((i = 1; i < COMP_CWORD; i++)); do\n"
	"\t\tcase ${COMP_WORDS[i]} in\n"
	"\t\t--) command -v _command_offset >/dev/null && _command_offset $((i + 1)); return ;;\n"
	"\t\t-*) _kvmshare_value \"$key\" \"${COMP_WORDS[i]}\"; [ -z \"$value\" ] || i=$((i + 1)) ;;\n"
	"\t\t*)\n"
	"\t\t\tif [ -z \"$object\" ]; then object=${COMP_WORDS[i]} key=$object\n"
	"\t\t\telif [ \"$key\" = \"$object\" ]; then key=$object/${COMP_WORDS[i]}; fi ;;\n"
	"\t\tesac\n"
	"\tdone\n"
	"\t_kvmshare_value \"$key\" \"$prev\"\n"
	"\t[ -n \"$value\" ] || _kvmshare_table \"$key\"\n"
	"\tcase $cur in\n"
	"\t-*) mapfile -t COMPREPLY < <(compgen -W \"$options --\" -- \"$cur\") ;;\n"
	"\t*) mapfile -t COMPREPLY < <(compgen -W \"$words\" -- \"$cur\") ;;\n"
	"\tesac\n"
	"\tcommand -v __ltrim_colon_completions >/dev/null && __ltrim_colon_completions \"$cur\"\n"
	"\treturn 0\n"
	"}\n"
	"complete -F _kvmshare kvmshare\n";

static void print_bash(void)
{
	fputs(head, stdout);
	print_objects();
	for (const struct cmd_object *const *o = cmd_objects; *o; o++) {
		if ((*o)->verbs->name)
			print_verbs(*o);
		for (const struct cmd_verb *v = (*o)->verbs; v->run; v++)
			print_verb(*o, v);
	}
	fputs(middle, stdout);
	print_values();
	fputs(tail, stdout);
}

static void print_list(void)
{
	for (const struct cmd_object *const *o = cmd_objects; *o; o++) {
		for (const struct cmd_verb *v = (*o)->verbs; v->run; v++) {
			printf("%s %s\n", (*o)->name, v->name ? v->name : "-");
			for (const struct cmd_option *p = v->options; p->name; p++)
				printf("%s %s --%s\n", (*o)->name, v->name ? v->name : "-", p->name);
		}
	}
}

static int completion(const struct cmd_line *line)
{
	if (!strcmp(line->args[0], "bash"))
		print_bash();
	else if (!strcmp(line->args[0], "list"))
		print_list();
	else
		return cmd_usage(line, line->args[0], "it is made for bash, or as a list");
	return EXIT_OK;
}

static const struct cmd_verb verbs[] = {
	{
		.args = "bash|list",
		.min = 1,
		.max = 1,
		.values = "bash list",
		.what = "print completion for bash, or the list of all verbs and options",
		.run = completion,
	},
	{ .run = NULL }
};

const struct cmd_object cmd_completion = {
	.name = "completion",
	.what = "completion of this command in shells",
	.verbs = verbs,
};
