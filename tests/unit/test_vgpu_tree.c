// SPDX-License-Identifier: GPL-2.0
/*
 * The tree: against a sorted array, and by its depth.  A failure of a random
 * case prints its seed; KVMSHARE_SEED=seed repeats it.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "../../kmod/vgpu/sched/tree.c"
#include "random.h"

#define NR	200

/* The nodes that are in, in the order that the tree must have. */
static struct tree_node nodes[NR];
static struct tree_node *in[NR];
static size_t nr_in;

static void add(struct tree *tree, struct tree_node *node, u64 base)
{
	size_t at = nr_in;

	node->key = base + random_below(50);
	node->start = base + random_below(50);
	tree_insert(tree, node);
	while (at && tree_before(node->key, in[at - 1]->key)) {
		in[at] = in[at - 1];
		at--;
	}
	in[at] = node;
	nr_in++;
}

static void take(struct tree *tree, size_t at)
{
	tree_erase(tree, in[at]);
	memmove(&in[at], &in[at + 1], (nr_in - at - 1) * sizeof(in[0]));
	nr_in--;
}

static struct tree_node *first_started(u64 now)
{
	for (size_t i = 0; i < nr_in; i++)
		if (!tree_before(now, in[i]->start))
			return in[i];
	return NULL;
}

static u64 least_start(void)
{
	u64 least = in[0]->start;

	for (size_t i = 1; i < nr_in; i++)
		if (tree_before(in[i]->start, least))
			least = in[i]->start;
	return least;
}

static void check_order(const struct tree *tree)
{
	struct tree_node *node = tree_first(tree);

	for (size_t i = 0; i < nr_in; i++) {
		assert_ptr_equal(node, in[i]);
		assert_ptr_equal(tree_prev(node), i ? in[i - 1] : NULL);
		node = tree_next(node);
	}
	assert_null(node);
}

static void check(const struct tree *tree, u64 base)
{
	check_order(tree);
	for (u64 now = base - 1; now != base + 51; now++)
		assert_ptr_equal(tree_first_started(tree, now), first_started(now));
	if (nr_in)
		assert_int_equal(tree_earliest(tree)->start, least_start());
	else
		assert_null(tree_earliest(tree));
}

static void run_random(u64 base)
{
	struct tree tree = { 0 };
	struct tree_node *out[NR];
	size_t nr_out = 0;

	nr_in = 0;
	for (size_t i = 0; i < NR; i++)
		out[nr_out++] = &nodes[i];
	for (int step = 0; step < 500; step++) {
		if (nr_out && (!nr_in || random_below(100) < 55)) {
			size_t at = random_below(nr_out);
			struct tree_node *node = out[at];

			out[at] = out[--nr_out];
			add(&tree, node, base);
		} else {
			size_t at = random_below(nr_in);

			out[nr_out++] = in[at];
			take(&tree, at);
		}
		if (step % 10 == 0)
			check(&tree, base);
	}
	while (nr_in)
		take(&tree, random_below(nr_in));
	assert_null(tree.root);
}

static void test_is_a_sorted_list(void **state)
{
	(void)state;
	for (int round = 0; round < 20; round++) {
		random_seed();
		run_random(1000);
	}
}

static void test_works_where_the_clock_wraps(void **state)
{
	(void)state;
	random_seed();
	run_random((u64)-25);
}

static size_t depth(const struct tree_node *node)
{
	size_t left, right;

	if (!node)
		return 0;
	left = depth(node->left);
	right = depth(node->right);
	return 1 + (left > right ? left : right);
}

/* No order of coming makes it deep: 10,000 stand in at most 50 levels. */
static void test_stays_flat(void **state)
{
	static struct tree_node many[10000];
	struct tree rising = { 0 }, falling = { 0 };

	(void)state;
	for (u64 i = 0; i < 10000; i++) {
		many[i] = (struct tree_node){ .key = i };
		tree_insert(&rising, &many[i]);
	}
	assert_in_range(depth(rising.root), 14, 50);
	for (u64 i = 0; i < 10000; i++)
		tree_erase(&rising, &many[i]);
	for (u64 i = 0; i < 10000; i++) {
		many[i] = (struct tree_node){ .key = 10000 - i };
		tree_insert(&falling, &many[i]);
	}
	assert_in_range(depth(falling.root), 14, 50);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_is_a_sorted_list),
		cmocka_unit_test(test_works_where_the_clock_wraps),
		cmocka_unit_test(test_stays_flat),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
