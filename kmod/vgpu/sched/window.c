// SPDX-License-Identifier: GPL-2.0
#include "math.h"
#include "sched.h"
#include "window.h"

/* So many bits of a share are looked at: squares of it, added up, stay within 64. */
#define SHARE_BITS	20

/* Who had work all of the time, and for how long it had the engine by its weight. */
static bool was_busy(const struct sched_client *client)
{
	return !client->window.absent && client->state != SCHED_ASLEEP;
}

static u64 by_weight(const struct sched_client *client)
{
	u64 run = client->stats.run - client->window.run;

	return mul_div(run, LEVEL_WEIGHT_MAX, client->params.weight);
}

static u64 greatest(const struct sched_engine *engine)
{
	const struct sched_client *client;
	u64 most = 0;

	for (client = engine->clients; client; client = client->next) {
		if (was_busy(client) && by_weight(client) > most)
			most = by_weight(client);
	}
	return most;
}

static void measure(struct window *window, const struct sched_engine *engine)
{
	u64 most = greatest(engine), least = ~0ULL, sum = 0, squares = 0;
	const struct sched_client *client;
	u32 nr = 0;

	for (client = engine->clients; client; client = client->next) {
		u64 share;

		if (!was_busy(client))
			continue;
		share = most ? mul_div(by_weight(client), 1ULL << SHARE_BITS, most) : 0;
		least = share < least ? share : least;
		sum += share;
		squares += share * share;
		nr++;
	}
	window->busy_clients = nr;
	window->jain = WINDOW_ONE;
	window->minmax = WINDOW_ONE;
	if (nr < 2 || !most)
		return;
	window->jain = (u32)mul_div(mul_div(sum, sum, nr), WINDOW_ONE, squares);
	window->minmax = (u32)mul_div(least, WINDOW_ONE, 1ULL << SHARE_BITS);
}

static void begin(struct window *window, struct sched_engine *engine, u64 now)
{
	struct sched_client *client;

	window->began = now;
	window->busy = engine->busy;
	for (client = engine->clients; client; client = client->next) {
		client->window.run = client->stats.run;
		client->window.absent = client->state == SCHED_ASLEEP;
	}
}

/**
 * window_start() - of an engine that nobody shares yet
 * @window: it
 * @now: the time
 */
void window_start(struct window *window, u64 now)
{
	*window = (struct window) {
		.began = now,
		.jain = WINDOW_ONE,
		.minmax = WINDOW_ONE,
	};
}

/**
 * window_look() - close the window where it is long enough
 * @window: it
 * @engine: whose; nobody runs, or what runs is not in the books yet
 * @now: the time
 *
 * It takes time in proportion to the clients, once in WINDOW_LENGTH.
 */
void window_look(struct window *window, struct sched_engine *engine, u64 now)
{
	u64 length = now - window->began, busy;

	if ((s64)length < (s64)WINDOW_LENGTH)
		return;
	busy = engine->busy - window->busy;
	window->load = (u32)mul_div(busy < length ? busy : length, WINDOW_ONE, length);
	measure(window, engine);
	begin(window, engine, now);
}
