/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The time of an engine that is a CPU: pure.
 *
 * It is the host's while the engine's thread sleeps or runs, and stands where the
 * thread lost the CPU to other work before it slept again.  What it waits for a
 * CPU after a sleep is in it, as time in which the engine had nothing to do: so
 * caps go on, and nobody is charged, since who runs is chosen after that.
 *
 * What the thread has waited (@kept) is believed from one of its readings to the
 * next only: over a sleep, kernels that leave a sleeping task on its queue for a
 * while may count all of that.
 */
#ifndef _KVMSHARE_VGPU_CLOCK_H
#define _KVMSHARE_VGPU_CLOCK_H

#include "../../compat/types.h"

#ifdef __KERNEL__
#include <linux/compiler.h>
#else
#define READ_ONCE(x)		(x)
#define WRITE_ONCE(x, value)	((x) = (value))
#endif

/**
 * struct clock - of an engine, in nanoseconds
 * @at: when the thread last told it
 * @behind: how much less it is than the host's while the thread sleeps
 * @base: the same while the thread runs, beside what that has waited
 * @runs: the thread has not slept since it looked: the time is @at
 */
struct clock {
	u64 at;
	u64 behind;
	u64 base;
	bool runs;
};

void clock_start(struct clock *clock, u64 host);
u64 clock_now(const struct clock *clock, u64 host);
void clock_runs(struct clock *clock, u64 host, u64 kept);
u64 clock_own(struct clock *clock, u64 host, u64 kept);
void clock_sleeps(struct clock *clock, u64 host, u64 kept);

#endif /* _KVMSHARE_VGPU_CLOCK_H */
