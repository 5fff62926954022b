/* SPDX-License-Identifier: GPL-2.0 */
/* Profiles as files, and the directory of those that hold from boot on. */
#ifndef KVMSHARE_MONITOR_PROFILE_FILE_H
#define KVMSHARE_MONITOR_PROFILE_FILE_H

#include "profile.h"

#define PROFILE_DIR	"/etc/kvmshare/guard.d"
#define PROFILE_END	".profile"
/* Applied, and not confirmed yet. */
#define PROFILE_PENDING	".pending"

/*
 * 0, or a negative errno with what is wrong, and where, in @why: fmt()'s, "line 5: ...".
 * Only a regular file is read, and no more of it than a profile may have.
 */
int profile_load(const char *path, struct profile *profile, const char **why);
/* As @name and @end in PROFILE_DIR, whole or not at all; 0 or a negative errno. */
int profile_save(const struct profile *profile, const char *end);
/* Of pending to what holds from boot on. */
int profile_keep(const char *name);
/* Both, if they are there. */
int profile_drop(const char *name);
bool profile_dir_is_there(void);

#endif
