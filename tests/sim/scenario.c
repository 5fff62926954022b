// SPDX-License-Identifier: GPL-2.0
#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "scenario.h"

#define LINE_LEN	512

/* -- Values ------------------------------------------------------------------ */

static bool read_number(const char *text, u64 most, u64 *value)
{
	char *end;

	if (!isdigit((unsigned char)*text))
		return false;
	*value = strtoull(text, &end, 10);
	return !*end && *value <= most;
}

static bool read_u32(const char *text, u32 most, u32 *value)
{
	u64 wide;

	if (!read_number(text, most, &wide))
		return false;
	*value = (u32)wide;
	return true;
}

static bool read_percent(const char *text, u32 *ppm)
{
	if (!read_u32(text, 100, ppm))
		return false;
	*ppm *= LEVEL_ONE / 100;
	return true;
}

static bool read_time(const char *text, u64 *ns)
{
	static const struct {
		const char *name;
		u64 ns;
	} units[] = { { "ns", 1 }, { "us", SCHED_US }, { "ms", SCHED_MS }, { "s", 1000 * SCHED_MS } };
	char *end;

	if (!isdigit((unsigned char)*text))
		return false;
	*ns = strtoull(text, &end, 10);
	if (!*ns && !*end)
		return true;
	for (size_t i = 0; i < sizeof(units) / sizeof(units[0]); i++) {
		if (strcmp(end, units[i].name))
			continue;
		if (*ns > 1000000 * 1000 * SCHED_MS / units[i].ns)
			return false;
		*ns *= units[i].ns;
		return true;
	}
	return false;
}

static bool read_name(const char *text, char name[SCENARIO_NAME_LEN])
{
	if (!*text || strlen(text) >= SCENARIO_NAME_LEN)
		return false;
	for (const char *c = text; *c; c++)
		if (!isalnum((unsigned char)*c) && *c != '-' && *c != '_')
			return false;
	strcpy(name, text);
	return true;
}

/* -- Lines ------------------------------------------------------------------- */

/* The value of "key=value", or NULL where the word is another. */
static const char *value_of(const char *word, const char *key)
{
	size_t len = strlen(key);

	return strncmp(word, key, len) || word[len] != '=' ? NULL : word + len + 1;
}

static bool engine_word(struct scenario *scenario, const char *word)
{
	const char *value;

	if ((value = value_of(word, "policy")))
		return read_name(value, scenario->policy);
	if ((value = value_of(word, "cost")))
		return read_time(value, &scenario->cost);
	if ((value = value_of(word, "lost")))
		return read_time(value, &scenario->lost);
	return false;
}

static bool params_word(struct sched_params *params, const char *word)
{
	const char *value;

	if ((value = value_of(word, "weight")))
		return read_u32(value, LEVEL_WEIGHT_MAX, &params->weight);
	if ((value = value_of(word, "min")))
		return read_percent(value, &params->minimum);
	if ((value = value_of(word, "cap")))
		return read_percent(value, &params->cap);
	if ((value = value_of(word, "slice")))
		return read_time(value, &params->slice);
	if ((value = value_of(word, "averaging")))
		return read_u32(value, SCHED_AVERAGING_MAX, &params->averaging);
	return false;
}

static bool client_word(struct scenario_client *client, u32 *count, const char *word)
{
	const char *value;

	if (!strcmp(word, "whole"))
		return client->whole = true;
	if ((value = value_of(word, "name")))
		return read_name(value, client->name);
	if ((value = value_of(word, "job")))
		return read_time(value, &client->job);
	if ((value = value_of(word, "period")))
		return read_time(value, &client->period);
	if ((value = value_of(word, "think")))
		return read_time(value, &client->think);
	if ((value = value_of(word, "start")))
		return read_time(value, &client->start);
	if ((value = value_of(word, "count")))
		return read_u32(value, SCENARIO_MAX, count);
	return params_word(&client->params, word);
}

static bool wrong(char *error, const char *what, const char *word)
{
	snprintf(error, SCENARIO_ERROR_LEN, "%s: %.60s", what, word);
	return false;
}

static bool read_engine(struct scenario *scenario, char *error)
{
	char *word;

	while ((word = strtok(NULL, " \t")))
		if (!engine_word(scenario, word))
			return wrong(error, "not understood", word);
	return true;
}

static bool read_client(struct scenario *scenario, char *error)
{
	struct scenario_client client = {
		.params = { .weight = 100, .cap = LEVEL_ONE, .averaging = 1,
			    .slice = SCHED_SLICE_DEFAULT },
	};
	u32 count = 1;
	char *word;

	snprintf(client.name, sizeof(client.name), "client%u", scenario->nr);
	while ((word = strtok(NULL, " \t")))
		if (!client_word(&client, &count, word))
			return wrong(error, "not understood", word);
	if (!client.job)
		return wrong(error, "a client has jobs", "job=");
	if (!sched_params_valid(&client.params))
		return wrong(error, "no client can have these", "weight, min, cap, slice or averaging");
	if (count > SCENARIO_MAX - scenario->nr)
		return wrong(error, "too many clients", client.name);
	while (count--)
		scenario->clients[scenario->nr++] = client;
	return true;
}

static bool read_run(struct scenario *scenario, char *error)
{
	const char *word = strtok(NULL, " \t");

	if (!word || !read_time(word, &scenario->length) || !scenario->length || strtok(NULL, " \t"))
		return wrong(error, "run wants a time", word ? word : "");
	return true;
}

static bool read_line(struct scenario *scenario, char *line, char *error)
{
	const char *word;

	line[strcspn(line, "#")] = '\0';
	word = strtok(line, " \t");
	if (!word)
		return true;
	if (!strcmp(word, "engine"))
		return read_engine(scenario, error);
	if (!strcmp(word, "client"))
		return read_client(scenario, error);
	if (!strcmp(word, "run"))
		return read_run(scenario, error);
	return wrong(error, "not understood", word);
}

bool scenario_read(struct scenario *scenario, const char *text, char error[SCENARIO_ERROR_LEN])
{
	char line[LINE_LEN], what[SCENARIO_ERROR_LEN];

	strcpy(scenario->policy, "fair");
	for (int nr = 1; *text; nr++) {
		size_t len = strcspn(text, "\n");

		snprintf(what, sizeof(what), "longer than %d characters", LINE_LEN - 1);
		if (len < sizeof(line)) {
			memcpy(line, text, len);
			line[len] = '\0';
		}
		if (len >= sizeof(line) || !read_line(scenario, line, what)) {
			snprintf(error, SCENARIO_ERROR_LEN, "line %d: %.120s", nr, what);
			return false;
		}
		text += len + (text[len] == '\n');
	}
	if (!scenario->nr || !scenario->length)
		return wrong(error, "it lacks a line", scenario->nr ? "run" : "client");
	return true;
}
