// SPDX-License-Identifier: GPL-2.0
/*
 * The matcher: by hand for each rule, and against trying everything for small
 * random pools.  A failure of a random case prints its seed; KVMSHARE_SEED=seed
 * repeats it.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "../../kmod/vf/match.c"
#include "random.h"

#define NET	0x020000
#define NVME	0x010802
#define GPU	0x030000
#define BASE	0xff0000

/* -- By hand --------------------------------------------------------------- */

static struct vf_candidate vf(u32 pf, u32 index, u32 class, s32 node, u32 distance)
{
	return (struct vf_candidate){
		.bdf = pf + index, .pf = pf, .group = pf + index, .group_size = 1,
		.class = class, .vendor = 0x8086, .device = 0x1520,
		.node = node, .distance = distance,
	};
}

static struct vf_request want(u32 count)
{
	return (struct vf_request){
		.count = count, .pf = VF_MATCH_ANY, .vf = VF_MATCH_ANY, .node = VF_MATCH_NO_NODE,
	};
}

static u32 taken_of(const struct vf_candidate *cand, u32 nr, u32 pf)
{
	u32 i, n = 0;

	for (i = 0; i < nr; i++)
		n += cand[i].picked && cand[i].pf == pf;
	return n;
}

static void test_refuses_malformed_requests(void **state)
{
	struct vf_candidate cand[] = { vf(0x100, 1, NET, 0, 10) };
	struct vf_request req = want(0);
	u32 picks[VF_MATCH_MAX_PICKS];

	(void)state;
	assert_false(vf_match_pick(&req, cand, 1, picks));
	req.count = VF_MATCH_MAX_PICKS + 1;
	assert_false(vf_match_pick(&req, cand, 1, picks));
	req.count = 1;
	req.nr_classes = VF_MATCH_MAX_CLASSES + 1;
	assert_false(vf_match_pick(&req, cand, 1, picks));
}

static void test_empty_pool_serves_nothing(void **state)
{
	struct vf_request req = want(1);
	u32 picks[1];

	(void)state;
	assert_false(vf_match_pick(&req, NULL, 0, picks));
}

static void test_all_or_none(void **state)
{
	struct vf_candidate cand[] = { vf(0x100, 1, NET, 0, 10), vf(0x100, 2, NET, 0, 10) };
	struct vf_request req = want(3);
	u32 picks[3];

	(void)state;
	assert_false(vf_match_pick(&req, cand, 2, picks));
	req.count = 2;
	assert_true(vf_match_pick(&req, cand, 2, picks));
	assert_int_not_equal(picks[0], picks[1]);
}

static void test_each_filter(void **state)
{
	struct vf_candidate pool[] = {
		vf(0x100, 1, NET, 0, 10), vf(0x200, 1, NVME, 1, 20), vf(0x200, 2, NVME, 1, 20),
	};
	struct vf_candidate cand[3];
	struct vf_request req;
	u32 picks[1];

	(void)state;
	pool[2].vendor = 0x1b36;
	pool[2].device = 0x0010;
#define PICKED(expect) do {							\
		memcpy(cand, pool, sizeof(pool));				\
		assert_true(vf_match_pick(&req, cand, 3, picks));		\
		assert_int_equal(cand[picks[0]].bdf, expect);			\
	} while (0)
	req = want(1);
	req.pf = 0x200;
	PICKED(0x201);
	req = want(1);
	req.vf = 0x202;
	PICKED(0x202);
	req = want(1);
	req.vendor = 0x1b36;
	PICKED(0x202);
	req = want(1);
	req.device = 0x0010;
	PICKED(0x202);
	req = want(1);
	req.node = 1;
	req.strict_node = true;
	PICKED(0x201);
	req.node = 2;
	assert_false(vf_match_pick(&req, cand, 3, picks));
	req = want(1);
	req.nr_classes = 1;
	req.classes[0] = (struct vf_match_class){ NVME, BASE };
	PICKED(0x201);
	req.classes[0] = (struct vf_match_class){ GPU, BASE };
	assert_false(vf_match_pick(&req, cand, 3, picks));
#undef PICKED
}

static void test_first_class_that_can_serve_all(void **state)
{
	struct vf_candidate cand[] = {
		vf(0x100, 1, GPU, 0, 10), vf(0x200, 1, NET, 0, 10), vf(0x200, 2, NET, 0, 10),
	};
	struct vf_request req = want(2);
	u32 picks[2];

	(void)state;
	req.nr_classes = 2;
	req.classes[0] = (struct vf_match_class){ GPU, BASE };
	req.classes[1] = (struct vf_match_class){ NET, BASE };
	assert_true(vf_match_pick(&req, cand, 3, picks));
	assert_int_equal(taken_of(cand, 3, 0x100), 0);
	req.count = 1;
	assert_true(vf_match_pick(&req, cand, 3, picks));
	assert_int_equal(taken_of(cand, 3, 0x100), 1);
}

