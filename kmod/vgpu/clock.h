/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The time of an engine that is a CPU: pure.
 *
 * It is the host's while the engine's thread sleeps or runs, and stands while
 * the thread could run and waits for the CPU.  What the thread has waited (@kept)
 * is believed from one of its readings to the next; over a sleep it is only where
 * it can be, since kernels that leave a sleeping task on its queue for a while may
 * count all of that.
 */
#ifndef _KVMSHARE_VGPU_CLOCK_H
#define _KVMSHARE_VGPU_CLOCK_H

#include "../compat/types.h"

#ifdef __KERNEL__
#include <linux/compiler.h>
#else
#define READ_ONCE(x)		(x)
#define WRITE_ONCE(x, value)	((x) = (value))
#endif

#define CLOCK_NEVER	(~0ULL)

/**
 * struct clock - of an engine, in nanoseconds
 * @at: when it was last told; nobody writes it but the thread where it is @runnable
 * @behind: how much less it is than the host's while the thread sleeps
 * @base: the same while the thread runs, beside what that has waited
 * @wakes: when the thread wakes by itself, or CLOCK_NEVER
 * @woken: when the thread was, or woke by itself, by the host's time
 * @kept: what it had waited before it slept
 * @slept: it has, since it last looked
 * @runnable: it runs or waits for the CPU: the time is @at
 */
struct clock {
	u64 at;
	u64 behind;
	u64 base;
	u64 wakes;
	u64 woken;
	u64 kept;
	bool slept;
	bool runnable;
};

void clock_start(struct clock *clock, u64 host);
u64 clock_now(const struct clock *clock, u64 host);
void clock_wakes(struct clock *clock, u64 host);
void clock_runs(struct clock *clock, u64 host, u64 kept);
u64 clock_own(struct clock *clock, u64 host, u64 kept);
void clock_sleeps(struct clock *clock, u64 host, u64 kept, u64 wakes);

#endif /* _KVMSHARE_VGPU_CLOCK_H */
