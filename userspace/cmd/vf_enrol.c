// SPDX-License-Identifier: GPL-2.0
/* kvmshare vf enrol, vf provision: which PFs take part, and with how many VFs. */
#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "vf_common.h"
#include "../lib/bdf.h"
#include "../lib/ctl.h"
#include "../lib/driver.h"
#include "../lib/parse.h"
#include "../lib/pci.h"
#include "../lib/pool.h"
#include "../lib/provision.h"
#include "../lib/resolve.h"
#include "../lib/service.h"
#include "../lib/sriov.h"

/**
 * struct change - a change of one PF's enrolment, from read to write
 * @name: the PF, for messages
 * @id: it
 * @now: how many VFs it has
 * @total: how many it can have
 * @lock: of /etc/kvmshare
 * @pfs: what stands there
 * @known: the PF's entry there, or NULL
 */
struct change {
	char name[BDF_OBJECT_LEN];
	struct identity id;
	uint32_t now;
	uint32_t total;
	int lock;
	struct conf_pfs *pfs;
	struct conf_pf *known;
};

static int fail_conf(const char *object, const char *error)
{
	return FAIL(EXIT_FAILED, .object = object, .reason = error,
		    .kept = "nothing was changed", .remedy = "mend that file, then try again");
}

static int read_pf(struct change *change, uint32_t bdf)
{
	bdf_object("PF", bdf, change->name);
	if (identity_read("", bdf, &change->id))
		return FAIL(EXIT_FAILED, .object = change->name,
			    .reason = "there is no such device",
			    .remedy = "see: kvmshare vf list --pfs");
	if (pci_sriov("", bdf, &change->total, &change->now) || !change->total)
		return FAIL(EXIT_UNSUPPORTED, .object = change->name,
			    .reason = "it has no SR-IOV",
			    .remedy = "see those that have: kvmshare vf list --pfs");
	return EXIT_OK;
}

static int open_conf(struct change *change)
{
	char error[CONF_ERROR_LEN];

	change->lock = conf_lock();
	if (change->lock < 0)
		return fail_conf(change->name, fmt("%s: %s", CONF_DIR, strerror(-change->lock)));
	change->pfs = calloc(1, sizeof(*change->pfs));
	if (!change->pfs)
		return fail_conf(change->name, "no memory");
	if (conf_load_pfs(change->pfs, error))
		return fail_conf(change->name, error);
	return EXIT_OK;
}

/* Some makers give all cards one serial number. */
static int check_twin(const struct change *change)
{
	struct identity other;
	char name[BDF_OBJECT_LEN];

	if (!change->known || change->known->id.bdf == change->id.bdf ||
	    identity_read("", change->known->id.bdf, &other) ||
	    !identity_same(&change->known->id, &other))
		return EXIT_OK;
	return FAIL(EXIT_FAILED, .object = change->name,
		    .reason = fmt("it cannot be told from %s, which is enrolled: both have the serial number %016" PRIx64,
				  bdf_object("PF", other.bdf, name), other.serial),
		    .kept = "nothing was changed", .remedy = "only one of them can take part");
}

static int begin(struct change *change, uint32_t bdf)
{
	int code;

	memset(change, 0, sizeof(*change));
	change->lock = -1;
	code = read_pf(change, bdf);
	if (!code)
		code = open_conf(change);
	if (code)
		return code;
	change->known = conf_find_pf(change->pfs, &change->id);
	return check_twin(change);
}

static void end(struct change *change)
{
	conf_unlock(change->lock);
	free(change->pfs);
}

static int save(struct change *change)
{
	char error[CONF_ERROR_LEN];

	if (!conf_save_pfs(change->pfs, error))
		return EXIT_OK;
	return FAIL(EXIT_FAILED, .object = change->name, .reason = error,
		    .kept = "it is as it was asked for, but only until a reboot");
}

/* -- Enrol ------------------------------------------------------------------ */

static int want(const struct cmd_line *line, const struct change *change, struct conf_pf *pf)
{
	const char *driver = cmd_value(line, "driver");
	const char *limit = cmd_value(line, "limit");

	memset(pf, 0, sizeof(*pf));
	pf->id = change->id;
	pf->vfs = change->now;
	pf->limit = change->total;
	pf->reset_cleans = cmd_has(line, "reset-cleans");
	if (driver && !parse_label(driver, sizeof(pf->driver)))
		return cmd_usage(line, "--driver", "it must be a driver's name");
	snprintf(pf->driver, sizeof(pf->driver), "%s", driver ? driver : "vfio-pci");
	if (limit && !parse_u32(limit, 0, change->total, &pf->limit))
		return cmd_usage(line, fmt("--limit %s", limit),
				 fmt("it must be from 0 to %u, which %s can have",
				     change->total, change->name));
	if (pf->vfs > pf->limit)
		return cmd_usage(line, fmt("--limit %u", pf->limit),
				 fmt("%s has %u VFs already", change->name, change->now));
	return EXIT_OK;
}

static int enrol(const struct cmd_line *line, struct change *change)
{
	struct conf_pf pf;
	int code = want(line, change, &pf);

	if (code)
		return code;
	if (!driver_load(pf.driver))
		return FAIL(EXIT_UNSUPPORTED, .object = change->name,
			    .reason = fmt("there is no driver '%s' that its VFs could be bound to",
					  pf.driver),
			    .kept = "it is not enrolled",
			    .remedy = "name one of this kernel's: --driver, which is vfio-pci if not given");
	if (!change->known && change->pfs->nr == CONF_MAX)
		return fail_conf(change->name, "there are too many PFs in pfs.json");
	code = provision_enrol(&pf);
	if (code)
		return code;
	if (!change->known)
		change->known = &change->pfs->list[change->pfs->nr++];
	*change->known = pf;
	code = save(change);
	if (!code && !pf.reset_cleans && !service_runs())
		msg_note("its VFs are cleaned by the service, which does not run: systemctl start kvmshare-host");
	return code;
}

