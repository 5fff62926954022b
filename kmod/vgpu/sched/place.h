/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Where clients stand on an engine's virtual clock: pure.
 *
 * A place moves by what its client runs, over the client's weight.  The mean of
 * all places that count, by weight, is the clock's time: one before it is behind
 * the others, one after it is ahead, and what all are behind and ahead adds up
 * to nothing, whoever comes and goes.
 *
 * One that neither waits nor runs counts no more, unless it is ahead: then it
 * counts until the others have caught up.
 */
#ifndef _KVMSHARE_VGPU_PLACE_H
#define _KVMSHARE_VGPU_PLACE_H

#include "charge.h"
#include "tree.h"

/**
 * struct place - a client's
 * @at: on the clock, of which 2^20 are a nanosecond at a weight of 1
 * @weight: the client's
 * @per_weight: 2^48 / weight
 * @counts: in the mean
 * @owes: it counts since it is ahead, and for no other reason
 * @debt: among the debts, where it owes
 */
struct place {
	u64 at;
	u64 weight;
	u64 per_weight;
	bool counts;
	bool owes;
	struct tree_node debt;
};

/**
 * struct places - an engine's
 * @mean: of all places that count
 * @rest: the sum of what they are after it, times their weights
 * @weight: of all of them
 * @debts: those that owe
 * @counted: so much of what the running one has had its place has moved by, in nanoseconds
 * @way: the same on the clock
 */
struct places {
	u64 mean;
	s64 rest;
	u64 weight;
	struct tree debts;
	u64 counted;
	u64 way;
};

void place_weigh(struct place *place, u32 weight);
u64 place_way(const struct place *place, u64 ns);
u64 place_time(const struct place *place, u64 way);
u64 places_time(const struct places *places, u64 at);
s64 places_lag(const struct places *places, const struct place *place);
void places_set_lag(const struct places *places, struct place *place, s64 lag);
void places_move(struct places *places, struct place *place, u64 at);
void places_join(struct places *places, struct place *place, u64 claim);
void places_part(struct places *places, struct place *place);
void places_drop(struct places *places, struct place *place);
void places_settle(struct places *places);
u64 places_debt(struct places *places, struct place *place);
void places_advance(struct places *places, struct place *running, u64 elapsed);
void places_retract(struct places *places, struct place *running);

#endif /* _KVMSHARE_VGPU_PLACE_H */
