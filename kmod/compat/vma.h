/* SPDX-License-Identifier: GPL-2.0 */
/* Mappings: their flags, a field, or (6.3 and later) written by functions; an mm's lock. */
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

/* All of them anew. The mm's lock is held for writing. */
static inline void kvmshare_vma_reset(struct vm_area_struct *vma, vm_flags_t flags)
{
#ifdef KVMSHARE_HAVE_VMA_START_WRITE
	vma_start_write(vma);
#endif
#ifdef KVMSHARE_HAVE_VM_FLAGS_SET
	vm_flags_reset(vma, flags);
#else
	vma->vm_flags = flags;
#endif
}

/* An mm's lock for writing, if nobody has it. */
static inline bool kvmshare_mmap_write_trylock(struct mm_struct *mm)
{
#ifdef KVMSHARE_HAVE_MMAP_WRITE_TRYLOCK
	return mmap_write_trylock(mm);
#else
	if (!down_write_trylock(&mm->mmap_lock))
		return false;
#ifdef KVMSHARE_HAVE_MM_LOCK_SEQCOUNT
	mm_lock_seqcount_begin(mm);
#endif
	return true;
#endif
}

#endif /* _KVMSHARE_COMPAT_VMA_H */
