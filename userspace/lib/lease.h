/* SPDX-License-Identifier: GPL-2.0 */
/* Leasing VFs and making them ready. */
#ifndef KVMSHARE_LIB_LEASE_H
#define KVMSHARE_LIB_LEASE_H

#include <stdbool.h>
#include <stdint.h>

#include "spec.h"

/**
 * struct lease - VFs that this process has
 * @fd: the lease's descriptor, O_CLOEXEC; -1: none
 * @id: its number
 * @nr: entries of @vfs
 * @vfs: what was leased; still there when it has been dropped
 */
struct lease {
	int fd;
	uint64_t id;
	uint32_t nr;
	struct kvmshare_vf vfs[KVMSHARE_MAX_VFS];
};

/**
 * struct lease_terms - how to lease
 * @tenant: whom to charge, or NULL: as the registry has it
 * @has_uid: @uid is set
 * @uid: whom to charge
 * @wait: until it can be served
 */
struct lease_terms {
	const char *tenant;
	bool has_uid;
	uint32_t uid;
	bool wait;
};

/* One; 0 or a negative errno of KVMSHARE_VF_LEASE. */
int lease_take(const struct vf_spec *spec, const struct lease_terms *terms,
	       struct lease *lease);
void lease_drop(struct lease *lease);
/*
 * All of them, their VFs made where a PF has none yet, and each made ready.
 * On failure none is kept, and the error is printed. An exit code.
 */
int lease_take_all(const struct vf_spec *specs, int nr, const struct lease_terms *terms,
		   struct lease *leases);
/* The same of one that is not waited for: -1 where none is free, which is not printed. */
int lease_take_free(const struct vf_spec *spec, const struct lease_terms *terms,
		    struct lease *lease);

#endif
