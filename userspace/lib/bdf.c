// SPDX-License-Identifier: GPL-2.0
#include <stdio.h>

#include <uapi/kvmshare.h>

#include "bdf.h"

/* Exactly @digits hexadecimal digits and then @end; moves @text past it. */
static bool take_hex(const char **text, int digits, char end, uint32_t *value)
{
	uint32_t v = 0;

	for (int i = 0; i < digits; i++) {
		char c = *(*text)++;

		if (c >= '0' && c <= '9')
			v = v << 4 | (uint32_t)(c - '0');
		else if (c >= 'a' && c <= 'f')
			v = v << 4 | (uint32_t)(c - 'a' + 10);
		else if (c >= 'A' && c <= 'F')
			v = v << 4 | (uint32_t)(c - 'A' + 10);
		else
			return false;
	}
	*value = v;
	return *(*text)++ == end;
}

bool bdf_parse(const char *text, uint32_t *bdf)
{
	uint32_t segment, bus, slot, function;
	const char *at = text;

	if (!take_hex(&at, 4, ':', &segment)) {
		segment = 0;
		at = text;
	}
	if (!take_hex(&at, 2, ':', &bus) || !take_hex(&at, 2, '.', &slot) ||
	    !take_hex(&at, 1, '\0', &function))
		return false;
	if (slot > 0x1f || function > 7)
		return false;
	*bdf = KVMSHARE_BDF(segment, bus, slot << 3 | function);
	return true;
}

void bdf_format(uint32_t bdf, char text[BDF_LEN])
{
	snprintf(text, BDF_LEN, "%04x:%02x:%02x.%x", bdf >> 16, bdf >> 8 & 0xff,
		 bdf >> 3 & 0x1f, bdf & 7);
}

const char *bdf_object(const char *kind, uint32_t bdf, char text[BDF_OBJECT_LEN])
{
	char address[BDF_LEN];

	bdf_format(bdf, address);
	snprintf(text, BDF_OBJECT_LEN, "%.7s %s", kind, address);
	return text;
}
