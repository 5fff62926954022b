/* SPDX-License-Identifier: GPL-2.0 */
/* The input, of which all that is done is taken; where it has ended, it is all zeroes. */
#ifndef FUZZ_INPUT_H
#define FUZZ_INPUT_H

#include "../unit/gpu_driver.h"

struct input {
	const u8 *at;
	size_t left;
};

static u64 take_number(struct input *in, u32 len)
{
	u64 value = 0;

	if (len > in->left)
		len = (u32)in->left;
	value = le_get(in->at, len);
	in->at += len;
	in->left -= len;
	return value;
}

/* As many bytes as are asked for, or what is left. */
static const u8 *take_bytes(struct input *in, u32 *len)
{
	const u8 *bytes = in->at;

	if (*len > in->left)
		*len = (u32)in->left;
	in->at += *len;
	in->left -= *len;
	return bytes;
}

#endif
