/* SPDX-License-Identifier: GPL-2.0 */
/*
 * How a screen describes itself: VESA E-EDID 1.4, the base block.  Pure.
 */
#ifndef _KVMSHARE_VGPU_DEVICE_EDID_H
#define _KVMSHARE_VGPU_DEVICE_EDID_H

#include "../../compat/types.h"

#define EDID_BYTES	128U

/* In pixels; more, a detailed timing has no room for. */
#define EDID_SIDE_MIN	64U
#define EDID_SIDE_MAX	4095U

void edid_fill(u8 *edid, u32 width, u32 height);

#endif /* _KVMSHARE_VGPU_DEVICE_EDID_H */
