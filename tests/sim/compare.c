// SPDX-License-Identifier: GPL-2.0
/*
 * compare JSON: the policy `fair` beside others on the same loads, in the
 * simulator: a table for people, and records as those of make bench.
 */
#include <err.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <json-c/json.h>

#include "others.h"

#define NR		64
#define SECOND		(1000 * SCHED_MS)
#define SLICE		SCHED_SLICE_DEFAULT
#define WINDOWS		5
#define WINDOW_SLICES	200
#define WAITS_MAX	10000

static const struct sched_ops *const policies[] = { &sched_fair, &sim_gvt, &sim_robin, &sim_strict };

#define NR_POLICIES	(sizeof(policies) / sizeof(*policies))

static struct sim_client clients[NR];
static struct sim sim;

/* -- How even: lag, min-max and Jain's index --------------------------------- */

/**
 * struct evenness - of a run
 * @lag: the furthest that anybody was from its due, in slices
 * @minmax: of the worst window
 * @jain: of the worst window
 */
struct evenness {
	double lag;
	double minmax;
	double jain;
};

static struct evenness seen;

static double due_of(const struct sim *s, const struct sim_client *client)
{
	double weights = 0;

	for (u32 i = 0; i < s->nr; i++)
		weights += s->clients[i].sched.params.weight;
	return (double)s->now * client->sched.params.weight / weights;
}

static void watch_lag(struct sim *s, struct sim_client *client, u64 ran, void *arg)
{
	for (u32 i = 0; i < s->nr; i++)
		seen.lag = fmax(seen.lag, fabs(due_of(s, &s->clients[i]) - (double)s->clients[i].got) / SLICE);
}

/* What each got in a window that has just ended, by its weight. */
static void judge_window(const double *before)
{
	double least = INFINITY, most = 0, sum = 0, squares = 0;

	for (u32 i = 0; i < sim.nr; i++) {
		double got = ((double)clients[i].got - before[i]) / clients[i].sched.params.weight;

		least = fmin(least, got);
		most = fmax(most, got);
		sum += got;
		squares += got * got;
	}
	seen.minmax = fmin(seen.minmax, least / most);
	seen.jain = fmin(seen.jain, sum * sum / (sim.nr * squares));
}

static struct evenness measure_evenness(const struct sched_ops *ops, int nr, bool weighted)
{
	double before[NR];

	seen = (struct evenness){ .minmax = 1, .jain = 1 };
	sim_init(&sim, ops, clients);
	sim.on_slice = watch_lag;
	for (int i = 0; i < nr; i++) {
		struct sched_params p = {
			/* GVT-g's own weights. */
			.weight = weighted ? 2U << (i % 4) : 4, .cap = LEVEL_ONE, .averaging = 33, .slice = SLICE,
		};

		if (!sim_add(&sim, &p, 50 * SCHED_MS, 0))
			errx(1, "a client");
	}
	for (int w = 0; w < WINDOWS; w++) {
		for (int i = 0; i < nr; i++)
			before[i] = (double)clients[i].got;
		sim_run(&sim, sim.now + (u64)nr * WINDOW_SLICES * SLICE);
		judge_window(before);
	}
	return seen;
}

/* -- How soon: an interactive client beside seven that are busy --------------- */

static const struct sched_ops *asked;
static u64 waits[WAITS_MAX];
static int nr_waits;

static void watch_pick(struct sched_engine *engine, u64 now, struct sched_pick *pick)
{
	asked->pick(engine, now, pick);
	if (pick->client == &clients[0].sched && !clients[0].left && nr_waits < WAITS_MAX)
		waits[nr_waits++] = now - clients[0].came;
}

static int by_size(const void *a, const void *b)
{
	u64 x = *(const u64 *)a, y = *(const u64 *)b;

	return x < y ? -1 : x > y;
}

