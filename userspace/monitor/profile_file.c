// SPDX-License-Identifier: GPL-2.0
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "profile_file.h"
#include "../lib/fs.h"
#include "../lib/msg.h"

int profile_load(const char *path, struct profile *profile, const char **why)
{
	/* A byte more than a profile may have tells that it has too many. */
	char *text = malloc(PROFILE_BYTES_MOST + 1);
	struct profile_error error;
	struct stat stat_buf;
	int length, err;

	if (!text)
		length = -ENOMEM;
	else if (stat(path, &stat_buf))
		length = -errno;
	/* Nobody waits for the other end of a pipe. */
	else if (!S_ISREG(stat_buf.st_mode))
		length = -EINVAL;
	else
		length = fs_read_all("", path, text, PROFILE_BYTES_MOST + 1);
	if (length < 0) {
		*why = length == -EINVAL ? "it is no file" : strerror(-length);
		free(text);
		return length;
	}
	err = profile_parse(text, (size_t)length, profile, &error);
	free(text);
	if (err)
		*why = error.line ? fmt("line %u: %s", error.line, error.reason) : error.reason;
	return err;
}

static const char *path_of(const char *name, const char *end)
{
	return fmt("%s/%s%s", PROFILE_DIR, name, end);
}

int profile_save(const struct profile *profile, const char *end)
{
	const char *temporary = fmt("%s/.%s.%d", PROFILE_DIR, profile->name, (int)getpid());
	FILE *file = fopen(temporary, "we");
	int err = 0;

	if (!file)
		return -errno;
	profile_print(profile, file);
	if (fflush(file) || fsync(fileno(file)))
		err = -errno;
	fclose(file);
	if (!err && rename(temporary, path_of(profile->name, end)))
		err = -errno;
	if (err)
		unlink(temporary);
	return err;
}

int profile_keep(const char *name)
{
	return rename(path_of(name, PROFILE_PENDING), path_of(name, PROFILE_END)) ? -errno : 0;
}

int profile_drop(const char *name)
{
	int err = 0;

	if (unlink(path_of(name, PROFILE_PENDING)) && errno != ENOENT)
		err = -errno;
	if (unlink(path_of(name, PROFILE_END)) && errno != ENOENT)
		err = -errno;
	return err;
}

bool profile_dir_is_there(void)
{
	struct stat stat_buf;

	return !stat(PROFILE_DIR, &stat_buf) && S_ISDIR(stat_buf.st_mode);
}
