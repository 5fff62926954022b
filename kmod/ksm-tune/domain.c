// SPDX-License-Identifier: GPL-2.0
#include "domain.h"

static const struct domain_tenant *find(const struct domain_tenant *tenants, u32 nr, u64 id)
{
	u32 i;

	for (i = 0; i < nr; i++) {
		if (tenants[i].id == id)
			return &tenants[i];
	}
	return NULL;
}

/* The first of those that save most. */
static const struct domain_tenant *best_of(const struct domain_tenant *tenants, u32 nr)
{
	const struct domain_tenant *best = NULL;
	u32 i;

	for (i = 0; i < nr; i++) {
		if (!best || tenants[i].gain > best->gain)
			best = &tenants[i];
	}
	return best;
}

static void choose(struct domain *domain, u64 id)
{
	domain->chosen = id;
	domain->rival = 0;
	domain->windows = 0;
}

static bool is_better(const struct domain_policy *policy, u64 gain, u64 than)
{
	u64 more = gain > than ? gain - than : 0;

	/* A hundredth of each first: products of bytes and percents might not fit. */
	return more && more / 100 >= than / 10000 * policy->better;
}

/**
 * domain_choose() - a window is over
 * @domain: the scope
 * @policy: its
 * @tenants: all who have VMs there
 * @nr: how many
 */
void domain_choose(struct domain *domain, const struct domain_policy *policy,
		   const struct domain_tenant *tenants, u32 nr)
{
	const struct domain_tenant *now = find(tenants, nr, domain->chosen);
	const struct domain_tenant *best = best_of(tenants, nr);

	if (!now || !best) {
		choose(domain, best ? best->id : 0);
		return;
	}
	if (best == now || !is_better(policy, best->gain, now->gain)) {
		choose(domain, now->id);
		return;
	}
	domain->windows = best->id == domain->rival ? domain->windows + 1 : 1;
	domain->rival = best->id;
	if (domain->windows >= policy->windows)
		choose(domain, best->id);
}

/**
 * domain_keeps_out() - may a VM's memory not be merged?
 * @domain: its scope
 * @tenant: its tenant
 * @strangers: there is mergeable memory in the scope that it must not meet
 *
 * Return: whether.
 */
bool domain_keeps_out(const struct domain *domain, u64 tenant, bool strangers)
{
	return tenant != domain->chosen || strangers;
}
