// SPDX-License-Identifier: GPL-2.0
#include <errno.h>
#include <grp.h>
#include <limits.h>
#include <pwd.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include "become.h"
#include "parse.h"
#include "typing.h"

#define USER_PATH	"/usr/local/bin:/usr/bin:/bin:/usr/local/games:/usr/games"

int become_find(const char *text, struct become_user *user)
{
	const struct passwd *entry;
	uint32_t uid;

	errno = 0;
	entry = getpwnam(text);
	if (!entry && parse_u32(text, 0, UINT32_MAX - 1, &uid))
		entry = getpwuid(uid);
	if (!entry)
		return -ENOENT;
	user->uid = entry->pw_uid;
	user->gid = entry->pw_gid;
	if (snprintf(user->name, sizeof(user->name), "%s", entry->pw_name) >= (int)sizeof(user->name) ||
	    snprintf(user->home, sizeof(user->home), "%s", entry->pw_dir) >= (int)sizeof(user->home) ||
	    snprintf(user->shell, sizeof(user->shell), "%s", entry->pw_shell) >= (int)sizeof(user->shell))
		return -ENAMETOOLONG;
	return 0;
}

static int check_file(const char *path)
{
	struct stat status;

	if (stat(path, &status))
		return -errno;
	if (!S_ISREG(status.st_mode) || !(status.st_mode & 0111))
		return -EACCES;
	return 0;
}

int become_check(const char *command, const struct become_user *user)
{
	const char *dirs = user ? USER_PATH : getenv("PATH");
	char path[PATH_MAX];

	if (strchr(command, '/'))
		return check_file(command);
	for (dirs = dirs ? dirs : USER_PATH; *dirs; dirs += *dirs == ':') {
		int len = (int)strcspn(dirs, ":");

		snprintf(path, sizeof(path), "%.*s/%s", len, dirs, command);
		if (!check_file(path))
			return 0;
		dirs += len;
	}
	return -ENOENT;
}

int become_unlimit_memory(void)
{
	struct rlimit none = { RLIM_INFINITY, RLIM_INFINITY };

	return setrlimit(RLIMIT_MEMLOCK, &none) ? -errno : 0;
}

static bool keep_variable(const char *pair)
{
	static const char *const keep[] = { "TERM=", "LANG=", "LANGUAGE=", "LC_", "TZ=" };

	for (size_t i = 0; i < sizeof(keep) / sizeof(keep[0]); i++)
		if (!strncmp(pair, keep[i], strlen(keep[i])))
			return true;
	return false;
}

static int clean_environment(const struct become_user *user)
{
	char **to = environ;

	for (char **from = environ; *from; from++)
		if (keep_variable(*from))
			*to++ = *from;
	*to = NULL;
	if (setenv("HOME", user->home, 1) || setenv("USER", user->name, 1) ||
	    setenv("LOGNAME", user->name, 1) || setenv("SHELL", user->shell, 1) ||
	    setenv("PATH", USER_PATH, 1))
		return -errno;
	return 0;
}

int become_drop(const struct become_user *user)
{
	int err = clean_environment(user);

	if (err)
		return err;
	if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) ||
	    prctl(PR_CAP_AMBIENT, PR_CAP_AMBIENT_CLEAR_ALL, 0, 0, 0) ||
	    initgroups(user->name, user->gid) ||
	    setresgid(user->gid, user->gid, user->gid) ||
	    setresuid(user->uid, user->uid, user->uid))
		return -errno;
	/* What must never be, checked all the same. */
	if (user->uid && !setresuid(0, 0, 0))
		return -EPERM;
	/* The terminal is still the caller's, whose shell reads it next. */
	return typing_refuse();
}

int become_exec(char *const argv[])
{
	sigset_t none;

	sigemptyset(&none);
	sigprocmask(SIG_SETMASK, &none, NULL);
	execvp(argv[0], argv);
	return -errno;
}
