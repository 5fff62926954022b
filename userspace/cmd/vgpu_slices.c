// SPDX-License-Identifier: GPL-2.0
#include <errno.h>
#include <inttypes.h>
#include <json-c/json.h>
#include <stdlib.h>
#include <string.h>

#include "vgpu_slices.h"
#include "../lib/msg.h"

/* -- Putting together ------------------------------------------------------- */

/* Where one of that begin is, or is to be; new ones mostly come last. */
static size_t place_of(const struct slices *slices, uint64_t begin_ns)
{
	size_t low = 0, high = slices->nr;

	if (!high || slices->list[high - 1].begin_ns < begin_ns)
		return high;
	while (low < high) {
		size_t middle = low + (high - low) / 2;

		if (slices->list[middle].begin_ns < begin_ns)
			low = middle + 1;
		else
			high = middle;
	}
	return low;
}

static int make_room(struct slices *slices)
{
	size_t room = slices->room ? slices->room * 2 : KVMSHARE_VGPU_SWITCHES;
	struct kvmshare_vgpu_switch *list;

	if (slices->nr < slices->room)
		return 0;
	list = reallocarray(slices->list, room, sizeof(*list));
	if (!list)
		return -ENOMEM;
	slices->list = list;
	slices->room = room;
	return 0;
}

/*
 * The file is read in two parts, and slices that end between them shift it: what
 * the second part then lacks is older than what it has, and comes with the next look.
 */
int slices_merge(struct slices *slices, const struct kvmshare_vgpu_switch *some, size_t nr)
{
	int added = 0;

	for (size_t i = 0; i < nr; i++) {
		size_t at = place_of(slices, some[i].begin_ns);

		if (at < slices->nr && slices->list[at].begin_ns == some[i].begin_ns)
			continue;
		if (make_room(slices))
			return -ENOMEM;
		memmove(&slices->list[at + 1], &slices->list[at],
			(slices->nr - at) * sizeof(*slices->list));
		slices->list[at] = some[i];
		slices->nr++;
		added++;
	}
	return added;
}

void slices_counted(struct slices *slices, uint64_t before, uint64_t after)
{
	if (!slices->based) {
		slices->based = true;
		slices->base_count = after;
		slices->base_nr = slices->nr;
	}
	slices->last_count = before;
}

uint64_t slices_missed(const struct slices *slices)
{
	uint64_t seen = slices->nr - slices->base_nr;
	uint64_t came = slices->last_count > slices->base_count ?
			slices->last_count - slices->base_count : 0;

	return came > seen ? came - seen : 0;
}

void slices_free(struct slices *slices)
{
	free(slices->list);
	slices->list = NULL;
	slices->nr = slices->room = 0;
}

/* -- Writing ---------------------------------------------------------------- */

/* Engines have numbers there, from 1: that of the first vGPU which shares it. */
static size_t engine_of(const struct slices *all, size_t at)
{
	for (size_t i = 0; i < at; i++)
		if (!strcmp(all[i].engine, all[at].engine))
			return i + 1;
	return at + 1;
}

/* Names are of other people's choice. */
static void write_name(FILE *to, const char *what, size_t pid, const uint64_t *tid, const char *name)
{
	json_object *text = printable_json(name);

	fprintf(to, "{\"ph\":\"M\",\"name\":\"%s\",\"pid\":%zu,", what, pid);
	if (tid)
		fprintf(to, "\"tid\":%" PRIu64 ",", *tid);
	fprintf(to, "\"args\":{\"name\":%s}}",
		text ? json_object_to_json_string_ext(text, JSON_C_TO_STRING_PLAIN) : "\"\"");
	json_object_put(text);
}

/* Microseconds, with nothing lost. */
static void write_us(FILE *to, const char *key, uint64_t ns)
{
	fprintf(to, "\"%s\":%" PRIu64 ".%03u", key, ns / 1000, (unsigned int)(ns % 1000));
}

static void write_slice(FILE *to, size_t pid, uint64_t tid, const struct kvmshare_vgpu_switch *slice)
{
	fprintf(to, ",\n{\"ph\":\"X\",\"name\":\"vGPU %" PRIu64 "\",\"pid\":%zu,\"tid\":%" PRIu64 ",",
		tid, pid, tid);
	write_us(to, "ts", slice->begin_ns);
	fputc(',', to);
	write_us(to, "dur", slice->run_ns);
	fputs(",\"args\":{", to);
	write_us(to, "budget_us", slice->budget_ns);
	fputs("}}", to);
}

int slices_write(FILE *to, const struct slices *all, size_t nr, uint64_t since_ns)
{
	fputs("{\"displayTimeUnit\":\"ns\",\"traceEvents\":[", to);
	for (size_t i = 0; i < nr; i++) {
		size_t pid = engine_of(all, i);

		fputs(i ? ",\n" : "\n", to);
		write_name(to, "process_name", pid, NULL, all[i].engine);
		fputs(",\n", to);
		write_name(to, "thread_name", pid, &all[i].id,
			   fmt("vGPU %" PRIu64 ": %s", all[i].id, all[i].comm));
		for (size_t s = 0; s < all[i].nr; s++)
			if (all[i].list[s].begin_ns + all[i].list[s].run_ns > since_ns)
				write_slice(to, pid, all[i].id, &all[i].list[s]);
	}
	fputs("\n]}\n", to);
	return ferror(to) ? -EIO : 0;
}
