/* SPDX-License-Identifier: GPL-2.0 */
/* An engine under the fair policy in a simulation, for the tests of it. */
#ifndef KVMSHARE_TESTS_UNIT_VGPU_ENGINE_H
#define KVMSHARE_TESTS_UNIT_VGPU_ENGINE_H

#include "../../kmod/vgpu/sched/tree.c"
#include "../../kmod/vgpu/sched/fifo.c"
#include "../../kmod/vgpu/sched/place.c"
#include "../../kmod/vgpu/sched/early.c"
#include "../../kmod/vgpu/sched/fair.c"
#include "../../kmod/vgpu/sched/sched.c"
#include "../sim/sim.h"
#include "random.h"

#define PERCENT		(LEVEL_ONE / 100)
#define SLICE		SCHED_SLICE_DEFAULT
#define SECOND		(1000 * SCHED_MS)
#define NR		64
#define NR_MANY		1100

static struct sim_client clients[NR_MANY];
static struct sim sim;

static inline struct sched_params params(u32 weight, u32 minimum, u32 cap)
{
	return (struct sched_params){
		.weight = weight, .minimum = minimum * PERCENT, .cap = cap * PERCENT,
		.averaging = 1, .slice = SLICE,
	};
}

static inline struct sim_client *add(u32 weight, u32 minimum, u32 cap, u64 job, u64 period)
{
	struct sched_params p = params(weight, minimum, cap);
	struct sim_client *client = sim_add(&sim, &p, job, period);

	assert_non_null(client);
	return client;
}

static inline void open_engine(void)
{
	sim_init(&sim, &sched_fair, clients);
}

/* Clients with little work now and then. */
static inline void add_sleepers(int nr)
{
	for (int i = 0; i < nr; i++)
		add(100, 0, 100, 50 * SCHED_US + random_below(3 * SCHED_MS),
		    5 * SCHED_MS + random_below(60 * SCHED_MS))->next = random_below(100 * SCHED_MS);
}

#endif
