/* SPDX-License-Identifier: GPL-2.0 */
/* PCI drivers of this host. */
#ifndef KVMSHARE_LIB_DRIVER_H
#define KVMSHARE_LIB_DRIVER_H

#include <stdbool.h>

/* Is it there, or can modprobe load it? */
bool driver_load(const char *name);

#endif
