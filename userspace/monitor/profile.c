// SPDX-License-Identifier: GPL-2.0
#include <ctype.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "guard_rule.h"
#include "profile.h"
#include "../lib/parse.h"

void profile_begin(struct profile *profile, const char *name, enum guard_action action)
{
	*profile = (struct profile){ .programs = NULL };
	snprintf(profile->name, sizeof(profile->name), "%s", name);
	memset(profile->actions, action, sizeof(profile->actions));
	/* What every VMM does is not wrong: only where something is listed does it say anything. */
	profile->actions[GUARD_OPEN] = GUARD_IGNORE;
	profile->actions[GUARD_BEGUN] = GUARD_OBSERVE;
}

void profile_free(struct profile *profile)
{
	free(profile->programs);
	free(profile->paths);
	free(profile->numbers);
	*profile = (struct profile){ .programs = NULL };
}

bool profile_is_name(const char *name)
{
	size_t length = strlen(name);

	return length && length < GUARD_NAME_LEN && name[0] != '.' &&
	       strspn(name, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789._-") == length;
}

/* -- What is listed --------------------------------------------------------- */

static int add_path(struct profile_path **paths, size_t *nr, const struct profile_path *path)
{
	struct profile_path *more;

	for (size_t i = 0; i < *nr; i++) {
		struct profile_path *known = &(*paths)[i];

		if (known->begins == path->begins && !strcmp(known->path, path->path)) {
			known->may |= path->may;
			return 0;
		}
	}
	more = reallocarray(*paths, *nr + 1, sizeof(*more));
	if (!more)
		return -ENOMEM;
	*paths = more;
	more[(*nr)++] = *path;
	return 0;
}

int profile_allow_path(struct profile *profile, const char *path, bool begins, __u32 may)
{
	struct profile_path one = { .may = may, .begins = begins };

	snprintf(one.path, sizeof(one.path), "%s", path);
	return add_path(&profile->paths, &profile->nr_paths, &one);
}

int profile_add_program(struct profile *profile, const char *path)
{
	struct profile_path one = { .may = GUARD_MAY_EXEC };

	snprintf(one.path, sizeof(one.path), "%s", path);
	return add_path(&profile->programs, &profile->nr_programs, &one);
}

int profile_allow_number(struct profile *profile, __u32 rule, __u64 first, __u64 last)
{
	struct profile_number *more;

	for (size_t i = 0; i < profile->nr_numbers; i++) {
		const struct profile_number *known = &profile->numbers[i];

		if (known->rule == rule && known->first <= first && known->last >= last)
			return 0;
	}
	more = reallocarray(profile->numbers, profile->nr_numbers + 1, sizeof(*more));
	if (!more)
		return -ENOMEM;
	profile->numbers = more;
	more[profile->nr_numbers++] = (struct profile_number){ rule, first, last };
	return 0;
}

__u32 profile_lists(const struct profile *profile)
{
	__u32 lists = 0;

	for (size_t i = 0; i < profile->nr_paths; i++) {
		if (profile->paths[i].may & GUARD_MAY_EXEC)
			lists |= 1U << GUARD_EXEC;
		if (profile->paths[i].may & (GUARD_MAY_READ | GUARD_MAY_WRITE))
			lists |= 1U << GUARD_OPEN;
	}
	for (size_t i = 0; i < profile->nr_numbers; i++)
		lists |= 1U << profile->numbers[i].rule;
	return lists;
}

/* -- Reading a line --------------------------------------------------------- */

/* The next word of @rest, which goes on behind it; NULL where there is none. */
static char *word_of(char **rest)
{
	char *word = *rest + strspn(*rest, " \t");
	size_t length = strcspn(word, " \t");

	*rest = word + length;
	if (**rest)
		*(*rest)++ = '\0';
	*rest += strspn(*rest, " \t");
	return length ? word : NULL;
}

static int hex_of(char digit)
{
	if (digit >= '0' && digit <= '9')
		return digit - '0';
	if (digit >= 'a' && digit <= 'f')
		return digit - 'a' + 10;
	return -1;
}

/* \xHH is that byte. False where that is none, or it is the end of a path. */
static bool unescape(char *text)
{
	char *to = text;

	for (const char *from = text; *from; from++) {
		int high, low;

		if (*from != '\\') {
			*to++ = *from;
			continue;
		}
		if (from[1] != 'x' || (high = hex_of(from[2])) < 0 || (low = hex_of(from[3])) < 0 || !(high | low))
			return false;
		*to++ = (char)(high << 4 | low);
		from += 3;
	}
	*to = '\0';
	return true;
}

/* A path is all that is left of a line. */
static const char *take_path(char *text, struct profile_path *path)
{
	size_t length = strlen(text);

	path->begins = length && (text[length - 1] == '*' || text[length - 1] == '/');
	if (length && text[length - 1] == '*')
		text[--length] = '\0';
	if (strchr(text, '*'))
		return "a * stands at the end of a path alone";
	if (!unescape(text))
		return "a backslash begins \\xHH, two hexadecimal digits, not 00";
	length = strlen(text);
	if (text[0] != '/')
		return "a path begins with /";
	if (length >= sizeof(path->path))
		return "a path is shorter than 248 bytes: list a directory, with a / at its end";
	if (strstr(text, "//") || strstr(text, "/../") || strstr(text, "/./"))
		return "a path is as the kernel has it: without //, /./ and /../";
	memcpy(path->path, text, length + 1);
	return NULL;
}

static const char *take_ports(const char *text, struct profile_number *number)
{
	char first[8];
	const char *dash = strchr(text, '-');
	uint64_t from, to;

	snprintf(first, sizeof(first), "%.*s", dash ? (int)(dash - text) : 7, text);
	if (!parse_u64(first, 0, 65535, &from) || !parse_u64(dash ? dash + 1 : text, 0, 65535, &to) || from > to)
		return "a port is a number up to 65535, or two with a dash";
	if (to - from > 1023)
		return "no more than 1024 ports in a line";
	number->first = from;
	number->last = to;
	return NULL;
}

static const char *take_device(const char *text, struct profile_number *number)
{
	char first[16];
	bool block = text[0] == 'b';
	const char *colon = strchr(text, ':');
	uint32_t major, minor;

	if (block || text[0] == 'c')
		text++;
	snprintf(first, sizeof(first), "%.*s", colon ? (int)(colon - text) : 0, text);
	if (!colon || !parse_u32(first, 0, 4095, &major) || !parse_u32(colon + 1, 0, 0xfffff, &minor))
		return "a device is cMAJOR:MINOR, or bMAJOR:MINOR for one of blocks";
	number->first = number->last = guard_device(major, minor, block);
	return NULL;
}

/* -- Its statements --------------------------------------------------------- */

static const char memory[] = "there is no memory";

static const char *take_number(struct profile *profile, int rule, char *rest)
{
	struct profile_number number = { .rule = (__u32)rule };
	const char *text = word_of(&rest), *reason;

	if (!text || *rest)
		return "one port, or one device";
	reason = rule == GUARD_DEVICE ? take_device(text, &number) : take_ports(text, &number);
	if (reason)
		return reason;
	return profile_allow_number(profile, number.rule, number.first, number.last) ? memory : NULL;
}

static const char *take_allow(struct profile *profile, char *rest)
{
	static const struct {
		const char *word;
		__u32 may;
	} kinds[] = {
		{ "read", GUARD_MAY_READ },
		{ "write", GUARD_MAY_READ | GUARD_MAY_WRITE },
		{ "exec", GUARD_MAY_EXEC },
		/* What a directory allows does not hold for what is listed by itself. */
		{ "nothing", 0 },
	};
	const char *what = word_of(&rest), *reason;
	struct profile_path path;
	int rule;

	if (!what)
		return "it is: allow read|write|exec|nothing PATH, or allow connect|bind|device NUMBER";
	for (size_t i = 0; i < sizeof(kinds) / sizeof(kinds[0]); i++) {
		if (strcmp(what, kinds[i].word))
			continue;
		reason = take_path(rest, &path);
		if (reason)
			return reason;
		return profile_allow_path(profile, path.path, path.begins, kinds[i].may) ? memory : NULL;
	}
	rule = guard_rule_of(what);
	if (rule != GUARD_CONNECT && rule != GUARD_BIND && rule != GUARD_DEVICE)
		return "what can be allowed is read, write, exec, nothing, connect, bind, or device";
	return take_number(profile, rule, rest);
}

static const char *take_rule(struct profile *profile, char *rest)
{
	const char *name = word_of(&rest), *action = word_of(&rest);
	int rule = name ? guard_rule_of(name) : -1;
	int wanted = action && !*rest ? guard_action_of(action) : -1;

	if (rule < 0)
		return "there is no such rule: see kvmshare watch --rules";
	if (wanted < 0)
		return "an action is ignore, observe, deny or kill";
	profile->actions[rule] = (__u8)wanted;
	return NULL;
}

static const char *take_name(struct profile *profile, char *rest)
{
	const char *name = word_of(&rest);

	if (!name || *rest || !profile_is_name(name))
		return "a name is of letters, digits, dots, dashes and underscores, at most 31";
	if (profile->name[0])
		return "a profile has one name";
	snprintf(profile->name, sizeof(profile->name), "%s", name);
	return NULL;
}

static const char *take_mode(struct profile *profile, char *rest)
{
	const char *mode = word_of(&rest);

	if (!mode || *rest || (strcmp(mode, "enforce") && strcmp(mode, "observe")))
		return "a mode is enforce or observe";
	profile->enforced = mode[0] == 'e';
	return NULL;
}

static const char *take_program(struct profile *profile, char *rest)
{
	struct profile_path path;
	const char *reason = take_path(rest, &path);

	if (reason)
		return reason;
	if (path.begins)
		return "a program is one file";
	return profile_add_program(profile, path.path) ? memory : NULL;
}

static const char *take_line(struct profile *profile, char *line)
{
	static const struct {
		const char *word;
		const char *(*take)(struct profile *profile, char *rest);
	} statements[] = {
		{ "profile", take_name },
		{ "mode", take_mode },
		{ "program", take_program },
		{ "rule", take_rule },
		{ "allow", take_allow },
	};
	char *rest = line;
	const char *word;
	size_t length = strlen(line);

	while (length && isspace((unsigned char)line[length - 1]))
		line[--length] = '\0';
	for (size_t i = 0; i < length; i++)
		if ((line[i] < ' ' && line[i] != '\t') || line[i] > '~')
			return "only printable ASCII: \\xHH stands for other bytes of a path";
	word = word_of(&rest);
	if (!word || word[0] == '#')
		return NULL;
	for (size_t i = 0; i < sizeof(statements) / sizeof(statements[0]); i++)
		if (!strcmp(word, statements[i].word))
			return statements[i].take(profile, rest);
	return "a line begins with profile, mode, program, rule, allow, or #";
}

/* What is excepted, of nothing. */
static bool lists_exceptions_alone(const struct profile *profile)
{
	bool any = false;

	for (size_t i = 0; i < profile->nr_paths; i++)
		any |= !profile->paths[i].may;
	return any && !(profile_lists(profile) & (1U << GUARD_OPEN | 1U << GUARD_EXEC));
}

static const char *take_lines(struct profile *profile, char *text, size_t length, unsigned int *line)
{
	for (char *at = text, *next; at < text + length; at = next) {
		char *end = memchr(at, '\n', (size_t)(text + length - at));
		const char *reason;

		next = end ? end + 1 : text + length;
		if (end)
			*end = '\0';
		if (++*line > PROFILE_LINES_MOST)
			return "no profile has more than 4096 lines: list directories";
		if (memchr(at, '\0', (size_t)((end ? end : next) - at)))
			return "only printable ASCII: \\xHH stands for other bytes of a path";
		reason = take_line(profile, at);
		if (reason)
			return reason;
	}
	*line = 0;
	if (lists_exceptions_alone(profile))
		return "allow nothing is of no use where no file is allowed: list those that are";
	return profile->name[0] ? NULL : "it has no line: profile NAME";
}

int profile_parse(const char *text, size_t length, struct profile *profile,
		  struct profile_error *error)
{
	char *copy;

	*error = (struct profile_error){ 0 };
	profile_begin(profile, "", GUARD_DENY);
	if (length > PROFILE_BYTES_MOST) {
		error->reason = "no profile has more than a MiB";
		return -EINVAL;
	}
	copy = malloc(length + 1);
	if (!copy)
		return -ENOMEM;
	memcpy(copy, text, length);
	copy[length] = '\0';
	error->reason = take_lines(profile, copy, length, &error->line);
	free(copy);
	if (!error->reason) {
		/* Who lists files means those alone. */
		if (profile_lists(profile) & 1U << GUARD_OPEN && profile->actions[GUARD_OPEN] == GUARD_IGNORE)
			profile->actions[GUARD_OPEN] = GUARD_DENY;
		return 0;
	}
	profile_free(profile);
	return error->reason == memory ? -ENOMEM : -EINVAL;
}

/* -- Writing ---------------------------------------------------------------- */

static void print_path(const char *word, const struct profile_path *path, FILE *to)
{
	size_t length = strlen(path->path);

	fprintf(to, "%s ", word);
	for (const unsigned char *at = (const unsigned char *)path->path; *at; at++) {
		if (*at <= ' ' || *at > '~' || *at == '\\' || *at == '*')
			fprintf(to, "\\x%02x", *at);
		else
			fputc(*at, to);
	}
	fprintf(to, "%s\n", path->begins && (!length || path->path[length - 1] != '/') ? "*" : "");
}

static void print_paths(const struct profile *profile, FILE *to)
{
	for (size_t i = 0; i < profile->nr_paths; i++) {
		const struct profile_path *path = &profile->paths[i];

		if (path->may & GUARD_MAY_EXEC)
			print_path("allow exec", path, to);
		if (path->may & GUARD_MAY_WRITE)
			print_path("allow write", path, to);
		else if (path->may & GUARD_MAY_READ)
			print_path("allow read", path, to);
		else if (!path->may)
			print_path("allow nothing", path, to);
	}
}

static void print_number(const struct profile_number *number, FILE *to)
{
	fprintf(to, "allow %s ", guard_words[number->rule].name);
	if (number->rule == GUARD_DEVICE)
		fprintf(to, "%c%u:%u\n", number->first >> 32 & GUARD_BLOCK ? 'b' : 'c',
			(__u32)(number->first >> 32) & ~GUARD_BLOCK, (__u32)number->first);
	else if (number->first == number->last)
		fprintf(to, "%llu\n", (unsigned long long)number->first);
	else
		fprintf(to, "%llu-%llu\n", (unsigned long long)number->first, (unsigned long long)number->last);
}

void profile_print(const struct profile *profile, FILE *to)
{
	fprintf(to, "profile %s\nmode %s\n", profile->name, profile->enforced ? "enforce" : "observe");
	for (size_t i = 0; i < profile->nr_programs; i++)
		print_path("program", &profile->programs[i], to);
	fputc('\n', to);
	for (int i = 0; i < GUARD_RULES; i++)
		fprintf(to, "rule %s %s\n", guard_words[i].name, guard_action(profile->actions[i]));
	if (profile->nr_paths || profile->nr_numbers)
		fputc('\n', to);
	print_paths(profile, to);
	for (size_t i = 0; i < profile->nr_numbers; i++)
		print_number(&profile->numbers[i], to);
}
