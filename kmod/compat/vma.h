/* SPDX-License-Identifier: GPL-2.0 */
/* The flags of a mapping: a field, or (6.3 and later) written by functions. */
#ifndef _KVMSHARE_COMPAT_VMA_H
#define _KVMSHARE_COMPAT_VMA_H

#include <linux/mm.h>

#include "compat.h"

static inline void kvmshare_vma_set(struct vm_area_struct *vma, unsigned long flags)
{
#ifdef KVMSHARE_HAVE_VM_FLAGS_SET
	vm_flags_set(vma, flags);
#else
	vma->vm_flags |= flags;
#endif
}

#endif /* _KVMSHARE_COMPAT_VMA_H */
