// SPDX-License-Identifier: GPL-2.0
#include "looks.h"

/* Less is not worth a pace of its own. */
#define LEAST_GROWTH	8

static bool is_growth(u64 now, u64 before)
{
	return now > before && now - before > before / LEAST_GROWTH;
}

static u64 least(u64 a, u64 b)
{
	return a < b ? a : b;
}

static bool is_over(const struct looks *looks, u64 passes)
{
	return passes - looks->since >= LOOKS_PASSES ||
	       (looks->is_met && passes - looks->met >= LOOKS_PASSES - 1);
}

/**
 * looks_begin() - a VM's memory becomes mergeable
 * @looks: at it
 * @pages: that it has
 * @items: what ksmd has of it
 * @passes: of ksmd over all memory, ever
 */
void looks_begin(struct looks *looks, u64 pages, u64 items, u64 passes)
{
	*looks = (struct looks){
		.newest = pages, .since = passes, .items = items, .begun = passes,
	};
}

/**
 * looks_add() - a window is over
 * @looks: at a VM whose memory is mergeable
 * @pages: that it has now
 * @items: what ksmd has of it
 * @passes: of ksmd over all memory, ever
 *
 * A VM that begins gets its memory little by little, and would be old before it has it.
 */
void looks_add(struct looks *looks, u64 pages, u64 items, u64 passes)
{
	if (is_growth(items, looks->items)) {
		looks->items = items;
		looks->met = passes;
		looks->is_met = true;
	}
	if (is_over(looks, passes))
		looks->known = looks->newest;
	looks->items = least(looks->items, items);
	looks->newest = least(looks->newest, pages);
	looks->known = least(looks->known, pages);
	if (is_growth(pages, looks->newest)) {
		looks->newest = pages;
		looks->since = passes;
		looks->is_met = false;
	}
}

/**
 * looks_fresh() - how much of a VM's memory is new to ksmd?
 * @looks: at it
 *
 * Return: pages that were not looked at twice.
 */
u64 looks_fresh(const struct looks *looks)
{
	return looks->newest - looks->known;
}

/**
 * looks_tell() - can it be told whether merging pays?
 * @looks: at a VM whose memory is mergeable
 * @passes: of ksmd over all memory, ever
 * @fresh: of it, or of what it is beside, something was not looked at twice
 *
 * Return: whether it has looked twice at all that there is; or often enough at what was
 * there in the beginning: who grows and grows is not spared, nor who is beside it.
 */
bool looks_tell(const struct looks *looks, u64 passes, bool fresh)
{
	u64 over = passes - looks->begun;

	if (fresh)
		return over >= 2 * LOOKS_PASSES;
	return looks->known || over >= LOOKS_PASSES;
}
