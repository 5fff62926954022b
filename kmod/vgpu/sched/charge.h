/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What a client can be charged with at once: pure.
 */
#ifndef _KVMSHARE_VGPU_CHARGE_H
#define _KVMSHARE_VGPU_CHARGE_H

#include "../../compat/types.h"

/* Nanoseconds: no job is charged with more, and no account holds more. */
#define CHARGE_MAX	(1ULL << 34)

static inline u64 charge_bounded(u64 ns)
{
	return ns < CHARGE_MAX ? ns : CHARGE_MAX;
}

#endif /* _KVMSHARE_VGPU_CHARGE_H */
