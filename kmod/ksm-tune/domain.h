/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Which tenant's memory may be merged at the moment?  Pure.
 *
 * The kernel has one set of merged pages for the host, or one a NUMA node where
 * it does not merge across them; nothing keeps two tenants' pages apart in it.
 * So in each of these scopes one tenant is let in at a time: who saves most by
 * it.  To change costs, since what is merged has to be given memory again:
 * another has to save clearly more, for a while.
 *
 * VMs without a tenant are one tenant's together: nobody asked to keep them
 * apart.
 */
#ifndef _KVMSHARE_MEM_DOMAIN_H
#define _KVMSHARE_MEM_DOMAIN_H

#include "../compat/types.h"

/**
 * struct domain_policy - an administrator's, or the defaults
 * @better: percent that another has to save more
 * @windows: in so many of them in a row
 */
struct domain_policy {
	u32 better;
	u32 windows;
};

/**
 * struct domain_tenant - who has VMs in the scope
 * @id: not 0; the same in all windows
 * @gain: bytes that merging saves, or would save as far as is known
 */
struct domain_tenant {
	u64 id;
	u64 gain;
};

/**
 * struct domain - a scope; all zeroes is a new one
 * @chosen: who is let in; 0: nobody
 * @rival: who saved clearly more in the last window, or 0
 * @windows: in so many of them in a row
 */
struct domain {
	u64 chosen;
	u64 rival;
	u32 windows;
};

void domain_choose(struct domain *domain, const struct domain_policy *policy,
		   const struct domain_tenant *tenants, u32 nr);
bool domain_keeps_out(const struct domain *domain, u64 tenant, bool strangers);

#endif /* _KVMSHARE_MEM_DOMAIN_H */
