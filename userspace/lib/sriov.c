// SPDX-License-Identifier: GPL-2.0
#include <stdio.h>
#include <string.h>

#include "ctl.h"
#include "fs.h"
#include "pci.h"
#include "setup.h"
#include "sriov.h"

/* The module's name for "quarantined" in a VF's driver override. */
#define ASIDE_DRIVER	"kvmshare-quarantine"

struct write_args {
	uint32_t pf;
	uint32_t vfs;
};

static int write_numvfs(void *arg, char error[JOB_ERROR_LEN])
{
	const struct write_args *args = arg;
	uint32_t class;
	int err = pci_read_id("", args->pf, "class", &class);

	if (!err)
		err = fs_write("", pci_path(args->pf, "sriov_drivers_autoprobe"), "0");
	if (!err && args->vfs)
		err = setup_pf(args->pf, class, error);
	return err ? err : fs_write("", pci_path(args->pf, "sriov_numvfs"), fmt("%u", args->vfs));
}

int sriov_start(struct job *job, uint32_t pf, uint32_t vfs)
{
	struct write_args args = { pf, vfs };

	return job_start(job, write_numvfs, &args);
}

int sriov_set_aside(uint32_t pf, const struct conf_quarantines *aside)
{
	struct identity id;
	int err = identity_read("", pf, &id);

	for (size_t i = 0; !err && i < aside->nr; i++) {
		const struct conf_quarantine *q = &aside->list[i];
		uint32_t vf;

		if (identity_same(&q->pf, &id) && !pci_vf("", pf, q->index, &vf))
			err = fs_write("", pci_path(vf, "driver_override"), ASIDE_DRIVER);
	}
	return err;
}

int sriov_finish(struct job *job, uint32_t pf, const struct conf_quarantines *aside,
		 char error[JOB_ERROR_LEN])
{
	int err = job_finish(job, error);

	if (err)
		return err;
	err = sriov_set_aside(pf, aside);
	if (err)
		snprintf(error, JOB_ERROR_LEN, "a VF cannot be kept in quarantine: %s",
			 strerror(-err));
	return err;
}

/*
 * An override says only that a VF is in quarantine, not why; and a VF that is
 * yet to be made has none.
 */
static void tell_quarantines(uint32_t pf, const struct conf_quarantines *aside)
{
	struct identity id;

	if (identity_read("", pf, &id))
		return;
	for (size_t i = 0; i < aside->nr; i++) {
		const struct conf_quarantine *q = &aside->list[i];
		struct kvmshare_vf_quarantine arg = {
			.size = sizeof(arg),
			.flags = KVMSHARE_QUARANTINE_INDEX,
			.vf = pf,
			.index = q->index,
		};

		if (!identity_same(&q->pf, &id))
			continue;
		snprintf(arg.reason, sizeof(arg.reason), "%s", q->reason);
		ctl_call(KVMSHARE_VF_QUARANTINE, &arg);
	}
}

int sriov_enrol(uint32_t pf, const struct conf_pf *as, const struct conf_quarantines *aside)
{
	struct kvmshare_vf_enrol arg = {
		.size = sizeof(arg),
		.flags = as->reset_cleans ? KVMSHARE_ENROL_RESET_CLEANS : 0,
		.pf = pf,
	};
	int err;

	snprintf(arg.driver, sizeof(arg.driver), "%s", as->driver);
	err = ctl_call(KVMSHARE_VF_ENROL, &arg);
	if (!err)
		tell_quarantines(pf, aside);
	return err;
}

int sriov_take_out(uint32_t pf)
{
	struct kvmshare_vf_enrol arg = {
		.size = sizeof(arg),
		.flags = KVMSHARE_ENROL_OUT,
		.pf = pf,
	};

	return ctl_call(KVMSHARE_VF_ENROL, &arg);
}

int sriov_give_back(uint32_t pf)
{
	return fs_write("", pci_path(pf, "sriov_drivers_autoprobe"), "1");
}
