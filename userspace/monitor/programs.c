// SPDX-License-Identifier: GPL-2.0
#include <bpf/bpf.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "programs.h"

/* -- What libbpf says ------------------------------------------------------- */

/* Of the program that is loaded now: libbpf tells its caller no more than a number. */
static struct programs_off said;
static bool in_log;

static void keep(const char *line, size_t length)
{
	if (length >= sizeof(said.why))
		length = sizeof(said.why) - 1;
	memcpy(said.why, line, length);
	said.why[length] = '\0';
}

/* What the verifier ends with, whether it took a program or not. */
static bool is_statistics(const char *line)
{
	return !strncmp(line, "processed ", 10) || !strncmp(line, "verification time", 17) ||
	       !strncmp(line, "stack depth", 11);
}

/* "libbpf: prog 'NAME': TEXT" */
static void hear_of_program(const char *line, size_t length)
{
	static const char begin[] = "libbpf: prog '";
	const char *name = line + sizeof(begin) - 1, *end;

	if (strncmp(line, begin, sizeof(begin) - 1))
		return;
	end = memchr(name, '\'', length - (sizeof(begin) - 1));
	if (!end || (size_t)(end - name) >= sizeof(said.name) || line + length - end < 4)
		return;
	snprintf(said.name, sizeof(said.name), "%.*s", (int)(end - name), name);
	in_log = strstr(end, "-- BEGIN PROG LOAD LOG --") == end + 3;
	if (!in_log && !said.why[0])
		keep(end + 3, (size_t)(line + length - end) - 3);
}

/* The last line of the verifier's log is the one that says why. */
static void hear_line(const char *line, size_t length)
{
	if (in_log && !strncmp(line, "-- END PROG LOAD LOG --", 23))
		in_log = false;
	else if (!in_log)
		hear_of_program(line, length);
	else if (length && !is_statistics(line))
		keep(line, length);
}

static int hear(enum libbpf_print_level level, const char *format, va_list args)
{
	char *text;

	if (level == LIBBPF_DEBUG || vasprintf(&text, format, args) < 0)
		return 0;
	for (const char *line = text; *line; line += strspn(line, "\n")) {
		size_t length = strcspn(line, "\n");

		hear_line(line, length);
		line += length;
	}
	free(text);
	return 0;
}

/* -- Loading ---------------------------------------------------------------- */

static void add_off(struct programs *programs, const char *name, const char *why)
{
	struct programs_off *off = &programs->off[programs->nr_off];

	if (programs->nr_off == PROGRAMS_MOST)
		return;
	snprintf(off->name, sizeof(off->name), "%s", name);
	snprintf(off->why, sizeof(off->why), "%s", why);
	programs->nr_off++;
}

const char *programs_why_off(const struct programs *programs, const char *name)
{
	for (int i = 0; i < programs->nr_off; i++)
		if (!strcmp(programs->off[i].name, name))
			return programs->off[i].why;
	return NULL;
}

/* Without those that are off; @said has the one that failed. */
static int try(struct programs *programs, const struct object *object,
	       int (*prepare)(struct bpf_object *object))
{
	LIBBPF_OPTS(bpf_object_open_opts, options, .object_name = object->name);
	struct bpf_program *program;
	int err;

	said = (struct programs_off){ 0 };
	in_log = false;
	programs->object = bpf_object__open_mem(object->begin, (size_t)(object->end - object->begin), &options);
	if (!programs->object)
		return -errno;
	bpf_object__for_each_program(program, programs->object)
		if (programs_why_off(programs, bpf_program__name(program)))
			bpf_program__set_autoload(program, false);
	err = prepare ? prepare(programs->object) : 0;
	if (!err)
		err = bpf_object__load(programs->object);
	if (err) {
		bpf_object__close(programs->object);
		programs->object = NULL;
	}
	return err;
}

static int attach(struct programs *programs)
{
	struct bpf_program *program;

	bpf_object__for_each_program(program, programs->object) {
		const char *name = bpf_program__name(program);
		struct bpf_link *link;

		if (programs_why_off(programs, name) || programs->nr == PROGRAMS_MOST)
			continue;
		link = bpf_program__attach(program);
		if (link) {
			programs->names[programs->nr] = name;
			programs->links[programs->nr++] = link;
		} else {
			add_off(programs, name, strerror(errno));
		}
	}
	return programs->nr ? 0 : -ENOEXEC;
}

int programs_load(struct programs *programs, const struct object *object,
		  int (*prepare)(struct bpf_object *object))
{
	libbpf_print_fn_t before = libbpf_set_print(hear);
	int err;

	*programs = (struct programs){ NULL };
	for (;;) {
		err = try(programs, object, prepare);
		/* Nobody may load any, or it is none of them that is at fault. */
		if (!err || !said.name[0] || programs_why_off(programs, said.name) ||
		    programs->nr_off == PROGRAMS_MOST)
			break;
		add_off(programs, said.name, said.why[0] ? said.why : strerror(-err));
	}
	libbpf_set_print(before);
	return err;
}

int programs_attach(struct programs *programs)
{
	libbpf_print_fn_t before = libbpf_set_print(hear);
	int err = attach(programs);

	libbpf_set_print(before);
	if (err)
		programs_unload(programs);
	return err;
}

int programs_begin(struct programs *programs, const struct object *object)
{
	int err = programs_load(programs, object, NULL);

	return err ? err : programs_attach(programs);
}

void programs_stop(struct programs *programs)
{
	while (programs->nr)
		bpf_link__destroy(programs->links[--programs->nr]);
}

void programs_unload(struct programs *programs)
{
	programs_stop(programs);
	bpf_object__close(programs->object);
	programs->object = NULL;
}

/* -- What they have --------------------------------------------------------- */

int programs_iterate(const struct programs *programs, const char *name)
{
	const struct bpf_program *program = bpf_object__find_program_by_name(programs->object, name);
	struct bpf_link *link;
	int fd;

	if (!program || programs_why_off(programs, name))
		return -ENOENT;
	link = bpf_program__attach_iter(program, NULL);
	if (!link)
		return -errno;
	fd = bpf_iter_create(bpf_link__fd(link));
	if (fd < 0)
		fd = -errno;
	bpf_link__destroy(link);
	return fd;
}

int programs_map(const struct programs *programs, const char *name)
{
	return bpf_object__find_map_fd_by_name(programs->object, name);
}

int programs_globals(const struct programs *programs, void *to, size_t size)
{
	const struct bpf_map *map = bpf_object__find_map_by_name(programs->object, ".bss");
	__u32 key = 0;

	if (!map || bpf_map__value_size(map) != size)
		return -ENOENT;
	return bpf_map_lookup_elem(bpf_map__fd(map), &key, to) ? -errno : 0;
}
