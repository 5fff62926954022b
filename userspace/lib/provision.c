// SPDX-License-Identifier: GPL-2.0
#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "bdf.h"
#include "clock.h"
#include "ctl.h"
#include "events.h"
#include "holders.h"
#include "lock.h"
#include "pci.h"
#include "pool.h"
#include "provision.h"
#include "resolve.h"
#include "sriov.h"

#define LOOK_MS		2000	/* between looks at what it waits for */
#define SETTLE_MS	30000	/* for resets under way to end */

int provision_lock(uint32_t pf, bool wait)
{
	char name[BDF_LEN];

	if (!pci_exists("", pf))
		return -ENOENT;
	bdf_format(pf, name);
	return lock_take(name, wait ? fmt("PF %s: waiting for another kvmshare, which makes or removes its VFs", name) : NULL);
}

/* -- Signals ---------------------------------------------------------------- */

static const int deadly[] = { SIGINT, SIGTERM, SIGHUP, SIGQUIT, SIGPIPE };

#define NR_DEADLY	(sizeof(deadly) / sizeof(deadly[0]))

static volatile sig_atomic_t interrupted;

static void on_interrupt(int sig)
{
	(void)sig;
	interrupted = 1;
}

/* Who died while the PF is out of the pool would leave it there. */
static void catch_signals(struct sigaction before[NR_DEADLY])
{
	const struct sigaction action = { .sa_handler = on_interrupt };

	interrupted = 0;
	for (size_t i = 0; i < NR_DEADLY; i++) {
		sigaction(deadly[i], &action, &before[i]);
		/* As nohup had it, or a shell for what it runs in the background. */
		if (before[i].sa_handler == SIG_IGN)
			signal(deadly[i], SIG_IGN);
	}
	/* Who does not read our progress any more does not mean to stop us. */
	signal(SIGPIPE, SIG_IGN);
}

static void leave_signals(const struct sigaction before[NR_DEADLY])
{
	for (size_t i = 0; i < NR_DEADLY; i++)
		sigaction(deadly[i], &before[i], NULL);
}

/* -- Out of the pool, changed, and in again --------------------------------- */

static int is_busy(const struct pool_vf *vf, void *arg)
{
	(void)arg;
	return vf->lease || pool_vf_is(vf, "held") ? 1 : 0;
}

/*
 * Resets end by themselves; leases and holders do not. A PF that was leaving
 * when a signal came leaves all the same, and can be let in only after that.
 */
static int take_out(uint32_t pf)
{
	uint64_t end = now_ms() + SETTLE_MS;
	int events = events_open();
	bool leaving = false;
	int err;

	for (;;) {
		err = sriov_take_out(pf);
		leaving |= err == -EINTR;
		if (err != -EBUSY && err != -EINTR)
			break;
		if (!leaving && (interrupted || now_ms() >= end ||
				 pool_each_vf(pf, is_busy, NULL)))
			break;
		events_wait(events, 100);
	}
	if (events >= 0)
		close(events);
	return err == -EBUSY && interrupted ? -EINTR : err;
}

/**
 * struct awaited - a PF whose VFs somebody may have open
 * @pf: it
 * @total: how many VFs it can have
 * @told: the last holder that was shown, and what it has open; no pid: none was
 * @maybe: one of whom it cannot be told what it has open
 */
struct awaited {
	uint32_t pf;
	uint32_t total;
	struct holder told;
	struct holder maybe;
};

static void show_holder(const struct holder *holder, void *arg)
{
	struct awaited *awaited = arg;
	char name[BDF_LEN];
	uint32_t vf;

	if (holder->group < 0 && holder->bdf == KVMSHARE_BDF_ANY)
		awaited->maybe = *holder;
	for (uint32_t i = 0; i < awaited->total && !interrupted; i++) {
		if (pci_vf_place("", awaited->pf, i, &vf) || !pci_exists("", vf))
			continue;
		if (holder->group < 0 ? vf != holder->bdf : pci_iommu_group("", vf) != holder->group)
			continue;
		/* By its group and by itself, perhaps. */
		if (awaited->told.pid == holder->pid && awaited->told.bdf == vf)
			continue;
		bdf_format(vf, name);
		msg_note("waiting for VF %s, which %s(%d) has open", name, holder->comm, holder->pid);
		awaited->told = *holder;
		awaited->told.bdf = vf;
	}
}

static void show_holders(uint32_t pf)
{
	struct awaited awaited = { .pf = pf };
	uint32_t now;

	if (pci_sriov("", pf, &awaited.total, &now))
		return;
	holders_each("", show_holder, &awaited);
	if (!awaited.told.pid && awaited.maybe.pid)
		msg_note("waiting perhaps for %s(%d), which has a device open in VFIO",
			 awaited.maybe.comm, awaited.maybe.pid);
}

