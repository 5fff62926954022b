// SPDX-License-Identifier: GPL-2.0
#include <errno.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "bdf.h"
#include "clock.h"
#include "ctl.h"
#include "events.h"
#include "lease.h"
#include "pool.h"
#include "provision.h"
#include "service.h"
#include "setup.h"

#define CLEAN_MS	60000	/* for new VFs to become free */
#define RETURN_MS	30000	/* for what was given back to become free */
#define LOOK_MS		500
#define PAUSE_MS	1000	/* at most, before all is tried once more */

int lease_take(const struct vf_spec *spec, const struct lease_terms *terms,
	       struct lease *lease)
{
	struct kvmshare_vf_lease arg = {
		.size = sizeof(arg),
		.flags = spec->flags | (terms->wait ? KVMSHARE_LEASE_WAIT : 0) |
			 (terms->has_uid ? KVMSHARE_LEASE_UID : 0),
		.count = spec->count,
		.nr_classes = spec->nr_classes,
		.pf = spec->pf,
		.vf = spec->vf,
		.vendor = spec->vendor,
		.device = spec->device,
		.node = spec->node,
		.uid = terms->uid,
		.vfs = (uintptr_t)lease->vfs,
	};
	int err;

	memcpy(arg.classes, spec->classes, sizeof(arg.classes));
	if (terms->tenant)
		snprintf(arg.tenant, sizeof(arg.tenant), "%s", terms->tenant);
	lease->fd = -1;
	lease->nr = 0;
	err = ctl_call(KVMSHARE_VF_LEASE, &arg);
	if (err)
		return err;
	lease->fd = arg.fd;
	lease->id = arg.id;
	lease->nr = spec->count;
	return 0;
}

void lease_drop(struct lease *lease)
{
	if (lease->fd >= 0)
		close(lease->fd);
	lease->fd = -1;
}

static void drop_all(struct lease *leases, int nr)
{
	for (int i = 0; i < nr; i++)
		lease_drop(&leases[i]);
}

static bool on_its_way(const struct kvmshare_vf *vf)
{
	struct pool_vf now;

	return !pool_vf(vf->bdf, &now) && (pool_vf_is(&now, "held") ||
	       pool_vf_is(&now, "resetting") || pool_vf_is(&now, "dirty"));
}

static bool any_on_its_way(const struct lease *lease)
{
	for (uint32_t i = 0; i < lease->nr; i++)
		if (on_its_way(&lease->vfs[i]))
			return true;
	return false;
}

/*
 * What is given back goes the whole way, with its reset. Who asked again before
 * the end of that would find it missing beside what has come meanwhile, give
 * that back for it, and so on for ever. 0 or -EINTR.
 */
static int await_return(struct lease *leases, int nr)
{
	uint64_t end = now_ms() + RETURN_MS;
	int events = events_open();
	/* Two who want the same, and wait alike, would take it from each other again. */
	int err = poll(NULL, 0, (int)arc4random_uniform(PAUSE_MS)) < 0 ? -errno : 0;

	for (int i = 0; i < nr; i++) {
		while (!err && any_on_its_way(&leases[i]) && now_ms() < end)
			err = events_wait(events, LOOK_MS);
		leases[i].nr = 0;
	}
	if (events >= 0)
		close(events);
	return err;
}

/* -- Why not ---------------------------------------------------------------- */

struct tally {
	unsigned int all;
	unsigned int leased;
	unsigned int dirty;
	unsigned int aside;
};

static int count_state(const struct pool_vf *vf, void *arg)
{
	struct tally *tally = arg;

	tally->all++;
	tally->leased += pool_vf_is(vf, "leased") || pool_vf_is(vf, "held");
	tally->dirty += pool_vf_is(vf, "dirty") || pool_vf_is(vf, "resetting");
	tally->aside += pool_vf_is(vf, "quarantined") || pool_vf_is(vf, "foreign");
	return 0;
}

/* Who has a signal end the waiting for a VF of its choice. */
static void explain_time(uint32_t bdf, struct msg *msg)
{
	struct pool_vf vf;

	if (pool_vf(bdf, &vf))
		return;
	msg->reason = "what is wanted beside it did not come back in time";
	if (!pool_vf_is(&vf, "free"))
		msg->reason = fmt("it is %s still, and was not waited for any longer", vf.state);
	msg->remedy = "see what keeps it: kvmshare vf list; journalctl -u kvmshare-host";
}

