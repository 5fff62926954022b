/* SPDX-License-Identifier: GPL-2.0 */
/* Time that only goes forward, whoever sets the host's clock. */
#ifndef KVMSHARE_LIB_CLOCK_H
#define KVMSHARE_LIB_CLOCK_H

#include <stdint.h>

uint64_t now_ms(void);
/* Nanoseconds since boot, suspend included: the clock of the programs in the kernel. */
uint64_t now_boot_ns(void);

#endif
