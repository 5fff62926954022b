/* SPDX-License-Identifier: GPL-2.0 */
/* Counters of the kernel's, which only grow: one that went back is another one.  Pure. */
#ifndef _KVMSHARE_MEM_COUNTER_H
#define _KVMSHARE_MEM_COUNTER_H

#include "../compat/types.h"

static inline u64 grown(u64 now, u64 before)
{
	return now > before ? now - before : 0;
}

#endif /* _KVMSHARE_MEM_COUNTER_H */
