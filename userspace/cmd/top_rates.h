/* SPDX-License-Identifier: GPL-2.0 */
/* Of exits that were summed up twice, how fast they went.  Pure. */
#ifndef KVMSHARE_CMD_TOP_RATES_H
#define KVMSHARE_CMD_TOP_RATES_H

#include "../monitor/sum.h"

/**
 * struct top_rate - of a VM, between two looks
 * @tgid: its VMM
 * @exits: a second
 * @busy_ppm: time in exits other than those that wait for something to do, as a part of the time
 *	      that passed; of all vCPUs together
 * @most: the reason of the most exits
 * @most_exits: a second for that
 */
struct top_rate {
	__u32 tgid;
	__u64 exits;
	__u64 busy_ppm;
	struct exits_reason most;
	__u64 most_exits;
};

/*
 * @after's VMs, in its order, each with what it did since @before, which was @ns sooner: how many
 * there are, of at most @room.  One that was not there before has no rates.
 */
size_t top_rates(const struct sums *before, const struct sums *after, __u64 ns, struct top_rate *rates,
		 size_t room);

#endif
