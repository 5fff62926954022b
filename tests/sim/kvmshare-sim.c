// SPDX-License-Identifier: GPL-2.0
/* kvmshare-sim: run a scenario under the scheduler's own code, and draw it. */
#include <err.h>
#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "others.h"
#include "scenario.h"
#include "timeline.h"

static const struct sched_ops *const policies[] = {
	&sched_fair, &sched_fifo, &sim_robin, &sim_strict, &sim_gvt,
};

#define NR_POLICIES	(sizeof(policies) / sizeof(policies[0]))

static void usage(FILE *out)
{
	fprintf(out, "Usage: kvmshare-sim [--policy NAME] [--svg FILE] SCENARIO\n"
		"Prints what each client of a scenario gets, and draws who ran when.\n"
		"A scenario's lines are told in tests/sim/scenario.h. Policies:");
	for (size_t i = 0; i < NR_POLICIES; i++)
		fprintf(out, " %s", policies[i]->name);
	fprintf(out, "\n");
}

static const struct sched_ops *find_policy(const char *name)
{
	for (size_t i = 0; i < NR_POLICIES; i++)
		if (!strcmp(policies[i]->name, name))
			return policies[i];
	errx(2, "there is no policy '%s'; see --help", name);
}

static char *read_all(const char *path)
{
	FILE *file = fopen(path, "r");
	size_t room = 1 << 20, len;
	char *text = malloc(room);

	if (!file || !text)
		err(1, "%s", path);
	len = fread(text, 1, room - 1, file);
	if (ferror(file) || !feof(file))
		errx(1, "%s: it cannot be read, or is larger than 1 MiB", path);
	fclose(file);
	text[len] = '\0';
	return text;
}

static struct scenario load(const char *path)
{
	struct scenario scenario = {
		.clients = calloc(SCENARIO_MAX, sizeof(*scenario.clients)),
	};
	char error[SCENARIO_ERROR_LEN];
	char *text = read_all(path);

	if (!scenario.clients)
		err(1, "%s", path);
	if (!scenario_read(&scenario, text, error))
		errx(2, "%s: %s", path, error);
	free(text);
	return scenario;
}

/**
 * struct picture - where slices are drawn
 * @out: the file, or NULL
 * @scenario: whose picture it is
 */
struct picture {
	FILE *out;
	const struct scenario *scenario;
};

static void draw(struct sim *sim, struct sim_client *client, u64 ran, void *arg)
{
	const struct picture *picture = arg;

	if (picture->out)
		timeline_slice(picture->out, picture->scenario, (u32)(client - sim->clients),
			       sim->now - ran, sim->now);
}

static void set_up(struct sim *sim, const struct scenario *scenario)
{
	struct sim_client *clients = calloc(scenario->nr, sizeof(*clients));

	if (!clients)
		err(1, "clients");
	sim_init(sim, find_policy(scenario->policy), clients);
	sim->cost = scenario->cost;
	sim->lost = scenario->lost;
	for (u32 i = 0; i < scenario->nr; i++) {
		const struct scenario_client *from = &scenario->clients[i];
		struct sim_client *client = sim_add(sim, &from->params, from->job, from->period);

		if (!client)
			errx(2, "%s: the minimums are more than the engine", from->name);
		client->think = from->think;
		client->whole = from->whole;
		client->next = from->start;
	}
}

/* Jain, Chiu and Hawe, 1984: 1 where all got the same. */
static double jain(const struct sim *sim)
{
	double sum = 0, squares = 0;

	for (u32 i = 0; i < sim->nr; i++) {
		double got = (double)sim->clients[i].got;

		sum += got;
		squares += got * got;
	}
	return squares > 0 ? sum * sum / (sim->nr * squares) : 1;
}

static void print_table(const struct sim *sim, const struct scenario *scenario,
			const double *parts)
{
	printf("%-24s %8s %10s %14s\n", "client", "percent", "slices", "longest wait");
	for (u32 i = 0; i < sim->nr; i++)
		printf("%-24s %8.3f %10llu %11.3f ms\n", scenario->clients[i].name, parts[i],
		       (unsigned long long)sim->clients[i].sched.stats.slices,
		       (double)sim->clients[i].worst / 1e6);
	printf("idle %.3f percent, Jain's index %.6f, %s\n",
	       100 * (double)sim->idle / (double)sim->now, jain(sim), sim->engine.ops->name);
}

int main(int argc, char **argv)
{
	static const struct option options[] = {
		{ "policy", required_argument, NULL, 'p' },
		{ "svg", required_argument, NULL, 's' },
		{ "help", no_argument, NULL, 'h' },
		{ NULL, 0, NULL, 0 },
	};
	const char *policy = NULL, *svg = NULL;
	struct picture picture = { 0 };
	struct scenario scenario;
	struct sim sim;
	double *parts;
	int option;

	while ((option = getopt_long(argc, argv, "h", options, NULL)) != -1) {
		if (option == 'h')
			return usage(stdout), 0;
		if (option == '?')
			return usage(stderr), 2;
		*(option == 'p' ? &policy : &svg) = optarg;
	}
	if (optind != argc - 1)
		return usage(stderr), 2;
	scenario = load(argv[optind]);
	if (policy)
		snprintf(scenario.policy, sizeof(scenario.policy), "%s", policy);
	set_up(&sim, &scenario);
	picture.scenario = &scenario;
	picture.out = svg ? fopen(svg, "w") : NULL;
	if (svg && !picture.out)
		err(1, "%s", svg);
	sim.on_slice = draw;
	sim.arg = &picture;
	if (svg)
		timeline_begin(picture.out, &scenario);
	sim_run(&sim, scenario.length);
	parts = calloc(sim.nr, sizeof(*parts));
	for (u32 i = 0; parts && i < sim.nr; i++)
		parts[i] = 100 * (double)sim.clients[i].got / (double)sim.now;
	if (!parts)
		err(1, "parts");
	print_table(&sim, &scenario, parts);
	if (svg) {
		timeline_end(picture.out, &scenario, parts);
		if (fclose(picture.out))
			err(1, "%s", svg);
	}
	free(parts);
	free(sim.clients);
	free(scenario.clients);
	return 0;
}
