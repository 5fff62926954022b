// SPDX-License-Identifier: GPL-2.0
#include <linux/mm.h>
#include <linux/sched.h>

#include "../compat/ksm.h"
#include "vma.h"

/* As mm/ksm.c has it, which does not say which of these it was. */
#define WATCHED		(VM_UFFD_MISSING | VM_UFFD_WP | VM_UFFD_MINOR)
#define NOT_MERGEABLE	(VM_IO | VM_DONTEXPAND | VM_PFNMAP | VM_MIXEDMAP)

enum mem_cause mem_vma_cause(const struct vm_area_struct *vma)
{
	if (vma->vm_flags & VM_HUGETLB)
		return MEM_IS_HUGETLB;
	if (vma->vm_flags & NOT_MERGEABLE)
		return MEM_IS_DEVICE;
	if (vma->vm_flags & (VM_SHARED | VM_MAYSHARE))
		return MEM_IS_SHARED;
	if (vma->vm_flags & WATCHED)
		return MEM_IS_WATCHED;
	return MEM_MERGES;
}

bool mem_vma_could_merge(const struct vm_area_struct *vma)
{
	return !(vma->vm_flags & (VM_HUGETLB | NOT_MERGEABLE | VM_SHARED | VM_MAYSHARE));
}

bool mem_vma_is_blocked(const struct vm_area_struct *vma)
{
	return (vma->vm_flags & VM_UFFD_WP) ||
	       (!kvmshare_ksm_breaks_unreadable() && !(vma->vm_flags & VM_ACCESS_FLAGS));
}

bool mem_vma_is_guests(const struct vm_area_struct *vma)
{
	return vma->vm_end - vma->vm_start >= MEM_VMA_LEAST &&
	       (vma->vm_flags & (VM_WRITE | VM_EXEC | VM_GROWSDOWN)) == VM_WRITE;
}

bool mem_vma_merges(const struct vm_area_struct *vma)
{
	return mem_vma_is_guests(vma) && mem_vma_cause(vma) == MEM_MERGES;
}

void mem_vma_look(struct mm_struct *mm, struct mem_vma_facts *facts)
{
	VMA_ITERATOR(mappings, mm, 0);
	struct vm_area_struct *vma;
	unsigned long size;

	mmap_assert_locked(mm);
	memset(facts, 0, sizeof(*facts));
	for_each_vma(mappings, vma) {
		cond_resched();
		size = vma->vm_end - vma->vm_start;
		if (vma->vm_flags & VM_MERGEABLE) {
			facts->mergeable += size;
			facts->advised += mem_vma_is_blocked(vma) ? 0 : size;
		}
		if (vma->vm_flags & VM_LOCKED)
			facts->locked += size;
		if (mem_vma_is_guests(vma))
			facts->bytes[mem_vma_cause(vma)] += size;
	}
}
