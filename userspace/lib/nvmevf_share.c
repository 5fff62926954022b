// SPDX-License-Identifier: GPL-2.0
#include "nvmevf.h"

uint32_t nvmevf_share(uint32_t total, uint32_t sharers, uint32_t least, uint32_t most)
{
	uint32_t share = sharers ? total / sharers : total;

	if (share < least)
		share = least;
	if (most && share > most)
		share = most;
	return share;
}
