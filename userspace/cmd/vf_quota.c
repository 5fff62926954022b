// SPDX-License-Identifier: GPL-2.0
/* kvmshare vf quota: what a user or a tenant may have at once. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "vf_common.h"
#include "../lib/ctl.h"
#include "../lib/out.h"
#include "../lib/parse.h"
#include "../lib/pool.h"

static const struct out_column columns[] = {
	{ "tenant", "TENANT", OUT_TEXT },
	{ "uid", "UID", OUT_RIGHT },
	{ "max", "MOST", OUT_RIGHT },
	{ "used", "USED", OUT_RIGHT },
	{ NULL, NULL, OUT_TEXT }
};

/* A lease with a tenant is charged to that tenant and to its uid. */
static uint64_t used_by(json_object *leases, const struct conf_quota *quota)
{
	uint64_t used = 0;

	for (size_t i = 0; leases && i < json_object_array_length(leases); i++) {
		json_object *lease = json_object_array_get_idx(leases, i);
		json_object *tenant = NULL, *uid = NULL, *vfs = NULL;

		json_object_object_get_ex(lease, "tenant", &tenant);
		json_object_object_get_ex(lease, "uid", &uid);
		json_object_object_get_ex(lease, "vfs", &vfs);
		if (*quota->tenant ? tenant && !strcmp(json_object_get_string(tenant), quota->tenant) :
		    json_object_get_int64(uid) == quota->uid)
			used += json_object_get_uint64(vfs);
	}
	return used;
}

static json_object *quota_json(json_object *leases, const struct conf_quota *quota)
{
	json_object *to = json_object_new_object();

	out_str(to, "tenant", *quota->tenant ? quota->tenant : NULL);
	if (*quota->tenant)
		out_str(to, "uid", NULL);
	else
		out_uint(to, "uid", quota->uid);
	out_uint(to, "max", quota->max);
	out_uint(to, "used", used_by(leases, quota));
	return to;
}

static int list(const struct conf_quotas *quotas)
{
	json_object *rows = json_object_new_array();
	json_object *leases;
	int err;

	leases = pool_objects(POOL_LEASES, &err);
	for (size_t i = 0; i < quotas->nr; i++)
		json_object_array_add(rows, quota_json(leases, &quotas->list[i]));
	json_object_put(leases);
	out_table(columns, rows, "there is no quota");
	return EXIT_OK;
}

static int call(const struct conf_quota *quota, bool none)
{
	struct kvmshare_vf_quota arg = {
		.size = sizeof(arg),
		.flags = none ? KVMSHARE_QUOTA_NONE : 0,
		.uid = quota->uid,
		.max = none ? 0 : quota->max,
	};

	snprintf(arg.tenant, sizeof(arg.tenant), "%s", quota->tenant);
	return ctl_call(KVMSHARE_VF_QUOTA, &arg);
}

/* In the file as in the kernel; @at is its entry or NULL. */
static int set(struct conf_quotas *quotas, struct conf_quota *at,
	       const struct conf_quota *quota, bool none, const char *object)
{
	char error[CONF_ERROR_LEN];
	int err;

	if (!at && !none && quotas->nr == CONF_MAX)
		return FAIL(EXIT_FAILED, .object = object, .reason = "there are too many quotas",
			    .kept = "nothing was changed");
	err = call(quota, none);
	if (err && (err != -ENOENT || !at))
		return ctl_fail(KVMSHARE_VF_QUOTA, err, object);
	if (none && at)
		*at = quotas->list[--quotas->nr];
	else if (!none)
		*(at ? at : &quotas->list[quotas->nr++]) = *quota;
	if (!conf_save_quotas(quotas, error))
		return EXIT_OK;
	return FAIL(EXIT_FAILED, .object = object, .reason = error,
		    .kept = "it is as it was asked for, but only until a reboot");
}

static int parse(const struct cmd_line *line, struct conf_quota *quota)
{
	const char *tenant = cmd_value(line, "tenant");
	const char *uid = cmd_value(line, "uid");
	const char *max = cmd_value(line, "max");

	memset(quota, 0, sizeof(*quota));
	if (!tenant == !uid)
		return cmd_usage(line, "vf quota", "either --uid or --tenant must be there");
	if (!max == !cmd_has(line, "none"))
		return cmd_usage(line, "vf quota", "either --max or --none must be there");
	if (tenant && !parse_label(tenant, sizeof(quota->tenant)))
		return cmd_usage(line, "--tenant",
				 "it must be printable, not empty, and shorter than 64 characters");
	if (tenant)
		snprintf(quota->tenant, sizeof(quota->tenant), "%s", tenant);
	if (uid && !parse_u32(uid, 0, UINT32_MAX - 1, &quota->uid))
		return cmd_usage(line, "--uid", "it must be a number");
	if (max && !parse_u32(max, 0, UINT32_MAX, &quota->max))
		return cmd_usage(line, "--max", "it must be a number of VFs");
	return EXIT_OK;
}

static int change(const struct cmd_line *line, struct conf_quotas *quotas,
		  const struct conf_quota *quota)
{
	char error[CONF_ERROR_LEN], object[KVMSHARE_NAME_LEN + 8];
	int lock, code;

	if (*quota->tenant)
		snprintf(object, sizeof(object), "tenant %s", quota->tenant);
	else
		snprintf(object, sizeof(object), "uid %u", quota->uid);
	if (vf_need_root(object))
		return EXIT_FAILED;
	lock = conf_lock();
	if (lock < 0)
		return FAIL(EXIT_FAILED, .object = CONF_DIR, .reason = strerror(-lock),
			    .kept = "nothing was changed");
	if (conf_load_quotas(quotas, error))
		code = FAIL(EXIT_FAILED, .object = object, .reason = error,
			    .kept = "nothing was changed", .remedy = "mend that file");
	else
		code = set(quotas, conf_find_quota(quotas, quota->tenant, quota->uid), quota,
			   cmd_has(line, "none"), object);
	conf_unlock(lock);
	return code;
}

int cmd_vf_quota(const struct cmd_line *line)
{
	struct conf_quotas *quotas = calloc(1, sizeof(*quotas));
	char error[CONF_ERROR_LEN];
	struct conf_quota quota;
	int code;

	if (!quotas)
		return FAIL(EXIT_FAILED, .object = "quotas", .reason = "no memory");
	if (line->nr_given)
		code = parse(line, &quota) ? EXIT_USAGE : change(line, quotas, &quota);
	else if (conf_load_quotas(quotas, error))
		code = FAIL(EXIT_FAILED, .object = "quotas", .reason = error,
			    .remedy = "run this as root, or mend that file");
	else
		code = list(quotas);
	free(quotas);
	return code;
}
