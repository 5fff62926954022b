// SPDX-License-Identifier: GPL-2.0
#include "clock.h"
#include "tree.h"

/* No reader sees it go back; the thread tells it without a lock. */
static void tell(struct clock *clock, u64 at)
{
	if (tree_before(clock->at, at))
		WRITE_ONCE(clock->at, at);
}

/**
 * clock_start() - of a thread that has not run yet
 * @clock: it
 * @host: the host's time
 */
void clock_start(struct clock *clock, u64 host)
{
	*clock = (struct clock) { .at = host, .wakes = CLOCK_NEVER, .slept = true };
}

/* When its own timer has come it may be waiting for the CPU. */
static u64 asleep(const struct clock *clock, u64 host)
{
	u64 now = host - clock->behind;

	return clock->wakes != CLOCK_NEVER && tree_before(clock->wakes, now) ? clock->wakes : now;
}

/**
 * clock_now() - for everybody but the thread
 * @clock: it
 * @host: the host's time
 */
u64 clock_now(const struct clock *clock, u64 host)
{
	return clock->runnable ? READ_ONCE(clock->at) : asleep(clock, host);
}

/**
 * clock_wakes() - somebody has something for the thread to do
 * @clock: it
 * @host: the host's time
 *
 * From here on it may have to wait for the CPU.
 */
void clock_wakes(struct clock *clock, u64 host)
{
	if (clock->runnable)
		return;
	clock->woken = asleep(clock, host) + clock->behind;
	tell(clock, asleep(clock, host));
	clock->runnable = true;
}

/* Since it was woken: what it took to get it going, but not its wait for the CPU. */
static u64 latency(const struct clock *clock, u64 host, u64 kept)
{
	u64 passed = host - clock->woken, waited = kept - clock->kept;

	return waited < passed ? passed - waited : 0;
}

/**
 * clock_runs() - the thread has the CPU
 * @clock: it
 * @host: the host's time
 * @kept: how long the thread has been kept from a CPU, in all
 */
void clock_runs(struct clock *clock, u64 host, u64 kept)
{
	clock_wakes(clock, host);
	if (clock->slept)
		clock->base = host - kept - clock->at - latency(clock, host, kept);
	clock->slept = false;
}

/**
 * clock_own() - for the thread
 * @clock: it, which clock_runs() was told of
 * @host: the host's time
 * @kept: as there
 *
 * Return: what others see until the next call; never less than before.
 */
u64 clock_own(struct clock *clock, u64 host, u64 kept)
{
	tell(clock, host - kept - clock->base);
	return clock->at;
}

/**
 * clock_sleeps() - the thread is about to sleep; clock_own() was the last call
 * @clock: it
 * @host: the host's time
 * @kept: as there
 * @wakes: when it wakes by itself, or CLOCK_NEVER
 */
void clock_sleeps(struct clock *clock, u64 host, u64 kept, u64 wakes)
{
	clock->kept = kept;
	clock->behind = host - clock->at;
	clock->wakes = wakes != CLOCK_NEVER && tree_before(wakes, clock->at) ? clock->at : wakes;
	clock->slept = true;
	clock->runnable = false;
}
