// SPDX-License-Identifier: GPL-2.0
#include "merge.h"

/* So many windows in a row it has to fail. */
#define DOUBTS_MOST	2

bool merge_policy_valid(const struct merge_policy *policy)
{
	return policy->page && policy->huge_pages && policy->items_most && policy->rest &&
	       policy->rest <= policy->rest_most && policy->retry && policy->kept;
}

/**
 * merge_profit() - what merging saves of a VM
 * @policy: for the size of a page
 * @facts: of it
 *
 * Return: bytes; below 0 it costs more than it saves.
 */
s64 merge_profit(const struct merge_policy *policy, const struct merge_facts *facts)
{
	return (s64)((facts->merging + facts->zero) * policy->page -
		     facts->items * MERGE_ITEM_BYTES);
}

/**
 * merge_waits() - how long is a VM kept out for not having paid?
 * @vm: it
 *
 * Return: windows, if nothing new comes.
 */
u32 merge_waits(const struct merge_vm *vm)
{
	return vm->failed && !vm->news && vm->quiet > vm->rests ? vm->quiet : vm->rests;
}

/**
 * merge_is_due() - is a VM that did not pay to be tried again in this window?
 * @vm: it
 * @news: as the facts of this window have it
 *
 * Return: whether, if nothing else keeps it out.
 */
bool merge_is_due(const struct merge_vm *vm, bool news)
{
	return vm->mode == MERGE_AUTO && !vm->in && vm->failed && vm->rests <= 1 &&
	       (vm->news || news || vm->quiet <= 1);
}

/* Why it does not pay, or MERGE_PAYS. */
static enum merge_reason judge(const struct merge_vm *vm, const struct merge_policy *policy,
			       const struct merge_facts *facts)
{
	u64 saved = facts->merging + facts->zero;
	u64 lost = vm->huge > facts->huge ? vm->huge - facts->huge : 0;

	if (merge_profit(policy, facts) < 0)
		return MERGE_LOSES;
	if (facts->items / policy->items_most > saved)
		return MERGE_POOR;
	if (lost && saved / lost < policy->huge_price)
		return MERGE_SPLITS;
	return MERGE_PAYS;
}

static void let_in(struct merge_vm *vm, const struct merge_facts *facts, enum merge_reason why)
{
	vm->in = true;
	vm->reason = why;
	vm->huge = facts->huge;
	vm->doubts = 0;
	vm->rests = 0;
	vm->quiet = 0;
}

static void take_out(struct merge_vm *vm, enum merge_reason why)
{
	vm->in = false;
	vm->reason = why;
	vm->doubts = 0;
}

/* Twice as long each time. */
static u32 rest_of(const struct merge_vm *vm, const struct merge_policy *policy)
{
	u64 rest = policy->rest;
	u32 i;

	for (i = 1; i < vm->failed && rest < policy->rest_most; i++)
		rest *= 2;
	return rest < policy->rest_most ? (u32)rest : policy->rest_most;
}

static void give_up(struct merge_vm *vm, const struct merge_policy *policy, enum merge_reason why)
{
	take_out(vm, why);
	if (vm->failed < ~0U)
		vm->failed++;
	vm->rests = rest_of(vm, policy);
	vm->quiet = policy->retry;
	vm->news = false;
}

/* It rests after a while in which it had to be out, so that nobody makes it go to and fro. */
static void keep_out(struct merge_vm *vm, const struct merge_policy *policy, enum merge_reason why)
{
	if (vm->in)
		vm->rests = policy->kept;
	else if (vm->rests)
		vm->rests--;
	take_out(vm, why);
}

/* For a window less each time it is asked. */
static bool still_rests(struct merge_vm *vm)
{
	if (!vm->rests || !--vm->rests)
		return false;
	vm->reason = MERGE_RESTS;
	return true;
}

/* What it is beside has not paid, and is the same. */
static bool waits_for_news(struct merge_vm *vm)
{
	if (!merge_waits(vm))
		return false;
	vm->reason = MERGE_WAITS;
	return true;
}

static void decide_asked(struct merge_vm *vm, const struct merge_facts *facts)
{
	if (vm->mode == MERGE_NEVER)
		take_out(vm, MERGE_ASKED);
	else if (vm->in)
		vm->reason = MERGE_ASKED;
	else if (!still_rests(vm))
		let_in(vm, facts, MERGE_ASKED);
}

static void decide_out(struct merge_vm *vm, const struct merge_facts *facts)
{
	bool joins = facts->joins && vm->failed;

	if (joins || (!still_rests(vm) && !waits_for_news(vm)))
		let_in(vm, facts, MERGE_TRIAL);
}

static void decide_in(struct merge_vm *vm, const struct merge_policy *policy,
		      const struct merge_facts *facts)
{
	enum merge_reason why;

	if (!facts->seen)
		return;
	if (facts->loop) {
		give_up(vm, policy, MERGE_LOOP);
		return;
	}
	why = judge(vm, policy, facts);
	if (why == MERGE_PAYS) {
		vm->reason = MERGE_PAYS;
		vm->doubts = 0;
		vm->failed = 0;
		return;
	}
	vm->doubts++;
	if (vm->doubts >= DOUBTS_MOST)
		give_up(vm, policy, why);
}

/*
 * One that was let in at its start had none yet; and what a guest has given back was not
 * split.
 */
static void note_huge(struct merge_vm *vm, const struct merge_policy *policy,
		      const struct merge_facts *facts)
{
	u64 most = facts->pages / policy->huge_pages;

	if (vm->huge > most)
		vm->huge = most;
	if (facts->huge > vm->huge)
		vm->huge = facts->huge;
}

/* While it must be out for another reason, too. */
static void note_news(struct merge_vm *vm, const struct merge_facts *facts)
{
	vm->news |= facts->news;
	if (vm->quiet)
		vm->quiet--;
}

/**
 * merge_decide() - a window is over
 * @vm: it
 * @policy: valid
 * @facts: of this window
 *
 * Return: is it to be let in or taken out now, which @vm->in says?
 */
bool merge_decide(struct merge_vm *vm, const struct merge_policy *policy,
		  const struct merge_facts *facts)
{
	bool was_in = vm->in;

	if (vm->in)
		note_huge(vm, policy, facts);
	else
		note_news(vm, facts);
	if (facts->pinned || facts->strangers)
		keep_out(vm, policy, facts->pinned ? MERGE_PINNED : MERGE_TENANTS);
	else if (vm->mode != MERGE_AUTO)
		decide_asked(vm, facts);
	else if (vm->in)
		decide_in(vm, policy, facts);
	else
		decide_out(vm, facts);
	return vm->in != was_in;
}

/**
 * merge_ask() - an administrator wants it so
 * @vm: it
 * @mode: what is wanted; from the next window on, without a rest
 */
void merge_ask(struct merge_vm *vm, enum merge_mode mode)
{
	vm->mode = mode;
	vm->rests = 0;
	vm->failed = 0;
	vm->quiet = 0;
}
