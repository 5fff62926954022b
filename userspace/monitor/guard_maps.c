// SPDX-License-Identifier: GPL-2.0
#include <bpf/bpf.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "guard_maps.h"
#include "../../ebpf/guard_decide.h"

void guard_maps_of(const struct programs *programs, struct guard_maps *maps)
{
	*maps = (struct guard_maps){
		.policies = programs_map(programs, "policies"),
		.paths = programs_map(programs, "paths"),
		.numbers = programs_map(programs, "numbers"),
		.programs = programs_map(programs, "programs"),
		.marks = programs_map(programs, "marks"),
		.events = programs_map(programs, "events"),
		.counts = programs_map(programs, ".bss"),
	};
}

int guard_count(const struct guard_maps *maps, struct guard_counts *counts)
{
	__u32 first = 0;

	return bpf_map_lookup_elem(maps->counts, &first, counts) ? -errno : 0;
}

/* -- Processes -------------------------------------------------------------- */

static int with_process(pid_t pid, int map, struct guard_mark *mark, bool set)
{
	int fd = (int)syscall(SYS_pidfd_open, pid, 0);
	int err;

	if (fd < 0)
		return -errno;
	if (set)
		err = bpf_map_update_elem(map, &fd, mark, BPF_ANY) ? -errno : 0;
	else
		err = bpf_map_lookup_elem(map, &fd, mark) ? -errno : 0;
	close(fd);
	return err;
}

int guard_mark_set(const struct guard_maps *maps, pid_t pid, const struct guard_mark *mark)
{
	struct guard_mark copy = *mark;

	return with_process(pid, maps->marks, &copy, true);
}

int guard_mark_get(const struct guard_maps *maps, pid_t pid, struct guard_mark *mark)
{
	return with_process(pid, maps->marks, mark, false);
}

/* -- Policies --------------------------------------------------------------- */

int guard_policy_set(const struct guard_maps *maps, __u32 profile, const struct guard_policy *policy)
{
	return bpf_map_update_elem(maps->policies, &profile, policy, BPF_ANY) ? -errno : 0;
}

int guard_policy_next(const struct guard_maps *maps, const __u32 *profile, __u32 *next,
		      struct guard_policy *policy)
{
	if (bpf_map_get_next_key(maps->policies, profile, next) ||
	    bpf_map_lookup_elem(maps->policies, next, policy))
		return -errno;
	return 0;
}

int guard_policy_find(const struct guard_maps *maps, const char *name, __u32 *profile,
		      struct guard_policy *policy)
{
	__u32 *before = NULL;

	while (!guard_policy_next(maps, before, profile, policy)) {
		if (!strncmp(policy->name, name, sizeof(policy->name)))
			return 0;
		before = profile;
	}
	return -ENOENT;
}

/* A number that no profile has, and a generation that no list has. */
static void find_free(const struct guard_maps *maps, __u32 *number, __u32 *generation)
{
	struct guard_policy policy;
	__u32 at, *before = NULL;

	*number = GUARD_COMMON + 1;
	*generation = 1;
	while (!guard_policy_next(maps, before, &at, &policy)) {
		if (at >= *number)
			*number = at + 1;
		if (policy.generation >= *generation)
			*generation = policy.generation + 1;
		before = &at;
	}
}

/* -- Lists ------------------------------------------------------------------ */

static int list_path(const struct guard_maps *maps, const struct profile_path *path, __u32 generation)
{
	size_t length = strlen(path->path) + !path->begins;
	struct guard_path key = {
		.bits = (__u32)(8 * (sizeof(key.generation) + length)),
		.generation = generation,
	};

	memcpy(key.path, path->path, length);
	return bpf_map_update_elem(maps->paths, &key, &path->may, BPF_ANY) ? -errno : 0;
}

static int list_number(const struct guard_maps *maps, const struct profile_number *number, __u32 generation)
{
	struct guard_number key = { .generation = generation, .rule = number->rule };
	__u8 yes = 1;

	for (key.number = number->first; key.number <= number->last; key.number++)
		if (bpf_map_update_elem(maps->numbers, &key, &yes, BPF_ANY))
			return -errno;
	return 0;
}

static int list_all(const struct guard_maps *maps, const struct profile *profile, __u32 generation)
{
	int err = 0;

	for (size_t i = 0; i < profile->nr_paths && !err; i++)
		err = list_path(maps, &profile->paths[i], generation);
	for (size_t i = 0; i < profile->nr_numbers && !err; i++)
		err = list_number(maps, &profile->numbers[i], generation);
	return err;
}

/* Keys of @map that are of @generation; others may come and go, and none is passed over. */
static void unlist(int map, size_t size, size_t offset, __u32 generation)
{
	unsigned char key[sizeof(struct guard_path)], next[sizeof(struct guard_path)];
	bool first = true;

	while (!bpf_map_get_next_key(map, first ? NULL : key, next)) {
		__u32 its;

		memcpy(&its, next + offset, sizeof(its));
		if (its != generation) {
			memcpy(key, next, size);
			first = false;
		} else if (bpf_map_delete_elem(map, next)) {
			return;
		}
	}
}

static void unlist_all(const struct guard_maps *maps, __u32 generation)
{
	unlist(maps->paths, sizeof(struct guard_path), offsetof(struct guard_path, generation), generation);
	unlist(maps->numbers, sizeof(struct guard_number), offsetof(struct guard_number, generation), generation);
}

/* -- Whose ------------------------------------------------------------------ */

