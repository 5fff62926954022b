// SPDX-License-Identifier: GPL-2.0
#include <errno.h>
#include <inttypes.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "vgpu_common.h"
#include "../lib/ctl.h"
#include "../lib/fs.h"
#include "../lib/msg.h"
#include "../lib/out.h"
#include "../lib/parse.h"
#include "../lib/pool.h"

static const char *const dirs[] = {
	[VGPU_ENGINES] = POOL_ROOT "/engines",
	[VGPU_CLIENTS] = POOL_ROOT "/vgpus",
};

/* -- What sysfs shows ------------------------------------------------------- */

/* The files whose values are words even where they look like numbers. */
static bool is_text(const char *file)
{
	static const char *const files[] = { "owner_comm", "tenant", "cgroup", "device", NULL };

	for (int i = 0; files[i]; i++)
		if (!strcmp(files[i], file))
			return true;
	return false;
}

static void add_value(json_object *to, const char *file, char *text)
{
	char *end;
	int64_t number;

	errno = 0;
	number = strtoll(text, &end, 10);
	if (*text && !*end && !errno && !is_text(file)) {
		out_int(to, file, number);
		return;
	}
	json_object_object_add(to, file, printable_json(text));
}

struct reading {
	json_object *object;
	const char *path;
};

static int read_file(const char *file, void *arg)
{
	struct reading *reading = arg;
	char text[4096];

	/* It is binary, and long. */
	if (!strcmp(file, "switches"))
		return 0;
	if (fs_read("", fmt("%s/%s", reading->path, file), text, sizeof(text)) >= 0)
		add_value(reading->object, file, text);
	return 0;
}

json_object *vgpu_object(enum vgpu_kind kind, const char *name)
{
	struct reading reading = { .object = json_object_new_object() };
	char path[PATH_MAX];

	snprintf(path, sizeof(path), "%s/%s", dirs[kind], name);
	reading.path = path;
	if (kind == VGPU_ENGINES)
		out_str(reading.object, "name", name);
	else
		out_int(reading.object, "id", strtoll(name, NULL, 10));
	/* One that ends in the middle of it has lost its state. */
	if (!fs_list("", path, read_file, &reading) &&
	    (kind == VGPU_ENGINES || json_object_object_get_ex(reading.object, "state", NULL)))
		return reading.object;
	json_object_put(reading.object);
	return NULL;
}

struct listing {
	json_object *rows;
	enum vgpu_kind kind;
};

static int add_row(const char *name, void *arg)
{
	struct listing *listing = arg;
	json_object *row = vgpu_object(listing->kind, name);

	if (row)
		json_object_array_add(listing->rows, row);
	return 0;
}

static int by_id(const void *a, const void *b)
{
	json_object *x = json_object_object_get(*(json_object *const *)a, "id");
	json_object *y = json_object_object_get(*(json_object *const *)b, "id");
	int64_t left = json_object_get_int64(x), right = json_object_get_int64(y);

	return (left > right) - (left < right);
}

json_object *vgpu_objects(enum vgpu_kind kind, int *err)
{
	struct listing listing = { .rows = json_object_new_array(), .kind = kind };

	*err = fs_list("", dirs[kind], add_row, &listing);
	if (!*err) {
		if (kind == VGPU_CLIENTS)
			json_object_array_sort(listing.rows, by_id);
		return listing.rows;
	}
	json_object_put(listing.rows);
	return NULL;
}

int vgpu_read_fail(int err)
{
	if (err == -ENOENT)
		return FAIL(EXIT_UNSUPPORTED, .object = POOL_ROOT "/engines",
			    .reason = "it is not there: the module kvmshare_vgpu is not loaded",
			    .remedy = "load it: modprobe kvmshare_vgpu");
	return FAIL(EXIT_FAILED, .object = POOL_ROOT, .reason = strerror(-err),
		    .remedy = "run this as root, or as a member of the group kvmshare");
}

