/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What somebody sees who looks at the screen: all formats as one, with the cursor over
 * it.  Pure; the caller serialises.
 */
#ifndef _KVMSHARE_VGPU_DEVICE_PICTURE_H
#define _KVMSHARE_VGPU_DEVICE_PICTURE_H

#include "gpu.h"

/* Bytes of a pixel: blue, green, red, and 0xff. */
#define PICTURE_PIXEL	4U

u32 picture_width(const struct gpu *gpu);
u32 picture_height(const struct gpu *gpu);
void picture_row(const struct gpu *gpu, u32 y, u8 *row);

#endif /* _KVMSHARE_VGPU_DEVICE_PICTURE_H */
