/* SPDX-License-Identifier: GPL-2.0 */
/* Writing down which VFs are set aside, and that they are not any more. */
#ifndef KVMSHARE_LIB_KEEP_H
#define KVMSHARE_LIB_KEEP_H

#include "conf.h"

/*
 * conf_lock(), with a sentence in @error. It is held over a change here and the
 * look at the VF, or the call, that it goes with: else the tool, which takes a
 * VF back, and the service, which finds it set aside, undo each other's work.
 */
int keep_lock(char error[CONF_ERROR_LEN]);
/*
 * With that lock: 0 or a negative errno, with a sentence in @error; 0 where it
 * stands already.
 */
int keep_quarantine(uint32_t pf, uint32_t index, const char *reason,
		    char error[CONF_ERROR_LEN]);
int forget_quarantine(uint32_t pf, uint32_t index, char error[CONF_ERROR_LEN]);

#endif
