// SPDX-License-Identifier: GPL-2.0
#include <endian.h>
#include <errno.h>
#include <libnvme.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "nvmevf.h"
#include "pci.h"

/* An admin queue and one for I/O, and an interrupt for both. */
#define LEAST_QUEUES	2
#define LEAST_INTERRUPTS 1

#define STATE_ONLINE	0x1

/**
 * struct nvme_pf - a PF that is being talked to
 * @fd: its controller
 * @cap: what it can share out
 * @secondaries: its VFs
 * @error: NVMEVF_ERROR_LEN
 */
struct nvme_pf {
	int fd;
	struct nvme_primary_ctrl_cap cap;
	struct nvme_secondary_ctrl_list secondaries;
	char *error;
};

/* @result as libnvme returns it: 0, -1 with errno, or the device's status. */
static int explain(struct nvme_pf *pf, int result, const char *what)
{
	int err;

	if (!result)
		return 0;
	err = result < 0 ? -errno : -EIO;
	snprintf(pf->error, NVMEVF_ERROR_LEN, "%s: %s", what,
		 result < 0 ? strerror(errno) : nvme_status_to_string(result, false));
	return err;
}

static int identify(struct nvme_pf *pf, enum nvme_identify_cns cns, void *data)
{
	struct nvme_identify_args args = {
		.args_size = sizeof(args),
		.fd = pf->fd,
		.timeout = NVME_DEFAULT_IOCTL_TIMEOUT,
		.data = data,
		.cns = cns,
		.csi = NVME_CSI_NVM,
		.nsid = NVME_NSID_NONE,
		.cns_specific_id = NVME_CNSSPECID_NONE,
	};

	return nvme_identify(&args);
}

static int manage(struct nvme_pf *pf, enum nvme_virt_mgmt_act act, enum nvme_virt_mgmt_rt rt,
		  uint16_t controller, uint32_t nr)
{
	uint32_t result;
	struct nvme_virtual_mgmt_args args = {
		.args_size = sizeof(args),
		.fd = pf->fd,
		.timeout = NVME_DEFAULT_IOCTL_TIMEOUT,
		.result = &result,
		.act = act,
		.rt = rt,
		.cntlid = controller,
		.nr = (uint16_t)nr,
	};

	return nvme_virtual_mgmt(&args);
}

static int open_pf(struct nvme_pf *pf, uint32_t bdf, char *error)
{
	char name[PCI_NAME_LEN];
	int err;

	pf->error = error;
	err = pci_child("", bdf, "nvme", name, sizeof(name));
	if (err) {
		snprintf(error, NVMEVF_ERROR_LEN,
			 "the PF has no NVMe controller: its driver must be nvme");
		return -ENODEV;
	}
	pf->fd = nvme_open(name);
	if (pf->fd < 0) {
		err = -errno;
		snprintf(error, NVMEVF_ERROR_LEN, "/dev/%s cannot be opened: %s",
			 name, strerror(errno));
		return err;
	}
	err = explain(pf, identify(pf, NVME_IDENTIFY_CNS_PRIMARY_CTRL_CAP, &pf->cap),
		      "the PF does not say what it can share out");
	if (!err)
		err = explain(pf, identify(pf, NVME_IDENTIFY_CNS_SECONDARY_CTRL_LIST,
					   &pf->secondaries), "the PF does not list its VFs");
	if (err)
		close(pf->fd);
	return err;
}

/* Numbered from 1 there. */
static const struct nvme_secondary_ctrl *find_vf(struct nvme_pf *pf, uint32_t index)
{
	for (unsigned int i = 0; i < pf->secondaries.num && i < NVME_ID_SECONDARY_CTRL_MAX; i++)
		if (le16toh(pf->secondaries.sc_entry[i].vfn) == index + 1)
			return &pf->secondaries.sc_entry[i];
	snprintf(pf->error, NVMEVF_ERROR_LEN, "the PF does not know its VF number %u", index);
	return NULL;
}

