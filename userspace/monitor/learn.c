// SPDX-License-Identifier: GPL-2.0
#include <string.h>

#include "guard_rule.h"
#include "learn.h"

/* Below it are directories with the numbers of threads, which are others each time. */
static const char threads[] = "/proc/self/task/";

/* What the C library opens when it comes to it, of any program: glibc's malloc and sysconf(). */
static const char *const library[] = {
	"/proc/sys/vm/overcommit_memory", "/sys/kernel/mm/transparent_hugepage/hpage_pmd_size", "/sys/devices/system/cpu/",
	"/proc/meminfo", "/proc/stat", "/etc/localtime",
};

static int allow_library(struct profile *profile)
{
	int err = 0;

	for (size_t i = 0; i < sizeof(library) / sizeof(library[0]) && !err; i++)
		err = profile_allow_path(profile, library[i], library[i][strlen(library[i]) - 1] == '/', GUARD_MAY_READ);
	return err;
}

int learn_begin(struct learned *learned, const char *name)
{
	memset(learned, 0, sizeof(*learned));
	profile_begin(&learned->profile, name, GUARD_DENY);
	learned->profile.actions[GUARD_OPEN] = GUARD_DENY;
	return allow_library(&learned->profile);
}

void learn_end(struct learned *learned)
{
	profile_free(&learned->profile);
}

static int learn_path(struct profile *profile, const struct guard_event *event, __u32 may)
{
	char path[GUARD_TEXT_LEN + 1];
	bool begins;

	snprintf(path, sizeof(path), "%.*s", GUARD_TEXT_LEN, event->text);
	/*
	 * Whatever has no path from the root cannot be listed, nor can the root, below which all is: it
	 * stays denied.
	 */
	if (path[0] != '/' || !path[1])
		return 0;
	begins = strlen(path) >= GUARD_PATH_LEN - 1;
	if (!strncmp(path, threads, sizeof(threads) - 1)) {
		path[sizeof(threads) - 1] = '\0';
		begins = true;
	}
	return profile_allow_path(profile, path, begins, may);
}

static __u64 device_of(const struct guard_event *event)
{
	__u32 major = (__u32)event->numbers[0];

	return guard_device(major & ~GUARD_BLOCK, (__u32)event->numbers[1], major & GUARD_BLOCK);
}

int learn_event(struct learned *learned, const struct guard_event *event)
{
	struct profile *profile = &learned->profile;

	if (event->rule >= GUARD_RULES)
		return 0;
	learned->met[event->rule]++;
	switch (event->rule) {
	case GUARD_EXEC:
		return learn_path(profile, event, GUARD_MAY_EXEC);
	case GUARD_OPEN:
		return learn_path(profile, event, (__u32)event->numbers[0]);
	case GUARD_CONNECT:
	case GUARD_BIND:
		return profile_allow_number(profile, event->rule, event->numbers[1], event->numbers[1]);
	case GUARD_DEVICE:
		return profile_allow_number(profile, event->rule,
					    device_of(event), device_of(event));
	default:
		return 0;
	}
}

/* What can be listed is in the lists; the rest is the reader's to decide. */
static bool is_listed(__u32 rule)
{
	return rule == GUARD_EXEC || rule == GUARD_OPEN || rule == GUARD_CONNECT || rule == GUARD_BIND ||
	       rule == GUARD_DEVICE;
}

void learn_print(const struct learned *learned, FILE *to)
{
	for (__u32 rule = 0; rule < GUARD_RULES; rule++)
		if (learned->met[rule] && !is_listed(rule) && rule != GUARD_BEGUN)
			fprintf(to, "# %s: it was seen %llu times, and is denied here: is that right?\n",
				guard_words[rule].name, (unsigned long long)learned->met[rule]);
	profile_print(&learned->profile, to);
}
