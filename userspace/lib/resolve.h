/* SPDX-License-Identifier: GPL-2.0 */
/* Where a PF that was written down sits now. */
#ifndef KVMSHARE_LIB_RESOLVE_H
#define KVMSHARE_LIB_RESOLVE_H

#include <stdbool.h>

#include "identity.h"

/* Bring @id's address up to date; false where the PF is not on this host. */
bool resolve_pf(const char *root, struct identity *id);

#endif