static bool has_program(const struct profile *profile, const char *path)
{
	for (size_t i = 0; profile && i < profile->nr_programs; i++)
		if (!strcmp(profile->programs[i].path, path))
			return true;
	return false;
}

/* Those of @number are @profile's, or none. */
static int set_programs(const struct guard_maps *maps, const struct profile *profile, __u32 number)
{
	char path[GUARD_PATH_LEN], next[GUARD_PATH_LEN];
	bool first = true;

	for (size_t i = 0; profile && i < profile->nr_programs; i++) {
		char key[GUARD_PATH_LEN] = "";

		snprintf(key, sizeof(key), "%s", profile->programs[i].path);
		if (bpf_map_update_elem(maps->programs, key, &number, BPF_ANY))
			return -errno;
	}
	while (!bpf_map_get_next_key(maps->programs, first ? NULL : path, next)) {
		__u32 its = 0;

		if (!bpf_map_lookup_elem(maps->programs, next, &its) && its == number && !has_program(profile, next)) {
			if (bpf_map_delete_elem(maps->programs, next))
				return -errno;
			continue;
		}
		memcpy(path, next, sizeof(path));
		first = false;
	}
	return 0;
}

/* -- Together --------------------------------------------------------------- */

static struct guard_policy policy_of(const struct profile *profile, __u32 generation)
{
	struct guard_policy policy = {
		.enforced = profile->enforced, .lists = profile_lists(profile), .generation = generation,
	};

	snprintf(policy.name, sizeof(policy.name), "%s", profile->name);
	memcpy(policy.actions, profile->actions, sizeof(policy.actions));
	return policy;
}

/* Of a number that is none it is nothing to forget. */
static void forget(const struct guard_maps *maps, __u32 number)
{
	struct guard_policy policy;

	if (number == GUARD_COMMON || bpf_map_lookup_elem(maps->policies, &number, &policy))
		return;
	set_programs(maps, NULL, number);
	bpf_map_delete_elem(maps->policies, &number);
	unlist_all(maps, policy.generation);
}

/*
 * What holds again if the new one is not confirmed: @now, kept aside by no name, under
 * @aside; or, where that is not confirmed itself, what would have held again after it.
 */
static int keep_aside(const struct guard_maps *maps, const struct guard_policy *now, __u32 aside,
		      struct guard_policy *new)
{
	struct guard_policy copy = *now;

	if (now->until) {
		new->before = now->before;
		return 0;
	}
	new->before = aside;
	memset(copy.name, 0, sizeof(copy.name));
	return guard_policy_set(maps, aside, &copy);
}

/* Where @profile is to be: its own number, if that is still one of its kind. */
static __u32 number_of(const struct guard_maps *maps, const struct profile *profile, __u32 free)
{
	struct guard_policy policy;
	__u32 number;

	if (!profile->nr_programs)
		return GUARD_COMMON;
	if (guard_policy_find(maps, profile->name, &number, &policy) || number == GUARD_COMMON)
		return free;
	return number;
}

/* Its name is elsewhere, too, where it was of the other kind. */
static void leave_other_kind(const struct guard_maps *maps, const char *name, __u32 but)
{
	struct guard_policy policy;
	__u32 number, *before = NULL;

	while (!guard_policy_next(maps, before, &number, &policy)) {
		if (number != but && !strcmp(policy.name, name)) {
			if (number == GUARD_COMMON)
				guard_common(maps);
			forget(maps, number);
			return;
		}
		before = &number;
	}
}

int guard_apply(const struct guard_maps *maps, const struct profile *profile, __u64 until)
{
	struct guard_policy now, new;
	__u32 free, number, generation;
	bool known;
	int err;

	find_free(maps, &free, &generation);
	number = number_of(maps, profile, free);
	known = !bpf_map_lookup_elem(maps->policies, &number, &now);
	new = policy_of(profile, generation);
	new.until = until;
	err = list_all(maps, profile, generation);
	if (!err && known && until)
		err = keep_aside(maps, &now, free + 1, &new);
	if (!err)
		err = guard_policy_set(maps, number, &new);
	if (err) {
		unlist_all(maps, generation);
		if (new.before == free + 1)
			bpf_map_delete_elem(maps->policies, &new.before);
		return err;
	}
	if (known && (!until || now.until))
		unlist_all(maps, now.generation);
	if (known && !until)
		forget(maps, now.before);
	if (number != GUARD_COMMON)
		err = set_programs(maps, profile, number);
	leave_other_kind(maps, profile->name, number);
	return err;
}

int guard_confirm(const struct guard_maps *maps, const char *name, __u64 now)
{
	struct guard_policy policy;
	__u32 number, before;
	int err;

	if (guard_policy_find(maps, name, &number, &policy))
		return -ENOENT;
	if (!policy.until)
		return -EALREADY;
	if (!guard_holds(&policy, now))
		return -ETIME;
	before = policy.before;
	policy.before = GUARD_COMMON;
	policy.until = 0;
	err = guard_policy_set(maps, number, &policy);
	if (!err)
		forget(maps, before);
	return err;
}

int guard_common(const struct guard_maps *maps)
{
	struct profile profile;

	profile_begin(&profile, "common", GUARD_OBSERVE);
	return guard_apply(maps, &profile, 0);
}

int guard_remove(const struct guard_maps *maps, const char *name)
{
	struct guard_policy policy;
	__u32 number;

	if (guard_policy_find(maps, name, &number, &policy))
		return -ENOENT;
	if (number == GUARD_COMMON)
		return guard_common(maps);
	forget(maps, policy.before);
	forget(maps, number);
	return 0;
}
