// SPDX-License-Identifier: GPL-2.0
/* kvmshare guard apply, confirm, remove: which profiles hold. */
#include <errno.h>
#include <string.h>

#include "guard_common.h"
#include "../lib/clock.h"
#include "../lib/lock.h"
#include "../lib/msg.h"
#include "../monitor/guard_pin.h"
#include "../monitor/profile_file.h"

#define NS_PER_S	1000000000ULL

/**
 * struct wish - what is asked for
 * @path: of the profile
 * @mode: "enforce", "observe", or NULL: what it says itself
 * @confirm_s: seconds until which it must be confirmed; 0: it need not be
 */
struct wish {
	const char *path;
	const char *mode;
	uint64_t confirm_s;
};

static int take_lock(void)
{
	return lock_take("guard", "another kvmshare guard is at it: waiting for that");
}

/* What an administrator can put in the way, so that no profile locks anybody out. */
static int check_disarmed(void)
{
	if (guard_is_off_at_boot())
		return FAIL(EXIT_UNSUPPORTED, .object = "guard", .reason = "the boot option kvmshare.guard=off is there",
			    .kept = "nothing was changed", .remedy = "boot without it");
	if (!profile_dir_is_there())
		return FAIL(EXIT_FAILED, .object = PROFILE_DIR, .reason = "without that directory no rules hold",
			    .kept = "nothing was changed", .remedy = "make it: mkdir -p " PROFILE_DIR);
	return 0;
}

/* They run already, or begin to. */
static int take_programs(struct guard_maps *maps)
{
	struct programs programs;
	int err = guard_pinned(maps);

	if (!err)
		return 0;
	if (err == -ENOENT || err == -ESTALE) {
		err = guard_pin(&programs, NULL, NULL);
		if (err)
			return guard_refuse("guard", &programs, err);
		guard_tell_off(&programs);
	}
	return guard_take_pinned(maps);
}

static int tell_applied(const struct profile *profile, const struct wish *wish)
{
	const char *mode = profile->enforced ? "enforced" : "observed";

	if (wish->confirm_s)
		msg_note("%s is %s; in %llu s it no longer is, unless: kvmshare guard confirm %s", profile->name, mode,
			 (unsigned long long)wish->confirm_s, profile->name);
	else
		msg_note("%s is %s, and from each boot on where kvmshare-monitor.service is enabled", profile->name, mode);
	return EXIT_OK;
}

static int apply(const struct profile *profile, const struct wish *wish)
{
	uint64_t until = wish->confirm_s ? now_boot_ns() + wish->confirm_s * NS_PER_S : 0;
	struct guard_maps maps;
	int code = take_programs(&maps), err;

	if (code)
		return code;
	err = guard_apply(&maps, profile, until);
	guard_maps_close(&maps);
	if (!err)
		guard_adopt_pinned();
	if (!err && profile_save(profile, until ? PROFILE_PENDING : PROFILE_END))
		return FAIL(EXIT_FAILED, .object = PROFILE_DIR, .reason = strerror(errno),
			    .kept = "it holds until the next boot, and no longer");
	if (err == -EEXIST)
		return FAIL(EXIT_FAILED, .object = wish->path, .reason = "another profile is for one of its programs",
			    .kept = "what held before still does", .remedy = "see kvmshare guard status; remove that one first");
	if (err == -ESTALE)
		return FAIL(EXIT_FAILED, .object = "--confirm-within",
			    .reason = "it is for other programs than the one of its name, which could not hold again by itself",
			    .kept = "what held before still does", .remedy = "give it another name, or apply it without");
	if (err == -E2BIG || err == -ENOSPC)
		return FAIL(EXIT_FAILED, .object = wish->path, .reason = "all profiles together list more than there is room for",
			    .kept = "what held before still does", .remedy = "list directories, not files");
	if (err)
		return FAIL(EXIT_FAILED, .object = wish->path, .reason = strerror(-err), .kept = "what held before still does");
	return tell_applied(profile, wish);
}

static int take_wish(const struct cmd_line *line, struct wish *wish)
{
	const char *confirm = cmd_value(line, "confirm-within");

	*wish = (struct wish){ .path = line->args[0] };
	if (cmd_has(line, "enforce") && cmd_has(line, "observe"))
		return cmd_usage(line, "--enforce", "not with --observe");
	if (cmd_has(line, "enforce"))
		wish->mode = "enforce";
	else if (cmd_has(line, "observe"))
		wish->mode = "observe";
	if (confirm && !guard_length(confirm, 1, &wish->confirm_s))
		return cmd_usage(line, "--confirm-within", "it is a time such as 90s, 5m or 1h, up to a day");
	return 0;
}

int cmd_guard_apply(const struct cmd_line *line)
{
	struct profile profile;
	struct wish wish;
	const char *why;
	int code = take_wish(line, &wish), lock;

	if (code)
		return code;
	if (profile_load(wish.path, &profile, &why))
		return FAIL(EXIT_FAILED, .object = wish.path, .reason = why, .kept = "nothing was changed",
			    .remedy = "see kvmshare-guard(8) for what a profile is made of");
	if (wish.mode)
		profile.enforced = wish.mode[0] == 'e';
	code = check_disarmed();
	lock = code ? -1 : take_lock();
	if (!code && lock < 0)
		code = FAIL(EXIT_FAILED, .object = "guard", .reason = strerror(-lock), .kept = "nothing was changed",
			    .remedy = "run it as root");
	if (!code)
		code = apply(&profile, &wish);
	lock_drop(lock);
	profile_free(&profile);
	return code;
}

/* -- What holds already ----------------------------------------------------- */

static int with_maps(const char *name, int (*act)(const struct guard_maps *maps, const char *name))
{
	struct guard_maps maps;
	int code = guard_take_pinned(&maps), lock;

	if (code)
		return code;
	lock = take_lock();
	if (lock < 0)
		code = FAIL(EXIT_FAILED, .object = "guard", .reason = strerror(-lock), .kept = "nothing was changed");
	else
		code = act(&maps, name);
	lock_drop(lock);
	guard_maps_close(&maps);
	return code;
}

static int no_such(const char *name)
{
	return FAIL(EXIT_FAILED, .object = name, .reason = "no profile of that name holds", .kept = "nothing was changed",
		    .remedy = "see: kvmshare guard status");
}

static int confirm(const struct guard_maps *maps, const char *name)
{
	int err = guard_confirm(maps, name, now_boot_ns());

	if (err == -ENOENT)
		return no_such(name);
	if (err == -ETIME)
		return FAIL(EXIT_FAILED, .object = name, .reason = "its time is over: what held before does again",
			    .kept = "nothing was changed", .remedy = "apply it again");
	if (!err || err == -EALREADY)
		err = profile_keep(name);
	/* It is kept already. */
	if (err && err != -ENOENT)
		return FAIL(EXIT_FAILED, .object = name, .reason = strerror(-err));
	msg_note("%s holds", name);
	return EXIT_OK;
}

int cmd_guard_confirm(const struct cmd_line *line)
{
	return with_maps(line->args[0], confirm);
}

static int take_away(const struct guard_maps *maps, const char *name)
{
	int err = guard_remove(maps, name), dropped = profile_drop(name);

	if (err == -ENOENT)
		return no_such(name);
	if (!err)
		err = dropped;
	return err ? FAIL(EXIT_FAILED, .object = name, .reason = strerror(-err)) : EXIT_OK;
}

int cmd_guard_remove(const struct cmd_line *line)
{
	if (!profile_is_name(line->args[0]))
		return cmd_usage(line, line->args[0], "that is no name of a profile");
	return with_maps(line->args[0], take_away);
}
