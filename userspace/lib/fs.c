// SPDX-License-Identifier: GPL-2.0
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "fs.h"

static int fs_open(const char *root, const char *path, int flags)
{
	char full[PATH_MAX];
	int fd;

	if (snprintf(full, sizeof(full), "%s%s", root, path) >= (int)sizeof(full))
		return -ENAMETOOLONG;
	fd = open(full, flags | O_CLOEXEC | O_NOCTTY);
	return fd < 0 ? -errno : fd;
}

int fs_read_all(const char *root, const char *path, void *data, size_t room)
{
	int fd = fs_open(root, path, O_RDONLY);
	size_t len = 0;
	ssize_t got;

	if (fd < 0)
		return fd;
	do {
		got = read(fd, (char *)data + len, room - len);
		if (got > 0)
			len += (size_t)got;
	} while (got > 0 && len < room);
	got = got < 0 ? -errno : (ssize_t)len;
	close(fd);
	return (int)got;
}

int fs_read(const char *root, const char *path, char *text, size_t room)
{
	int len = fs_read_all(root, path, text, room - 1);

	if (len < 0) {
		*text = '\0';
		return len;
	}
	text[len] = '\0';
	text[strcspn(text, "\n")] = '\0';
	return (int)strlen(text);
}

int fs_read_u64(const char *root, const char *path, uint64_t *value)
{
	char text[64];
	char *end;
	int err = fs_read(root, path, text, sizeof(text));

	if (err < 0)
		return err;
	errno = 0;
	*value = strtoull(text, &end, 0);
	return errno || end == text || *end || *text == '-' ? -EINVAL : 0;
}

int fs_read_s64(const char *root, const char *path, int64_t *value)
{
	char text[64];
	char *end;
	int err = fs_read(root, path, text, sizeof(text));

	if (err < 0)
		return err;
	errno = 0;
	*value = strtoll(text, &end, 0);
	return errno || end == text || *end ? -EINVAL : 0;
}

int fs_write(const char *root, const char *path, const char *text)
{
	int fd = fs_open(root, path, O_WRONLY);
	ssize_t put;
	int err = 0;

	if (fd < 0)
		return fd;
	put = write(fd, text, strlen(text));
	if (put < 0)
		err = -errno;
	else if ((size_t)put != strlen(text))
		err = -EIO;
	close(fd);
	return err;
}

int fs_link_base(const char *root, const char *path, char *name, size_t room)
{
	char full[PATH_MAX], to[PATH_MAX];
	const char *slash;
	ssize_t len;

	*name = '\0';
	if (snprintf(full, sizeof(full), "%s%s", root, path) >= (int)sizeof(full))
		return -ENAMETOOLONG;
	len = readlink(full, to, sizeof(to) - 1);
	if (len < 0)
		return -errno;
	to[len] = '\0';
	slash = strrchr(to, '/');
	return snprintf(name, room, "%s", slash ? slash + 1 : to) < (int)room ?
		0 : -ENAMETOOLONG;
}

bool fs_exists(const char *root, const char *path)
{
	char full[PATH_MAX];

	return snprintf(full, sizeof(full), "%s%s", root, path) < (int)sizeof(full) &&
	       !access(full, F_OK);
}

static int no_dots(const struct dirent *entry)
{
	return entry->d_name[0] != '.';
}

int fs_list(const char *root, const char *path,
	    int (*each)(const char *name, void *arg), void *arg)
{
	struct dirent **entries;
	char full[PATH_MAX];
	int nr, err = 0;

	if (snprintf(full, sizeof(full), "%s%s", root, path) >= (int)sizeof(full))
		return -ENAMETOOLONG;
	nr = scandir(full, &entries, no_dots, versionsort);
	if (nr < 0)
		return -errno;
	for (int i = 0; i < nr; i++) {
		if (!err)
			err = each(entries[i]->d_name, arg);
		free(entries[i]);
	}
	free(entries);
	return err;
}
