// SPDX-License-Identifier: GPL-2.0
#include <string.h>

#include "top_rates.h"

/* Of whom waits: SDM, volume 3, appendix C; APM, volume 2, appendix C. */
#define VMX_HLT		12
#define SVM_HLT		0x78

static bool waits(const struct exits_reason *reason)
{
	return reason->reason == (reason->isa == REASON_VMX ? VMX_HLT : SVM_HLT);
}

static const struct exits_place *place_of(const struct sums *sums, const struct sum *like)
{
	static const struct exits_place none;

	for (size_t i = 0; i < sums->nr; i++) {
		const struct sum *sum = &sums->rows[i];

		if (sum->tgid == like->tgid && sum->reason.isa == like->reason.isa &&
		    sum->reason.reason == like->reason.reason)
			return &sum->exits;
	}
	return &none;
}

static bool has(const struct sums *sums, __u32 tgid)
{
	for (size_t i = 0; i < sums->nr; i++)
		if (sums->rows[i].tgid == tgid)
			return true;
	return false;
}

/* What is less than before is another's of the same number: it says nothing. */
static __u64 grown(__u64 before, __u64 after)
{
	return after > before ? after - before : 0;
}

static __u64 per_second(__u64 count, __u64 ns)
{
	return ns ? (__u64)((unsigned __int128)count * 1000000000 / ns) : 0;
}

static void add(struct top_rate *rate, const struct exits_place *before, const struct sum *sum, __u64 ns)
{
	__u64 exits = per_second(grown(before->count, sum->exits.count), ns);

	rate->exits += exits;
	if (!waits(&sum->reason) && ns)
		rate->busy_ppm += (__u64)((unsigned __int128)grown(before->ns, sum->exits.ns) * 1000000 / ns);
	if (exits > rate->most_exits) {
		rate->most_exits = exits;
		rate->most = sum->reason;
	}
}

size_t top_rates(const struct sums *before, const struct sums *after, __u64 ns, struct top_rate *rates,
		 size_t room)
{
	size_t nr = 0;

	/* Those of one VMM follow each other. */
	for (size_t i = 0; i < after->nr; i++) {
		const struct sum *sum = &after->rows[i];

		if (!nr || rates[nr - 1].tgid != sum->tgid) {
			if (nr == room)
				break;
			rates[nr++] = (struct top_rate){ .tgid = sum->tgid };
		}
		if (has(before, sum->tgid))
			add(&rates[nr - 1], place_of(before, sum), sum, ns);
	}
	return nr;
}
