/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The clock of an engine's thread, which stands still while the thread waits
 * for a CPU: what other work of the host takes is no client's.
 */
#ifndef _KVMSHARE_VGPU_CLOCK_H
#define _KVMSHARE_VGPU_CLOCK_H

#include <linux/ktime.h>
#include <linux/sched.h>

/* Of the calling thread, in nanoseconds; only differences mean anything. */
static inline u64 vgpu_clock(void)
{
	u64 now = ktime_get_ns();

#ifdef CONFIG_SCHED_INFO
	now -= READ_ONCE(current->sched_info.run_delay);
#endif
	return now;
}

/* From @began to @now; two clocks make it, and their difference is none of a client's gain. */
static inline u64 vgpu_clock_since(u64 began, u64 now)
{
	return (s64)(now - began) > 0 ? now - began : 0;
}

#endif /* _KVMSHARE_VGPU_CLOCK_H */
