// SPDX-License-Identifier: GPL-2.0
#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "bdf.h"
#include "conf_file.h"
#include "ctl.h"
#include "events.h"
#include "holders.h"
#include "msg.h"
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
	int lock;

	bdf_format(pf, name);
	lock = conf_lock_named(name, false);
	if (lock != -EWOULDBLOCK || !wait)
		return lock;
	msg_note("PF %s: waiting for another kvmshare, which makes or removes its VFs", name);
	return conf_lock_named(name, true);
}

static volatile sig_atomic_t interrupted;

static void on_interrupt(int sig)
{
	(void)sig;
	interrupted = 1;
}

static int is_busy(const struct pool_vf *vf, void *arg)
{
	(void)arg;
	return vf->lease || pool_vf_is(vf, "held") ? 1 : 0;
}

/* Resets end by themselves; leases and holders do not. */
static int take_out(uint32_t pf)
{
	int events = events_open();
	int err;

	for (int waited = 0; ; waited += 100) {
		err = sriov_take_out(pf);
		if (err != -EBUSY || interrupted || waited >= SETTLE_MS ||
		    pool_each_vf(pf, is_busy, NULL))
			break;
		events_wait(events, 100);
	}
	if (events >= 0)
		close(events);
	return err;
}

static void show_holders(uint32_t pf)
{
	uint32_t total, now, vf;
	char name[BDF_LEN];

	if (pci_sriov("", pf, &total, &now))
		return;
	for (uint32_t i = 0; i < total; i++) {
		json_object *holders;

		if (pci_vf_place("", pf, i, &vf) || !pci_exists("", vf))
			continue;
		holders = holders_of(vf, pci_iommu_group("", vf));
		bdf_format(vf, name);
		for (size_t h = 0; h < json_object_array_length(holders); h++)
			msg_note("waiting for VF %s, which %s has open", name,
				 json_object_get_string(json_object_array_get_idx(holders, h)));
		json_object_put(holders);
	}
}

static const int interrupts[] = { SIGINT, SIGTERM, SIGHUP };
#define NR_INTERRUPTS	(sizeof(interrupts) / sizeof(interrupts[0]))

/* A PF that was taken out of the pool is put back, whatever ends the wait. */
static void catch_interrupts(struct sigaction before[NR_INTERRUPTS])
{
	struct sigaction action = { .sa_handler = on_interrupt };

	interrupted = 0;
	for (size_t i = 0; i < NR_INTERRUPTS; i++)
		sigaction(interrupts[i], &action, &before[i]);
}

static void leave_interrupts(const struct sigaction before[NR_INTERRUPTS])
{
	for (size_t i = 0; i < NR_INTERRUPTS; i++)
		sigaction(interrupts[i], &before[i], NULL);
}

/* 0 where the job is done; -EINTR after Ctrl-C. */
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
	return done ? 0 : -EINTR;
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
	int err = sriov_start(&job, pf->id.bdf, vfs);

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

int provision_now(const struct conf_pf *pf, uint32_t vfs)
{
	char name[BDF_OBJECT_LEN];
	const char *object = bdf_object("PF", pf->id.bdf, name);
	struct conf_quarantines *aside = load_aside(object);
	struct sigaction before[NR_INTERRUPTS];
	int err, code = EXIT_FAILED;

	if (!aside)
		return EXIT_FAILED;
	catch_interrupts(before);
	err = pool_has_pf(pf->id.bdf) ? take_out(pf->id.bdf) : 0;
	if (!err || err == -ENOENT) {
		code = change(object, pf, vfs, aside);
		err = sriov_enrol(pf->id.bdf, pf, aside);
	}
	leave_interrupts(before);
	free(aside);
	return err ? ctl_fail(KVMSHARE_VF_ENROL, err, object) : code;
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

static int find_pf(const struct vf_spec *spec, struct conf_pf *found)
{
	struct conf_pfs *pfs = calloc(1, sizeof(*pfs));
	char error[CONF_ERROR_LEN];
	int nr = 0;

	if (!pfs || conf_load_pfs(pfs, error)) {
		free(pfs);
		return 0;
	}
	for (size_t i = 0; i < pfs->nr && !nr; i++) {
		if (!resolve_pf("", &pfs->list[i].id) || !could_serve(&pfs->list[i], spec))
			continue;
		*found = pfs->list[i];
		nr = 1;
	}
	free(pfs);
	return nr;
}

int provision_on_demand(const struct vf_spec *spec)
{
	struct conf_pf pf;
	uint32_t total, now;
	char name[BDF_LEN];
	int lock, code = EXIT_OK;

	if (!find_pf(spec, &pf))
		return 0;
	lock = provision_lock(pf.id.bdf, true);
	if (lock < 0)
		return 0;
	/* Somebody may have been faster. */
	if (!pci_sriov("", pf.id.bdf, &total, &now) && !now) {
		bdf_format(pf.id.bdf, name);
		msg_note("PF %s has no VFs yet: making %u", name, pf.limit);
		code = provision_now(&pf, pf.limit);
	}
	conf_unlock(lock);
	return code ? -1 : 1;
}