static int take_back(struct nvme_pf *pf, uint16_t controller)
{
	int err = explain(pf, manage(pf, NVME_VIRT_MGMT_ACT_OFFLINE_SEC_CTRL, 0, controller, 0),
			  "the VF cannot be taken offline");

	if (!err)
		err = explain(pf, manage(pf, NVME_VIRT_MGMT_ACT_ASSIGN_SEC_CTRL,
					 NVME_VIRT_MGMT_RT_VQ_RESOURCE, controller, 0),
			      "the VF's queues cannot be taken back");
	if (!err)
		err = explain(pf, manage(pf, NVME_VIRT_MGMT_ACT_ASSIGN_SEC_CTRL,
					 NVME_VIRT_MGMT_RT_VI_RESOURCE, controller, 0),
			      "the VF's interrupts cannot be taken back");
	return err;
}

static int give(struct nvme_pf *pf, uint16_t controller)
{
	uint32_t sharers = pf->secondaries.num;
	uint32_t queues = nvmevf_share(le32toh(pf->cap.vqfrt), sharers, LEAST_QUEUES,
				       le16toh(pf->cap.vqfrsm));
	uint32_t interrupts = nvmevf_share(le32toh(pf->cap.vifrt), sharers, LEAST_INTERRUPTS,
					   le16toh(pf->cap.vifrsm));
	int err = explain(pf, manage(pf, NVME_VIRT_MGMT_ACT_ASSIGN_SEC_CTRL,
				     NVME_VIRT_MGMT_RT_VQ_RESOURCE, controller, queues),
			  "the VF cannot be given queues");

	if (!err)
		err = explain(pf, manage(pf, NVME_VIRT_MGMT_ACT_ASSIGN_SEC_CTRL,
					 NVME_VIRT_MGMT_RT_VI_RESOURCE, controller, interrupts),
			      "the VF cannot be given interrupts");
	if (!err)
		err = explain(pf, manage(pf, NVME_VIRT_MGMT_ACT_ONLINE_SEC_CTRL, 0, controller, 0),
			      "the VF cannot be brought online");
	return err;
}

int nvmevf_online(uint32_t pf_bdf, uint32_t index, char error[NVMEVF_ERROR_LEN])
{
	const struct nvme_secondary_ctrl *vf;
	struct nvme_pf pf;
	uint16_t controller;
	int err = open_pf(&pf, pf_bdf, error);

	if (err)
		return err;
	vf = find_vf(&pf, index);
	if (!vf) {
		close(pf.fd);
		return -ENODEV;
	}
	controller = le16toh(vf->scid);
	err = take_back(&pf, controller);
	if (!err) {
		err = give(&pf, controller);
		if (err) {
			char ignored[NVMEVF_ERROR_LEN];

			pf.error = ignored;
			take_back(&pf, controller);
		}
	}
	close(pf.fd);
	return err;
}

int nvmevf_offline(uint32_t pf_bdf, uint32_t index, char error[NVMEVF_ERROR_LEN])
{
	const struct nvme_secondary_ctrl *vf;
	struct nvme_pf pf;
	int err = open_pf(&pf, pf_bdf, error);

	if (err)
		return err;
	vf = find_vf(&pf, index);
	if (!vf)
		err = -ENODEV;
	else if (vf->scs & STATE_ONLINE || vf->nvq || vf->nvi)
		err = take_back(&pf, le16toh(vf->scid));
	close(pf.fd);
	return err;
}

int nvmevf_prepare_pf(uint32_t pf_bdf, char error[NVMEVF_ERROR_LEN])
{
	struct nvme_pf pf;
	uint16_t self;
	int err = open_pf(&pf, pf_bdf, error);

	if (err)
		return err;
	self = le16toh(pf.cap.cntlid);
	if (pf.cap.vqrfap)
		err = explain(&pf, manage(&pf, NVME_VIRT_MGMT_ACT_PRIM_CTRL_FLEX_ALLOC,
					  NVME_VIRT_MGMT_RT_VQ_RESOURCE, self, 0),
			      "the PF does not give up queues for VFs");
	if (!err && pf.cap.virfap)
		err = explain(&pf, manage(&pf, NVME_VIRT_MGMT_ACT_PRIM_CTRL_FLEX_ALLOC,
					  NVME_VIRT_MGMT_RT_VI_RESOURCE, self, 0),
			      "the PF does not give up interrupts for VFs");
	/* What it gave up is there to be given only after a controller reset. */
	if (!err && (pf.cap.vqrfap || pf.cap.virfap))
		err = explain(&pf, nvme_ctrl_reset(pf.fd), "the PF's controller does not reset");
	close(pf.fd);
	return err;
}
