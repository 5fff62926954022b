/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The basic types of the pure files: those that decide, and that are the same
 * file in a module and in the host's unit tests.  They include nothing else
 * of the kernel.
 */
#ifndef _KVMSHARE_COMPAT_TYPES_H
#define _KVMSHARE_COMPAT_TYPES_H

#ifdef __KERNEL__
#include <linux/types.h>
#else
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

typedef uint8_t u8;
typedef uint16_t u16;
typedef uint32_t u32;
typedef uint64_t u64;
typedef int8_t s8;
typedef int16_t s16;
typedef int32_t s32;
typedef int64_t s64;
#endif

#endif /* _KVMSHARE_COMPAT_TYPES_H */
