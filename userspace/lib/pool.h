/* SPDX-License-Identifier: GPL-2.0 */
/* What the modules show under /sys/kernel/kvmshare. */
#ifndef KVMSHARE_LIB_POOL_H
#define KVMSHARE_LIB_POOL_H

#include <json-c/json.h>
#include <stdbool.h>
#include <stdint.h>

#include <uapi/kvmshare.h>

#define POOL_ROOT	"/sys/kernel/kvmshare"

/**
 * struct pool_vf - a VF of the pool, as far as verbs decide by it
 * @bdf: it
 * @pf: its PF
 * @index: its number there
 * @class: PCI class code, 24 bits
 * @group: IOMMU group
 * @generation: of its present use
 * @lease: which has it, or 0
 * @state: the word
 * @reason: why it stands there; may be empty
 */
struct pool_vf {
	uint32_t bdf;
	uint32_t pf;
	uint32_t index;
	uint32_t class;
	int group;
	uint64_t generation;
	uint64_t lease;
	char state[16];
	char reason[KVMSHARE_REASON_LEN];
};

/* Is the module there at all, for this user? */
bool pool_root_there(void);
/* 0 or a negative errno: -ENOENT where it is not in the pool. */
int pool_vf(uint32_t bdf, struct pool_vf *vf);
bool pool_vf_is(const struct pool_vf *vf, const char *state);
/* Call @each for every VF, or every one of @pf where that is not ANY. */
int pool_each_vf(uint32_t pf, int (*each)(const struct pool_vf *vf, void *arg), void *arg);
bool pool_has_pf(uint32_t pf);
int pool_each_pf(int (*each)(uint32_t pf, void *arg), void *arg);

enum pool_kind {
	POOL_VMS = 0,
	POOL_PFS,
	POOL_VFS,
	POOL_LEASES,
	POOL_NR
};

/* All values of an object, with its name as "id" or "bdf"; NULL where gone. */
json_object *pool_object(enum pool_kind kind, const char *name);
/* An array of all objects of a kind; NULL with *@err where it cannot be read. */
json_object *pool_objects(enum pool_kind kind, int *err);
/* Print why not; the exit code. */
int pool_fail(int err);

#endif
