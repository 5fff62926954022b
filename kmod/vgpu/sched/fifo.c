// SPDX-License-Identifier: GPL-2.0
#include "sched.h"

static struct sched_client *to_fifo_client(struct tree_node *node)
{
	return (struct sched_client *)((char *)node - offsetof(struct sched_client, fifo.place));
}

static void fifo_start(struct sched_engine *engine, u64 now)
{
	engine->fifo = (struct fifo) { 0 };
}

static void fifo_enter(struct sched_engine *engine, struct sched_client *client, u64 now)
{
	client->fifo = (struct fifo_client) { 0 };
}

static void fifo_wake(struct sched_engine *engine, struct sched_client *client, u64 now)
{
	client->fifo.place.key = engine->fifo.came++;
	tree_insert(&engine->fifo.queue, &client->fifo.place);
}

static void fifo_sleep(struct sched_engine *engine, struct sched_client *client, u64 now)
{
	tree_erase(&engine->fifo.queue, &client->fifo.place);
}

static void fifo_pick(struct sched_engine *engine, u64 now, struct sched_pick *pick)
{
	struct tree_node *first = tree_first(&engine->fifo.queue);

	if (!first)
		return;
	tree_erase(&engine->fifo.queue, first);
	pick->client = to_fifo_client(first);
	pick->budget = pick->client->params.slice;
}

static void fifo_ran(struct sched_engine *engine, struct sched_client *client, u64 now,
		     u64 ran, u64 budget, bool more)
{
	if (more)
		fifo_wake(engine, client, now);
}

static void fifo_change(struct sched_engine *engine, struct sched_client *client,
			const struct sched_params *params, u64 now)
{
	client->params = *params;
}

static void fifo_leave(struct sched_engine *engine, struct sched_client *client, u64 now)
{
}

const struct sched_ops sched_fifo = {
	.name = "fifo",
	.start = fifo_start,
	.enter = fifo_enter,
	.wake = fifo_wake,
	.sleep = fifo_sleep,
	.pick = fifo_pick,
	.ran = fifo_ran,
	.change = fifo_change,
	.leave = fifo_leave,
};
