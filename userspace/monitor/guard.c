// SPDX-License-Identifier: GPL-2.0
#include <bpf/bpf.h>
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "guard.h"

#define AT_ONCE	256

static int on_event(void *arg, void *data, size_t size)
{
	struct guard *guard = arg;

	if (size >= sizeof(struct guard_event))
		guard->each(data, guard->arg);
	return --guard->left > 0 ? 0 : -EAGAIN;
}

/* Programs load where the kernel never asks them, too. Where that cannot be told, they may be. */
static bool is_asked(void)
{
	char text[256] = "";
	FILE *file = fopen("/sys/kernel/security/lsm", "re");

	if (!file)
		return true;
	if (!fgets(text, sizeof(text), file))
		text[0] = '\0';
	fclose(file);
	return strstr(text, "bpf");
}

static int set_policy(const struct guard *guard, const struct guard_policy *policy)
{
	__u32 first = 0;

	return bpf_map_update_elem(programs_map(&guard->programs, "policies"), &first, policy, BPF_ANY) ? -errno : 0;
}

int guard_begin(struct guard *guard, const struct guard_policy *policy)
{
	int err;

	if (!is_asked())
		return -EOPNOTSUPP;
	err = programs_load(&guard->programs, &object_guard);
	if (err)
		return err;
	/* Whoever is no VMM by what is seen is none. */
	if (programs_why_off(&guard->programs, "guard_ioctl")) {
		programs_unload(&guard->programs);
		return -ENOEXEC;
	}
	err = set_policy(guard, policy);
	if (!err) {
		guard->ring = ring_buffer__new(programs_map(&guard->programs, "events"), on_event, guard, NULL);
		err = guard->ring ? 0 : -errno;
	}
	if (err)
		programs_unload(&guard->programs);
	return err;
}

int guard_wait(struct guard *guard, int ms)
{
	int got;

	/* Whoever makes more of them than are read must not keep it from anything else. */
	guard->left = AT_ONCE;
	got = ring_buffer__poll(guard->ring, ms);
	return got < 0 && got != -EINTR && got != -EAGAIN ? got : 0;
}

int guard_count(const struct guard *guard, struct guard_counts *counts)
{
	return programs_globals(&guard->programs, counts, sizeof(*counts));
}

void guard_end(struct guard *guard)
{
	ring_buffer__free(guard->ring);
	programs_unload(&guard->programs);
}