/* -- What is asked of the kernel -------------------------------------------- */

/**
 * struct reason - what an errno of a call means
 * @request: the call, or 0: writing a file
 * @err: the errno
 * @why: for people
 * @remedy: what to do
 */
struct reason {
	unsigned long request;
	int err;
	const char *why;
	const char *remedy;
};

static const struct reason reasons[] = {
	{ KVMSHARE_VGPU_SET, ENOENT, "there is no such vGPU, or it has ended", "see: kvmshare vgpu list" },
	{ KVMSHARE_VGPU_SET, ENOSPC, "the minimums of all clients would be more than the engine",
	  "see the others' minimums: kvmshare vgpu list" },
	{ KVMSHARE_VGPU_SET, EINVAL, "the minimum would be above the cap", "see both: kvmshare vgpu show" },
	{ KVMSHARE_VGPU_SCREEN, ENOENT, "it is no guest's device, or no guest has it",
	  "see: kvmshare vgpu list" },
	{ KVMSHARE_VGPU_SCREEN, ETIMEDOUT, "its VMM's memory does not answer, so nobody knows what it shows", NULL },
	{ KVMSHARE_VGPU_SCREEN, EOPNOTSUPP, "this kernel has no mdev, so there are no guests' devices", NULL },
	{ KVMSHARE_VGPU_ALLOW, ENOENT, "nothing is allowed to it", NULL },
	{ KVMSHARE_VGPU_ENGINE, ENODEV, "there is no such engine", "see: kvmshare engine list" },
	{ KVMSHARE_VGPU_ENGINE, EBUSY, "it is a device's, and goes with that",
	  "unbind the device from its driver" },
	{ KVMSHARE_VGPU_ENGINE, ENOSPC, "there are as many of that kind as there may be", NULL },
	{ KVMSHARE_VGPU_ENGINE, EINVAL, "there is no such NUMA node", "see: numactl --hardware" },
	{ 0, ENOENT, "there is none of that name", "see: kvmshare engine list" },
	{ 0, EINVAL, "the kernel refuses that value", "see what it may be: kvmshare engine show" },
	{ 0, EACCES, "only root may write it", "run it as root" },
};

static const struct reason *reason_of(unsigned long request, int err)
{
	for (size_t i = 0; i < sizeof(reasons) / sizeof(reasons[0]); i++)
		if (reasons[i].request == request && reasons[i].err == -err)
			return &reasons[i];
	return NULL;
}

int vgpu_call_fail(unsigned long request, int err, const char *object)
{
	const struct reason *reason = reason_of(request, err);

	if (reason)
		return FAIL(EXIT_FAILED, .object = object, .reason = reason->why,
			    .kept = "nothing was changed", .remedy = reason->remedy);
	if (err == -ENOTTY || err == -ENOMEDIUM)
		return vgpu_read_fail(-ENOENT);
	return ctl_fail(request, err, object);
}

int vgpu_write(enum vgpu_kind kind, const char *name, const char *file, const char *value)
{
	int err;

	if (!fs_exists("", dirs[kind]))
		return vgpu_read_fail(-ENOENT);
	err = fs_write("", fmt("%s/%s/%s", dirs[kind], name, file), value);
	return err < 0 ? vgpu_call_fail(0, err, fmt("%s of %s", file, name)) : 0;
}

/* -- Options ---------------------------------------------------------------- */

int vgpu_take(const struct cmd_line *line, const char *option, uint64_t least, uint64_t most,
	      uint64_t *value, uint32_t *flags, uint32_t flag)
{
	const char *text = cmd_value(line, option);

	if (!text)
		return 0;
	if (!parse_u64(text, least, most, value))
		return cmd_usage(line, fmt("--%s %s", option, text),
				 fmt("it must be a number from %" PRIu64 " to %" PRIu64, least, most));
	*flags |= flag;
	return 0;
}
