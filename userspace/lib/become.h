/* SPDX-License-Identifier: GPL-2.0 */
/* Turning this process into a command, perhaps as another user. */
#ifndef KVMSHARE_LIB_BECOME_H
#define KVMSHARE_LIB_BECOME_H

#include <stdbool.h>
#include <sys/types.h>

/**
 * struct become_user - whom to become
 * @uid: the user
 * @gid: the user's group
 * @name: for the groups and the environment
 * @home: likewise
 * @shell: likewise
 */
struct become_user {
	uid_t uid;
	gid_t gid;
	char name[64];
	char home[256];
	char shell[256];
};

/* By name or number; 0 or a negative errno: -ENOENT where there is none. */
int become_find(const char *text, struct become_user *user);
/* Where @command is, or would be found for @user (NULL: this one); 0 or -errno. */
int become_check(const char *command, const struct become_user *user);
/* May this process lock as much memory as it wants, as VFIO makes it? */
int become_unlimit_memory(void);
/*
 * Give up root for good: groups, capabilities, the environment but the language
 * and terminal, and the ways back: set-user-id programs, and typing into the
 * caller's terminal.
 */
int become_drop(const struct become_user *user);
/* Returns only on failure: a negative errno. */
int become_exec(char *const argv[]);

#endif
