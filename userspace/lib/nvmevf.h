/* SPDX-License-Identifier: GPL-2.0 */
/*
 * NVMe VFs.  One has no queues of its own and answers no command until its PF
 * has given it some and brought it online.
 */
#ifndef KVMSHARE_LIB_NVMEVF_H
#define KVMSHARE_LIB_NVMEVF_H

#include <stddef.h>
#include <stdint.h>

#define NVMEVF_ERROR_LEN	256

/*
 * All take the PF's address, return 0 or a negative errno, and then say in
 * @error what did not work.
 */

/* Take back what can be given to VFs from the PF's own use of it. */
int nvmevf_prepare_pf(uint32_t pf, char error[NVMEVF_ERROR_LEN]);
/* Give a VF its share of queues and interrupts, and bring it online. */
int nvmevf_online(uint32_t pf, uint32_t index, char error[NVMEVF_ERROR_LEN]);
/* Take it offline, and take them back. */
int nvmevf_offline(uint32_t pf, uint32_t index, char error[NVMEVF_ERROR_LEN]);

/*
 * How many of @total flexible resources each of @sharers gets: an even share,
 * at least @least, at most @most (0: no bound).
 */
uint32_t nvmevf_share(uint32_t total, uint32_t sharers, uint32_t least, uint32_t most);

#endif
