// SPDX-License-Identifier: GPL-2.0
#include <errno.h>
#include <string.h>
#include <unistd.h>

#include "service.h"
#include "../lib/clock.h"
#include "../lib/fs.h"
#include "../lib/lock.h"
#include "../lib/msg.h"
#include "../monitor/guard_pin.h"
#include "../monitor/profile_file.h"

static void __attribute__((format(printf, 2, 3))) say_why(struct arms *arms, const char *format, ...)
{
	static char last[sizeof(arms->why)];
	va_list args;

	va_start(args, format);
	vsnprintf(arms->why, sizeof(arms->why), format, args);
	va_end(args);
	/* What is tried again and again is said once. */
	if (strcmp(arms->why, last))
		log_error("%s", arms->why);
	snprintf(last, sizeof(last), "%s", arms->why);
}

/* -- Profiles --------------------------------------------------------------- */

struct walk {
	struct arms *arms;
	const struct guard_maps *maps;
	int nr;
};

/* One that waits to be confirmed is what an administrator tries now. */
static bool is_tried(const struct guard_maps *maps, const char *name)
{
	struct guard_policy policy;
	__u32 number;

	return !guard_policy_find(maps, name, &number, &policy) && policy.until > now_boot_ns();
}

static int apply_one(const char *file, void *arg)
{
	struct walk *walk = arg;
	const char *end = strrchr(file, '.'), *why;
	struct profile profile;
	int err;

	if (!end || strcmp(end, PROFILE_END))
		return 0;
	if (profile_load(fmt("%s/%s", PROFILE_DIR, file), &profile, &why)) {
		say_why(walk->arms, "%s/%s is not applied: %s", PROFILE_DIR, file, why);
		return 0;
	}
	/* Else it would not be found again by its name. */
	if (strcmp(file, fmt("%s%s", profile.name, PROFILE_END)))
		err = -EINVAL;
	else
		err = is_tried(walk->maps, profile.name) ? 0 : guard_apply(walk->maps, &profile, 0);
	if (err == -EINVAL)
		say_why(walk->arms, "%s/%s is not applied: it is named %s", PROFILE_DIR, file, profile.name);
	else if (err == -EEXIST)
		say_why(walk->arms, "%s/%s is not applied: another is for one of its programs", PROFILE_DIR, file);
	else if (err)
		say_why(walk->arms, "%s/%s is not applied: %s", PROFILE_DIR, file, strerror(-err));
	else
		walk->nr++;
	profile_free(&profile);
	return 0;
}

static void apply_all(const struct guard_maps *maps, void *arg)
{
	struct walk walk = { .arms = arg, .maps = maps };

	fs_list("", PROFILE_DIR, apply_one, &walk);
	log_info("%d profiles hold", walk.nr);
}

/* -- Programs --------------------------------------------------------------- */

static bool is_disarmed(struct arms *arms)
{
	if (guard_is_off_at_boot())
		say_why(arms, "no rules hold: the boot option kvmshare.guard=off is there");
	else if (!profile_dir_is_there())
		say_why(arms, "no rules hold: there is no directory %s", PROFILE_DIR);
	else
		return false;
	return true;
}

static int begin(struct arms *arms, struct monitor *monitor)
{
	const struct guard_mark spared = { .flags = GUARD_SPARED };
	struct programs programs;
	int err = guard_pin(&programs, apply_all, arms);

	/* What is off is a metric, too. */
	monitor->guard.programs.nr_off = programs.nr_off;
	memcpy(monitor->guard.programs.off, programs.off, sizeof(programs.off));
	if (err) {
		say_why(arms, "no rules hold: %s", programs.nr_off ? programs.off[0].why : strerror(-err));
		return err;
	}
	monitor_tell_off(monitor, &programs);
	err = guard_pinned(&monitor->guard.maps);
	if (err) {
		say_why(arms, "the rules hold, and cannot be read: %s", strerror(-err));
		return err;
	}
	err = guard_mark_set(&monitor->guard.maps, getpid(), &spared);
	if (!err)
		err = guard_listen(&monitor->guard);
	if (err) {
		say_why(arms, "the rules hold, and what they tell cannot be read: %s", strerror(-err));
		guard_maps_close(&monitor->guard.maps);
	}
	return err;
}

/* Another may be at it, or read the events: then it is tried again later, and all else goes on. */
static void try_to_arm(struct arms *arms, struct monitor *monitor)
{
	int lock = lock_take("guard", NULL);

	if (lock < 0) {
		say_why(arms, "the rules wait: %s", lock == -EWOULDBLOCK ? "kvmshare guard is at it" : strerror(-lock));
		return;
	}
	arms->reader = lock_take(GUARD_READER, NULL);
	if (arms->reader < 0)
		say_why(arms, "the rules wait: %s", arms->reader == -EWOULDBLOCK ? "kvmshare guard events reads them" :
										    strerror(-arms->reader));
	else
		arms->armed = !begin(arms, monitor);
	lock_drop(lock);
	if (!arms->armed) {
		lock_drop(arms->reader);
		arms->reader = -1;
	}
}

void arm(struct arms *arms, struct monitor *monitor)
{
	arms->reader = -1;
	monitor->guard.each = monitor_on_guard;
	monitor->guard.arg = monitor;
	if (is_disarmed(arms))
		guard_unpin();
	else
		try_to_arm(arms, monitor);
}

void arm_again(struct arms *arms, struct monitor *monitor)
{
	int lock = arms->armed ? lock_take("guard", NULL) : -1;

	if (lock < 0) {
		if (arms->armed)
			say_why(arms, "profiles were not read again: kvmshare guard is at it");
		return;
	}
	arms->why[0] = '\0';
	apply_all(&monitor->guard.maps, arms);
	guard_adopt_pinned();
	lock_drop(lock);
}

void arm_look(struct arms *arms, struct monitor *monitor)
{
	if (arms->armed && is_disarmed(arms)) {
		if (guard_unpin())
			log_error("the rules cannot be taken away");
		arm_leave(arms, monitor);
	} else if (arms->armed && !guard_is_pinned(&monitor->guard.maps)) {
		/* Until it is restarted: whoever switched them off wants it so. */
		say_why(arms, "no rules of this service hold: kvmshare guard off; restart it to have them again");
		arm_leave(arms, monitor);
		arms->off = true;
	} else if (!arms->armed && !arms->off && profile_dir_is_there() && !guard_is_off_at_boot()) {
		arms->why[0] = '\0';
		try_to_arm(arms, monitor);
	}
}

void arm_leave(struct arms *arms, struct monitor *monitor)
{
	if (!arms->armed)
		return;
	guard_end(&monitor->guard);
	monitor->guard.ring = NULL;
	guard_maps_close(&monitor->guard.maps);
	lock_drop(arms->reader);
	arms->reader = -1;
	arms->armed = false;
}
