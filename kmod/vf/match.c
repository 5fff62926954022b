// SPDX-License-Identifier: GPL-2.0
/*
 * Which free VFs serve a request.
 *
 * The candidates are sorted by distance, PF and address, so that those of one
 * PF at one distance are a run of neighbours.  What one class can give is then
 * looked at class by class: first VFs that are alone in their IOMMU group, and
 * only if these do not suffice, whole groups of several.
 *
 * Time is O(n log^2 n) for the sort and O(n) for each VF picked.
 */
#include "match.h"

#define NONE	0xffffffffU

static bool before(const struct vf_candidate *a, const struct vf_candidate *b)
{
	if (a->distance != b->distance)
		return a->distance < b->distance;
	if (a->pf != b->pf)
		return a->pf < b->pf;
	return a->bdf < b->bdf;
}

static void sort_candidates(struct vf_candidate *cand, u32 nr)
{
	struct vf_candidate moved;
	u32 gap, i, j;

	for (gap = nr / 2; gap; gap /= 2) {
		for (i = gap; i < nr; i++) {
			moved = cand[i];
			for (j = i; j >= gap && before(&moved, &cand[j - gap]); j -= gap)
				cand[j] = cand[j - gap];
			cand[j] = moved;
		}
	}
}

static bool fits(const struct vf_request *req, const struct vf_match_class *class,
		 const struct vf_candidate *c)
{
	if (class && ((c->class ^ class->value) & class->mask))
		return false;
	if (req->pf != VF_MATCH_ANY && req->pf != c->pf)
		return false;
	if (req->vf != VF_MATCH_ANY && req->vf != c->bdf)
		return false;
	if (req->vendor && req->vendor != c->vendor)
		return false;
	if (req->device && req->device != c->device)
		return false;
	return !req->strict_node || req->node == c->node;
}

/* How many members of a group are eligible. */
static u32 group_eligible(const struct vf_candidate *cand, u32 nr, u32 group)
{
	u32 i, n = 0;

	for (i = 0; i < nr; i++)
		n += cand[i].eligible && cand[i].group == group;
	return n;
}

/*
 * Mark what may be picked for a class; a group that could not be taken whole
 * is out.  Returns how many VFs alone in their group there are.
 */
static u32 mark_eligible(const struct vf_request *req,
			 const struct vf_match_class *class,
			 struct vf_candidate *cand, u32 nr)
{
	u32 i, singles = 0;

	for (i = 0; i < nr; i++) {
		cand[i].picked = false;
		cand[i].eligible = fits(req, class, &cand[i]);
		singles += cand[i].eligible && cand[i].group_size == 1;
	}
	for (i = 0; i < nr; i++) {
		if (cand[i].group_size > 1 && cand[i].eligible &&
		    group_eligible(cand, nr, cand[i].group) != cand[i].group_size)
			cand[i].eligible = false;
	}
	return singles;
}

static bool is_open(const struct vf_candidate *c)
{
	return c->eligible && !c->picked && c->group_size == 1;
}

static bool same_run(const struct vf_candidate *a, const struct vf_candidate *b)
{
	return a->distance == b->distance && a->pf == b->pf;
}

/**
 * struct run - the open candidates of one PF at one distance
 * @first: index of the first of them
 * @left: how many
 */
struct run {
	u32 first;
	u32 left;
};

/* Is @a the better run to take from, with @need still to be found? */
static bool better_run(const struct run *a, const struct run *b, bool pack, u32 need)
{
	if (b->first == NONE)
		return true;
	if (!pack || (a->left < need && b->left < need))
		return a->left > b->left;
	if (a->left >= need && b->left >= need)
		return a->left < b->left;
	return a->left >= need;
}

/* The best run among those at the smallest distance that has any. */
static struct run nearest_run(const struct vf_candidate *cand, u32 nr, bool pack, u32 need)
{
	struct run best = { .first = NONE }, run;
	u32 i, j;

