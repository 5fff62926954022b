/* SPDX-License-Identifier: GPL-2.0 */
/*
 * One interface over the differences between kernels, from the answers that
 * the probes gave (probed.h).  Nothing else asks which kernel this is.
 */
#ifndef _KVMSHARE_COMPAT_COMPAT_H
#define _KVMSHARE_COMPAT_COMPAT_H

#include "probed.h"

/* The kobject of a ktype's get_ownership(). */
#ifdef KVMSHARE_HAVE_GET_OWNERSHIP_CONST
#define kvmshare_ownership_kobject	const struct kobject
#else
#define kvmshare_ownership_kobject	struct kobject
#endif

#endif /* _KVMSHARE_COMPAT_COMPAT_H */
