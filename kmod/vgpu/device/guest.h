/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The memory of a guest, as a device sees it: what stands there may be anything, and
 * other at the next look.  So nothing is read twice, and what is read is checked after
 * it has been copied.
 */
#ifndef _KVMSHARE_VGPU_DEVICE_GUEST_H
#define _KVMSHARE_VGPU_DEVICE_GUEST_H

#include "../../compat/types.h"

/**
 * struct guest - whose memory it is, and how it is reached
 * @read: @len bytes at @at into @to
 * @write: @len bytes from @from to @at
 *
 * Both may sleep, and return 0 or a negative errno: where some of it is no memory of
 * the guest, with what is in @to undefined and none, some or all of it written.  Each
 * is over, for the guest's CPUs too, before the next begins; eight bytes at a multiple of
 * eight, alone, are copied at once (the kernel's copies to and from users do so).  While
 * the driver waits for a reset they fail at once: nothing of what goes on then may take
 * long.
 */
struct guest {
	int (*read)(struct guest *guest, u64 at, void *to, u32 len);
	int (*write)(struct guest *guest, u64 at, const void *from, u32 len);
};

#endif /* _KVMSHARE_VGPU_DEVICE_GUEST_H */
