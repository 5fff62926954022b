// SPDX-License-Identifier: GPL-2.0
/* Does a sequence count tell faults that an mm's lock is held for writing? */
#include <linux/mm.h>

void probe(struct mm_struct *mm);
void probe(struct mm_struct *mm)
{
	mm_lock_seqcount_begin(mm);
}
