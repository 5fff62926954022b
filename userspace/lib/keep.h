/* SPDX-License-Identifier: GPL-2.0 */
/* Writing down which VFs are set aside, and that they are not any more. */
#ifndef KVMSHARE_LIB_KEEP_H
#define KVMSHARE_LIB_KEEP_H

#include "conf.h"

/* 0 or a negative errno, with a sentence in @error; 0 where it stands already. */
int keep_quarantine(uint32_t pf, uint32_t index, const char *reason,
		    char error[CONF_ERROR_LEN]);
int forget_quarantine(uint32_t pf, uint32_t index, char error[CONF_ERROR_LEN]);

#endif
