// SPDX-License-Identifier: GPL-2.0
#include "edid.h"
#include "le.h"

/* Blanking as of CVT 1.2 with reduced blanking, in pixels and rows. */
#define H_BLANK		160U
#define H_FRONT		48U
#define H_SYNC		32U
#define V_FRONT		3U
#define V_SYNC		6U
#define V_BLANK		40U

#define REFRESH		60U
#define CLOCK_MAX	65535U	/* in 10 kHz */

/* At 96 dots an inch, in millimetres. */
static u32 millimetres(u32 pixels)
{
	return pixels * 254 / 960;
}

/* Three letters of five bits, section 3.4.1. */
static void put_maker(u8 *to, const char *letters)
{
	u32 id = (letters[0] - '@') << 10 | (letters[1] - '@') << 5 | (letters[2] - '@');

	to[0] = id >> 8;
	to[1] = id & 0xff;
}

/* Section 3.10.2. What is too fast for the field is refreshed less often. */
static void put_timing(u8 *to, u32 width, u32 height)
{
	u32 clock = (width + H_BLANK) * (height + V_BLANK) / 1000 * REFRESH / 10;
	u32 wide = millimetres(width), high = millimetres(height);

	le_put(to, 2, clock < CLOCK_MAX ? clock : CLOCK_MAX);
	to[2] = width & 0xff;
	to[3] = H_BLANK & 0xff;
	to[4] = width >> 8 << 4 | H_BLANK >> 8;
	to[5] = height & 0xff;
	to[6] = V_BLANK & 0xff;
	to[7] = height >> 8 << 4 | V_BLANK >> 8;
	to[8] = H_FRONT;
	to[9] = H_SYNC;
	to[10] = V_FRONT << 4 | V_SYNC;
	to[11] = 0;
	to[12] = wide & 0xff;
	to[13] = high & 0xff;
	to[14] = wide >> 8 << 4 | high >> 8;
	/* Digital, separate sync. */
	to[17] = 0x18;
}

/* Section 3.10.3; @text is at most 13 letters, and what follows is ended by a line feed. */
static void put_descriptor(u8 *to, u8 tag, const char *text)
{
	u32 i;

	to[3] = tag;
	for (i = 0; i < 13; i++)
		to[5 + i] = *text ? *text++ : ' ';
}

/**
 * edid_fill() - of a screen that would rather be @width by @height
 * @edid: EDID_BYTES
 * @width: in pixels, EDID_SIDE_MIN to EDID_SIDE_MAX
 * @height: in rows, likewise
 */
void edid_fill(u8 *edid, u32 width, u32 height)
{
	u32 i, sum = 0;

	memset(edid, 0, EDID_BYTES);
	memset(edid + 1, 0xff, 6);
	put_maker(edid + 8, "KVS");
	le_put(edid + 10, 2, 1);
	edid[16] = 1;			/* of week 1 */
	edid[17] = 2026 - 1990;
	edid[18] = 1;
	edid[19] = 4;
	edid[20] = 0xa0;		/* digital, 8 bits a colour */
	edid[21] = (millimetres(width) + 5) / 10 & 0xff;
	edid[22] = (millimetres(height) + 5) / 10 & 0xff;
	edid[23] = 120;			/* gamma 2.2 */
	edid[24] = 0x06;		/* sRGB, the first timing is the preferred one */
	memcpy(edid + 25, "\xee\x91\xa3\x54\x4c\x99\x26\x0f\x50\x54", 10);
	for (i = 38; i < 54; i++)
		edid[i] = 1;		/* no standard timing */
	put_timing(edid + 54, width, height);
	put_descriptor(edid + 72, 0xfc, "kvmshare\n");
	put_descriptor(edid + 90, 0x10, "");
	put_descriptor(edid + 108, 0x10, "");
	memset(edid + 95, 0, 13);
	memset(edid + 113, 0, 13);
	for (i = 0; i < EDID_BYTES - 1; i++)
		sum += edid[i];
	edid[EDID_BYTES - 1] = (u8)-sum;
}
