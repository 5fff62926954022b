// SPDX-License-Identifier: GPL-2.0
#include <bpf/bpf.h>
#include <dirent.h>
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/vfs.h>
#include <unistd.h>

#include "guard.h"
#include "guard_pin.h"
#include "../lib/msg.h"

#define BPF_FS		"/sys/fs/bpf"
#define BPF_FS_MAGIC	0xcafe4a11
#define MAPS		GUARD_PINS "/maps"
#define LINKS		GUARD_PINS "/links"
#define LINKS_NEW	GUARD_PINS "/links-new"

/* -- Directories ------------------------------------------------------------ */

static int make(const char *path)
{
	return mkdir(path, 0700) && errno != EEXIST ? -errno : 0;
}

static int make_all(void)
{
	struct statfs fs;
	int err;

	if (statfs(BPF_FS, &fs) || (unsigned long)fs.f_type != BPF_FS_MAGIC)
		return -ENOTSUP;
	err = make(BPF_FS "/kvmshare");
	if (!err)
		err = make(GUARD_PINS);
	if (!err)
		err = make(MAPS);
	return err;
}

/* With the pins in it, which end what they hold. */
static int remove_dir(const char *path)
{
	DIR *dir = opendir(path);
	struct dirent *entry;

	if (!dir)
		return errno == ENOENT ? 0 : -errno;
	while ((entry = readdir(dir)))
		if (entry->d_name[0] != '.')
			unlinkat(dirfd(dir), entry->d_name, 0);
	closedir(dir);
	return rmdir(path) ? -errno : 0;
}

/* -- Maps ------------------------------------------------------------------- */

/* Those of global variables have a name with a dot, which no pin may. */
static const char *pin_of(const char *map)
{
	const char *dot = strrchr(map, '.');

	return fmt("%s/%s", MAPS, dot ? dot + 1 : map);
}

/* Constants are the programs', and each version's. */
static bool stays(const struct bpf_map *map)
{
	return !strstr(bpf_map__name(map), ".rodata");
}

static bool is_alike(const struct bpf_map *map, int fd)
{
	struct bpf_map_info info = { 0 };
	__u32 length = sizeof(info);

	return !bpf_obj_get_info_by_fd(fd, &info, &length) && info.type == bpf_map__type(map) &&
	       info.key_size == bpf_map__key_size(map) && info.value_size == bpf_map__value_size(map) &&
	       info.max_entries == bpf_map__max_entries(map);
}

static bool reuse_those_there_are(struct bpf_object *object)
{
	struct bpf_map *map;
	bool all = true;

	bpf_object__for_each_map(map, object) {
		int fd;

		if (!stays(map))
			continue;
		fd = bpf_obj_get(pin_of(bpf_map__name(map)));
		if (fd < 0 || !is_alike(map, fd) || bpf_map__reuse_fd(map, fd))
			all = false;
		if (fd >= 0)
			close(fd);
		if (!all)
			break;
	}
	return all;
}

static bool all_reused;

/* All or none: what one has is about what another has. */
static int prepare_kept(struct bpf_object *object)
{
	all_reused = reuse_those_there_are(object);
	return all_reused ? 0 : -ESTALE;
}

static int pin_maps(const struct programs *programs)
{
	struct bpf_map *map;

	bpf_object__for_each_map(map, programs->object) {
		const char *path = pin_of(bpf_map__name(map));

		if (!stays(map))
			continue;
		unlink(path);
		if (bpf_obj_pin(bpf_map__fd(map), path))
			return -errno;
	}
	return 0;
}

static int open_map(const char *name)
{
	int fd = bpf_obj_get(pin_of(name));

	return fd < 0 ? -errno : fd;
}

int guard_pinned(struct guard_maps *maps)
{
	*maps = (struct guard_maps){
		.policies = open_map("policies"), .paths = open_map("paths"), .numbers = open_map("numbers"),
		.programs = open_map("programs"), .marks = open_map("marks"), .events = open_map("events"),
		.counts = open_map("bss"),
	};
	if (maps->policies >= 0 && maps->paths >= 0 && maps->numbers >= 0 && maps->programs >= 0 &&
	    maps->marks >= 0 && maps->events >= 0 && maps->counts >= 0)
		return 0;
	guard_maps_close(maps);
	return maps->policies < 0 ? maps->policies : -ENOENT;
}

void guard_maps_close(struct guard_maps *maps)
{
	const int fds[] = {
		maps->policies, maps->paths, maps->numbers, maps->programs, maps->marks, maps->events, maps->counts,
	};

	for (size_t i = 0; i < sizeof(fds) / sizeof(fds[0]); i++)
		if (fds[i] >= 0)
			close(fds[i]);
}

/* -- Links ------------------------------------------------------------------ */

static int pin_links(const struct programs *programs)
{
	int err = remove_dir(LINKS_NEW);

	if (!err)
		err = make(LINKS_NEW);
	for (int i = 0; i < programs->nr && !err; i++)
		err = bpf_link__pin(programs->links[i], fmt("%s/%s", LINKS_NEW, programs->names[i]));
	if (!err)
		err = remove_dir(LINKS);
	if (!err && rename(LINKS_NEW, LINKS))
		err = -errno;
	return err;
}

/* With what those before had, where that can be; else with nothing. */
static int load(struct programs *programs, bool *kept)
{
	int err = programs_load(programs, &object_guard, prepare_kept);

	*kept = all_reused;
	if (err && !all_reused)
		err = programs_load(programs, &object_guard, NULL);
	return err;
}

static int stay(struct programs *programs, bool kept)
{
	struct guard_maps maps;
	int err = 0;

	guard_maps_of(programs, &maps);
	if (!kept)
		err = pin_maps(programs);
	if (!err && !kept)
		err = guard_common(&maps);
	if (!err)
		err = guard_attach(programs);
	return err ? err : pin_links(programs);
}

int guard_pin(struct programs *programs, bool *kept)
{
	int err = guard_is_asked() ? make_all() : -EOPNOTSUPP;

	*kept = false;
	*programs = (struct programs){ NULL };
	if (err)
		return err;
	err = load(programs, kept);
	if (err)
		return err;
	err = stay(programs, *kept);
	if (err)
		remove_dir(LINKS_NEW);
	programs_unload(programs);
	return err;
}

/* The kernel takes programs away when it comes to it: without a policy they deny nothing until then. */
static void disarm(void)
{
	struct guard_policy policy;
	struct guard_maps maps;
	__u32 number;

	if (guard_pinned(&maps))
		return;
	while (!guard_policy_next(&maps, NULL, &number, &policy))
		if (bpf_map_delete_elem(maps.policies, &number))
			break;
	guard_maps_close(&maps);
}

int guard_unpin(void)
{
	int err;

	disarm();
	err = remove_dir(LINKS_NEW);
	if (!err)
		err = remove_dir(LINKS);
	if (!err)
		err = remove_dir(MAPS);
	if (!err && rmdir(GUARD_PINS) && errno != ENOENT)
		err = -errno;
	return err;
}

bool guard_is_off_at_boot(void)
{
	char text[4096] = "", *at = text, *word;
	FILE *file = fopen("/proc/cmdline", "re");

	if (!file)
		return false;
	if (!fgets(text, sizeof(text), file))
		text[0] = '\0';
	fclose(file);
	while ((word = strsep(&at, " \t\n")))
		if (!strcmp(word, "kvmshare.guard=off"))
			return true;
	return false;
}
