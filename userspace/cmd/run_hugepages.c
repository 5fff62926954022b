// SPDX-License-Identifier: GPL-2.0
#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "mem_common.h"
#include "run_hugepages.h"
#include "../lib/fs.h"
#include "../lib/hugepages.h"
#include "../lib/msg.h"
#include "../lib/out.h"

#define LOOK_US		200000
#define TELL_LOOKS	25

static const char given_back[] = "what was leased is given back";

static int parse(const struct cmd_line *line, struct hugepages *spec)
{
	const char *text = cmd_value(line, "hugepages");
	char error[PAIRS_ERROR_LEN];

	if (hugepages_parse(text, spec, error))
		return cmd_usage(line, fmt("--hugepages %s", text), error);
	if (!spec->bytes)
		spec->bytes = hugepages_of_command(line->command);
	if (spec->bytes)
		return 0;
	return cmd_usage(line, fmt("--hugepages %s", text),
			 "how many? The command has no -m of QEMU's: say it as --hugepages 2M,mem=4G");
}

int run_hugepages_check(const struct cmd_line *line, const char *untouched)
{
	struct hugepages spec;

	if (!cmd_value(line, "hugepages"))
		return 0;
	if (parse(line, &spec))
		return EXIT_USAGE;
	if (fs_exists("", MEM_POOLS))
		return 0;
	return FAIL(EXIT_UNSUPPORTED, .object = "--hugepages",
		    .reason = "the module kvmshare_mem is not loaded", .kept = untouched,
		    .remedy = "load it: modprobe kvmshare_mem");
}

/* -- Pools ------------------------------------------------------------------ */

/**
 * struct search - over pools
 * @spec: what they are to be of
 * @found: any
 * @free: pages of theirs that nobody has
 * @more: that they may grow by
 * @grows: one of them does
 * @wanted: pages that are to be asked of them
 */
struct search {
	const struct hugepages *spec;
	bool found;
	uint64_t free;
	uint64_t more;
	bool grows;
	uint64_t wanted;
};

static bool is_asked(const char *name, const struct hugepages *spec)
{
	uint64_t kib;
	int node;

	return sscanf(name, "node%d-%" SCNu64 "kB", &node, &kib) == 2 && kib == spec->kib &&
	       (spec->node < 0 || node == spec->node);
}

/* One that somebody else has set, or that is only observed, does not. */
static bool may_grow(json_object *pool)
{
	json_object *owner;
	uint64_t observe = 0;

	fs_read_u64("", MEM "/observe", &observe);
	return !observe && json_object_object_get_ex(pool, "owner", &owner) &&
	       strcmp(json_object_get_string(owner), "theirs");
}

static uint64_t room_of(json_object *pool)
{
	int64_t room = mem_number(pool, "most_pages") - mem_number(pool, "pages");

	return room > 0 && may_grow(pool) ? (uint64_t)room : 0;
}

/* Pages that are somebody's, or are going to be. */
static uint64_t held_of(json_object *pool)
{
	int64_t held = mem_number(pool, "used_pages") + mem_number(pool, "reserved_pages");
	int64_t asked = mem_number(pool, "demand_pages");

	return (uint64_t)(held > asked ? held : asked);
}

/* Where a pool is not looked after, the module has not counted it. */
static uint64_t free_of(const char *name, const struct hugepages *spec)
{
	uint64_t free = 0;
	int node = 0;

	sscanf(name, "node%d-", &node);
	fs_read_u64("", fmt("/sys/devices/system/node/node%d/hugepages/hugepages-%" PRIu64 "kB/free_hugepages",
			    node, spec->kib), &free);
	return free;
}

static int look_at(const char *name, void *arg)
{
	struct search *search = arg;
	json_object *pool;

	if (!is_asked(name, search->spec))
		return 0;
	pool = mem_read_dir(fmt(MEM_POOLS "/%s", name));
	if (!pool)
		return 0;
	search->found = true;
	search->free += free_of(name, search->spec);
	search->more += room_of(pool);
	search->grows |= may_grow(pool) && mem_number(pool, "wanted_pages") > mem_number(pool, "pages");
	json_object_put(pool);
	return 0;
}

/* Beyond what is in use there, and what others have asked for meanwhile. */
static int ask(const char *name, void *arg)
{
	struct search *search = arg;
	json_object *pool;
	uint64_t share, room, asked, most;
	int err = 0;

	if (!search->wanted || !is_asked(name, search->spec))
		return 0;
	pool = mem_read_dir(fmt(MEM_POOLS "/%s", name));
	if (!pool)
		return 0;
	room = room_of(pool) + free_of(name, search->spec);
	share = room < search->wanted ? room : search->wanted;
	most = (uint64_t)mem_number(pool, "most_pages");
	asked = held_of(pool) + share < most ? held_of(pool) + share : most;
	/* What is free beyond that is there without being asked for. */
	if (share && asked)
		err = fs_write("", fmt(MEM_POOLS "/%s/demand_pages", name), fmt("%" PRIu64, asked));
	search->wanted -= share;
	json_object_put(pool);
	return err < 0 ? err : 0;
}

static struct search search_for(const struct hugepages *spec)
{
	struct search search = { .spec = spec, .wanted = hugepages_count(spec) };

	fs_list("", MEM_POOLS, look_at, &search);
	return search;
}

/* -- Waiting ---------------------------------------------------------------- */

static int too_few(const struct hugepages *spec, const struct search *search)
{
	const char *size = spec->kib == 2048 ? "2M" : "1G";

	if (!search->found)
		return FAIL(EXIT_UNSUPPORTED, .object = "--hugepages",
			    .reason = fmt("there are no pages of %s here", size), .kept = given_back);
	return FAIL(EXIT_FAILED, .object = "--hugepages",
		    .reason = fmt("%" PRIu64 " pages of %s are asked for: %" PRIu64 " are free, and the pools may not grow by so many",
				  search->wanted, size, search->free),
		    .kept = given_back,
		    .remedy = "let one grow: kvmshare mem set most_pages N --pool POOL; see kvmshare mem pools");
}

static int wait_for(const struct hugepages *spec)
{
	uint64_t wanted = hugepages_count(spec);
	struct search search;

	/* The first look at a pool may not have been taken yet. */
	for (int looks = 0, idle = 0; idle < TELL_LOOKS; looks++) {
		search = search_for(spec);
		if (search.free >= wanted)
			return 0;
		if (looks && looks % TELL_LOOKS == 0)
			msg_note("waiting for %" PRIu64 " huge pages: %" PRIu64 " are free", wanted, search.free);
		idle = search.grows ? 0 : idle + 1;
		usleep(LOOK_US);
	}
	return FAIL(EXIT_FAILED, .object = "--hugepages",
		    .reason = fmt("%" PRIu64 " of %" PRIu64 " pages could be set aside", search.free, wanted),
		    .kept = given_back, .remedy = "see why: kvmshare mem pools");
}

int run_hugepages_wait(const struct cmd_line *line)
{
	struct hugepages spec;
	struct search search;
	int err;

	if (!cmd_value(line, "hugepages"))
		return 0;
	if (parse(line, &spec))
		return EXIT_USAGE;
	search = search_for(&spec);
	if (search.free >= search.wanted)
		return 0;
	if (search.free + search.more < search.wanted)
		return too_few(&spec, &search);
	err = fs_list("", MEM_POOLS, ask, &search);
	return err ? mem_write_failed(err, "--hugepages") : wait_for(&spec);
}
