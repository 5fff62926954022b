/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Profiles: what VMMs of a kind may do, as text that people review, and as it is kept while
 * it is worked with.  Pure.  docs/guard.md has the format.
 */
#ifndef KVMSHARE_MONITOR_PROFILE_H
#define KVMSHARE_MONITOR_PROFILE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>

#include "../../ebpf/guard.h"

/* No profile has more lines: whoever needs more lists directories. */
#define PROFILE_LINES_MOST	4096
#define PROFILE_BYTES_MOST	(1U << 20)

/**
 * struct profile_path - what is allowed of a path
 * @path: from the root; up to its end alone, or, where @begins, whatever begins so
 * @may: GUARD_MAY_READ and others
 * @begins: see @path
 */
struct profile_path {
	char path[GUARD_PATH_LEN];
	__u32 may;
	bool begins;
};

/**
 * struct profile_number - ports from @first to @last, or one device
 * @rule: GUARD_CONNECT, GUARD_BIND or GUARD_DEVICE
 */
struct profile_number {
	__u32 rule;
	__u64 first;
	__u64 last;
};

/**
 * struct profile - one
 * @name: of letters, digits, dots, dashes and underscores
 * @enforced: what is denied does not come to pass; else it is told alone
 * @programs: paths of the VMMs that it is for; none: for all that no other is for
 * @nr_programs: how many
 * @actions: of enum guard_action, by rule
 * @paths: that are allowed
 * @nr_paths: how many
 * @numbers: likewise
 * @nr_numbers: how many
 */
struct profile {
	char name[GUARD_NAME_LEN];
	bool enforced;
	struct profile_path *programs;
	size_t nr_programs;
	__u8 actions[GUARD_RULES];
	struct profile_path *paths;
	size_t nr_paths;
	struct profile_number *numbers;
	size_t nr_numbers;
};

/**
 * struct profile_error - why a text is none
 * @line: from 1 on; 0: all of it
 * @reason: for people
 */
struct profile_error {
	unsigned int line;
	const char *reason;
};

/* One in which each rule is @action, and nothing is listed. */
void profile_begin(struct profile *profile, const char *name, enum guard_action action);
/* Of @length bytes; 0, or -EINVAL with @error, or -ENOMEM. Nothing is to be freed after these. */
int profile_parse(const char *text, size_t length, struct profile *profile,
		  struct profile_error *error);
void profile_free(struct profile *profile);

/* What is there already is not added again, but may more of it. 0 or -ENOMEM. */
int profile_allow_path(struct profile *profile, const char *path, bool begins, __u32 may);
int profile_allow_number(struct profile *profile, __u32 rule, __u64 first, __u64 last);
int profile_add_program(struct profile *profile, const char *path);

/* Rules of which something is listed, as bits. */
__u32 profile_lists(const struct profile *profile);
/* As text, that profile_parse() takes. */
void profile_print(const struct profile *profile, FILE *to);
bool profile_is_name(const char *name);

#endif
