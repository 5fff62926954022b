// SPDX-License-Identifier: GPL-2.0
#include <bpf/bpf.h>
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
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
#define MAPS_NEW	GUARD_PINS "/maps-new"
#define LINKS_NEW	GUARD_PINS "/links-new"
#define ADOPT		GUARD_PINS "/adopt"
#define ADOPT_NEW	GUARD_PINS "/adopt-new"

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
static const char *pin_of(const char *dir, const char *map)
{
	const char *dot = strrchr(map, '.');

	return fmt("%s/%s", dir, dot ? dot + 1 : map);
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
		fd = bpf_obj_get(pin_of(MAPS, bpf_map__name(map)));
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
	int err = make(MAPS_NEW);

	bpf_object__for_each_map(map, programs->object) {
		if (!err && stays(map) && bpf_obj_pin(bpf_map__fd(map), pin_of(MAPS_NEW, bpf_map__name(map))))
			err = -errno;
	}
	return err;
}

/* What another version left is laid out otherwise: it is not to be read as this one's. */
static int open_map(const char *name, __u32 key_size, __u32 value_size)
{
	struct bpf_map_info info = { 0 };
	__u32 length = sizeof(info);
	int fd = bpf_obj_get(pin_of(MAPS, name));

	if (fd < 0)
		return -errno;
	if (!bpf_obj_get_info_by_fd(fd, &info, &length) && info.key_size == key_size && info.value_size == value_size)
		return fd;
	close(fd);
	return -ESTALE;
}

int guard_pinned(struct guard_maps *maps)
{
	const int *fds = (const int *)maps;
	int err = 0;

	*maps = (struct guard_maps){
		.policies = open_map("policies", sizeof(__u32), sizeof(struct guard_policy)),
		.paths = open_map("paths", sizeof(struct guard_path), sizeof(__u32)),
		.numbers = open_map("numbers", sizeof(struct guard_number), sizeof(__u8)),
		.programs = open_map("programs", GUARD_PATH_LEN, sizeof(__u32)),
		.marks = open_map("marks", sizeof(int), sizeof(struct guard_mark)),
		.serials = open_map("serials", sizeof(__u32), sizeof(struct guard_serials)),
		.events = open_map("events", 0, 0),
		.counts = open_map("bss", sizeof(__u32), sizeof(struct guard_counts)),
	};
	for (size_t i = 0; i < sizeof(*maps) / sizeof(int); i++)
		if (fds[i] < 0 && (!err || fds[i] == -ESTALE))
			err = fds[i];
	/* Maps alone hold nothing. */
	if (!err && access(LINKS, F_OK))
		err = -errno;
	if (err)
		guard_maps_close(maps);
	return err;
}

bool guard_is_pinned(const struct guard_maps *maps)
{
	struct bpf_map_info own = { 0 }, pinned = { 0 };
	__u32 length = sizeof(own);
	int fd = bpf_obj_get(pin_of(MAPS, "events")), err;

	if (fd < 0)
		return false;
	err = bpf_obj_get_info_by_fd(maps->events, &own, &length);
	length = sizeof(pinned);
	if (!err)
		err = bpf_obj_get_info_by_fd(fd, &pinned, &length);
	close(fd);
	return !err && own.id == pinned.id;
}

void guard_maps_close(struct guard_maps *maps)
{
	const int *fds = (const int *)maps;

	for (size_t i = 0; i < sizeof(*maps) / sizeof(int); i++)
		if (fds[i] >= 0)
			close(fds[i]);
}

/* -- Links ------------------------------------------------------------------ */

static int pin_links(const struct programs *programs)
{
	int err = make(LINKS_NEW);

	for (int i = 0; i < programs->nr && !err; i++)
		err = bpf_link__pin(programs->links[i], fmt("%s/%s", LINKS_NEW, programs->names[i]));
	return err;
}

/* What finds VMMs that are there already, for when profiles are for other programs. */
static int pin_adopt(const struct programs *programs)
{
	const struct bpf_program *program = bpf_object__find_program_by_name(programs->object, "guard_adopt");
	struct bpf_link *link = program ? bpf_program__attach_iter(program, NULL) : NULL;
	int err = link ? bpf_link__pin(link, ADOPT_NEW) : -ENOENT;

	bpf_link__destroy(link);
	return err;
}

void guard_adopt_pinned(void)
{
	int fd = open(ADOPT, O_RDONLY | O_CLOEXEC);

	if (fd >= 0)
		guard_adopt(fd);
}

static void drop_new(void)
{
	remove_dir(LINKS_NEW);
	remove_dir(MAPS_NEW);
	unlink(ADOPT_NEW);
}

/* From here on it is the new ones that are there; those of before end. */
static int take_place(bool kept)
{
	int err = remove_dir(LINKS);

	if (!err && rename(LINKS_NEW, LINKS))
		err = -errno;
	if (!err && !kept)
		err = remove_dir(MAPS);
	if (!err && !kept && rename(MAPS_NEW, MAPS))
		err = -errno;
	if (!err && rename(ADOPT_NEW, ADOPT))
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

/* Profiles hold before the programs run, and those run before the ones of before end. */
static int stay(struct programs *programs, bool kept, void (*apply)(const struct guard_maps *maps, void *arg), void *arg)
{
	struct guard_maps maps;
	int err = kept ? 0 : pin_maps(programs);

	guard_maps_of(programs, &maps);
	if (!err && !kept)
		err = guard_common(&maps);
	if (!err && apply)
		apply(&maps, arg);
	if (!err)
		err = guard_attach(programs);
	if (!err)
		err = pin_links(programs);
	if (!err)
		err = pin_adopt(programs);
	return err ? err : take_place(kept);
}

int guard_pin(struct programs *programs, void (*apply)(const struct guard_maps *maps, void *arg), void *arg)
{
	int err = guard_is_asked() ? make_all() : -EOPNOTSUPP;
	bool kept;

	*programs = (struct programs){ NULL };
	if (err)
		return err;
	drop_new();
	err = load(programs, &kept);
	if (err)
		return err;
	err = stay(programs, kept, apply, arg);
	if (err)
		drop_new();
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
	drop_new();
	err = remove_dir(LINKS);
	unlink(ADOPT);
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
