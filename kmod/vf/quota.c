// SPDX-License-Identifier: GPL-2.0
/*
 * Quotas: how many VFs a uid or a tenant may have at once, leased and held.
 *
 * What is used is counted over the leases when it is asked for, so no path can
 * forget to give something back.
 */
#include <linux/slab.h>

#include "vf.h"

/**
 * struct quota - a bound
 * @node: in the list of quotas; vf_lock
 * @tenant: whose, or empty: @uid's; fixed
 * @uid: fixed
 * @max: VFs at once; vf_lock
 */
struct quota {
	struct list_head node;
	char tenant[KVMSHARE_NAME_LEN];
	u32 uid;
	u32 max;
};

/* Under vf_lock. */
static LIST_HEAD(quotas);

static struct quota *find(const char *tenant, u32 uid)
{
	struct quota *quota;

	lockdep_assert_held(&vf_lock);
	list_for_each_entry(quota, &quotas, node) {
		if (strcmp(quota->tenant, tenant))
			continue;
		if (*tenant || quota->uid == uid)
			return quota;
	}
	return NULL;
}

static bool allows(const struct quota *quota, u32 more)
{
	const char *tenant;
	u64 used;

	if (!quota)
		return true;
	tenant = *quota->tenant ? quota->tenant : NULL;
	used = vf_lease_charged(tenant, quota->uid);
	return used + more <= quota->max;
}

/* May a lease have @more VFs: by its uid's quota, and by its tenant's? */
bool vf_quota_allows(const struct vf_lease *lease, u32 more)
{
	lockdep_assert_held(&vf_lock);
	if (!allows(find("", lease->uid), more))
		return false;
	return !*lease->tenant || allows(find(lease->tenant, 0), more);
}

static int remove(const struct kvmshare_vf_quota *arg)
{
	struct quota *quota;

	spin_lock(&vf_lock);
	quota = find(arg->tenant, arg->uid);
	if (quota)
		list_del(&quota->node);
	spin_unlock(&vf_lock);
	if (!quota)
		return -ENOENT;

	kfree(quota);
	vf_count(VF_COUNT_QUOTA, -1);
	return 0;
}

/* Serve KVMSHARE_VF_QUOTA; @arg is well formed. */
int vf_quota_set(const struct kvmshare_vf_quota *arg)
{
	struct quota *quota, *fresh;

	if (arg->flags & KVMSHARE_QUOTA_NONE)
		return remove(arg);

	fresh = kzalloc(sizeof(*fresh), GFP_KERNEL);
	if (!fresh)
		return -ENOMEM;
	strscpy(fresh->tenant, arg->tenant, sizeof(fresh->tenant));
	fresh->uid = arg->uid;

	spin_lock(&vf_lock);
	quota = find(arg->tenant, arg->uid);
	if (!quota) {
		quota = fresh;
		fresh = NULL;
		list_add_tail(&quota->node, &quotas);
		vf_count(VF_COUNT_QUOTA, 1);
	}
	quota->max = arg->max;
	spin_unlock(&vf_lock);
	kfree(fresh);
	return 0;
}

/* No call comes in any more. */
void vf_quota_exit(void)
{
	struct quota *quota, *next;

	list_for_each_entry_safe(quota, next, &quotas, node) {
		kfree(quota);
		vf_count(VF_COUNT_QUOTA, -1);
	}
}
