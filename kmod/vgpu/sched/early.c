// SPDX-License-Identifier: GPL-2.0
#include "early.h"
#include "sched.h"

/* So much at once, or as long as others run at once, and this part of all that is run. */
#define BUCKET_LEAST	SCHED_SLICE_DEFAULT
#define BUCKET_PART	8

void early_start(struct early *early)
{
	early->bucket = BUCKET_LEAST;
}

void early_sleeps(struct early_client *client)
{
	client->burst = client->stretch;
	client->stretch = 0;
}

/**
 * early_wakes() - it has work again
 * @client: it
 * @due: what would have been due to it asleep, in nanoseconds
 * @slice: its own
 *
 * Return: for how long it asks, in nanoseconds: what it ran the last time, not a
 * slice, since that is due to it sooner.
 */
u64 early_wakes(struct early_client *client, u64 due, u64 slice)
{
	client->saved += due;
	if (client->saved > slice)
		client->saved = slice;
	if (client->burst < SCHED_SLICE_MIN)
		return SCHED_SLICE_MIN;
	return client->burst < slice ? client->burst : slice;
}

/* Where it needed more than the last time, it asks for what it has saved. */
u64 early_goes_on(const struct early_client *client)
{
	return client->saved > SCHED_SLICE_MIN ? client->saved : SCHED_SLICE_MIN;
}

/* Returns by how many nanoseconds its turn of @request comes sooner. */
u64 early_turn(struct early *early, const struct early_client *client, u64 request)
{
	if (!client->saved || request > early->bucket)
		return 0;
	early->bucket -= request;
	return client->saved;
}

/* @longest: about the longest that anybody ran lately at once. */
void early_ran(struct early *early, struct early_client *client, u64 ran, u64 longest)
{
	u64 most = longest > BUCKET_LEAST ? longest : BUCKET_LEAST;

	early->bucket += ran / BUCKET_PART;
	if (early->bucket > most)
		early->bucket = most;
	client->saved -= client->saved < ran ? client->saved : ran;
	client->stretch += ran;
}
