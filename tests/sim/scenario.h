/* SPDX-License-Identifier: GPL-2.0 */
/*
 * A scenario file: who shares an engine, with what load.  A line each, words
 * separated by blanks, "#" begins a comment:
 *
 *	engine policy=fair cost=5us lost=0
 *	client name=desktop weight=100 min=30 cap=100 slice=2ms averaging=1 \
 *	       job=200us period=10ms think=0 start=0 whole count=1
 *	run 100ms
 *
 * min and cap are percent; times have a unit: ns, us, ms or s.  All but job may
 * be left out.  period: a job comes so often; without it the next comes when
 * one is done, after think.  whole: its jobs cannot be preempted.  count: so
 * many of them.  policy: fair, fifo, robin, strict, gvt.
 */
#ifndef KVMSHARE_TESTS_SIM_SCENARIO_H
#define KVMSHARE_TESTS_SIM_SCENARIO_H

#include "sim.h"

#define SCENARIO_MAX		10000
#define SCENARIO_NAME_LEN	32
#define SCENARIO_ERROR_LEN	160

/**
 * struct scenario_client - a client to be
 * @name: for the picture
 * @params: its params
 * @job: see struct sim_client, as what follows
 * @period: see there
 * @think: see there
 * @start: when its first job comes
 * @whole: see there
 */
struct scenario_client {
	char name[SCENARIO_NAME_LEN];
	struct sched_params params;
	u64 job;
	u64 period;
	u64 think;
	u64 start;
	bool whole;
};

/**
 * struct scenario - a file that was read
 * @policy: by its name
 * @cost: see struct sim
 * @lost: see struct sim
 * @length: how long to run, in nanoseconds
 * @nr: how many clients
 * @clients: them; SCENARIO_MAX
 */
struct scenario {
	char policy[SCENARIO_NAME_LEN];
	u64 cost;
	u64 lost;
	u64 length;
	u32 nr;
	struct scenario_client *clients;
};

/* False with a sentence, which names the line, in @error. */
bool scenario_read(struct scenario *scenario, const char *text, char error[SCENARIO_ERROR_LEN]);

#endif
