// SPDX-License-Identifier: GPL-2.0
/*
 * How many objects of each kind live: what is left over after everything was
 * given back is a leak.
 */
#include "vf.h"

static struct kvmshare_counter counters[VF_COUNT_NR] = {
	[VF_COUNT_PF]		= { .name = "vf_pfs" },
	[VF_COUNT_VF]		= { .name = "vf_vfs" },
	[VF_COUNT_LEASE]	= { .name = "vf_leases" },
	[VF_COUNT_OWNER]	= { .name = "vf_owners" },
	[VF_COUNT_CLAIM]	= { .name = "vf_claims" },
	[VF_COUNT_QUOTA]	= { .name = "vf_quotas" },
	[VF_COUNT_WAITER]	= { .name = "vf_waiters" },
};

void vf_count(enum vf_counter counter, int by)
{
	atomic_add(by, &counters[counter].live);
}

int vf_counters_init(void)
{
	int i, rc;

	for (i = 0; i < VF_COUNT_NR; i++) {
		rc = kvmshare_counter_add(&counters[i]);
		if (rc)
			goto err_remove;
	}
	return 0;

err_remove:
	while (i--)
		kvmshare_counter_remove(&counters[i]);
	return rc;
}

/* Whatever is counted is gone by now. */
void vf_counters_exit(void)
{
	int i;

	for (i = VF_COUNT_NR; i--; ) {
		WARN(atomic_read(&counters[i].live), "%s: %d left\n", counters[i].name,
		     atomic_read(&counters[i].live));
		kvmshare_counter_remove(&counters[i]);
	}
}
