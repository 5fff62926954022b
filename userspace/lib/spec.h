/* SPDX-License-Identifier: GPL-2.0 */
/* What --vf says: which VFs to lease, and how to set them up. */
#ifndef KVMSHARE_LIB_SPEC_H
#define KVMSHARE_LIB_SPEC_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <uapi/kvmshare.h>

#include "pairs.h"

enum spec_switch {
	SPEC_UNSET = 0,
	SPEC_OFF,
	SPEC_ON,
};

/**
 * struct spec_net - what a network VF is to be given
 * @has_mac: @mac is set
 * @mac: its address
 * @has_vlan: @vlan is set
 * @vlan: 0 (none) to 4094
 * @trust: may it change its address and listen to all traffic
 * @spoofchk: is what it sends checked for its address
 */
struct spec_net {
	bool has_mac;
	uint8_t mac[6];
	bool has_vlan;
	uint32_t vlan;
	enum spec_switch trust;
	enum spec_switch spoofchk;
};

#define SPEC_TEXT_LEN	PAIRS_TEXT_LEN

/**
 * struct vf_spec - one --vf
 * @text: as it was given, for messages
 * @count: how many VFs
 * @nr_classes: entries of @classes, in order of preference; 0: any class
 * @classes: see @nr_classes
 * @pf: KVMSHARE_BDF() or KVMSHARE_BDF_ANY
 * @vf: KVMSHARE_BDF() or KVMSHARE_BDF_ANY
 * @vendor: or 0
 * @device: or 0
 * @node: or -1
 * @flags: KVMSHARE_LEASE_PACK, KVMSHARE_LEASE_STRICT_NODE
 * @net: for network VFs
 */
struct vf_spec {
	char text[SPEC_TEXT_LEN];
	uint32_t count;
	uint32_t nr_classes;
	struct kvmshare_vf_class classes[KVMSHARE_MAX_CLASSES];
	uint32_t pf;
	uint32_t vf;
	uint16_t vendor;
	uint16_t device;
	int32_t node;
	uint32_t flags;
	struct spec_net net;
};

#define SPEC_ERROR_LEN	PAIRS_ERROR_LEN

/* 0, or -EINVAL with a sentence in @error. */
int spec_parse(const char *text, struct vf_spec *spec, char error[SPEC_ERROR_LEN]);
/* Does it set anything that only a network VF has? */
bool spec_has_net(const struct vf_spec *spec);

#endif
