// SPDX-License-Identifier: GPL-2.0
#include <bpf/bpf.h>
#include <errno.h>
#include <poll.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

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
bool guard_is_asked(void)
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

int guard_listen(struct guard *guard)
{
	guard->ring = ring_buffer__new(guard->maps.events, on_event, guard, NULL);
	return guard->ring ? 0 : -errno;
}

int guard_begin(struct guard *guard, const struct guard_policy *policy)
{
	const struct guard_mark spared = { .flags = GUARD_SPARED };
	int err;

	if (!guard_is_asked())
		return -EOPNOTSUPP;
	err = programs_load(&guard->programs, &object_guard, NULL);
	if (err)
		return err;
	guard_maps_of(&guard->programs, &guard->maps);
	/* From its first moment on: there is none in which they run and nothing holds. */
	err = guard_mark_set(&guard->maps, getpid(), &spared);
	if (!err)
		err = guard_policy_set(&guard->maps, GUARD_COMMON, policy);
	if (!err)
		err = guard_attach(&guard->programs);
	if (!err)
		err = guard_listen(guard);
	if (err)
		programs_unload(&guard->programs);
	return err;
}

/* The iterator marks them as it goes, and has nothing to say; from time to time it gives way. */
void guard_adopt(int iterator)
{
	char nothing[64];
	ssize_t got;

	do {
		got = read(iterator, nothing, sizeof(nothing));
	} while (got > 0 || (got < 0 && (errno == EINTR || errno == EAGAIN)));
	close(iterator);
}

static void adopt(const struct programs *programs)
{
	int fd = programs_iterate(programs, "guard_adopt");

	if (fd >= 0)
		guard_adopt(fd);
}

int guard_attach(struct programs *programs)
{
	int err = programs_attach(programs);

	if (err)
		return err;
	/* Whoever is no VMM by what is seen is none. */
	if (programs_why_off(programs, "guard_ioctl"))
		return -ENOEXEC;
	adopt(programs);
	return 0;
}

int guard_wait(struct guard *guard, int ms)
{
	int got;

	/* Whoever makes more of them than are read must not keep it from anything else. */
	guard->left = AT_ONCE;
	got = ring_buffer__poll(guard->ring, ms);
	return got < 0 && got != -EINTR && got != -EAGAIN ? got : 0;
}

/* As many as the ring holds: more may come meanwhile, without end. */
#define DRAIN_MOST	(2 * (1 << 21) / (int)sizeof(struct guard_event))

void guard_drain(struct guard *guard)
{
	int got = -EAGAIN;

	for (int i = 0; i < DRAIN_MOST / AT_ONCE && (got == -EAGAIN || got == -EINTR); i++) {
		guard->left = AT_ONCE;
		got = ring_buffer__consume(guard->ring);
	}
}

void guard_stop(struct guard *guard)
{
	const struct guard_policy none = { .name = "" };

	/* The kernel takes programs away when it comes to it; those that are at it have ended by then. */
	guard_policy_set(&guard->maps, GUARD_COMMON, &none);
	programs_stop(&guard->programs);
	poll(NULL, 0, 20);
	guard_drain(guard);
}

void guard_end(struct guard *guard)
{
	ring_buffer__free(guard->ring);
	programs_unload(&guard->programs);
}
