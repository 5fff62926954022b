/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Arithmetic of the pure files beyond 64 bits.
 */
#ifndef _KVMSHARE_VGPU_MATH_H
#define _KVMSHARE_VGPU_MATH_H

#include "../../compat/types.h"

#ifdef __KERNEL__
#include <linux/math64.h>
#endif

/**
 * mul_div() - a * b / c, rounded down, with all bits of the product
 * @a: a factor
 * @b: a factor
 * @c: not 0
 *
 * Return: the quotient, or U64_MAX where it has more than 64 bits.
 */
static inline u64 mul_div(u64 a, u64 b, u64 c)
{
	unsigned __int128 product = (unsigned __int128)a * b;

	/* The processor's own division traps where the quotient does not fit. */
	if ((u64)(product >> 64) >= c)
		return ~0ULL;
#ifdef __KERNEL__
	return mul_u64_u64_div_u64(a, b, c);
#else
	return (u64)(product / c);
#endif
}

/**
 * mul_shift() - a * b / 2^shift, rounded down, with all bits of the product
 * @a: a factor
 * @b: a factor
 * @shift: 0 to 127
 *
 * Return: the quotient, or U64_MAX where it has more than 64 bits.
 */
static inline u64 mul_shift(u64 a, u64 b, u32 shift)
{
	unsigned __int128 product = ((unsigned __int128)a * b) >> shift;

	return product >> 64 ? ~0ULL : (u64)product;
}

#endif /* _KVMSHARE_VGPU_MATH_H */
