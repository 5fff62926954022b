/* SPDX-License-Identifier: GPL-2.0 */
/* Network VFs: what their PF's netdev keeps for them. */
#ifndef KVMSHARE_LIB_NETVF_H
#define KVMSHARE_LIB_NETVF_H

#include <stdint.h>

#include "spec.h"

#define NETVF_ERROR_LEN	256

/* 0 or a negative errno, and then a sentence in @error. */
int netvf_set(uint32_t pf, uint32_t index, const struct spec_net *net,
	      char error[NETVF_ERROR_LEN]);
/*
 * No address, no VLAN, not trusted, checked for spoofing, link as the PF's; it
 * has failed unless the PF then says so.
 */
int netvf_clear(uint32_t pf, uint32_t index, char error[NETVF_ERROR_LEN]);

#endif