/* 0 where the job is done; -EINTR after a signal. */
static int wait_for(const struct job *job, uint32_t pf, uint32_t vfs)
{
	char name[BDF_LEN];
	int waited = 0;
	int done = 0;

	bdf_format(pf, name);
	while (!done && !interrupted) {
		done = job_wait(job, LOOK_MS) == 1;
		waited += LOOK_MS;
		if (!done && !interrupted) {
			msg_note("PF %s: the kernel has been at it for %d s (%s)", name,
				 waited / 1000, vfs ? "making VFs" : "removing VFs");
			show_holders(pf);
		}
	}
	/* What is done is done, though a signal came with it. */
	return done || job_wait(job, 0) == 1 ? 0 : -EINTR;
}

static int explain_write(const char *object, int err, const char *text, uint32_t vfs)
{
	const char *remedy = "see what its driver says: journalctl -k";

	if (err == -EBUSY)
		remedy = "a PF goes from one number of VFs to another by way of 0: make it 0 first";
	else if (err == -ENOENT)
		remedy = "its driver must be loaded, and be one that makes VFs";
	return FAIL(err == -ENOENT || err == -ENOSYS ? EXIT_UNSUPPORTED : EXIT_FAILED,
		    .object = object,
		    .reason = fmt("its VFs were not %s: %s", vfs ? "made" : "removed", text),
		    .kept = "it is enrolled as before", .remedy = remedy);
}

/* From here on the PF is out of the pool, whatever happens. */
static int change(const char *object, const struct conf_pf *pf, uint32_t vfs,
		  const struct conf_quarantines *aside)
{
	char error[JOB_ERROR_LEN];
	struct job job;
	int err;

	if (interrupted)
		return FAIL(EXIT_FAILED, .object = object, .reason = "interrupted",
			    .kept = "it is enrolled as before, with the VFs that it had");
	err = sriov_start(&job, pf->id.bdf, vfs);
	if (err)
		return explain_write(object, err, strerror(-err), vfs);
	if (wait_for(&job, pf->id.bdf, vfs)) {
		job_abandon(&job);
		return FAIL(EXIT_FAILED, .object = object, .reason = "interrupted",
			    .kept = "it is enrolled as before",
			    .remedy = "the kernel cannot be called back: it goes on as soon as nobody has a VF open");
	}
	err = sriov_finish(&job, pf->id.bdf, aside, error);
	return err ? explain_write(object, err, error, vfs) : EXIT_OK;
}

/* For the caller to free; NULL where it cannot be read, which is printed. */
static struct conf_quarantines *load_aside(const char *object)
{
	struct conf_quarantines *aside = calloc(1, sizeof(*aside));
	char error[CONF_ERROR_LEN] = "no memory";

	if (aside && !conf_load_quarantines(aside, error))
		return aside;
	free(aside);
	FAIL(EXIT_FAILED, .object = object, .reason = error, .kept = "nothing was changed",
	     .remedy = "mend that file: VFs that are set aside in it could come back otherwise");
	return NULL;
}

int provision_enrol(const struct conf_pf *pf)
{
	char name[BDF_OBJECT_LEN];
	const char *object = bdf_object("PF", pf->id.bdf, name);
	struct conf_quarantines *aside = load_aside(object);
	int err;

	if (!aside)
		return EXIT_FAILED;
	err = sriov_set_aside(pf->id.bdf, aside);
	if (err) {
		free(aside);
		return FAIL(EXIT_FAILED, .object = object,
			    .reason = fmt("a VF cannot be kept set aside: %s", strerror(-err)),
			    .kept = "it was not enrolled");
	}
	err = sriov_enrol(pf->id.bdf, pf, aside);
	free(aside);
	return err ? ctl_fail(KVMSHARE_VF_ENROL, err, object) : EXIT_OK;
}

static int let_in(const struct conf_pf *pf, const struct conf_quarantines *aside)
{
	int err;

	do {
		err = sriov_enrol(pf->id.bdf, pf, aside);
	} while (err == -EINTR);
	return err;
}

