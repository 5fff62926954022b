/* SPDX-License-Identifier: GPL-2.0 */
/* @vf0, @vf1, ... in a command's arguments become the VFs that were leased. */
#ifndef KVMSHARE_LIB_SUBST_H
#define KVMSHARE_LIB_SUBST_H

#include <stddef.h>

#include "bdf.h"

/* "@@" stands for a single "@" that is no reference. */
#define SUBST_NONE	(-1L)

/* The largest number that @arg refers to, or SUBST_NONE. */
long subst_highest(const char *arg);
/*
 * A copy of @arg with every reference replaced; the caller has checked
 * subst_highest() against @nr. NULL where there is no memory.
 */
char *subst_apply(const char *arg, char (*vfs)[BDF_LEN], size_t nr);

#endif
