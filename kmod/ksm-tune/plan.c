// SPDX-License-Identifier: GPL-2.0
#include "plan.h"

/* Of what ksmd has looked at before: less than such a part more is nothing new. */
#define NEWS_LEAST	8

bool plan_policy_valid(const struct plan_policy *policy)
{
	return merge_policy_valid(&policy->merge) && loop_policy_valid(&policy->loop) &&
	       rate_policy_valid(&policy->rate) && policy->guess <= 100;
}

/* So much that what did not pay beside it before might do so now. */
static bool is_news(const struct plan_vm *vm)
{
	return vm->pages > vm->shown && vm->pages - vm->shown > vm->shown / NEWS_LEAST;
}

static struct merge_facts facts_of(const struct plan *plan, const struct plan_vm *vm,
				   const struct plan_host *host)
{
	const struct plan_scope *scope = &plan->scopes[vm->scope];
	/* Who is let in now will be, in the next window. */
	bool fresh = scope->fresh == vm->tenant || scope->joins == vm->tenant;

	return (struct merge_facts){
		.merging = vm->merging,
		.zero = vm->zero,
		.items = vm->items,
		.huge = vm->huge,
		.pages = vm->pages,
		.seen = vm->merge.in && looks_tell(&vm->looks, host->passes, fresh),
		.news = scope->news == vm->tenant || is_news(vm),
		.joins = scope->joins == vm->tenant,
		.pinned = vm->pinned,
	};
}

/* -- What ksmd knows -------------------------------------------------------- */

/* It is let in by what is decided; when that has been done is another matter. */
static void note_looks(struct plan_vm *vm, const struct plan_host *host)
{
	if (!vm->mergeable)
		looks_begin(&vm->looks, vm->pages, vm->items, host->passes);
	looks_add(&vm->looks, vm->pages, vm->items, host->passes);
	if (vm->looks.known > vm->shown)
		vm->shown = vm->looks.known;
}

static void look_at_all(struct plan *plan, const struct plan_host *host,
			struct plan_vm *const *vms, u32 nr)
{
	u32 i;

	for (i = 0; i < PLAN_SCOPES; i++)
		plan->scopes[i].fresh = plan->scopes[i].news = 0;
	for (i = 0; i < nr; i++) {
		struct plan_scope *scope = &plan->scopes[vms[i]->scope];

		if (!vms[i]->merge.in)
			continue;
		note_looks(vms[i], host);
		if (looks_fresh(&vms[i]->looks))
			scope->fresh = vms[i]->tenant;
		if (is_news(vms[i]))
			scope->news = vms[i]->tenant;
	}
}

static void begin_or_end_looks(struct plan_vm *vm, const struct plan_host *host)
{
	if (!vm->merge.in) {
		vm->looks = (struct looks){ 0 };
		/* What it gave back and has again is other memory. */
		if (vm->shown > vm->pages)
			vm->shown = vm->pages;
	} else if (vm->changes) {
		looks_begin(&vm->looks, vm->pages, vm->items, host->passes);
	}
}

/* -- Tenants ---------------------------------------------------------------- */

/*
 * What it saves already is sure, also where it is too early to tell that it does not. Who
 * is to be tried again may do better, or another tenant's would be the turn for ever.
 */
static void weigh(const struct plan *plan, struct plan_vm *vm,
		  const struct plan_policy *policy, const struct plan_host *host)
{
	const struct merge_facts facts = facts_of(plan, vm, host);
	s64 profit = merge_profit(&policy->merge, &facts);

	if (vm->merge.in && (profit > 0 || facts.seen)) {
		vm->gain = profit > 0 ? (u64)profit : 0;
		vm->tried = true;
	} else if (!vm->tried || merge_is_due(&vm->merge, facts.news)) {
		vm->gain = vm->pages / 100 * policy->guess * policy->merge.page;
	}
}

/* Could it be let in before long, if its tenant's turn was now? */
static bool counts(const struct plan_vm *vm, const struct plan_policy *policy,
		   const struct plan_host *host)
{
	return vm->merge.mode != MERGE_NEVER && !vm->pinned && !(vm->guarded && host->others) &&
	       merge_waits(&vm->merge) <= policy->domain.windows;
}

static u32 add_gain(struct domain_tenant *tenants, u32 nr, const struct plan_vm *vm,
		    u64 gain)
{
	u32 i;

	for (i = 0; i < nr; i++) {
		if (tenants[i].id == vm->tenant) {
			tenants[i].gain += gain;
			return nr;
		}
	}
	tenants[nr] = (struct domain_tenant){ .id = vm->tenant, .gain = gain };
	return nr + 1;
}

static void add_whose(struct plan_whose *whose, u64 tenant)
{
	whose->many |= whose->one && whose->one != tenant;
	whose->one = tenant;
}

static bool is_anothers(const struct plan_whose *whose, u64 tenant)
{
	return whose->many || (whose->one && whose->one != tenant);
}

static void look_at_scope(struct plan *plan, const struct plan_policy *policy,
			  const struct plan_host *host, u32 nr_scope,
			  struct plan_vm *const *vms, u32 nr, struct domain_tenant *room)
{
	struct plan_scope *scope = &plan->scopes[nr_scope];
	u32 i, tenants = 0;

