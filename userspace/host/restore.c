// SPDX-License-Identifier: GPL-2.0
/*
 * Quotas first, then each PF: its VFs are made while it is out of the pool, and
 * those set aside are marked, so that none can be leased that must not be.
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "host.h"
#include "../lib/bdf.h"
#include "../lib/conf.h"
#include "../lib/ctl.h"
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

/* As read by the last restore_begin(). */
static struct conf_pfs pfs;
static struct conf_quotas quotas;
static struct conf_quarantines aside;

static int load(void)
{
	char error[CONF_ERROR_LEN];
	int err = conf_load_quotas(&quotas, error);

	if (!err)
		err = conf_load_quarantines(&aside, error);
	if (!err)
		err = conf_load_pfs(&pfs, error);
	if (err)
		log_error("%s; nothing is let into the pool: mend that file", error);
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
	int err = sriov_set_aside(pf->id.bdf, &aside);

	bdf_object("PF", pf->id.bdf, name);
	if (err) {
		log_error("%s: a VF cannot be kept set aside: %s; it is not enrolled", name,
			  strerror(-err));
		return;
	}
	err = sriov_enrol(pf->id.bdf, pf, &aside);
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
		conf_unlock(lock);
		return;
	}
	log_info("%s: making %u VFs", name, pf->vfs);
	at->pf = *pf;
	at->lock = lock;
	nr_making++;
}

/* It may have been taken out since the files were read: who did it had the PF's lock. */
static bool is_kept(const struct conf_pf *pf)
{
	static struct conf_pfs now;
	char error[CONF_ERROR_LEN];

	return !conf_load_pfs(&now, error) && conf_find_pf(&now, &pf->id);
}

static void restore_pf(struct conf_pf *pf)
{
	char name[BDF_OBJECT_LEN];
	uint32_t total, now;
	int lock;

	if (!resolve_pf("", &pf->id)) {
		log_warn("%s: not on this host, or another device is there now; it is left out",
			 bdf_object("PF", pf->id.bdf, name));
		return;
	}
	bdf_object("PF", pf->id.bdf, name);
	if (pool_has_pf(pf->id.bdf))
		return;
	/* Who holds it makes or removes VFs now, and enrols it afterwards. */
	lock = provision_lock(pf->id.bdf, false);
	if (lock < 0) {
		log_warn("%s: %s; it is left to who makes or removes its VFs now", name,
			 strerror(-lock));
		return;
	}
	if (!is_kept(pf)) {
		conf_unlock(lock);
		return;
	}
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
	conf_unlock(lock);
}

int restore_begin(void)
{
	/* Who sets a quota has the lock over the file and the kernel. */
	int lock = conf_lock();
	int err = load();

	for (size_t i = 0; !err && i < quotas.nr; i++)
		restore_quota(&quotas.list[i]);
	conf_unlock(lock);
	if (err)
		return err;
	for (size_t i = 0; i < pfs.nr; i++)
		restore_pf(&pfs.list[i]);
	return 0;
}

void restore_poll(struct poll_set *set)
{
	for (size_t i = 0; i < nr_making; i++)
		poll_add(set, making[i].job.pidfd);
}

static void finish(struct making *at)
{
	char error[JOB_ERROR_LEN], name[BDF_OBJECT_LEN];

	if (sriov_finish(&at->job, at->pf.id.bdf, &aside, error))
		log_error("%s: its VFs are not made: %s; make them when that is mended: kvmshare vf provision",
			  bdf_object("PF", at->pf.id.bdf, name), error);
	/* Without VFs too, so that they can be made later. */
	enrol(&at->pf);
	conf_unlock(at->lock);
}

bool restore_step(void)
{
	for (size_t i = 0; i < nr_making; ) {
		if (job_wait(&making[i].job, 0) != 1) {
			i++;
			continue;
		}
		finish(&making[i]);
		making[i] = making[--nr_making];
	}
	return !nr_making;
}
