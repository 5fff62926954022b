/* SPDX-License-Identifier: GPL-2.0 */
/* Making and removing the VFs of a PF. */
#ifndef KVMSHARE_LIB_SRIOV_H
#define KVMSHARE_LIB_SRIOV_H

#include <stdint.h>

#include "conf.h"
#include "job.h"

/*
 * Begin to write sriov_numvfs, with driver autoprobe off, so that nothing of
 * the host takes the new VFs.  The PF must be out of the pool until
 * sriov_finish(), which sets aside again what was, so that it is never free.
 */
int sriov_start(struct job *job, uint32_t pf, uint32_t vfs);
/* The result, once that is done; a failure's sentence in @error. */
int sriov_finish(struct job *job, uint32_t pf, const struct conf_quarantines *aside,
		 char error[JOB_ERROR_LEN]);

/*
 * Mark those VFs of a PF that are set aside, so that the module finds them so
 * when the PF is enrolled; 0 or a negative errno.
 */
int sriov_set_aside(uint32_t pf, const struct conf_quarantines *aside);

/*
 * Let a PF's VFs into the pool, as it was configured, and tell the module why
 * some are set aside; or take them out.
 */
int sriov_enrol(uint32_t pf, const struct conf_pf *as, const struct conf_quarantines *aside);
int sriov_take_out(uint32_t pf);
/* Let drivers of the host take its VFs, as the kernel has it at first. */
int sriov_give_back(uint32_t pf);

#endif
