/* SPDX-License-Identifier: GPL-2.0 */
/* The last hour, a row a minute: pure. */
#ifndef _KVMSHARE_MEM_HISTORY_H
#define _KVMSHARE_MEM_HISTORY_H

#include "../compat/types.h"

#define HISTORY_ROWS	60
#define HISTORY_SECONDS	60	/* of a row */

/**
 * struct history_sample - of a window
 * @available: bytes
 * @sharing: pages that are merged, beyond those they are merged with
 * @ksmd_ns: of a CPU that ksmd took, ever
 * @khugepaged_ns: likewise
 * @splits: of huge pages, ever
 * @collapses: of huge pages, ever
 */
struct history_sample {
	u64 available;
	u64 sharing;
	u64 ksmd_ns;
	u64 khugepaged_ns;
	u64 splits;
	u64 collapses;
};

/**
 * struct history_row - a minute
 * @minute: since boot
 * @available: the least in it
 * @first: the sample before its first, whose counters it begins with
 * @last: its last
 */
struct history_row {
	u64 minute;
	u64 available;
	struct history_sample first;
	struct history_sample last;
};

/**
 * struct history - all zeroes is empty
 * @rows: in a ring
 * @nr: how many were ever begun
 */
struct history {
	struct history_row rows[HISTORY_ROWS];
	u64 nr;
};

void history_add(struct history *history, u64 second, const struct history_sample *sample);
u32 history_count(const struct history *history);
const struct history_row *history_row(const struct history *history, u32 nr);
u32 history_permille(u64 ns);

#endif /* _KVMSHARE_MEM_HISTORY_H */