static int out_and_in(const char *object, const struct conf_pf *pf, uint32_t vfs,
		      const struct conf_quarantines *aside)
{
	int err = pool_has_pf(pf->id.bdf) ? take_out(pf->id.bdf) : 0;
	int code;

	if (err && err != -ENOENT)
		return ctl_fail(KVMSHARE_VF_ENROL, err, object);
	code = change(object, pf, vfs, aside);
	/* Those that were made before it failed or was interrupted. */
	if (code && vfs)
		sriov_set_aside(pf->id.bdf, aside);
	err = let_in(pf, aside);
	if (err)
		return ctl_fail(KVMSHARE_VF_ENROL, err, object);
	if (!code && interrupted)
		return FAIL(EXIT_FAILED, .object = object, .reason = "interrupted",
			    .kept = "its VFs are as they were asked for, but only until a reboot");
	return code;
}

int provision_now(const struct conf_pf *pf, uint32_t vfs)
{
	char name[BDF_OBJECT_LEN];
	const char *object = bdf_object("PF", pf->id.bdf, name);
	struct conf_quarantines *aside = load_aside(object);
	struct sigaction before[NR_DEADLY];
	int code;

	if (!aside)
		return EXIT_FAILED;
	catch_signals(before);
	code = out_and_in(object, pf, vfs, aside);
	leave_signals(before);
	free(aside);
	return code;
}

/* -- On demand -------------------------------------------------------------- */

static bool class_fits(const struct vf_spec *spec, uint32_t class)
{
	for (uint32_t i = 0; i < spec->nr_classes; i++)
		if ((class & spec->classes[i].mask) == spec->classes[i].value)
			return true;
	return !spec->nr_classes;
}

/* A VF has the class and vendor of its PF, and a device number told by it. */
static bool could_serve(const struct conf_pf *pf, const struct vf_spec *spec)
{
	uint32_t total, now, class, vendor, device;

	if (spec->vf != KVMSHARE_BDF_ANY ||
	    (spec->pf != KVMSHARE_BDF_ANY && spec->pf != pf->id.bdf) ||
	    pf->limit < spec->count || !pool_has_pf(pf->id.bdf) ||
	    pci_sriov("", pf->id.bdf, &total, &now) || now ||
	    pci_read_id("", pf->id.bdf, "class", &class) ||
	    pci_read_id("", pf->id.bdf, "vendor", &vendor))
		return false;
	if (spec->device && (pci_read_hex("", pf->id.bdf, "sriov_vf_device", &device) ||
			     device != spec->device))
		return false;
	return class_fits(spec, class) && (!spec->vendor || vendor == spec->vendor);
}

/* Those that could, in the place of all: how many, or -1, printed. */
static int find_pfs(const struct vf_spec *spec, struct conf_pfs *pfs)
{
	char error[CONF_ERROR_LEN];
	size_t nr = 0;

	if (conf_load_pfs(pfs, error)) {
		FAIL(EXIT_FAILED, .object = "making VFs", .reason = error,
		     .kept = "nothing stays leased", .remedy = "mend that file");
		return -1;
	}
	for (size_t i = 0; i < pfs->nr; i++)
		if (resolve_pf("", &pfs->list[i].id) && could_serve(&pfs->list[i], spec))
			pfs->list[nr++] = pfs->list[i];
	pfs->nr = nr;
	return (int)nr;
}

/* Of the first that nobody is at work on; where there is none, of the first of all. */
static int lock_one(const struct conf_pfs *pfs, size_t *which)
{
	for (size_t i = 0; i < pfs->nr; i++) {
		int lock = provision_lock(pfs->list[i].id.bdf, false);

		*which = i;
		if (lock != -EWOULDBLOCK)
			return lock;
	}
	*which = 0;
	return provision_lock(pfs->list[0].id.bdf, true);
}

int provision_on_demand(const struct vf_spec *spec)
{
	static struct conf_pfs pfs;	/* too large for the stack */
	struct vf_spec narrow = *spec;
	char name[BDF_LEN];
	size_t which;
	int found = find_pfs(spec, &pfs);
	int lock, code = EXIT_OK;

	if (found <= 0)
		return found;
	lock = lock_one(&pfs, &which);
	narrow.pf = pfs.list[which].id.bdf;
	bdf_format(narrow.pf, name);
	if (lock < 0) {
		FAIL(EXIT_FAILED, .object = fmt("PF %s", name),
		     .reason = fmt("its lock in %s: %s", CONF_DIR, strerror(-lock)),
		     .kept = "nothing stays leased");
		return -1;
	}
	/* Who had the lock until now may have made them, or taken the PF out. */
	found = find_pfs(&narrow, &pfs);
	if (found < 0)
		code = EXIT_FAILED;
	else if (found) {
		msg_note("PF %s has no VFs yet: making %u", name, pfs.list[0].limit);
		code = provision_now(&pfs.list[0], pfs.list[0].limit);
	}
	close(lock);
	return code ? -1 : 1;
}
