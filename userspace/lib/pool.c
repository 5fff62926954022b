// SPDX-License-Identifier: GPL-2.0
#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "bdf.h"
#include "fs.h"
#include "msg.h"
#include "out.h"
#include "pool.h"

enum value {
	TEXT = 0,
	NUMBER,
};

struct attribute {
	const char *name;
	enum value value;
};

static const struct {
	const char *dir;
	const char *key;
	enum value key_value;
	struct attribute attributes[20];
} kinds[POOL_NR] = {
	[POOL_VMS] = { "vms", "id", NUMBER, {
		{ "name", TEXT }, { "tenant", TEXT }, { "state", TEXT },
		{ "pid", NUMBER }, { "uid", NUMBER }, { "cgroup", TEXT },
		{ "age_ms", NUMBER },
	} },
	[POOL_PFS] = { "pfs", "bdf", TEXT, {
		{ "driver", TEXT }, { "cleaning", TEXT }, { "numa_node", NUMBER },
		{ "total_vfs", NUMBER }, { "vfs", NUMBER }, { "vfs_free", NUMBER },
	} },
	[POOL_VFS] = { "vfs", "bdf", TEXT, {
		{ "state", TEXT }, { "state_ms", NUMBER }, { "reason", TEXT },
		{ "driver", TEXT }, { "generation", NUMBER }, { "lease", NUMBER },
		{ "tenant", TEXT }, { "pf", TEXT }, { "index", NUMBER },
		{ "numa_node", NUMBER }, { "iommu_group", NUMBER }, { "class", TEXT },
		{ "vendor", TEXT }, { "device", TEXT },
	} },
	[POOL_LEASES] = { "leases", "id", NUMBER, {
		{ "state", TEXT }, { "owner_pid", NUMBER }, { "owner_comm", TEXT },
		{ "handed_over", NUMBER }, { "uid", NUMBER }, { "tenant", TEXT },
		{ "vfs", NUMBER }, { "age_ms", NUMBER },
	} },
};

static void put_value(json_object *to, const struct attribute *attribute, const char *text)
{
	if (!*text)
		out_str(to, attribute->name, NULL);
	else if (attribute->value == NUMBER)
		out_int(to, attribute->name, strtoll(text, NULL, 10));
	else
		out_str(to, attribute->name, text);
}

json_object *pool_object(enum pool_kind kind, const char *name)
{
	json_object *object = json_object_new_object();
	struct attribute key = { kinds[kind].key, kinds[kind].key_value };
	bool any = false;

	put_value(object, &key, name);
	for (const struct attribute *a = kinds[kind].attributes; a->name; a++) {
		char text[256];
		int len = fs_read("", fmt(POOL_ROOT "/%s/%s/%s", kinds[kind].dir, name, a->name),
				  text, sizeof(text));

		any |= len >= 0;
		put_value(object, a, text);
	}
	if (!any) {
		json_object_put(object);
		return NULL;
	}
	return object;
}

struct gather {
	enum pool_kind kind;
	json_object *array;
};

static int gather_one(const char *name, void *arg)
{
	struct gather *gather = arg;
	json_object *object = pool_object(gather->kind, name);

	if (object)
		json_object_array_add(gather->array, object);
	return 0;
}

json_object *pool_objects(enum pool_kind kind, int *err)
{
	struct gather gather = { kind, json_object_new_array() };

	*err = fs_list("", fmt(POOL_ROOT "/%s", kinds[kind].dir), gather_one, &gather);
	if (*err) {
		json_object_put(gather.array);
		return NULL;
	}
	return gather.array;
}

int pool_fail(int err)
{
	if (err == -EACCES || err == -EPERM)
		return FAIL(EXIT_FAILED, .object = POOL_ROOT,
			    .reason = "this user may not read it",
			    .remedy = "run this as root, or as a member of the group kvmshare");
	if (err == -ENOENT)
		return FAIL(EXIT_UNSUPPORTED, .object = POOL_ROOT,
			    .reason = "it is not there: the module is not loaded",
			    .remedy = "load it: modprobe kvmshare_vf; not installed: see kvmshare doctor");
	return FAIL(EXIT_FAILED, .object = POOL_ROOT, .reason = strerror(-err));
}

bool pool_root_there(void)
{
	return fs_exists("", POOL_ROOT "/vfs");
}

static uint64_t vf_number(const char *bdf, const char *file, int *err)
{
	uint64_t value = 0;
	int rc = fs_read_u64("", fmt(POOL_ROOT "/vfs/%s/%s", bdf, file), &value);

	if (rc && !*err)
		*err = rc;
	return value;
}

int pool_vf(uint32_t bdf, struct pool_vf *vf)
{
	char name[BDF_LEN], text[BDF_LEN];
	int err = 0;

	bdf_format(bdf, name);
	memset(vf, 0, sizeof(*vf));
	vf->bdf = bdf;
	vf->index = (uint32_t)vf_number(name, "index", &err);
	vf->class = (uint32_t)vf_number(name, "class", &err);
	vf->group = (int)vf_number(name, "iommu_group", &err);
	vf->lease = vf_number(name, "lease", &err);
	/* Before the state: a state of later than its generation does no harm. */
	vf->generation = vf_number(name, "generation", &err);
	if (err)
		return err;
	err = fs_read("", fmt(POOL_ROOT "/vfs/%s/pf", name), text, sizeof(text));
	if (err >= 0 && !bdf_parse(text, &vf->pf))
		err = -EINVAL;
	if (err >= 0)
		err = fs_read("", fmt(POOL_ROOT "/vfs/%s/state", name),
			      vf->state, sizeof(vf->state));
	if (err >= 0)
		err = fs_read("", fmt(POOL_ROOT "/vfs/%s/reason", name),
			      vf->reason, sizeof(vf->reason));
	return err < 0 ? err : 0;
}

bool pool_vf_is(const struct pool_vf *vf, const char *state)
{
	return !strcmp(vf->state, state);
}

struct vf_walk {
	uint32_t pf;
	int (*each)(const struct pool_vf *vf, void *arg);
	void *arg;
};

static int walk_vf(const char *name, void *arg)
{
	const struct vf_walk *walk = arg;
	struct pool_vf vf;
	uint32_t bdf;

	if (!bdf_parse(name, &bdf) || pool_vf(bdf, &vf) ||
	    (walk->pf != KVMSHARE_BDF_ANY && walk->pf != vf.pf))
		return 0;
	return walk->each(&vf, walk->arg);
}

int pool_each_vf(uint32_t pf, int (*each)(const struct pool_vf *vf, void *arg), void *arg)
{
	struct vf_walk walk = { pf, each, arg };

	return fs_list("", POOL_ROOT "/vfs", walk_vf, &walk);
}

bool pool_has_pf(uint32_t pf)
{
	char text[BDF_LEN];

	bdf_format(pf, text);
	return fs_exists("", fmt(POOL_ROOT "/pfs/%s", text));
}

struct pf_walk {
	int (*each)(uint32_t pf, void *arg);
	void *arg;
};

static int walk_pf(const char *name, void *arg)
{
	const struct pf_walk *walk = arg;
	uint32_t pf;

	return bdf_parse(name, &pf) ? walk->each(pf, walk->arg) : 0;
}

int pool_each_pf(int (*each)(uint32_t pf, void *arg), void *arg)
{
	struct pf_walk walk = { each, arg };

	return fs_list("", POOL_ROOT "/pfs", walk_pf, &walk);
}