static void test_nearest_first(void **state)
{
	struct vf_candidate cand[] = {
		vf(0x100, 1, NET, 1, 21), vf(0x100, 2, NET, 1, 21), vf(0x200, 1, NET, 0, 10),
		vf(0x300, 1, NET, -1, UINT32_MAX),
	};
	struct vf_request req = want(2);
	u32 picks[2];

	(void)state;
	assert_true(vf_match_pick(&req, cand, 4, picks));
	assert_int_equal(taken_of(cand, 4, 0x200), 1);
	assert_int_equal(taken_of(cand, 4, 0x100), 1);
	assert_int_equal(taken_of(cand, 4, 0x300), 0);
}

static void test_spread_and_pack(void **state)
{
	struct vf_candidate pool[] = {
		vf(0x100, 1, NET, 0, 10), vf(0x100, 2, NET, 0, 10), vf(0x100, 3, NET, 0, 10),
		vf(0x200, 1, NET, 0, 10), vf(0x200, 2, NET, 0, 10),
	};
	struct vf_candidate cand[5];
	struct vf_request req = want(2);
	u32 picks[4];

	(void)state;
	/* 3 and 2 left: one of the three, then the PFs are even. */
	memcpy(cand, pool, sizeof(pool));
	assert_true(vf_match_pick(&req, cand, 5, picks));
	assert_int_equal(taken_of(cand, 5, 0x100), 2);

	/* Packed: the PF with just enough. */
	memcpy(cand, pool, sizeof(pool));
	req.pack = true;
	assert_true(vf_match_pick(&req, cand, 5, picks));
	assert_int_equal(taken_of(cand, 5, 0x200), 2);

	/* None has enough: the largest whole, and the rest of another. */
	memcpy(cand, pool, sizeof(pool));
	req.count = 4;
	assert_true(vf_match_pick(&req, cand, 5, picks));
	assert_int_equal(taken_of(cand, 5, 0x100), 3);
}

static void test_shared_group_whole_or_not(void **state)
{
	struct vf_candidate pool[] = {
		vf(0x100, 1, NET, 0, 10), vf(0x100, 2, NET, 0, 10), vf(0x200, 1, NET, 0, 99),
	};
	struct vf_candidate cand[3];
	struct vf_request req = want(1);
	u32 picks[3];

	(void)state;
	pool[0].group = pool[1].group = 7;
	pool[0].group_size = pool[1].group_size = 2;

	/* One: the single one, however far. */
	memcpy(cand, pool, sizeof(pool));
	assert_true(vf_match_pick(&req, cand, 3, picks));
	assert_int_equal(taken_of(cand, 3, 0x200), 1);

	/* Two: only as the whole group. */
	memcpy(cand, pool, sizeof(pool));
	req.count = 2;
	assert_true(vf_match_pick(&req, cand, 3, picks));
	assert_int_equal(taken_of(cand, 3, 0x100), 2);

	/* A member that is no candidate: never. */
	pool[0].group_size = pool[1].group_size = 3;
	memcpy(cand, pool, sizeof(pool));
	assert_false(vf_match_pick(&req, cand, 3, picks));

	/* A group that was never counted is not trusted. */
	pool[0].group_size = pool[1].group_size = pool[2].group_size = 0;
	memcpy(cand, pool, sizeof(pool));
	req.count = 1;
	assert_false(vf_match_pick(&req, cand, 3, picks));
}

/* -- Against trying everything --------------------------------------------- */

static const u32 some_classes[] = { NET, NVME, GPU };

static u32 random_pool(struct vf_candidate *cand, u32 max)
{
	u32 nr = random_below(max + 1), i, pf, group = 100;

	for (i = 0; i < nr; i++) {
		pf = random_below(3);
		cand[i] = (struct vf_candidate){
			.bdf = i, .pf = pf << 8, .group = i, .group_size = 1,
			.class = some_classes[random_below(8) ? 0 : random_below(3)],
			.vendor = 0x8086, .device = 0x1520 + random_below(2),
			.node = (s32)(pf % 2), .distance = pf == 2 ? 20 : 10,
		};
		if (random_below(4) == 0 && i) {
			cand[i].group = random_below(2) ? group : ++group;
			cand[i].group_size = 1 + random_below(3);
		}
	}
	/* One size a group, as there is. */
	for (i = 0; i < nr; i++) {
		for (u32 j = 0; j < i; j++) {
			if (cand[j].group == cand[i].group)
				cand[i].group_size = cand[j].group_size;
		}
	}
	/* And no group of one with two members. */
	for (i = 0; i < nr; i++) {
		u32 members = 0;

		for (u32 j = 0; j < nr; j++)
			members += cand[j].group == cand[i].group;
		if (members > cand[i].group_size) {
			for (u32 j = 0; j < nr; j++) {
				if (cand[j].group == cand[i].group)
					cand[j].group_size = members;
			}
		}
	}
	return nr;
}

