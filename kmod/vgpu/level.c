// SPDX-License-Identifier: GPL-2.0
#include "level.h"

/* The steps' order needs no more than what tells two weights of LEVEL_WEIGHT_MAX apart. */
#define KEY_SHIFT	32

static struct level_step *to_step(struct tree_node *node)
{
	return (struct level_step *)((char *)node - offsetof(struct level_step, node));
}

/*
 * Is the level above a step?  It is if the engine is not used up with the level
 * there: fixed + weight * (share / its weight) < LEVEL_ONE.  That holds alike
 * with the step's own client before and behind it.
 */
static bool is_above(const struct level *level, struct tree_node *node)
{
	const struct level_step *step = to_step(node);
	u64 own = step->client->weight;

	return level->fixed * own + level->weight * step->share < LEVEL_ONE * own;
}

static void add_step(struct level *level, struct level_step *step,
		     struct level_client *client, u32 share)
{
	step->client = client;
	step->share = share;
	step->node.key = ((u64)share << KEY_SHIFT) / client->weight;
	step->node.start = 0;
	tree_insert(&level->steps, &step->node);
}

static void remove_step(struct level *level, struct level_step *step)
{
	if (level->passed == &step->node)
		level->passed = tree_prev(&step->node);
	tree_erase(&level->steps, &step->node);
}

/* One with the key of the last that was passed stands behind it. */
static bool has_passed(const struct level *level, const struct level_step *step)
{
	return level->passed && step->node.key < level->passed->key;
}

static void count(struct level *level, const struct level_client *client, int sign)
{
	switch (client->place) {
	case LEVEL_FLOOR:
		level->fixed += sign * (s64)client->minimum;
		break;
	case LEVEL_ELASTIC:
		level->weight += sign * (s64)client->weight;
		break;
	default:
		level->fixed += sign * (s64)client->cap;
		break;
	}
}

/**
 * level_enter() - a client competes from now on
 * @level: of its engine
 * @client: with its weight, minimum and cap, which stay as they are until it
 *          leaves; it is put where the level is now
 */
void level_enter(struct level *level, struct level_client *client)
{
	client->place = LEVEL_ELASTIC;
	if (client->minimum) {
		add_step(level, &client->rise, client, client->minimum);
		if (!has_passed(level, &client->rise))
			client->place = LEVEL_FLOOR;
	}
	if (client->cap < LEVEL_ONE) {
		add_step(level, &client->stop, client, client->cap);
		if (has_passed(level, &client->stop))
			client->place = LEVEL_CEILING;
	}
	count(level, client, 1);
	level->nr++;
}

/**
 * level_leave() - it competes no more
 * @level: of its engine
 * @client: which entered
 */
void level_leave(struct level *level, struct level_client *client)
{
	count(level, client, -1);
	level->nr--;
	if (client->minimum)
		remove_step(level, &client->rise);
	if (client->cap < LEVEL_ONE)
		remove_step(level, &client->stop);
}

static enum level_place behind(struct tree_node *node)
{
	struct level_step *step = to_step(node);

	return step == &step->client->rise ? LEVEL_ELASTIC : LEVEL_CEILING;
}

static enum level_place before(struct tree_node *node)
{
	struct level_step *step = to_step(node);

	return step == &step->client->rise ? LEVEL_FLOOR : LEVEL_ELASTIC;
}

/**
 * level_peek() - who is to be moved next, because the level rises or falls
 * @level: the level
 * @move: the answer
 *
 * Return: is there one?  Until there is none, the level is not where it should be.
 */
bool level_peek(const struct level *level, struct level_move *move)
{
	struct tree_node *next = level->passed ? tree_next(level->passed) : tree_first(&level->steps);

	if (next && is_above(level, next)) {
		move->step = next;
		move->to = behind(next);
	} else if (level->passed && !is_above(level, level->passed)) {
		move->step = level->passed;
		move->to = before(level->passed);
	} else {
		return false;
	}
	move->client = to_step(move->step)->client;
	return true;
}

/**
 * level_apply() - move that client
 * @level: the level
 * @move: what level_peek() said just before
 */
void level_apply(struct level *level, const struct level_move *move)
{
	count(level, move->client, -1);
	level->passed = move->step == level->passed ? tree_prev(move->step) : move->step;
	move->client->place = move->to;
	count(level, move->client, 1);
}
