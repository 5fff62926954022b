// SPDX-License-Identifier: GPL-2.0
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "conf_file.h"
#include "fs.h"
#include "msg.h"
#include "out.h"

#define FILE_MAX	(1024 * 1024)
#define CONF_VERSION	1

static const char *conf_dir = CONF_DIR;

void conf_setup(const char *dir)
{
	conf_dir = dir;
}

const char *conf_file_path(const char *name)
{
	return fmt("%s/%s", conf_dir, name);
}

static int wrong(char *error, const char *name, const char *what)
{
	snprintf(error, CONF_ERROR_LEN, "%s: %s", conf_file_path(name), what);
	return -EBADMSG;
}

static json_object *parse(const char *text, size_t len, const char **what)
{
	json_tokener *tokener = json_tokener_new_ex(8);
	json_object *object;

	if (!tokener)
		return NULL;
	json_tokener_set_flags(tokener, JSON_TOKENER_STRICT);
	object = json_tokener_parse_ex(tokener, text, (int)len);
	*what = json_tokener_error_desc(json_tokener_get_error(tokener));
	if (json_tokener_get_error(tokener) != json_tokener_success) {
		json_object_put(object);
		object = NULL;
	}
	json_tokener_free(tokener);
	return object;
}

/* The list in a whole file's object, with a reference of its own. */
static json_object *take_list(json_object *whole, const char *key, const char **what)
{
	json_object *version, *list;

	*what = "it is not an object";
	if (!json_object_is_type(whole, json_type_object))
		return NULL;
	*what = "its \"version\" is not 1";
	if (!json_object_object_get_ex(whole, "version", &version) ||
	    json_object_get_int(version) != CONF_VERSION)
		return NULL;
	*what = "it has keys that do not belong there";
	if (json_object_object_length(whole) != 2)
		return NULL;
	*what = "its list is missing, or is none, or is too long";
	if (!json_object_object_get_ex(whole, key, &list) ||
	    !json_object_is_type(list, json_type_array) ||
	    json_object_array_length(list) > CONF_MAX)
		return NULL;
	*what = NULL;
	return json_object_get(list);
}

json_object *conf_file_read(const char *name, const char *key, int *err, char *error)
{
	char path[PATH_MAX];
	const char *what = "no memory";
	json_object *whole, *list = NULL;
	char *text = malloc(FILE_MAX + 2);
	int len;

	snprintf(path, sizeof(path), "/%s", name);
	len = text ? fs_read_all(conf_dir, path, text, FILE_MAX + 1) : -ENOMEM;
	*err = 0;
	if (len == -ENOENT || len == -ENOTDIR) {
		free(text);
		return NULL;
	}
	if (len < 0) {
		wrong(error, name, strerror(-len));
		*err = len;
	} else if (len > FILE_MAX) {
		*err = wrong(error, name, "it is larger than 1 MiB");
	} else {
		/* The tokener wants to see the end. */
		text[len] = '\0';
		whole = parse(text, (size_t)len + 1, &what);
		if (whole)
			list = take_list(whole, key, &what);
		json_object_put(whole);
		if (!list)
			*err = wrong(error, name, what);
	}
	free(text);
	return list;
}

static int write_all(int fd, const char *text)
{
	size_t len = strlen(text);

	while (len) {
		ssize_t put = write(fd, text, len);

		if (put < 0 && errno != EINTR)
			return -errno;
		if (put > 0) {
			text += put;
			len -= (size_t)put;
		}
	}
	return 0;
}

static int write_temporary(const char *path, const char *text)
{
	int fd = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_NOFOLLOW | O_CLOEXEC, 0600);
	int err;

	if (fd < 0)
		return -errno;
	err = write_all(fd, text);
	if (!err && fsync(fd))
		err = -errno;
	if (close(fd) && !err)
		err = -errno;
	return err;
}

/* The rename is on disk only when the directory is. */
static int sync_dir(void)
{
	int fd = open(conf_dir, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	int err = 0;

	if (fd < 0)
		return -errno;
	if (fsync(fd))
		err = -errno;
	close(fd);
	return err;
}

static int replace(const char *name, const char *text)
{
	char path[PATH_MAX], temporary[PATH_MAX];
	int err;

	if (snprintf(path, sizeof(path), "%s/%s", conf_dir, name) >= (int)sizeof(path) ||
	    snprintf(temporary, sizeof(temporary), "%s/.%s.new", conf_dir, name) >= (int)sizeof(temporary))
		return -ENAMETOOLONG;
	err = write_temporary(temporary, text);
	if (!err && rename(temporary, path))
		err = -errno;
	if (err)
		unlink(temporary);
	else
		err = sync_dir();
	return err;
}

int conf_file_write(const char *name, const char *key, json_object *list, char *error)
{
	json_object *whole = json_object_new_object();
	const char *text;
	char *line;
	int err;

	out_int(whole, "version", CONF_VERSION);
	json_object_object_add(whole, key, list);
	text = json_object_to_json_string_ext(whole,
		JSON_C_TO_STRING_PRETTY | JSON_C_TO_STRING_NOSLASHESCAPE);
	err = asprintf(&line, "%s\n", text) < 0 ? -ENOMEM : 0;
	if (!err) {
		err = replace(name, line);
		free(line);
	}
	json_object_put(whole);
	if (err)
		snprintf(error, CONF_ERROR_LEN, "%s: cannot be written: %s",
			 conf_file_path(name), strerror(-err));
	return err;
}
