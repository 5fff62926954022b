// SPDX-License-Identifier: GPL-2.0
/*
 * Quotas first, then each PF: its VFs are made while it is out of the pool, and
 * those set aside are marked, so that none can be leased that must not be.
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "host.h"
#include "../lib/bdf.h"
#include "../lib/clock.h"
#include "../lib/conf.h"
#include "../lib/ctl.h"
#include "../lib/lock.h"
#include "../lib/pci.h"
#include "../lib/pool.h"
#include "../lib/provision.h"
#include "../lib/resolve.h"
#include "../lib/sriov.h"

/**
 * struct making - a PF whose VFs are being made
 * @pf: as it is configured, with its present address
 * @lock: its provision_lock()
 * @job: the write
 */
struct making {
	struct conf_pf pf;
	int lock;
	struct job job;
};

#define MAKING_MAX	64

static struct making making[MAKING_MAX];
static size_t nr_making;

struct wanted {
	struct conf_pfs pfs;
	struct conf_quotas quotas;
	struct conf_quarantines aside;
};

/* As read by the last restore_begin() that could read all of it. */
static struct wanted wanted;

/* Where a command had the settings' lock: when all is begun with again. */
static uint64_t begin_due_ms;

/* PFs whose lock a command had: looked at again until it has let go of it. */
static struct conf_pfs waiting;
static uint64_t waiting_due_ms;

#define WAITING_LOOK_MS	1000
#define WAITING_MEND_MS	60000

static int load(void)
{
	static struct wanted fresh;	/* too large for the stack */
	char error[CONF_ERROR_LEN];
	int err = conf_load_quotas(&fresh.quotas, error);

	if (!err)
		err = conf_load_quarantines(&fresh.aside, error);
	if (!err)
		err = conf_load_pfs(&fresh.pfs, error);
	if (err)
		log_error("%s; nothing is let into the pool: mend that file", error);
	else
		wanted = fresh;
	return err ? -EBADMSG : 0;
}

static void restore_quota(const struct conf_quota *quota)
{
	struct kvmshare_vf_quota arg = {
		.size = sizeof(arg),
		.uid = quota->uid,
		.max = quota->max,
	};
	struct msg msg;
	int err;

	snprintf(arg.tenant, sizeof(arg.tenant), "%s", quota->tenant);
	err = ctl_call(KVMSHARE_VF_QUOTA, &arg);
	if (!err)
		return;
	msg = ctl_explain(KVMSHARE_VF_QUOTA, err, "quota");
	if (*quota->tenant)
		log_error("quota of tenant %s: %s", quota->tenant, msg.reason);
	else
		log_error("quota of uid %u: %s", quota->uid, msg.reason);
}

static void enrol(const struct conf_pf *pf)
{
	char name[BDF_OBJECT_LEN];
	struct msg msg;
	int err = sriov_set_aside(pf->id.bdf, &wanted.aside);

	bdf_object("PF", pf->id.bdf, name);
	if (err) {
		log_error("%s: a VF cannot be kept set aside: %s; it is not enrolled", name,
			  strerror(-err));
		return;
	}
	err = sriov_enrol(pf->id.bdf, pf, &wanted.aside);
	if (!err) {
		log_info("%s: enrolled", name);
		return;
	}
	msg = ctl_explain(KVMSHARE_VF_ENROL, err, name);
	log_error("%s: %s; it is not enrolled", name, msg.reason);
}

static void begin_making(const struct conf_pf *pf, int lock)
{
	struct making *at = &making[nr_making];
	char name[BDF_OBJECT_LEN];
	int err;

	bdf_object("PF", pf->id.bdf, name);
	err = nr_making == MAKING_MAX ? -EUSERS : sriov_start(&at->job, pf->id.bdf, pf->vfs);
	if (err) {
		log_error("%s: its VFs are not made: %s", name, strerror(-err));
		lock_drop(lock);
		return;
	}
	log_info("%s: making %u VFs", name, pf->vfs);
	at->pf = *pf;
	at->lock = lock;
	nr_making++;
}

/*
 * As a command left it that had the PF's lock until now: enrolled, or taken out
 * for good, or with another number of VFs. False where nothing is to be done.
 */
static bool still_wanted(struct conf_pf *pf)
{
	struct conf_pfs *all = calloc(1, sizeof(*all));
	char error[CONF_ERROR_LEN] = "no memory";
	uint32_t bdf = pf->id.bdf;
	const struct conf_pf *found = NULL;

	if (all && !conf_load_pfs(all, error))
		found = conf_find_pf(all, &pf->id);
	else
		log_error("%s; nothing more is let into the pool: mend that file", error);
	if (found) {
		*pf = *found;
		pf->id.bdf = bdf;
	}
	free(all);
	return found && !pool_has_pf(bdf);
}

static void begin_pf(struct conf_pf *pf, const char *name, int lock)
{
	uint32_t total, now;

	if (pci_sriov("", pf->id.bdf, &total, &now)) {
		log_error("%s: it has no SR-IOV any more; it is left out", name);
	} else if (!now && pf->vfs) {
		begin_making(pf, lock);
		return;
	} else {
		if (now != pf->vfs)
			log_warn("%s: it has %u VFs, not %u; they are left as they are", name, now, pf->vfs);
		enrol(pf);
	}
	lock_drop(lock);
}

