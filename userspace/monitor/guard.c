// SPDX-License-Identifier: GPL-2.0
#include <bpf/bpf.h>
#include <errno.h>

#include "guard.h"

static int on_event(void *arg, void *data, size_t size)
{
	struct guard *guard = arg;

	if (size >= sizeof(struct guard_event))
		guard->each(data, guard->arg);
	return 0;
}

static int set_policy(const struct guard *guard, const struct guard_policy *policy)
{
	__u32 first = 0;

	return bpf_map_update_elem(programs_map(&guard->programs, "policies"), &first, policy, BPF_ANY) ? -errno : 0;
}

int guard_begin(struct guard *guard, const struct guard_policy *policy)
{
	int err = programs_load(&guard->programs, &object_guard);

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
	int got = ring_buffer__poll(guard->ring, ms);

	return got < 0 && got != -EINTR ? got : 0;
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
