/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What is due to clients that are always busy (kmod/vgpu/sched/level.h), worked out: the
 * level is searched for at which all rates add up to the engine.
 */
#ifndef KVMSHARE_TESTS_UNIT_VGPU_DUE_H
#define KVMSHARE_TESTS_UNIT_VGPU_DUE_H

#include <math.h>

#include "vgpu_engine.h"

static inline double due_at(const struct sched_params *p, double level)
{
	return fmin(p->cap, fmax(p->minimum, p->weight * level));
}

static inline double all_due_at(double level)
{
	double all = 0;

	for (u32 i = 0; i < sim.nr; i++)
		all += due_at(&clients[i].sched.params, level);
	return all;
}

/* The level, as @due takes it; where all are at their caps it is above them. */
static inline double due_level(void)
{
	double low = 0, high = LEVEL_ONE;

	for (int i = 0; i < 100; i++) {
		double middle = (low + high) / 2;

		if (all_due_at(middle) < LEVEL_ONE)
			low = middle;
		else
			high = middle;
	}
	return high;
}

/* As a part of the engine. */
static inline double due(const struct sim_client *client, double level)
{
	return due_at(&client->sched.params, level) / LEVEL_ONE;
}

#endif