static bool is_making(uint32_t bdf)
{
	for (size_t i = 0; i < nr_making; i++)
		if (making[i].pf.id.bdf == bdf)
			return true;
	return false;
}

static bool is_waiting(uint32_t bdf)
{
	for (size_t i = 0; i < waiting.nr; i++)
		if (waiting.list[i].id.bdf == bdf)
			return true;
	return false;
}

static void look_again(const struct conf_pf *pf)
{
	waiting_due_ms = now_ms() + WAITING_LOOK_MS;
	if (waiting.nr < CONF_MAX && !is_waiting(pf->id.bdf))
		waiting.list[waiting.nr++] = *pf;
}

/* @again: that a command has its lock was said already. */
static void restore_pf(struct conf_pf *pf, bool again)
{
	char name[BDF_OBJECT_LEN];
	int lock;

	if (!resolve_pf("", &pf->id)) {
		log_warn("%s: not on this host, or another device is there now; it is left out",
			 bdf_object("PF", pf->id.bdf, name));
		return;
	}
	bdf_object("PF", pf->id.bdf, name);
	if (pool_has_pf(pf->id.bdf) || is_making(pf->id.bdf))
		return;
	lock = provision_lock(pf->id.bdf, false);
	if (lock == -EWOULDBLOCK) {
		if (!again)
			log_info("%s: a command is at work on it; it is restored after that, if need be",
				 name);
		look_again(pf);
		return;
	}
	if (lock < 0) {
		log_error("%s: %s; it is left out", name, strerror(-lock));
		return;
	}
	if (still_wanted(pf))
		begin_pf(pf, name, lock);
	else
		lock_drop(lock);
}

/* Both under the lock, so that no quota that is changed meanwhile is put back. */
static int load_and_restore_quotas(void)
{
	int lock = conf_try_lock();
	int err;

	if (lock == -EWOULDBLOCK)
		return lock;
	if (lock < 0) {
		log_error(CONF_DIR ": %s; nothing is let into the pool", strerror(-lock));
		return lock;
	}
	err = load();
	for (size_t i = 0; !err && i < wanted.quotas.nr; i++)
		restore_quota(&wanted.quotas.list[i]);
	conf_unlock(lock);
	return err;
}

int restore_begin(void)
{
	int err = load_and_restore_quotas();

	if (err == -EWOULDBLOCK) {
		if (!begin_due_ms)
			log_info(CONF_DIR ": a command is at work on it; it is restored after that");
		begin_due_ms = now_ms() + WAITING_LOOK_MS;
		return 0;
	}
	begin_due_ms = 0;
	for (size_t i = 0; !err && i < wanted.pfs.nr; i++)
		restore_pf(&wanted.pfs.list[i], is_waiting(wanted.pfs.list[i].id.bdf));
	return err;
}

static void restore_waiting(void)
{
	static struct conf_pfs now;	/* too large for the stack */

	/* Without the modules: restore_begin() comes with them. */
	if (!pool_root_there()) {
		waiting.nr = 0;
		return;
	}
	/* What is set aside may be more by now. */
	if (load()) {
		waiting_due_ms = now_ms() + WAITING_MEND_MS;
		return;
	}
	now = waiting;
	waiting.nr = 0;
	for (size_t i = 0; i < now.nr; i++)
		restore_pf(&now.list[i], true);
}

static void poll_until(struct poll_set *set, uint64_t due_ms)
{
	poll_within(set, due_ms > now_ms() ? (int)(due_ms - now_ms()) : 0);
}

void restore_poll(struct poll_set *set)
{
	for (size_t i = 0; i < nr_making; i++)
		poll_add(set, making[i].job.pidfd);
	if (waiting.nr)
		poll_until(set, waiting_due_ms);
	if (begin_due_ms)
		poll_until(set, begin_due_ms);
}

static void finish(struct making *at)
{
	char error[JOB_ERROR_LEN], name[BDF_OBJECT_LEN];

	if (sriov_finish(&at->job, at->pf.id.bdf, &wanted.aside, error))
		log_error("%s: its VFs are not made: %s; make them when that is mended: kvmshare vf provision",
			  bdf_object("PF", at->pf.id.bdf, name), error);
	/* Without VFs too, so that they can be made later. */
	enrol(&at->pf);
	lock_drop(at->lock);
}

int restore_step(void)
{
	int err = 0;

	/* Without the modules it comes with them. */
	if (!pool_root_there())
		begin_due_ms = 0;
	if (begin_due_ms && begin_due_ms <= now_ms())
		err = restore_begin();
	if (waiting.nr && waiting_due_ms <= now_ms())
		restore_waiting();
	for (size_t i = 0; i < nr_making; ) {
		if (job_wait(&making[i].job, 0) != 1) {
			i++;
			continue;
		}
		finish(&making[i]);
		making[i] = making[--nr_making];
	}
	return err ? err : !nr_making && !begin_due_ms;
}
