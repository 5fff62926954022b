// SPDX-License-Identifier: GPL-2.0
/*
 * How many objects of each kind live: what is left over after everything was
 * given back is a leak.
 */
#include "vgpu.h"

static struct kvmshare_counter counters[VGPU_COUNT_NR] = {
	[VGPU_COUNT_ENGINE]	= { .name = "vgpu_engines" },
	[VGPU_COUNT_CLIENT]	= { .name = "vgpu_clients" },
	[VGPU_COUNT_PAGE]	= { .name = "vgpu_pages" },
	[VGPU_COUNT_JOB]	= { .name = "vgpu_jobs" },
	[VGPU_COUNT_DEVICE]	= { .name = "vgpu_devices" },
	[VGPU_COUNT_PIN]	= { .name = "vgpu_pins" },
	[VGPU_COUNT_PART]	= { .name = "vgpu_device_parts" },
};

void vgpu_count(enum vgpu_counter counter, long by)
{
	atomic_add(by, &counters[counter].live);
}

int vgpu_counters_init(void)
{
	int i, rc;

	for (i = 0; i < VGPU_COUNT_NR; i++) {
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
void vgpu_counters_exit(void)
{
	int i;

	for (i = VGPU_COUNT_NR; i--; ) {
		WARN(atomic_read(&counters[i].live), "%s: %d left\n", counters[i].name,
		     atomic_read(&counters[i].live));
		kvmshare_counter_remove(&counters[i]);
	}
}
