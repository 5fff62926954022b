/* SPDX-License-Identifier: GPL-2.0 */
/* What only the PF can do for a VF: before it is used, and after. */
#ifndef KVMSHARE_LIB_SETUP_H
#define KVMSHARE_LIB_SETUP_H

#include <stdint.h>

#include "spec.h"

#define SETUP_ERROR_LEN	256

/* Make a leased VF ready; 0 or a negative errno with a sentence in @error. */
int setup_prepare(const struct kvmshare_vf *vf, const struct vf_spec *spec,
		  char error[SETUP_ERROR_LEN]);
/* Undo what a holder or setup_prepare() left with the PF; likewise. */
int setup_clean(uint32_t pf, uint32_t index, uint32_t class, char error[SETUP_ERROR_LEN]);
/* Before a PF gets VFs; likewise. */
int setup_pf(uint32_t pf, uint32_t class, char error[SETUP_ERROR_LEN]);

#endif
