/* SPDX-License-Identifier: GPL-2.0 */
/* The attribute that a binary sysfs file's read function is given. */
#ifndef _KVMSHARE_COMPAT_BIN_ATTRIBUTE_H
#define _KVMSHARE_COMPAT_BIN_ATTRIBUTE_H

#include <linux/sysfs.h>

#include "compat.h"

#ifdef KVMSHARE_HAVE_BIN_ATTRIBUTE_CONST
#define kvmshare_bin_attribute	const struct bin_attribute
#else
#define kvmshare_bin_attribute	struct bin_attribute
#endif

#endif /* _KVMSHARE_COMPAT_BIN_ATTRIBUTE_H */
