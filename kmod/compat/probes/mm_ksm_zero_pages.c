// SPDX-License-Identifier: GPL-2.0
/* Does an mm know how many of its pages ksmd has made the zero page? */
#include <linux/ksm.h>
#include <linux/mm.h>

long probe(struct mm_struct *mm);
long probe(struct mm_struct *mm)
{
	return mm_ksm_zero_pages(mm);
}