/*
 * A device that is not on this host any more has nothing but its entry. Another
 * may be at its address now.
 */
static int forget_gone(uint32_t bdf, bool *forgot)
{
	struct change change = { .lock = -1 };
	int code;

	*forgot = false;
	bdf_object("PF", bdf, change.name);
	code = open_conf(&change);
	for (size_t i = 0; !code && !*forgot && i < change.pfs->nr; i++) {
		struct identity id = change.pfs->list[i].id;

		if (id.bdf != bdf || resolve_pf("", &id))
			continue;
		*forgot = true;
		change.pfs->list[i] = change.pfs->list[--change.pfs->nr];
		code = save(&change);
	}
	end(&change);
	return code;
}

/* @forgot: the entry of what was at its address before is gone, which may be all. */
static int take_out(struct change *change, bool forgot)
{
	int err = sriov_take_out(change->id.bdf);

	if (err == -ENOENT && !change->known && forgot)
		return EXIT_OK;
	if (err && (err != -ENOENT || !change->known))
		return ctl_fail(KVMSHARE_VF_ENROL, err, change->name);
	err = sriov_give_back(change->id.bdf);
	if (err)
		msg_note("%s: no driver of the host will take its VFs by itself: sriov_drivers_autoprobe: %s",
			 change->name, strerror(-err));
	if (!change->known)
		return EXIT_OK;
	*change->known = change->pfs->list[--change->pfs->nr];
	return save(change);
}

/* A PF that is not there has none: -1. */
static int lock_pf(uint32_t bdf, int *lock)
{
	char name[BDF_OBJECT_LEN];

	*lock = provision_lock(bdf, true);
	if (*lock >= 0 || *lock == -ENOENT)
		return EXIT_OK;
	return fail_conf(bdf_object("PF", bdf, name),
			 fmt("its lock in %s: %s", CONF_DIR, strerror(-*lock)));
}

int cmd_vf_enrol(const struct cmd_line *line)
{
	struct change change;
	bool out = cmd_has(line, "out"), forgot = false;
	uint32_t bdf, total, now;
	int code, lock;

	if (vf_parse_bdf(line, line->args[0], &bdf))
		return EXIT_USAGE;
	if (out && line->nr_given > 1)
		return cmd_usage(line, "--out", "no other option goes with it");
	if (vf_need_root("vf enrol"))
		return EXIT_FAILED;
	if (out) {
		code = forget_gone(bdf, &forgot);
		if (code || (forgot && (pci_sriov("", bdf, &total, &now) || !total)))
			return code;
	}
	if (lock_pf(bdf, &lock))
		return EXIT_FAILED;
	code = begin(&change, bdf);
	if (!code)
		code = out ? take_out(&change, forgot) : enrol(line, &change);
	end(&change);
	if (lock >= 0)
		close(lock);
	return code;
}

/* -- Provision -------------------------------------------------------------- */

static int check_number(const struct change *change, uint32_t vfs)
{
	if (!change->known || !pool_has_pf(change->id.bdf))
		return FAIL(EXIT_FAILED, .object = change->name, .reason = "it is not enrolled",
			    .kept = "nothing was changed",
			    .remedy = "let it take part: kvmshare vf enrol PF");
	if (vfs > change->known->limit)
		return FAIL(EXIT_FAILED, .object = change->name,
			    .reason = fmt("its limit is %u VFs", change->known->limit),
			    .kept = "nothing was changed",
			    .remedy = "enrol it with another one: kvmshare vf enrol PF --limit N");
	if (vfs && change->now && vfs != change->now)
		return FAIL(EXIT_FAILED, .object = change->name,
			    .reason = fmt("it has %u VFs, and a PF cannot go from %u to %u",
					  change->now, change->now, vfs),
			    .kept = "nothing was changed",
			    .remedy = "remove them first, when nobody needs them: kvmshare vf provision PF 0");
	return EXIT_OK;
}

/* Written down apart: nobody shall wait for the configuration that long. */
static int remember(uint32_t bdf, uint32_t vfs)
{
	struct change change;
	int code = begin(&change, bdf);

	if (!code && change.known) {
		change.known->vfs = vfs;
		code = save(&change);
	} else {
		msg_note("%s: its VFs are as they were asked for, but only until a reboot",
			 change.name);
		code = EXIT_FAILED;
	}
	end(&change);
	return code;
}

int cmd_vf_provision(const struct cmd_line *line)
{
	struct change change;
	struct conf_pf pf;
	uint32_t bdf, vfs, now;
	int code, lock;

	if (vf_parse_bdf(line, line->args[0], &bdf))
		return EXIT_USAGE;
	if (!parse_u32(line->args[1], 0, UINT16_MAX, &vfs))
		return cmd_usage(line, line->args[1], "it must be a number of VFs");
	if (vf_need_root("vf provision"))
		return EXIT_FAILED;
	if (lock_pf(bdf, &lock))
		return EXIT_FAILED;
	code = begin(&change, bdf);
	if (!code)
		code = check_number(&change, vfs);
	if (!code)
		pf = *change.known;
	now = change.now;
	end(&change);
	if (!code && vfs != now) {
		pf.id.bdf = bdf;
		code = provision_now(&pf, vfs);
	}
	if (!code)
		code = remember(bdf, vfs);
	if (lock >= 0)
		close(lock);
	return code;
}
