// SPDX-License-Identifier: GPL-2.0
/*
 * What an engine's time is made of: a device has the host's, and an engine that
 * is the CPU of its own thread has that of clock.h.
 *
 * What interrupts take, and what a host that is a guest itself is not given, is
 * in it: no kernel tells that to the nanosecond.
 */
#include <linux/ktime.h>
#include <linux/sched.h>

#include "vgpu.h"

/* How long the calling thread was kept from a CPU that it could have used, in all. */
u64 vgpu_time_kept(void)
{
#ifdef CONFIG_SCHED_INFO
	return READ_ONCE(current->sched_info.run_delay);
#else
	/* Then its waits are its clients'. */
	return 0;
#endif
}

/* Both of one moment: the thread may lose the CPU in between. */
static u64 read_both(u64 *kept)
{
	u64 host;

	do {
		*kept = vgpu_time_kept();
		host = ktime_get_ns();
	} while (*kept != vgpu_time_kept());
	return host;
}

/* For everybody but the engine's thread, with its lock. */
u64 vgpu_time_now(const struct vgpu_engine *engine)
{
	lockdep_assert_held(&engine->lock);
	return engine->ops->is_cpu ? clock_now(&engine->clock, ktime_get_ns()) : ktime_get_ns();
}

/* Its thread, with its lock, looks for something to do. Returns the time. */
u64 vgpu_time_runs(struct vgpu_engine *engine)
{
	u64 kept, host = read_both(&kept);

	lockdep_assert_held(&engine->lock);
	clock_runs(&engine->clock, host, kept);
	return engine->ops->is_cpu ? clock_own(&engine->clock, host, kept) : host;
}

/* Its thread runs; no lock is needed. */
u64 vgpu_time_own(struct vgpu_engine *engine)
{
	u64 kept, host = read_both(&kept);

	return engine->ops->is_cpu ? clock_own(&engine->clock, host, kept) : host;
}

/*
 * Its thread, with its lock, has found nothing to do before @again.  Returns when
 * that is, by the host's time.
 */
u64 vgpu_time_sleeps(struct vgpu_engine *engine, u64 again)
{
	u64 kept, host = read_both(&kept);

	lockdep_assert_held(&engine->lock);
	if (!engine->ops->is_cpu)
		return again;
	clock_sleeps(&engine->clock, host, kept);
	return again == SCHED_NEVER ? SCHED_NEVER : again + engine->clock.behind;
}
