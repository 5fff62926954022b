// SPDX-License-Identifier: GPL-2.0
#include <errno.h>
#include <stdlib.h>

#include "sum.h"

static struct sum *find(const struct sums *sums, const struct sum *like)
{
	for (size_t i = 0; i < sums->nr; i++) {
		struct sum *row = &sums->rows[i];

		if (row->tgid == like->tgid && row->vcpu == like->vcpu &&
		    row->reason.isa == like->reason.isa && row->reason.reason == like->reason.reason)
			return row;
	}
	return NULL;
}

static struct sum *find_or_add(struct sums *sums, const struct sum *like)
{
	struct sum *row = find(sums, like);

	if (row)
		return row;
	row = reallocarray(sums->rows, sums->nr + 1, sizeof(*row));
	if (!row)
		return NULL;
	sums->rows = row;
	row[sums->nr] = *like;
	return &row[sums->nr++];
}

void sum_add(struct exits_place *to, const struct exits_place *more)
{
	to->count += more->count;
	to->users += more->users;
	to->ns += more->ns;
	to->user_ns += more->user_ns;
	if (more->min_ns && (!to->min_ns || more->min_ns < to->min_ns))
		to->min_ns = more->min_ns;
	if (more->max_ns > to->max_ns)
		to->max_ns = more->max_ns;
	for (size_t i = 0; i < HISTOGRAM_SLOTS; i++)
		to->histogram[i] += more->histogram[i];
}

static int add_vcpu(struct sums *sums, const struct exits_vcpu *vcpu,
		    const struct exits_reasons *reasons, bool by_vcpu)
{
	for (size_t i = 0; i < EXITS_PLACES; i++) {
		const struct sum like = {
			.tgid = vcpu->tgid,
			.vcpu = by_vcpu ? vcpu->vcpu_id : SUM_ALL_VCPUS,
			.reason = reasons->of[i],
		};
		struct sum *row;

		if (!vcpu->places[i].count)
			continue;
		row = find_or_add(sums, &like);
		if (!row)
			return -ENOMEM;
		sum_add(&row->exits, &vcpu->places[i]);
	}
	return 0;
}

static int compare(const void *a, const void *b)
{
	const struct sum *one = a, *other = b;

	if (one->tgid != other->tgid)
		return one->tgid < other->tgid ? -1 : 1;
	if (one->vcpu != other->vcpu)
		return one->vcpu < other->vcpu ? -1 : 1;
	if (one->exits.ns != other->exits.ns)
		return one->exits.ns > other->exits.ns ? -1 : 1;
	if (one->exits.count != other->exits.count)
		return one->exits.count > other->exits.count ? -1 : 1;
	return 0;
}

int sum_up(const struct exits_vcpu *vcpus, size_t nr, const struct exits_reasons *reasons,
	   bool by_vcpu, struct sums *sums)
{
	*sums = (struct sums){ NULL };
	for (size_t i = 0; i < nr; i++) {
		if (add_vcpu(sums, &vcpus[i], reasons, by_vcpu)) {
			sums_free(sums);
			return -ENOMEM;
		}
	}
	if (sums->nr)
		qsort(sums->rows, sums->nr, sizeof(*sums->rows), compare);
	return 0;
}

void sums_free(struct sums *sums)
{
	free(sums->rows);
	*sums = (struct sums){ NULL };
}

__u64 sum_percentile(const struct exits_place *exits, unsigned int percent)
{
	__u64 all = 0, so_far = 0;
	__u32 i;

	for (i = 0; i < HISTOGRAM_SLOTS; i++)
		all += exits->histogram[i];
	if (!all)
		return 0;
	for (i = 0; i < HISTOGRAM_SLOTS - 1; i++) {
		so_far += exits->histogram[i];
		if (so_far * 100 >= all * percent)
			break;
	}
	/* No more than the longest, which is known. */
	return i == HISTOGRAM_SLOTS - 1 || histogram_end(i) > exits->max_ns ? exits->max_ns : histogram_end(i);
}
