// SPDX-License-Identifier: GPL-2.0
#include "clock.h"
#include "tree.h"

/* The thread goes on from @at, whatever it had waited until then. */
static void set_base(struct clock *clock, u64 host, u64 kept)
{
	clock->base = host - kept - clock->at;
}

/**
 * clock_start() - of a thread that has not run yet
 * @clock: it
 * @host: the host's time
 */
void clock_start(struct clock *clock, u64 host)
{
	*clock = (struct clock) { .at = host };
}

/**
 * clock_now() - for everybody but the thread
 * @clock: it
 * @host: the host's time
 */
u64 clock_now(const struct clock *clock, u64 host)
{
	return clock->runs ? READ_ONCE(clock->at) : host - clock->behind;
}

/**
 * clock_runs() - the thread looks for something to do
 * @clock: it
 * @host: the host's time
 * @kept: how long the thread has been kept from a CPU, in all
 */
void clock_runs(struct clock *clock, u64 host, u64 kept)
{
	if (clock->runs)
		return;
	WRITE_ONCE(clock->at, host - clock->behind);
	set_base(clock, host, kept);
	clock->runs = true;
}

/**
 * clock_own() - for the thread, from clock_runs() to clock_sleeps()
 * @clock: it
 * @host: the host's time
 * @kept: as there
 *
 * Return: what others see until the next call; never less than before.
 */
u64 clock_own(struct clock *clock, u64 host, u64 kept)
{
	u64 now = host - kept - clock->base;

	/* It cannot have waited for longer than has passed. */
	if (tree_before(now, clock->at))
		set_base(clock, host, kept);
	else
		WRITE_ONCE(clock->at, now);
	return clock->at;
}

/**
 * clock_sleeps() - the thread has found nothing, and is about to sleep
 * @clock: it
 * @host: the host's time
 * @kept: as there
 */
void clock_sleeps(struct clock *clock, u64 host, u64 kept)
{
	clock->behind = host - clock_own(clock, host, kept);
	clock->runs = false;
}
