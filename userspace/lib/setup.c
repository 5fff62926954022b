// SPDX-License-Identifier: GPL-2.0
#include <errno.h>
#include <stdbool.h>
#include <stdio.h>

#include "netvf.h"
#include "nvmevf.h"
#include "setup.h"

#define CLASS_NVME	0x010802
#define CLASS_BASE_NET	0x02

static bool is_net(uint32_t class)
{
	return class >> 16 == CLASS_BASE_NET;
}

int setup_prepare(const struct kvmshare_vf *vf, const struct vf_spec *spec,
		  char error[SETUP_ERROR_LEN])
{
	if (spec_has_net(spec) && !is_net(vf->class_code)) {
		snprintf(error, SETUP_ERROR_LEN,
			 "mac, vlan, trust and spoofchk are for network VFs");
		return -EINVAL;
	}
	if (vf->class_code == CLASS_NVME)
		return nvmevf_online(vf->pf, vf->index, error);
	if (spec_has_net(spec))
		return netvf_set(vf->pf, vf->index, &spec->net, error);
	return 0;
}

int setup_clean(uint32_t pf, uint32_t index, uint32_t class, char error[SETUP_ERROR_LEN])
{
	if (class == CLASS_NVME)
		return nvmevf_offline(pf, index, error);
	if (is_net(class))
		return netvf_clear(pf, index, error);
	return 0;
}

int setup_pf(uint32_t pf, uint32_t class, char error[SETUP_ERROR_LEN])
{
	return class == CLASS_NVME ? nvmevf_prepare_pf(pf, error) : 0;
}
