/* SPDX-License-Identifier: GPL-2.0 */
/* What does a page that ksmd looks at cost and yield?  Pure. */
#ifndef _KVMSHARE_MEM_METER_H
#define _KVMSHARE_MEM_METER_H

#include "../compat/types.h"

/**
 * struct meter_counters - of ksmd, ever
 * @at: when they were read, nanoseconds
 * @looked: pages looked at
 * @found: pages merged, those that were written to since as well
 * @ns: of a CPU
 */
struct meter_counters {
	u64 at;
	u64 looked;
	u64 found;
	u64 ns;
};

/**
 * struct meter - what a page costs and yields; all zeroes is one that never measured
 * @last: when @looked grew last
 * @part: where the part of a pass began whose yield comes next
 * @begun: these are such
 * @costs: @cost is measured
 * @yields: @yield is
 * @yield: as struct rate_facts has it
 * @cost: likewise
 */
struct meter {
	struct meter_counters last;
	struct meter_counters part;
	bool begun;
	bool costs;
	bool yields;
	u32 yield;
	u32 cost;
};

/**
 * struct meter_work - what is known of ksmd's since the last window, on a kernel that does
 * not count the pages it looks at
 * @pages: of a part
 * @sleeps: it sleeps after each part, and hardly ever else
 * @items: pages that it knows
 * @passes: that it has ended
 */
struct meter_work {
	u64 pages;
	u64 sleeps;
	u64 items;
	u64 passes;
};

u64 meter_guess(const struct meter_work *work);
void meter_add(struct meter *meter, const struct meter_counters *now, u64 pass, u64 forget);
void meter_anew(struct meter *meter);
u32 meter_yield(const struct meter *meter);
u32 meter_cost(const struct meter *meter);

#endif /* _KVMSHARE_MEM_METER_H */
