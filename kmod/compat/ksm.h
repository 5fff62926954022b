/* SPDX-License-Identifier: GPL-2.0 */
/* What an mm has to do with KSM. */
#ifndef _KVMSHARE_COMPAT_KSM_H
#define _KVMSHARE_COMPAT_KSM_H

#include <linux/ksm.h>
#include <linux/mm.h>
#include <linux/sched/coredump.h>

#include "compat.h"

/* Some of its memory may be merged. */
static inline bool kvmshare_mm_mergeable(const struct mm_struct *mm)
{
#ifdef KVMSHARE_HAVE_MM_FLAGS_TEST
	return mm_flags_test(MMF_VM_MERGEABLE, mm);
#else
	return test_bit(MMF_VM_MERGEABLE, &mm->flags);
#endif
}

/*
 * Automatic NUMA balancing hides memory from ksmd until its owner touches it again.  One
 * such page at the root of the unstable tree, and nothing is merged in that whole pass.
 */
static inline bool kvmshare_numa_hides_from_ksmd(void)
{
#ifdef KVMSHARE_HAVE_FOLL_HONOR_NUMA_FAULT
	return false;
#else
	return true;
#endif
}

/* Memory that nobody may read is taken apart, too; before 6.5 it stays merged. */
static inline bool kvmshare_ksm_breaks_unreadable(void)
{
#ifdef KVMSHARE_HAVE_FOLL_HONOR_NUMA_FAULT
	return true;
#else
	return false;
#endif
}

/* Pages that ksmd made the zero page; 0 where nobody counts them. */
static inline u64 kvmshare_ksm_zero_pages(struct mm_struct *mm)
{
#ifdef KVMSHARE_HAVE_MM_KSM_ZERO_PAGES
	return (u64)max(mm_ksm_zero_pages(mm), 0L);
#else
	return 0;
#endif
}

#endif /* _KVMSHARE_COMPAT_KSM_H */