/* The 99th percentile from enqueue to dispatch, in microseconds. */
static double wait_p99(const struct sched_ops *ops, u64 job, bool whole)
{
	struct sched_params p = { .weight = 4, .cap = LEVEL_ONE, .averaging = 1, .slice = SLICE };
	struct sched_ops watched = *ops;

	asked = ops;
	watched.pick = watch_pick;
	nr_waits = 0;
	sim_init(&sim, &watched, clients);
	sim_add(&sim, &p, 200 * SCHED_US, 10 * SCHED_MS)->next = 13 * SCHED_MS + 77 * SCHED_US;
	for (int i = 0; i < 7; i++)
		sim_add(&sim, &p, job, 0)->whole = whole;
	sim_run(&sim, 60 * SECOND);
	qsort(waits, nr_waits, sizeof(*waits), by_size);
	return (double)waits[nr_waits * 99 / 100] / SCHED_US;
}

/* -- The table and the records ----------------------------------------------- */

static json_object *records;

static void add_record(const char *name, const char *unit, const double *values, const char *scenario)
{
	json_object *record = json_object_new_object(), *arms = json_object_new_object();

	for (size_t i = 0; i < NR_POLICIES; i++)
		json_object_object_add(arms, policies[i]->name, json_object_new_double(values[i]));
	json_object_object_add(record, "name", json_object_new_string(name));
	json_object_object_add(record, "kernel", json_object_new_string("simulator"));
	json_object_object_add(record, "unit", json_object_new_string(unit));
	json_object_object_add(record, "value", json_object_new_double(values[0]));
	json_object_object_add(record, "arms", arms);
	json_object_object_add(record, "runs", json_object_new_int(1));
	json_object_object_add(record, "scenario", json_object_new_string(scenario));
	json_object_array_add(records, record);
}

static void print_row(const char *what, const double *values)
{
	printf("%-46s", what);
	for (size_t i = 0; i < NR_POLICIES; i++)
		printf(" %12.4f", values[i]);
	printf("\n");
}

static void compare_evenness(int nr, bool weighted)
{
	double lag[NR_POLICIES], minmax[NR_POLICIES], jain[NR_POLICIES];
	char load[40], what[64];

	for (size_t i = 0; i < NR_POLICIES; i++) {
		struct evenness e = measure_evenness(policies[i], nr, weighted);

		lag[i] = e.lag;
		minmax[i] = e.minmax;
		jain[i] = e.jain;
	}
	snprintf(load, sizeof(load), "%d busy, %s", nr, weighted ? "2:4:8:16" : "equal");
	snprintf(what, sizeof(what), "%s: largest lag, slices", load);
	print_row(what, lag);
	add_record("vgpu.sim.lag", "slices", lag, load);
	snprintf(what, sizeof(what), "%s: min-max, by weight", load);
	print_row(what, minmax);
	add_record("vgpu.sim.minmax", "ratio", minmax, load);
	snprintf(what, sizeof(what), "%s: Jain, by weight", load);
	print_row(what, jain);
	add_record("vgpu.sim.jain", "ratio", jain, load);
}

static void compare_waits(u64 job, bool whole)
{
	double p99[NR_POLICIES];
	char load[96];

	for (size_t i = 0; i < NR_POLICIES; i++)
		p99[i] = wait_p99(policies[i], job, whole);
	snprintf(load, sizeof(load), whole ? "jobs of %llu ms that do not stop: p99 wait, us" :
		 "interactive, slices of 2 ms: p99 wait, us", (unsigned long long)(job / SCHED_MS));
	print_row(load, p99);
	add_record("vgpu.wait_p99", "us", p99, load);
}

int main(int argc, char **argv)
{
	if (argc != 2)
		errx(2, "Usage: compare JSON");
	records = json_object_new_array();
	printf("%-46s", "");
	for (size_t i = 0; i < NR_POLICIES; i++)
		printf(" %12s", policies[i]->name);
	printf("\n");
	for (int nr = 2; nr <= NR; nr *= nr == 2 ? 4 : 8)
		compare_evenness(nr, false);
	compare_evenness(8, true);
	compare_waits(50 * SCHED_MS, false);
	compare_waits(5 * SCHED_MS, true);
	compare_waits(20 * SCHED_MS, true);
	if (json_object_to_file_ext(argv[1], records, JSON_C_TO_STRING_PRETTY))
		errx(1, "%s cannot be written", argv[1]);
	json_object_put(records);
	return 0;
}
