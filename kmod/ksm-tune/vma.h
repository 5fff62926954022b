/* SPDX-License-Identifier: GPL-2.0 */
/* What a VM's memory is: what of it could be merged, and why the rest could not. */
#ifndef _KVMSHARE_MEM_VMA_H
#define _KVMSHARE_MEM_VMA_H

#include <linux/mm_types.h>
#include <linux/types.h>

/* Smaller mappings are the VMM's own, not its guest's memory. */
#define MEM_VMA_LEAST	(8UL << 20)

enum mem_cause {
	MEM_MERGES,
	MEM_IS_SHARED,		/* memfd, or a file: other processes may write to it */
	MEM_IS_HUGETLB,
	MEM_IS_DEVICE,		/* a device's, or what the kernel maps for it */
	MEM_IS_WATCHED,		/* by a userfaultfd: a migration comes in, or is recorded */
	MEM_CAUSES
};

/**
 * struct mem_vma_facts - of a VM's memory
 * @bytes: in mappings of each kind
 * @mergeable: bytes that are mergeable now
 * @advised: of them those that can be taken apart
 * @locked: bytes that the VMM has locked itself
 */
struct mem_vma_facts {
	u64 bytes[MEM_CAUSES];
	u64 mergeable;
	u64 advised;
	u64 locked;
};

enum mem_cause mem_vma_cause(const struct vm_area_struct *vma);
/* The kernel merges nothing of others. */
bool mem_vma_could_merge(const struct vm_area_struct *vma);
/*
 * It cannot be taken apart for now: where writes are watched, on 6.1, and where nobody may
 * read (kvmshare_ksm_breaks_unreadable), the kernel would leave pages merged and not say so.
 */
bool mem_vma_is_blocked(const struct vm_area_struct *vma);
bool mem_vma_is_guests(const struct vm_area_struct *vma);
/* The guest's, and nothing keeps it from being merged: what the policy lets in. */
bool mem_vma_merges(const struct vm_area_struct *vma);
/* The mm's lock is held, for reading at least. */
void mem_vma_look(struct mm_struct *mm, struct mem_vma_facts *facts);

#endif /* _KVMSHARE_MEM_VMA_H */
