// SPDX-License-Identifier: GPL-2.0
#include <bpf/bpf.h>
#include <errno.h>
#include <stdlib.h>
#include <unistd.h>

#include "exits.h"

int exits_begin(struct programs *programs)
{
	int err = programs_begin(programs, &object_exits);

	if (err)
		return err;
	/* Without these there is nothing to show. */
	if (!programs_why_off(programs, "exits_exit") && !programs_why_off(programs, "exits_read"))
		return 0;
	programs_unload(programs);
	return -ENOEXEC;
}

/* One that ended while it was read is there twice: the later is the whole of it. */
static int add(struct exits *exits, const struct exits_vcpu *vcpu)
{
	struct exits_vcpu *more;

	for (size_t i = 0; i < exits->nr; i++) {
		if (exits->vcpus[i].id == vcpu->id) {
			exits->vcpus[i] = *vcpu;
			return 0;
		}
	}
	more = reallocarray(exits->vcpus, exits->nr + 1, sizeof(*more));
	if (!more)
		return -ENOMEM;
	exits->vcpus = more;
	more[exits->nr++] = *vcpu;
	return 0;
}

/* A record may come in parts. */
static int read_whole(int fd, void *to, size_t size)
{
	size_t got = 0;

	while (got < size) {
		ssize_t part = read(fd, (char *)to + got, size - got);

		if (part < 0 && errno == EINTR)
			continue;
		if (part <= 0)
			return part < 0 ? -errno : got ? -EIO : 1;
		got += (size_t)part;
	}
	return 0;
}

static int read_running(const struct programs *programs, struct exits *exits)
{
	int fd = programs_iterate(programs, "exits_read");
	struct exits_vcpu vcpu;
	int err;

	if (fd < 0)
		return fd;
	do {
		err = read_whole(fd, &vcpu, sizeof(vcpu));
		if (!err)
			err = add(exits, &vcpu);
	} while (!err);
	close(fd);
	return err < 0 ? err : 0;
}

static int read_ended(const struct programs *programs, struct exits *exits, bool take)
{
	int fd = programs_map(programs, "ended");
	struct exits_vcpu vcpu;
	__u64 key, *last = NULL;
	int err = 0;

	while (!err && !bpf_map_get_next_key(fd, last, &key)) {
		if (!bpf_map_lookup_elem(fd, &key, &vcpu)) {
			vcpu.ended = 1;
			err = add(exits, &vcpu);
		}
		/* From the first on again: those before it are gone. */
		if (!err && take && !bpf_map_delete_elem(fd, &key))
			last = NULL;
		else
			last = &key;
	}
	return err;
}

static int read_all(const struct programs *programs, struct exits *exits, bool take)
{
	int err;

	*exits = (struct exits){ .nr = 0 };
	err = read_running(programs, exits);
	if (!err)
		err = read_ended(programs, exits, take);
	/* After the places that they tell of. */
	if (!err)
		err = programs_globals(programs, &exits->reasons, sizeof(exits->reasons));
	if (err)
		exits_free(exits);
	return err;
}

int exits_read(const struct programs *programs, struct exits *exits)
{
	return read_all(programs, exits, false);
}

int exits_take(const struct programs *programs, struct exits *exits)
{
	return read_all(programs, exits, true);
}

void exits_free(struct exits *exits)
{
	free(exits->vcpus);
	*exits = (struct exits){ .nr = 0 };
}
