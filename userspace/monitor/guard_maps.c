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
		.serials = programs_map(programs, "serials"),
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

/* Whoever applies profiles has the lock. */
static int take_serials(const struct guard_maps *maps, struct guard_serials *serials)
{
	__u32 first = 0;

	if (bpf_map_lookup_elem(maps->serials, &first, serials))
		return -errno;
	/* One for the profile, and one for what is kept aside. */
	serials->profile += 2;
	serials->generation++;
	return bpf_map_update_elem(maps->serials, &first, serials, BPF_ANY) ? -errno : 0;
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

/* Is one of its programs another's? Each has one profile. */
static bool is_taken(const struct guard_maps *maps, const struct profile *profile, __u32 number)
{
	for (size_t i = 0; i < profile->nr_programs; i++) {
		char key[GUARD_PATH_LEN] = "";
		__u32 its;

		snprintf(key, sizeof(key), "%s", profile->programs[i].path);
		if (!bpf_map_lookup_elem(maps->programs, key, &its) && its != number)
			return true;
	}
	return false;
}

/* Is it for the programs that are @number's, and no others? */
static bool is_for_the_same(const struct guard_maps *maps, const struct profile *profile, __u32 number)
{
	char path[GUARD_PATH_LEN], next[GUARD_PATH_LEN];
	size_t its = 0;
	bool first = true;

	while (!bpf_map_get_next_key(maps->programs, first ? NULL : path, next)) {
		__u32 of;

		if (!bpf_map_lookup_elem(maps->programs, next, &of) && of == number) {
			if (!has_program(profile, next))
				return false;
			its++;
		}
		memcpy(path, next, sizeof(path));
		first = false;
	}
	return its == profile->nr_programs;
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
		.again = generation,
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

/* Its number now; @free where it has none. */
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

/* Its name elsewhere: it was for all others, and is for some programs now, or the reverse. */
static bool find_other_kind(const struct guard_maps *maps, const char *name, __u32 but, __u32 *number)
{
	struct guard_policy policy;
	__u32 *before = NULL;

	while (!guard_policy_next(maps, before, number, &policy)) {
		if (*number != but && !strcmp(policy.name, name))
			return true;
		before = number;
	}
	return false;
}

/* What cannot be taken back by itself must not end by itself. */
static int check_trial(const struct guard_maps *maps, const struct profile *profile, __u32 number, bool known)
{
	__u32 other;

	if (find_other_kind(maps, profile->name, number, &other))
		return -ESTALE;
	return known && number != GUARD_COMMON && !is_for_the_same(maps, profile, number) ? -ESTALE : 0;
}

/* Long enough for programs that have begun with what was to end with it. */
#define GRACE_US	20000

static void take_away_old(const struct guard_maps *maps, const struct guard_policy *old, bool known, __u64 until)
{
	usleep(GRACE_US);
	if (known && (!until || old->until))
		unlist_all(maps, old->generation);
	if (known && !until)
		forget(maps, old->before);
}

int guard_apply(const struct guard_maps *maps, const struct profile *profile, __u64 until)
{
	struct guard_serials serials;
	struct guard_policy old, new;
	__u32 number, other;
	bool known;
	int err = take_serials(maps, &serials);

	if (err)
		return err;
	number = number_of(maps, profile, serials.profile);
	known = !bpf_map_lookup_elem(maps->policies, &number, &old);
	if (is_taken(maps, profile, number))
		return -EEXIST;
	err = until ? check_trial(maps, profile, number, known) : 0;
	if (err)
		return err;
	new = policy_of(profile, serials.generation);
	new.until = until;
	err = list_all(maps, profile, serials.generation);
	if (!err && known && until)
		err = keep_aside(maps, &old, serials.profile + 1, &new);
	if (!err)
		err = guard_policy_set(maps, number, &new);
	if (err) {
		unlist_all(maps, serials.generation);
		if (new.before == serials.profile + 1)
			bpf_map_delete_elem(maps->policies, &new.before);
		return err;
	}
	if (number != GUARD_COMMON)
		err = set_programs(maps, profile, number);
	take_away_old(maps, &old, known, until);
	if (!find_other_kind(maps, profile->name, number, &other))
		return err;
	if (other == GUARD_COMMON)
		return guard_common(maps) ?: err;
	forget(maps, other);
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

	/* What started asked to be enforced has all rules: else they are told alone. */
	profile_begin(&profile, "(none)", GUARD_DENY);
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