static int explain(const struct vf_spec *spec, int err)
{
	char object[SPEC_TEXT_LEN + 8];
	struct tally tally = { 0 };
	struct msg msg;

	snprintf(object, sizeof(object), "--vf %s", *spec->text ? spec->text : "''");
	msg = ctl_explain(KVMSHARE_VF_LEASE, err, object);
	msg.kept = "nothing stays leased";
	if (err == -EINTR)
		explain_time(spec->vf, &msg);
	if (err == -ENOSPC) {
		pool_each_vf(spec->pf, count_state, &tally);
		msg.reason = fmt("no VF that matches is free; of %u in the pool %u are leased or held, %u to be cleaned, %u set aside or in use by the host",
				 tally.all, tally.leased, tally.dirty, tally.aside);
		if (!tally.all)
			msg.remedy = "let a PF take part, then make VFs: kvmshare vf enrol PF; kvmshare vf provision PF N";
		else if (tally.dirty && !service_runs())
			msg.remedy = "VFs are cleaned by the service, which does not run: systemctl start kvmshare-host";
	}
	return msg_fail(ctl_exit_code(err), &msg);
}

/* -- Taking ----------------------------------------------------------------- */

/* VFs that were made just now are reset and cleaned before they are free. */
static int take_new(const struct vf_spec *spec, const struct lease_terms *terms,
		    struct lease *lease)
{
	uint64_t end = now_ms() + CLEAN_MS;
	int events = events_open();
	int err;

	for (;;) {
		struct tally tally = { 0 };

		err = lease_take(spec, terms, lease);
		if (err != -ENOSPC || now_ms() >= end)
			break;
		pool_each_vf(spec->pf, count_state, &tally);
		if (!tally.dirty)
			break;
		events_wait(events, LOOK_MS);
	}
	/* The last one may have become free between the two looks. */
	if (err == -ENOSPC)
		err = lease_take(spec, terms, lease);
	if (events >= 0)
		close(events);
	return err;
}

/* 0; -EREMOTEIO where the error is printed already; or what leasing returned. */
static int take_one(const struct vf_spec *spec, const struct lease_terms *terms,
		    bool wait, struct lease *lease)
{
	struct lease_terms now = *terms;
	int err, made;

	now.wait = false;
	err = lease_take(spec, &now, lease);
	if (err != -ENOSPC)
		return err;
	/* It ends: a PF that has VFs is no candidate any more. */
	while (err == -ENOSPC && (made = provision_on_demand(spec)) != 0) {
		if (made < 0)
			return -EREMOTEIO;
		err = take_new(spec, &now, lease);
	}
	if (err != -ENOSPC || !wait)
		return err;
	now.wait = true;
	return lease_take(spec, &now, lease);
}

/*
 * Who waits holds nothing, else two of these could wait for each other: what
 * cannot be had beside the others is waited for first, and alone.
 */
static int take_round(const struct vf_spec *specs, int nr, const struct lease_terms *terms,
		      struct lease *leases, int first, int *failed)
{
	for (int n = 0; n < nr; n++) {
		int i = (first + n) % nr;
		int err = take_one(&specs[i], terms, terms->wait && !n, &leases[i]);

		if (err) {
			*failed = i;
			return err;
		}
	}
	return 0;
}

static int prepare_all(const struct vf_spec *specs, int nr, struct lease *leases)
{
	char error[SETUP_ERROR_LEN], name[BDF_OBJECT_LEN];

	for (int i = 0; i < nr; i++) {
		for (uint32_t v = 0; v < leases[i].nr; v++) {
			if (!setup_prepare(&leases[i].vfs[v], &specs[i], error))
				continue;
			return FAIL(EXIT_FAILED, .reason = error,
				    .object = bdf_object("VF", leases[i].vfs[v].bdf, name),
				    .kept = "nothing stays leased",
				    .remedy = "see what the PF's driver says: journalctl -k");
		}
	}
	return EXIT_OK;
}

/* An exit code. */
static int end_taking(const struct vf_spec *specs, int nr, struct lease *leases, int err, int failed)
{
	int code;

	if (err == -EREMOTEIO)
		return EXIT_FAILED;
	if (err)
		return explain(&specs[failed], err);
	code = prepare_all(specs, nr, leases);
	if (code)
		drop_all(leases, nr);
	return code;
}

int lease_take_all(const struct vf_spec *specs, int nr, const struct lease_terms *terms,
		   struct lease *leases)
{
	int failed = 0;
	int err;

	for (int i = 0; i < nr; i++)
		leases[i] = (struct lease){ .fd = -1 };
	do {
		err = take_round(specs, nr, terms, leases, failed, &failed);
		if (!err)
			break;
		drop_all(leases, nr);
		if (err == -ENOSPC && terms->wait)
			err = await_return(leases, nr);
	} while (!err);
	return end_taking(specs, nr, leases, err, failed);
}

int lease_take_free(const struct vf_spec *spec, const struct lease_terms *terms,
		    struct lease *lease)
{
	int err;

	*lease = (struct lease){ .fd = -1 };
	err = take_one(spec, terms, false, lease);
	/* Without the module there is no VF either. */
	return err == -ENOSPC || err == -ENOTTY ? -1 : end_taking(spec, 1, lease, err, 0);
}
