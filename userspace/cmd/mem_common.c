// SPDX-License-Identifier: GPL-2.0
#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "mem_common.h"
#include "../lib/fs.h"
#include "../lib/msg.h"
#include "../lib/out.h"
#include "../lib/parse.h"

/* -- Reading ---------------------------------------------------------------- */

/**
 * struct reading - of a directory
 * @object: what was read
 * @path: where
 */
struct reading {
	json_object *object;
	const char *path;
};

int mem_read_lines(const char *path, char text[MEM_TEXT_LEN])
{
	int len = fs_read_all("", path, text, MEM_TEXT_LEN - 1);

	if (len < 0)
		return len;
	text[len] = '\0';
	if (len && text[len - 1] == '\n')
		text[len - 1] = '\0';
	return 0;
}

static json_object *list_of(char *lines)
{
	json_object *list = json_object_new_array();
	char *line;

	while ((line = strsep(&lines, "\n")))
		json_object_array_add(list, json_object_new_string(line));
	return list;
}

/* Several lines are a list. */
static int read_file(const char *file, void *arg)
{
	struct reading *reading = arg;
	char path[PATH_MAX], text[MEM_TEXT_LEN], *end;
	long long number;

	snprintf(path, sizeof(path), "%s/%s", reading->path, file);
	if (mem_read_lines(path, text))
		return 0;
	number = strtoll(text, &end, 10);
	if (*text && !*end)
		out_int(reading->object, file, number);
	else if (strchr(text, '\n'))
		json_object_object_add(reading->object, file, list_of(text));
	else
		out_str(reading->object, file, text);
	return 0;
}

json_object *mem_read_dir(const char *path)
{
	struct reading reading = { .object = json_object_new_object(), .path = path };

	if (!fs_list("", path, read_file, &reading))
		return reading.object;
	json_object_put(reading.object);
	return NULL;
}

json_object *mem_read_vm(const char *id)
{
	char path[PATH_MAX];
	json_object *vm;

	snprintf(path, sizeof(path), POOL_ROOT "/vms/%s/mem", id);
	vm = mem_read_dir(path);
	if (vm && !json_object_object_get_ex(vm, "mode", NULL)) {
		json_object_put(vm);
		return NULL;
	}
	if (vm)
		out_int(vm, "vm", strtoll(id, NULL, 10));
	return vm;
}

int64_t mem_number(json_object *object, const char *key)
{
	json_object *value;

	return json_object_object_get_ex(object, key, &value) ? json_object_get_int64(value) : 0;
}

/* -- What may be wrong ------------------------------------------------------ */

int mem_not_loaded(void)
{
	if (!fs_exists("", MEM))
		return FAIL(EXIT_UNSUPPORTED, .object = MEM,
			    .reason = "it is not there: the module kvmshare_mem is not loaded",
			    .remedy = "load it: modprobe kvmshare_mem");
	return FAIL(EXIT_FAILED, .object = MEM, .reason = strerror(EACCES),
		    .remedy = "run this as root, or as a member of the group kvmshare");
}

int mem_no_vm(const char *id)
{
	if (!fs_exists("", MEM))
		return mem_not_loaded();
	return FAIL(EXIT_FAILED, .object = fmt("VM %s", id), .reason = "there is none of that number",
		    .kept = "nothing was changed", .remedy = "see: kvmshare mem explain");
}

int mem_write_failed(int err, const char *object)
{
	const char *reason = err == -EINVAL || err == -ERANGE ? "the kernel refuses that value" :
							       strerror(-err);

	return FAIL(EXIT_FAILED, .object = object, .reason = reason, .kept = "nothing was changed",
		    .remedy = err == -EACCES || err == -EPERM ? "run it as root" : NULL);
}

int mem_check_vm(const struct cmd_line *line, const char *word)
{
	uint64_t id;

	if (parse_u64(word, 1, INT64_MAX, &id))
		return 0;
	return cmd_usage(line, word, "a VM is named by its number");
}
