/* SPDX-License-Identifier: GPL-2.0 */
#ifndef KVMSHARE_MONITOR_REASON_NAME_H
#define KVMSHARE_MONITOR_REASON_NAME_H

#include "../../ebpf/exits.h"

/* The kernel's own word for a reason, or its number; in fmt()'s buffers. */
const char *reason_name(const struct exits_reason *reason);
/* "vmx", "svm", or NULL. */
const char *reason_vendor(const struct exits_reason *reason);

#endif
