/* SPDX-License-Identifier: GPL-2.0 */
/* How the service kvmshare-host shows that it is at work. */
#ifndef KVMSHARE_LIB_SERVICE_H
#define KVMSHARE_LIB_SERVICE_H

#include <stdbool.h>

#include "fs.h"

#define SERVICE_DIR	"/run/kvmshare-host"	/* its RuntimeDirectory= */
#define SERVICE_READY	SERVICE_DIR "/ready"	/* all of /etc/kvmshare is restored */

static inline bool service_runs(void)
{
	return fs_exists("", SERVICE_READY);
}

#endif
