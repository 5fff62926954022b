// SPDX-License-Identifier: GPL-2.0
#include <string.h>

#include "abuse.h"

static const char *const names[ABUSE_KINDS] = {
	[ABUSE_NESTED] = "nested",
	[ABUSE_MSRS] = "msrs",
	[ABUSE_HYPERCALLS] = "hypercalls",
	[ABUSE_FAULTS] = "faults",
	[ABUSE_INTERRUPTS] = "interrupts",
	[ABUSE_EXITS] = "exits",
};

const struct abuse_ceilings abuse_defaults = {
	.rate = {
		[ABUSE_NESTED] = 20000,
		[ABUSE_MSRS] = 500,
		[ABUSE_HYPERCALLS] = 50000,
		[ABUSE_FAULTS] = 100000,
		[ABUSE_INTERRUPTS] = 100000,
		[ABUSE_EXITS] = 250000,
	},
};

const char *abuse_name(enum abuse_kind kind)
{
	return kind < ABUSE_KINDS ? names[kind] : "?";
}

enum abuse_kind abuse_kind_of(const char *name)
{
	enum abuse_kind kind = 0;

	while (kind < ABUSE_KINDS && strcmp(names[kind], name))
		kind++;
	return kind;
}

/* -- The window ------------------------------------------------------------- */

static void add(struct abuse_vm *vm, const struct abuse_sample *sample)
{
	vm->samples[vm->next] = *sample;
	vm->next = (vm->next + 1) % ABUSE_SAMPLES;
	if (vm->nr < ABUSE_SAMPLES)
		vm->nr++;
}

/* The youngest that is a window old; NULL: none is. */
static const struct abuse_sample *begin_of_window(const struct abuse_vm *vm, uint64_t now_ms)
{
	for (size_t age = 1; age < vm->nr; age++) {
		const struct abuse_sample *sample =
			&vm->samples[(vm->next + 2 * ABUSE_SAMPLES - 1 - age) % ABUSE_SAMPLES];

		if (now_ms - sample->at_ms >= ABUSE_WINDOW_MS)
			return sample;
	}
	return NULL;
}

/* A second and vCPU. What is counted by threads may be less when one has ended. */
static uint64_t rate_of(const struct abuse_sample *from, const struct abuse_sample *to, enum abuse_kind kind)
{
	uint64_t vcpus = to->vcpus ? to->vcpus : 1;

	if (to->counts[kind] <= from->counts[kind])
		return 0;
	return (to->counts[kind] - from->counts[kind]) * 1000 / (to->at_ms - from->at_ms) / vcpus;
}

/* -- What is too much ------------------------------------------------------- */

static uint64_t ceiling_of(const struct abuse_vm *vm, const struct abuse_ceilings *ceilings,
			   enum abuse_kind kind, bool *learned)
{
	uint64_t given = ceilings->rate[kind], own = vm->kinds[kind].most * ABUSE_TIMES_MOST;

	*learned = false;
	if (vm->windows < ABUSE_LEARNED_AFTER)
		return given;
	if (own < given / ABUSE_LOWEST_PART)
		own = given / ABUSE_LOWEST_PART;
	*learned = own < given;
	return own < given ? own : given;
}

/* Does it begin, or go on so long that it is told again? */
static bool is_news(struct abuse_state *state, uint64_t now_ms)
{
	if (state->alerts && now_ms - state->told_ms < ABUSE_AGAIN_MS)
		return false;
	state->alerts = true;
	state->told_ms = now_ms;
	return true;
}

static void learn(struct abuse_vm *vm, const struct abuse_sample *from, const struct abuse_sample *to)
{
	bool whole = ++vm->windows % ABUSE_BLOCK == 0;

	for (enum abuse_kind kind = 0; kind < ABUSE_KINDS; kind++) {
		struct abuse_state *state = &vm->kinds[kind];
		uint64_t rate = rate_of(from, to, kind);

		if (rate > state->block)
			state->block = rate;
		if (!whole)
			continue;
		if (state->block > state->most)
			state->most = state->block;
		state->block = 0;
	}
}

static void learn_nothing(struct abuse_vm *vm)
{
	vm->windows -= vm->windows % ABUSE_BLOCK;
	for (enum abuse_kind kind = 0; kind < ABUSE_KINDS; kind++)
		vm->kinds[kind].block = 0;
}

/* It went below its ceiling, and may be above it again: it is no honest load. */
static bool goes_on(const struct abuse_vm *vm)
{
	for (enum abuse_kind kind = 0; kind < ABUSE_KINDS; kind++)
		if (vm->kinds[kind].alerts)
			return true;
	return false;
}

bool abuse_see(struct abuse_vm *vm, const struct abuse_sample *sample,
	       const struct abuse_ceilings *ceilings, struct abuse_alert *alert)
{
	const struct abuse_sample *from;
	bool any = false, tell = false;

	add(vm, sample);
	from = begin_of_window(vm, sample->at_ms);
	if (!from)
		return false;
	for (enum abuse_kind kind = 0; kind < ABUSE_KINDS; kind++) {
		struct abuse_alert one = { .kind = kind, .rate = rate_of(from, sample, kind) };

		one.ceiling = ceiling_of(vm, ceilings, kind, &one.learned);
		/* What goes up and down about its ceiling is told once. */
		if (!one.ceiling || one.rate <= one.ceiling / 2)
			vm->kinds[kind].alerts = false;
		if (!one.ceiling || one.rate <= one.ceiling)
			continue;
		/* What is more general is a part of it. */
		if (!any && is_news(&vm->kinds[kind], sample->at_ms)) {
			*alert = one;
			tell = true;
		}
		any = true;
	}
	if (any || goes_on(vm))
		learn_nothing(vm);
	else
		learn(vm, from, sample);
	return tell;
}
