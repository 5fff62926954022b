/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What a guest and a device say to each other is little-endian, in fields of 1, 2,
 * 4 or 8 bytes.  Pure files take the structs of it from the kernel's uapi headers,
 * which are those of the specification.
 */
#ifndef _KVMSHARE_VGPU_DEVICE_LE_H
#define _KVMSHARE_VGPU_DEVICE_LE_H

#include "../../compat/types.h"

#ifdef __KERNEL__
#include <linux/errno.h>
#include <linux/minmax.h>
#include <linux/string.h>
#else
#include <errno.h>
#include <string.h>
#endif

/* @len is at most 8. */
static inline u64 le_get(const void *from, u32 len)
{
	const u8 *byte = from;
	u64 value = 0;

	while (len--)
		value = value << 8 | byte[len];
	return value;
}

static inline void le_put(void *to, u32 len, u64 value)
{
	u8 *byte = to;
	u32 i;

	for (i = 0; i < len; i++, value >>= 8)
		byte[i] = (u8)value;
}

/* Fields of the structs of the specification. */
#define LE_GET32(from, field)	((u32)le_get(&(from)->field, sizeof((from)->field)))
#define LE_GET64(from, field)	le_get(&(from)->field, sizeof((from)->field))
#define LE_PUT(to, field, value) le_put(&(to)->field, sizeof((to)->field), value)

#endif /* _KVMSHARE_VGPU_DEVICE_LE_H */
