// SPDX-License-Identifier: GPL-2.0
/*
 * No counter of an mm says it, and the kernel's own walk is closed to modules.  Only
 * entries are read, down to those of huge pages, under the mm's lock, which keeps those
 * tables; what they point to is not followed.
 */
#include <linux/mm.h>
#include <linux/pgtable.h>

#include "huge.h"
#include "vma.h"

/**
 * struct walk - over a mapping
 * @at: where it is
 * @end: of the mapping
 * @found: huge pages
 * @left: entries that may be looked at
 */
struct walk {
	unsigned long at;
	unsigned long end;
	u64 found;
	u64 left;
};

/* Of the table that @at is in: NULL, and @at is behind what that would map. */
static pmd_t *find_pmd(struct mm_struct *mm, struct walk *walk)
{
	unsigned long at = walk->at;
	pgd_t *pgd = pgd_offset(mm, at);
	p4d_t *p4d;
	pud_t *pud;

	if (pgd_none(*pgd) || pgd_bad(*pgd)) {
		walk->at = pgd_addr_end(at, walk->end);
		return NULL;
	}
	p4d = p4d_offset(pgd, at);
	if (p4d_none(*p4d) || p4d_bad(*p4d)) {
		walk->at = p4d_addr_end(at, walk->end);
		return NULL;
	}
	pud = pud_offset(p4d, at);
	if (pud_none(*pud) || pud_bad(*pud)) {
		walk->at = pud_addr_end(at, walk->end);
		return NULL;
	}
	return pmd_offset(pud, at);
}

static void count(struct mm_struct *mm, struct walk *walk)
{
	pmd_t *pmd;

	for (; walk->at < walk->end && walk->left; walk->left--) {
		pmd = find_pmd(mm, walk);
		if (!pmd)
			continue;
		if (pmd_trans_huge(READ_ONCE(*pmd)))
			walk->found++;
		walk->at = pmd_addr_end(walk->at, walk->end);
	}
}

int mem_huge_count(struct mm_struct *mm, struct mem_huge *so_far, u64 *left)
{
	VMA_ITERATOR(mappings, mm, so_far->at);
	struct walk walk = { .at = so_far->at, .found = so_far->found, .left = *left };
	struct vm_area_struct *vma;

	if (!mmap_read_trylock(mm))
		return -EBUSY;
	for_each_vma(mappings, vma) {
		if (!mem_vma_merges(vma))
			continue;
		walk.at = max(walk.at, vma->vm_start);
		walk.end = vma->vm_end;
		count(mm, &walk);
		if (!walk.left)
			break;
	}
	mmap_read_unlock(mm);
	*left = walk.left;
	*so_far = (struct mem_huge){ .at = walk.at, .found = walk.found };
	return vma ? -EAGAIN : 0;
}
