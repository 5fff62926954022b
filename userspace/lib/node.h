/* SPDX-License-Identifier: GPL-2.0 */
/* /dev/vfio/N: a leased VF's way into VFIO. */
#ifndef KVMSHARE_LIB_NODE_H
#define KVMSHARE_LIB_NODE_H

#include <stdint.h>
#include <sys/types.h>

/*
 * Give the node of a group to a user. It goes when the VF's driver is unbound
 * at its return, so this lasts as long as the lease. 0 or a negative errno.
 */
int node_give(uint32_t group, uid_t uid);

#endif
