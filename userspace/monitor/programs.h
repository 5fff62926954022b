/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Programs in the kernel's BPF machine: loaded as far as a kernel takes them.  One that it
 * refuses is left out, with the reason, and the others run.
 */
#ifndef KVMSHARE_MONITOR_PROGRAMS_H
#define KVMSHARE_MONITOR_PROGRAMS_H

#include <bpf/libbpf.h>
#include <stdbool.h>

#include "object.h"

#define PROGRAMS_MOST		48
#define PROGRAMS_NAME_LEN	32
#define PROGRAMS_WHY_LEN	256

/**
 * struct programs_off - one that does not run
 * @name: its function
 * @why: what the kernel or its verifier says
 */
struct programs_off {
	char name[PROGRAMS_NAME_LEN];
	char why[PROGRAMS_WHY_LEN];
};

/**
 * struct programs - those of one object
 * @object: libbpf's
 * @links: what keeps each where it is attached
 * @names: of their programs, as long as @object is there
 * @nr: of @links
 * @off: those that do not run
 * @nr_off: how many
 */
struct programs {
	struct bpf_object *object;
	struct bpf_link *links[PROGRAMS_MOST];
	const char *names[PROGRAMS_MOST];
	int nr;
	struct programs_off off[PROGRAMS_MOST];
	int nr_off;
};

/*
 * They are there, and do not run yet.  0, though some may be off; or a negative errno, with nothing
 * left behind but @off.  @prepare, which may be NULL, sees the object before it is loaded, each
 * time that is tried.
 */
int programs_load(struct programs *programs, const struct object *object,
		  int (*prepare)(struct bpf_object *object));
/* They run: likewise. */
int programs_attach(struct programs *programs);
/* Both. */
int programs_begin(struct programs *programs, const struct object *object);
/* They run no more, and what they counted is still there. */
void programs_stop(struct programs *programs);
void programs_unload(struct programs *programs);
/* Why one is off, or NULL. */
const char *programs_why_off(const struct programs *programs, const char *name);
/* The descriptor of one that is an iterator, or of a map, or a negative errno. */
int programs_iterate(const struct programs *programs, const char *name);
int programs_map(const struct programs *programs, const char *name);
/* What an object has in its globals that begin as zeroes, so many bytes; 0 or a negative errno. */
int programs_globals(const struct programs *programs, void *to, size_t size);

#endif
