// SPDX-License-Identifier: GPL-2.0
/*
 * An engine's time, by which it is shared.
 *
 * A device has the host's.  An engine that is the CPU of its own thread has it
 * only while that thread need not wait for the CPU: what other work of the host
 * takes meanwhile is no client's, nor does it use up anybody's cap or promise.
 */
#include <linux/ktime.h>
#include <linux/sched.h>

#include "vgpu.h"

/* How long the calling thread was kept from a CPU that it could have used, in all. */
static u64 kept_waiting(void)
{
#ifdef CONFIG_SCHED_INFO
	return READ_ONCE(current->sched_info.run_delay);
#else
	return 0;
#endif
}

/**
 * vgpu_clock_own() - the engine's time, for its own thread
 * @engine: it
 *
 * Others see this time until the next one is read.
 *
 * Return: nanoseconds; never less than the last time.
 */
u64 vgpu_clock_own(struct vgpu_engine *engine)
{
	struct vgpu_clock *clock = &engine->clock;
	u64 now = ktime_get_ns();

	if (!engine->ops->is_cpu)
		return now;
	now -= kept_waiting();
	/* Two clocks of the kernel make it, which are read one after the other. */
	if ((s64)(now - clock->at) < 0)
		now = clock->at;
	WRITE_ONCE(clock->at, now);
	return now;
}

/**
 * vgpu_clock_now() - the engine's time, for everybody else
 * @engine: it, with its lock
 */
u64 vgpu_clock_now(const struct vgpu_engine *engine)
{
	const struct vgpu_clock *clock = &engine->clock;

	lockdep_assert_held(&engine->lock);
	return clock->runnable ? READ_ONCE(clock->at) : ktime_get_ns() - clock->behind;
}

/**
 * vgpu_clock_runs() - its thread runs
 * @engine: it, with its lock; called by its thread
 */
void vgpu_clock_runs(struct vgpu_engine *engine)
{
	lockdep_assert_held(&engine->lock);
	engine->clock.runnable = engine->ops->is_cpu;
}

/**
 * vgpu_clock_sleeps() - its thread is about to sleep
 * @engine: it, with its lock; called by its thread
 */
void vgpu_clock_sleeps(struct vgpu_engine *engine)
{
	lockdep_assert_held(&engine->lock);
	if (engine->ops->is_cpu)
		engine->clock.behind = kept_waiting();
	engine->clock.runnable = false;
}

/**
 * vgpu_clock_wakes() - its thread has something to do, and may have to wait for a CPU
 * @engine: it, with its lock
 */
void vgpu_clock_wakes(struct vgpu_engine *engine)
{
	struct vgpu_clock *clock = &engine->clock;

	lockdep_assert_held(&engine->lock);
	if (!engine->ops->is_cpu || clock->runnable)
		return;
	WRITE_ONCE(clock->at, vgpu_clock_now(engine));
	clock->runnable = true;
}
