/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What is due to each client of an engine: its rate, as a part of the engine.
 *
 * The weights are filled like water among those that compete, between each
 * one's minimum and cap: there is one level, such that a client's rate is
 *
 *	min(cap, max(minimum, weight * level))
 *
 * and the rates of all add up to the whole engine, or all are at their caps.
 * So a client is in one of three places: held up at its minimum (floor), at
 * weight * level (elastic), or held down at its cap (ceiling).
 *
 * Each minimum and each cap is a step at which the level, rising, moves its
 * client: at minimum/weight from floor to elastic, at cap/weight from elastic
 * to ceiling.  The steps stand in one tree, and @passed is the last one below
 * the level.  What all rates would add up to at a step only grows from step to
 * step, so the level is found by walking from where it was.
 *
 * One that comes or goes can move many.  level_peek() and level_apply() move
 * one at a time, so that the caller bounds what a decision costs; until the
 * rest are moved, those that are elastic share what the others leave.
 */
#ifndef _KVMSHARE_VGPU_LEVEL_H
#define _KVMSHARE_VGPU_LEVEL_H

#include "tree.h"

/* A whole engine: rates, minimums and caps are parts per million. */
#define LEVEL_ONE	1000000U

#define LEVEL_WEIGHT_MAX	10000U

enum level_place {
	LEVEL_FLOOR,
	LEVEL_ELASTIC,
	LEVEL_CEILING,
	LEVEL_PLACES,
};

struct level_client;

/**
 * struct level_step - where the level moves a client
 * @node: by its key, share / weight
 * @client: whom
 * @share: the client's minimum or cap
 */
struct level_step {
	struct tree_node node;
	struct level_client *client;
	u32 share;
};

/**
 * struct level_client - who competes
 * @weight: 1 to LEVEL_WEIGHT_MAX
 * @minimum: 0 to @cap; all that compete together have at most LEVEL_ONE
 * @cap: 1 to LEVEL_ONE
 * @place: the level's: where it is
 * @rise: the level's: from floor to elastic; not in the tree without a minimum
 * @stop: the level's: from elastic to ceiling; not in it with a cap of LEVEL_ONE
 */
struct level_client {
	u32 weight;
	u32 minimum;
	u32 cap;
	enum level_place place;
	struct level_step rise;
	struct level_step stop;
};

/**
 * struct level - the clients that compete for an engine; all zeroes is nobody
 * @steps: of all of them
 * @passed: the last step below the level, or NULL
 * @weight: of the elastic, together
 * @fixed: the minimums of those at the floor and the caps of those at the
 *         ceiling, together
 * @nr: how many compete
 */
struct level {
	struct tree steps;
	struct tree_node *passed;
	u64 weight;
	u64 fixed;
	u32 nr;
};

/**
 * struct level_move - the next client to move
 * @client: whom
 * @to: where to
 * @step: the level's own
 */
struct level_move {
	struct level_client *client;
	enum level_place to;
	struct tree_node *step;
};

void level_enter(struct level *level, struct level_client *client);
void level_leave(struct level *level, struct level_client *client);
bool level_peek(const struct level *level, struct level_move *move);
void level_apply(struct level *level, const struct level_move *move);

/* What is left of the engine for the elastic. */
static inline u32 level_spare(const struct level *level)
{
	return level->fixed < LEVEL_ONE ? LEVEL_ONE - (u32)level->fixed : 0;
}

#endif /* _KVMSHARE_VGPU_LEVEL_H */
