// SPDX-License-Identifier: GPL-2.0
#include "tree.h"

/* The finaliser of MurmurHash3: a bijection, so no two draws are equal. */
static u32 draw(struct tree *tree)
{
	u32 x = ++tree->drawn;

	x ^= x >> 16;
	x *= 0x85ebca6b;
	x ^= x >> 13;
	x *= 0xc2b2ae35;
	x ^= x >> 16;
	return x;
}

static void sum_up(struct tree_node *node)
{
	u64 least = node->start;

	if (node->left && tree_before(node->left->least, least))
		least = node->left->least;
	if (node->right && tree_before(node->right->least, least))
		least = node->right->least;
	node->least = least;
}

static void sum_up_from(struct tree_node *node)
{
	for (; node; node = node->up)
		sum_up(node);
}

/* What points to @old, from above it, points to @to. */
static void put_below(struct tree *tree, struct tree_node *up, struct tree_node *old,
		      struct tree_node *to)
{
	if (!up)
		tree->root = to;
	else if (up->left == old)
		up->left = to;
	else
		up->right = to;
	if (to)
		to->up = up;
}

/* @node takes the place of what it is below, which becomes its child. */
static void rotate_up(struct tree *tree, struct tree_node *node)
{
	struct tree_node *up = node->up, *moved;

	put_below(tree, up->up, up, node);
	if (up->left == node) {
		moved = node->right;
		up->left = moved;
		node->right = up;
	} else {
		moved = node->left;
		up->right = moved;
		node->left = up;
	}
	if (moved)
		moved->up = up;
	up->up = node;
	sum_up(up);
	sum_up(node);
}

/**
 * tree_insert() - put a node in
 * @tree: the tree
 * @node: in no tree, with its key and start
 */
void tree_insert(struct tree *tree, struct tree_node *node)
{
	struct tree_node *up = NULL, **link = &tree->root;

	while (*link) {
		up = *link;
		link = tree_before(node->key, up->key) ? &up->left : &up->right;
	}
	*link = node;
	node->up = up;
	node->left = NULL;
	node->right = NULL;
	node->rank = draw(tree);
	sum_up_from(node);
	while (node->up && node->up->rank < node->rank)
		rotate_up(tree, node);
}

/**
 * tree_erase() - take a node out
 * @tree: the tree
 * @node: in it
 */
void tree_erase(struct tree *tree, struct tree_node *node)
{
	struct tree_node *up;

	while (node->left && node->right)
		rotate_up(tree, node->left->rank > node->right->rank ? node->left : node->right);
	up = node->up;
	put_below(tree, up, node, node->left ? node->left : node->right);
	sum_up_from(up);
}

/**
 * tree_first() - the first in order
 * @tree: the tree
 */
struct tree_node *tree_first(const struct tree *tree)
{
	struct tree_node *node = tree->root;

	while (node && node->left)
		node = node->left;
	return node;
}

/**
 * tree_next() - the one after
 * @node: in a tree
 */
struct tree_node *tree_next(const struct tree_node *node)
{
	struct tree_node *next = node->right;

	if (next) {
		while (next->left)
			next = next->left;
		return next;
	}
	while (node->up && node->up->right == node)
		node = node->up;
	return node->up;
}

/**
 * tree_prev() - the one before
 * @node: in a tree
 */
struct tree_node *tree_prev(const struct tree_node *node)
{
	struct tree_node *prev = node->left;

	if (prev) {
		while (prev->right)
			prev = prev->right;
		return prev;
	}
	while (node->up && node->up->left == node)
		node = node->up;
	return node->up;
}

/**
 * tree_first_started() - the first in order of those whose start is not after now
 * @tree: the tree
 * @now: the time, on the clock of the starts
 */
struct tree_node *tree_first_started(const struct tree *tree, u64 now)
{
	struct tree_node *node = tree->root;

	while (node) {
		if (node->left && !tree_before(now, node->left->least)) {
			node = node->left;
			continue;
		}
		if (!tree_before(now, node->start))
			return node;
		node = node->right;
	}
	return NULL;
}

/**
 * tree_earliest() - the one with the least start
 * @tree: the tree
 */
struct tree_node *tree_earliest(const struct tree *tree)
{
	struct tree_node *node = tree->root;

	while (node && node->start != node->least)
		node = node->left && node->left->least == node->least ? node->left : node->right;
	return node;
}