static struct vf_request random_request(void)
{
	struct vf_request req = want(1 + random_below(5));
	u32 i;

	req.pack = random_below(2);
	req.nr_classes = random_below(4);
	for (i = 0; i < req.nr_classes; i++) {
		req.classes[i].value = some_classes[random_below(3)];
		req.classes[i].mask = random_below(2) ? BASE : 0xffffff;
	}
	if (!random_below(4))
		req.pf = random_below(3) << 8;
	if (!random_below(8))
		req.device = 0x1520;
	if (!random_below(6)) {
		req.node = (s32)random_below(2);
		req.strict_node = true;
	}
	return req;
}

/* What trying everything found to be the best for one class. */
struct best {
	bool found;
	u32 grouped;
	u64 distance;
	u64 spread;
	u32 runs;
};

static bool oracle_fits(const struct vf_request *req, const struct vf_match_class *class,
			const struct vf_candidate *c)
{
	return (!class || (c->class & class->mask) == (class->value & class->mask)) &&
	       (req->pf == VF_MATCH_ANY || c->pf == req->pf) &&
	       (req->vf == VF_MATCH_ANY || c->bdf == req->vf) &&
	       (!req->vendor || c->vendor == req->vendor) &&
	       (!req->device || c->device == req->device) &&
	       (!req->strict_node || c->node == req->node);
}

/* Is this set of candidates an answer at all? */
static bool valid(const struct vf_request *req, const struct vf_match_class *class,
		  const struct vf_candidate *cand, u32 nr, u32 set)
{
	u32 i, j, members;

	for (i = 0; i < nr; i++) {
		if (!(set & 1U << i))
			continue;
		if (!oracle_fits(req, class, &cand[i]))
			return false;
		for (j = 0, members = 0; j < nr; j++)
			members += (set & 1U << j) && cand[j].group == cand[i].group;
		if (members != cand[i].group_size)
			return false;
	}
	return true;
}

/* Its costs, in the order in which they count. */
static struct best measure(const struct vf_request *req, const struct vf_match_class *class,
			   const struct vf_candidate *cand, u32 nr, u32 set)
{
	struct best cost = { .found = true };
	u32 i, j;

	for (i = 0; i < nr; i++) {
		bool first = true, used = false;
		u32 left = 0;

		if (cand[i].group_size > 1) {
			cost.grouped += !!(set & 1U << i);
			continue;
		}
		if (!oracle_fits(req, class, &cand[i]))
			continue;
		if (set & 1U << i)
			cost.distance += cand[i].distance;
		for (j = 0; j < nr; j++) {
			if (cand[j].pf != cand[i].pf || cand[j].distance != cand[i].distance ||
			    cand[j].group_size != 1 || !oracle_fits(req, class, &cand[j]))
				continue;
			first &= j >= i;
			used |= !!(set & 1U << j);
			left += !(set & 1U << j);
		}
		if (first) {
			cost.spread += (u64)left * left;
			cost.runs += used;
		}
	}
	return cost;
}

/* Less than zero where @a is the better answer. */
static int compare(const struct vf_request *req, const struct best *a, const struct best *b)
{
	if (a->grouped != b->grouped)
		return a->grouped < b->grouped ? -1 : 1;
	if (a->distance != b->distance)
		return a->distance < b->distance ? -1 : 1;
	if (req->pack)
		return a->runs == b->runs ? 0 : a->runs < b->runs ? -1 : 1;
	return a->spread == b->spread ? 0 : a->spread < b->spread ? -1 : 1;
}

static struct best try_everything(const struct vf_request *req,
				  const struct vf_match_class *class,
				  const struct vf_candidate *cand, u32 nr)
{
	struct best best = { .found = false }, cost;
	u32 set;

	for (set = 1; set < 1U << nr; set++) {
		if ((u32)__builtin_popcount(set) != req->count ||
		    !valid(req, class, cand, nr, set))
			continue;
		cost = measure(req, class, cand, nr, set);
		if (!best.found || compare(req, &cost, &best) < 0)
			best = cost;
	}
	return best;
}

static const struct vf_match_class *oracle_class(const struct vf_request *req,
						 const struct vf_candidate *cand, u32 nr,
						 struct best *best)
{
	u32 i;

	if (!req->nr_classes) {
		*best = try_everything(req, NULL, cand, nr);
		return NULL;
	}
	for (i = 0; i < req->nr_classes; i++) {
		*best = try_everything(req, &req->classes[i], cand, nr);
		if (best->found)
			return &req->classes[i];
	}
	return NULL;
}

