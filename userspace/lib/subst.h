/* SPDX-License-Identifier: GPL-2.0 */
/* @vf0, @vgpu1, ... in a command's arguments become what was got for it. */
#ifndef KVMSHARE_LIB_SUBST_H
#define KVMSHARE_LIB_SUBST_H

#include <stddef.h>

/* "@@" before a kind's name and a number stands for a single "@" that is no reference. */
#define SUBST_NONE	(-1L)

/**
 * struct subst - what references of a kind become
 * @mark: what one begins with, such as "@vf"; a number follows
 * @values: by that number
 * @nr: entries of @values
 */
struct subst {
	const char *mark;
	char *const *values;
	size_t nr;
};

/* The largest number that @arg refers to with @mark, or SUBST_NONE. */
long subst_highest(const char *arg, const char *mark);
/*
 * A copy of @arg with every reference of @kinds replaced, which end with one
 * without a mark; the caller has checked subst_highest() of each. NULL where
 * there is no memory.
 */
char *subst_apply(const char *arg, const struct subst *kinds);

#endif
