/* SPDX-License-Identifier: GPL-2.0 */
/* Between the files of kvmshare run. */
#ifndef KVMSHARE_CMD_RUN_H
#define KVMSHARE_CMD_RUN_H

#include "run_vgpu.h"
#include "vf_common.h"
#include "../lib/become.h"

#define RUN_VFS_MAX		(VF_MAX_SPECS * KVMSHARE_MAX_VFS)
/* Every --vgpu, and every --for that may come to one. */
#define RUN_PATHS_MAX	(RUN_VGPUS_MAX + VF_MAX_SPECS)

/**
 * struct run_plan - what is to become of this process
 * @line: what was typed
 * @nr_specs: entries of @specs and @leases
 * @specs: what to lease
 * @terms: how
 * @nr_fors: so many of them, the last, may come to a device on an engine instead
 * @nr_vgpus: entries of @vgpus
 * @vgpus: devices to make
 * @has_user: @user is to be become
 * @user: see @has_user
 * @leases: what was leased
 * @nr_vfs: entries of @vfs
 * @vfs: their VFs in order, as the command names them
 * @nr_paths: entries of @paths
 * @paths: @vgpus likewise, and then what each --for came to
 */
struct run_plan {
	const struct cmd_line *line;
	int nr_specs;
	struct vf_spec specs[VF_MAX_SPECS];
	struct lease_terms terms;
	int nr_fors;
	int nr_vgpus;
	struct run_vgpu vgpus[RUN_PATHS_MAX];
	bool has_user;
	struct become_user user;
	struct lease leases[VF_MAX_SPECS];
	size_t nr_vfs;
	char *vfs[RUN_VFS_MAX];
	size_t nr_paths;
	char *paths[RUN_PATHS_MAX];
};

/* run_check.c: all that can be said before anything is taken; 0 or an exit code, printed. */
int run_check(struct run_plan *plan);

/* run_take.c: take it; on failure this process is to end, and with it what was taken. */
int run_take(struct run_plan *plan);

#endif
