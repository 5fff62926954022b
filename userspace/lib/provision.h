/* SPDX-License-Identifier: GPL-2.0 */
/* Giving a PF its VFs while somebody waits for it. */
#ifndef KVMSHARE_LIB_PROVISION_H
#define KVMSHARE_LIB_PROVISION_H

#include <stdint.h>

#include "conf.h"
#include "spec.h"

/*
 * One at a time for a PF, whoever does it: a descriptor or a negative errno. A
 * command close()s it: a write that it left to itself keeps it to its end.
 */
int provision_lock(uint32_t pf, bool wait);
/*
 * Let a PF take part, with those of its VFs set aside that were. Prints what
 * fails; an exit code.
 */
int provision_enrol(const struct conf_pf *pf);
/*
 * Make @vfs VFs of an enrolled PF, or remove all (0), and say on standard error
 * what it waits for. Prints what fails; an exit code.
 */
int provision_now(const struct conf_pf *pf, uint32_t vfs);
/*
 * Make the VFs of a PF that has none and could serve @spec.
 * 1: made some, or somebody else has, try again; 0: there is no such PF; else
 * -1, printed.
 */
int provision_on_demand(const struct vf_spec *spec);

#endif