#define SMALL	9

static void one_random_case(u64 seed)
{
	struct vf_candidate cand[SMALL], again[SMALL];
	const struct vf_match_class *class;
	struct best best, got;
	struct vf_request req;
	u32 picks[VF_MATCH_MAX_PICKS], nr, i, set = 0, other = 0;
	bool found;

	random_state = seed * 0x9e3779b97f4a7c15ULL + 1;
	nr = random_pool(cand, SMALL);
	req = random_request();
	for (i = 0; i < nr; i++)
		again[i] = cand[nr - 1 - i];

	found = vf_match_pick(&req, cand, nr, picks);
	class = oracle_class(&req, cand, nr, &best);
	assert_int_equal(found, best.found);
	if (!found)
		return;

	for (i = 0; i < req.count; i++) {
		assert_true(picks[i] < nr);
		assert_false(set & 1U << picks[i]);
		set |= 1U << picks[i];
	}
	assert_true(valid(&req, class, cand, nr, set));
	got = measure(&req, class, cand, nr, set);
	assert_int_equal(compare(&req, &got, &best), 0);

	/* The same pool in another order: the same VFs. */
	assert_true(vf_match_pick(&req, again, nr, picks));
	for (i = 0; i < req.count; i++)
		other |= 1U << picks[i];
	for (i = 0; i < nr; i++) {
		assert_int_equal(again[i].bdf, cand[i].bdf);
		assert_int_equal(!!(other & 1U << i), !!(set & 1U << i));
	}
}

static u64 failing_seed;

static int print_seed(void **state)
{
	(void)state;
	if (failing_seed)
		print_error("repeat it with KVMSHARE_SEED=%llu\n",
			    (unsigned long long)failing_seed);
	return 0;
}

static void test_as_good_as_trying_everything(void **state)
{
	const char *given = getenv("KVMSHARE_SEED");
	u64 seed = given ? strtoull(given, NULL, 0) : 1;
	u64 last = given ? seed : 60000;

	(void)state;
	for (; seed <= last; seed++) {
		failing_seed = seed;
		one_random_case(seed);
	}
	failing_seed = 0;
}

/* Members of a group may have been counted at different times. */
static void test_sizes_that_differ_give_no_vf_twice(void **state)
{
	u32 picks[VF_MATCH_MAX_PICKS], seen, nr, i;
	struct vf_candidate cand[SMALL];
	struct vf_request req;
	u64 seed;

	(void)state;
	for (seed = 1; seed <= 60000; seed++) {
		random_state = seed * 0x9e3779b97f4a7c15ULL + 1;
		nr = random_pool(cand, SMALL);
		req = random_request();
		for (i = 0; i < nr; i++)
			cand[i].group_size = random_below(2) ? random_below(5) : cand[i].group_size;
		memset(picks, 0xff, sizeof(picks));
		if (!vf_match_pick(&req, cand, nr, picks))
			continue;
		for (i = 0, seen = 0; i < req.count; i++) {
			assert_true(picks[i] < nr);
			assert_false(seen & 1U << picks[i]);
			seen |= 1U << picks[i];
		}
	}
}

static void test_large_pool(void **state)
{
	enum { NR = 4000 };
	struct vf_candidate *cand = calloc(NR, sizeof(*cand));
	struct vf_request req = want(VF_MATCH_MAX_PICKS);
	u32 picks[VF_MATCH_MAX_PICKS], i, nearest = 0;

	(void)state;
	assert_non_null(cand);
	random_state = 42;
	for (i = 0; i < NR; i++) {
		cand[i] = vf(random_below(40) << 8, i, NET, 0, 10 + random_below(3));
		nearest += cand[i].distance == 10;
	}
	assert_true(nearest > VF_MATCH_MAX_PICKS);
	assert_true(vf_match_pick(&req, cand, NR, picks));
	for (i = 0; i < VF_MATCH_MAX_PICKS; i++)
		assert_int_equal(cand[picks[i]].distance, 10);
	free(cand);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_refuses_malformed_requests),
		cmocka_unit_test(test_empty_pool_serves_nothing),
		cmocka_unit_test(test_all_or_none),
		cmocka_unit_test(test_each_filter),
		cmocka_unit_test(test_first_class_that_can_serve_all),
		cmocka_unit_test(test_nearest_first),
		cmocka_unit_test(test_spread_and_pack),
		cmocka_unit_test(test_shared_group_whole_or_not),
		cmocka_unit_test_teardown(test_as_good_as_trying_everything, print_seed),
		cmocka_unit_test(test_sizes_that_differ_give_no_vf_twice),
		cmocka_unit_test(test_large_pool),
	};

	return cmocka_run_group_tests_name("vf_match", tests, NULL, NULL);
}
