/* SPDX-License-Identifier: GPL-2.0 */
/* How often a client may let a job run past its limit: pure. */
#ifndef _KVMSHARE_VGPU_STRIKES_H
#define _KVMSHARE_VGPU_STRIKES_H

#include "../compat/types.h"

#define STRIKES_MAX		16
#define STRIKES_DEFAULT		3
#define STRIKES_WINDOW_DEFAULT	60000000000ULL	/* a minute */

/**
 * struct strikes - of a client; all zeroes is none
 * @total: since it is there
 * @times: of the last STRIKES_MAX, in nanoseconds
 */
struct strikes {
	u64 total;
	u64 times[STRIKES_MAX];
};

bool strikes_over(const struct strikes *strikes, u64 now, u32 most, u64 window);
bool strikes_add(struct strikes *strikes, u64 now, u32 most, u64 window);

#endif /* _KVMSHARE_VGPU_STRIKES_H */