	scope->advised = scope->guarded = (struct plan_whose){ 0 };
	for (i = 0; i < nr; i++) {
		if (vms[i]->scope != nr_scope)
			continue;
		tenants = add_gain(room, tenants, vms[i],
				   counts(vms[i], policy, host) ? vms[i]->gain : 0);
		if (vms[i]->advised)
			add_whose(&scope->advised, vms[i]->tenant);
		if (vms[i]->advised && vms[i]->guarded)
			add_whose(&scope->guarded, vms[i]->tenant);
	}
	domain_choose(&scope->domain, &policy->domain, room, tenants);
}

/*
 * A guarded VM meets nobody's memory but its tenant's.  What is not guarded bears others,
 * but is not let in beside a guarded one: that may take a while to be taken apart.
 */
static bool has_strangers(const struct plan_scope *scope, const struct plan_host *host,
			  const struct plan_vm *vm)
{
	if (vm->guarded)
		return host->others || is_anothers(&scope->advised, vm->tenant);
	return is_anothers(&scope->guarded, vm->tenant);
}

/* One that is due has the others tried with it. */
static void look_for_trials(struct plan *plan, const struct plan_host *host,
			    struct plan_vm *const *vms, u32 nr)
{
	u32 i;

	for (i = 0; i < PLAN_SCOPES; i++)
		plan->scopes[i].joins = 0;
	for (i = 0; i < nr; i++) {
		struct plan_scope *scope = &plan->scopes[vms[i]->scope];

		if (vms[i]->tenant == scope->domain.chosen && !vms[i]->pinned &&
		    !has_strangers(scope, host, vms[i]) &&
		    merge_is_due(&vms[i]->merge, facts_of(plan, vms[i], host).news))
			scope->joins = vms[i]->tenant;
	}
}

/* -- A VM ------------------------------------------------------------------- */

/* What it is merged with cannot be told: every page of it may be another's, too. */
static void count_exposure(struct plan_vm *vm, bool beside)
{
	if (!beside || !(vm->merging + vm->zero || vm->apart))
		vm->exposed = 0;
	else if (vm->exposed < ~0U)
		vm->exposed++;
}

/* Since it was let in. A loop is a VM's own only if it did. */
static bool lost_huge(const struct plan_vm *vm)
{
	return vm->huge < vm->merge.huge;
}

static void decide_vm(struct plan *plan, const struct plan_policy *policy,
		      const struct plan_host *host, struct plan_vm *vm)
{
	const struct plan_scope *scope = &plan->scopes[vm->scope];
	bool strangers = has_strangers(scope, host, vm);
	struct merge_facts facts = facts_of(plan, vm, host);

	facts.strangers = domain_keeps_out(&scope->domain, vm->tenant, strangers);
	facts.loop = plan->looping && lost_huge(vm) &&
		     loop_takes_out(&policy->loop, vm->merging + vm->zero, vm->merge.huge);
	vm->changes = merge_decide(&vm->merge, &policy->merge, &facts);
	begin_or_end_looks(vm, host);
	count_exposure(vm, strangers || is_anothers(&scope->advised, vm->tenant));
}

/* -- The host --------------------------------------------------------------- */

/*
 * A loop of VMs that are worth more merged than in huge pages ends with khugepaged,
 * which stays so for as long as one of them is in.
 */
static void decide_khugepaged(struct plan *plan, struct plan_vm *const *vms, u32 nr)
{
	bool any = false;
	u32 i;

	for (i = 0; i < nr; i++)
		any |= vms[i]->merge.in && !vms[i]->changes && lost_huge(vms[i]);
	plan->leaves_shared = any && (plan->leaves_shared || plan->looping);
}

static void decide_rate(struct plan *plan, const struct plan_policy *policy,
			const struct plan_host *host, struct plan_vm *const *vms, u32 nr)
{
	struct rate_facts facts = {
		.mergeable = host->others,
		.yield = host->yield,
		.cost = host->cost,
		.short_in = host->short_in,
	};
	u32 i;

	for (i = 0; i < nr; i++) {
		if (!vms[i]->merge.in)
			continue;
		facts.mergeable += vms[i]->pages;
		facts.fresh += looks_fresh(&vms[i]->looks);
	}
	plan->fresh = facts.fresh;
	plan->rate_changes = rate_decide(&plan->rate, &policy->rate, &facts);
}

/**
 * plan_window() - a window is over
 * @plan: what is to be done, and is remembered
 * @policy: valid
 * @host: of this window
 * @vms: all of them, each with what it was, and what was found
 * @nr: how many
 * @room: for so many tenants
 */
void plan_window(struct plan *plan, const struct plan_policy *policy,
		 const struct plan_host *host, struct plan_vm *const *vms, u32 nr,
		 struct domain_tenant *room)
{
	u32 i;

	plan->looping = loop_look(&plan->loop, &policy->loop, &host->loop);
	look_at_all(plan, host, vms, nr);
	for (i = 0; i < nr; i++)
		weigh(plan, vms[i], policy, host);
	for (i = 0; i < PLAN_SCOPES; i++)
		look_at_scope(plan, policy, host, i, vms, nr, room);
	look_for_trials(plan, host, vms, nr);
	for (i = 0; i < nr; i++)
		decide_vm(plan, policy, host, vms[i]);
	decide_khugepaged(plan, vms, nr);
	decide_rate(plan, policy, host, vms, nr);
}