	for (i = 0; i < nr; i = j) {
		run = (struct run){ .first = NONE };
		for (j = i; j < nr && same_run(&cand[j], &cand[i]); j++) {
			if (!is_open(&cand[j]))
				continue;
			if (run.first == NONE)
				run.first = j;
			run.left++;
		}
		if (run.first == NONE)
			continue;
		if (best.first != NONE &&
		    cand[best.first].distance != cand[run.first].distance)
			break;
		if (better_run(&run, &best, pack, need))
			best = run;
	}
	return best;
}

/* Pick @count VFs that are alone in their group; false where there are fewer. */
static bool pick_singles(struct vf_candidate *cand, u32 nr, bool pack, u32 count, u32 *picks)
{
	struct run run;
	u32 i, n = 0;

	while (n < count) {
		run = nearest_run(cand, nr, pack, count - n);
		if (run.first == NONE)
			return false;
		for (i = run.first; n < count && i < nr && same_run(&cand[i], &cand[run.first]);
		     i++) {
			if (!is_open(&cand[i]))
				continue;
			cand[i].picked = true;
			picks[n++] = i;
			if (!pack)
				break;
		}
	}
	return true;
}

static bool leads_group(const struct vf_candidate *cand, u32 i)
{
	u32 j;

	if (!cand[i].eligible || cand[i].group_size < 2)
		return false;
	for (j = 0; j < i; j++) {
		if (cand[j].eligible && cand[j].group == cand[i].group)
			return false;
	}
	return true;
}

static u32 pick_group(struct vf_candidate *cand, u32 nr, u32 group, u32 *picks)
{
	u32 i, n = 0;

	for (i = 0; i < nr; i++) {
		if (!cand[i].eligible || cand[i].group != group)
			continue;
		cand[i].picked = true;
		picks[n++] = i;
	}
	return n;
}

/*
 * Pick whole groups of several VFs: as few VFs as can be, at least @min and at
 * most @max.  @via[s] is the group with which a sum of s was first reached;
 * since groups are added one by one and no entry is overwritten, following it
 * down names no group twice.
 */
static u32 pick_groups(struct vf_candidate *cand, u32 nr, u32 min, u32 max, u32 *picks)
{
	u32 via[VF_MATCH_MAX_PICKS + 1];
	u32 i, sum, left, size, n = 0;

	for (i = 0; i <= max; i++)
		via[i] = NONE;
	for (i = 0; i < nr; i++) {
		size = cand[i].group_size;
		if (!leads_group(cand, i))
			continue;
		for (sum = max; sum >= size; sum--) {
			if (via[sum] == NONE && (sum == size || via[sum - size] != NONE))
				via[sum] = i;
		}
	}
	for (sum = min; sum <= max && via[sum] == NONE; sum++)
		;
	if (sum > max)
		return 0;
	for (left = sum; left; left -= cand[via[left]].group_size)
		n += pick_group(cand, nr, cand[via[left]].group, picks + n);
	/* Members that differ in what they know of their group are not trusted. */
	return n == sum ? n : 0;
}

static bool serve(const struct vf_request *req, const struct vf_match_class *class,
		  struct vf_candidate *cand, u32 nr, u32 *picks)
{
	u32 singles = mark_eligible(req, class, cand, nr);
	u32 grouped = 0;

	if (singles < req->count) {
		grouped = pick_groups(cand, nr, req->count - singles, req->count, picks);
		if (!grouped)
			return false;
	}
	return pick_singles(cand, nr, req->pack, req->count - grouped, picks + grouped);
}

bool vf_match_pick(const struct vf_request *req, struct vf_candidate *cand,
		   u32 nr, u32 *picks)
{
	u32 i;

	if (!req->count || req->count > VF_MATCH_MAX_PICKS ||
	    req->nr_classes > VF_MATCH_MAX_CLASSES)
		return false;

	sort_candidates(cand, nr);
	if (!req->nr_classes)
		return serve(req, NULL, cand, nr, picks);
	for (i = 0; i < req->nr_classes; i++) {
		if (serve(req, &req->classes[i], cand, nr, picks))
			return true;
	}
	return false;
}
