/* SPDX-License-Identifier: GPL-2.0 */
/*
 * A balanced tree of what its user embeds: pure, and without allocation.
 *
 * Nodes stand in order of their key, those of equal keys in the order in which
 * they came.  Each also carries a second value, start, and the tree knows the
 * least of them below any node: so the first in order among those that have
 * started is found on one path from the root.  Keys and starts are compared by
 * their signed difference, and may wrap as long as none is 2^63 from another.
 *
 * It is a treap: the ranks are drawn when a node enters, from a sequence without
 * pattern that begins at @drawn, so that who does not know that cannot make it
 * deep by an order of insertions.  All is O(log n) expected.
 *
 * Aragon and Seidel, "Randomized search trees", FOCS 1989.
 */
#ifndef _KVMSHARE_VGPU_TREE_H
#define _KVMSHARE_VGPU_TREE_H

#include "../../compat/types.h"

/**
 * struct tree_node - a place in a tree
 * @key: the order; the user's, and not changed while it is in a tree
 * @start: the second value; likewise
 * @least: the tree's own: the least start from here down
 * @up: the tree's own
 * @left: the tree's own
 * @right: the tree's own
 * @rank: the tree's own: not below that of a child
 */
struct tree_node {
	u64 key;
	u64 start;
	u64 least;
	struct tree_node *up;
	struct tree_node *left;
	struct tree_node *right;
	u32 rank;
};

/**
 * struct tree - a tree; all zeroes is an empty one
 * @root: its top, or NULL
 * @drawn: the last number from which a rank was made; any to begin with
 */
struct tree {
	struct tree_node *root;
	u32 drawn;
};

/* Is a before b, on a clock that wraps? */
static inline bool tree_before(u64 a, u64 b)
{
	return (s64)(a - b) < 0;
}

void tree_insert(struct tree *tree, struct tree_node *node);
void tree_erase(struct tree *tree, struct tree_node *node);
struct tree_node *tree_first(const struct tree *tree);
struct tree_node *tree_next(const struct tree_node *node);
struct tree_node *tree_prev(const struct tree_node *node);
struct tree_node *tree_first_started(const struct tree *tree, u64 now);
struct tree_node *tree_earliest(const struct tree *tree);

#endif /* _KVMSHARE_VGPU_TREE_H */
