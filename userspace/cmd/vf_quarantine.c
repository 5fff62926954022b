// SPDX-License-Identifier: GPL-2.0
/* kvmshare vf quarantine: set a VF aside for good, or take it back. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "vf_common.h"
#include "../lib/bdf.h"
#include "../lib/ctl.h"
#include "../lib/keep.h"
#include "../lib/parse.h"
#include "../lib/pool.h"

static int call(uint32_t bdf, uint32_t flags, const char *reason)
{
	struct kvmshare_vf_quarantine arg = {
		.size = sizeof(arg),
		.flags = flags,
		.vf = bdf,
	};

	snprintf(arg.reason, sizeof(arg.reason), "%s", reason);
	return ctl_call(KVMSHARE_VF_QUARANTINE, &arg);
}

static int fail_keep(const char *object, const char *error, const char *kept)
{
	return FAIL(EXIT_FAILED, .object = object, .reason = error, .kept = kept,
		    .remedy = "mend that file, then try again");
}

/* The kernel first: it knows whether the VF may be set aside now. */
static int set_aside(const struct pool_vf *vf, const char *reason, const char *object)
{
	char error[CONF_ERROR_LEN];
	int err = call(vf->bdf, 0, reason);

	if (err)
		return ctl_fail(KVMSHARE_VF_QUARANTINE, err, object);
	if (keep_quarantine(vf->pf, vf->index, reason, error))
		return fail_keep(object, error, "it is set aside, but only until a reboot");
	return EXIT_OK;
}

/*
 * The configuration first: while the VF stands there, the service sets it aside
 * again as soon as it sees it anywhere else.
 */
static int take_back(const struct pool_vf *vf, const char *object)
{
	char error[CONF_ERROR_LEN];
	int err;

	if (!pool_vf_is(vf, "quarantined"))
		return FAIL(EXIT_FAILED, .object = object,
			    .reason = fmt("it is not set aside, but %s", vf->state),
			    .kept = "nothing was changed");
	if (forget_quarantine(vf->pf, vf->index, error))
		return fail_keep(object, error, "it stays set aside");
	err = call(vf->bdf, KVMSHARE_QUARANTINE_END, "");
	if (!err)
		return EXIT_OK;
	keep_quarantine(vf->pf, vf->index, vf->reason, error);
	return ctl_fail(KVMSHARE_VF_QUARANTINE, err, object);
}

static int change(const struct cmd_line *line, uint32_t bdf, const char *object)
{
	const char *reason = cmd_value(line, "reason");
	char error[CONF_ERROR_LEN];
	struct pool_vf vf;
	int code, lock, err;

	/* As it stands when nobody else can change it. */
	lock = keep_lock(error);
	if (lock < 0)
		return fail_keep(object, error, "nothing was changed");
	err = pool_vf(bdf, &vf);
	if (err == -ENOENT && pool_root_there())
		code = ctl_fail(KVMSHARE_VF_QUARANTINE, err, object);
	else if (err)
		code = pool_fail(err);
	else if (cmd_has(line, "end"))
		code = take_back(&vf, object);
	else
		code = set_aside(&vf, reason ? reason : "set aside by an administrator", object);
	conf_unlock(lock);
	return code;
}

int cmd_vf_quarantine(const struct cmd_line *line)
{
	const char *reason = cmd_value(line, "reason");
	char name[BDF_OBJECT_LEN];
	uint32_t bdf;

	if (vf_parse_bdf(line, line->args[0], &bdf))
		return EXIT_USAGE;
	if (reason && cmd_has(line, "end"))
		return cmd_usage(line, "--end", "--reason does not go with it");
	if (reason && !parse_label(reason, KVMSHARE_REASON_LEN))
		return cmd_usage(line, "--reason",
				 "it must be printable, not empty, and shorter than 96 characters");
	bdf_object("VF", bdf, name);
	return vf_need_root(name) ? EXIT_FAILED : change(line, bdf, name);
}
