// SPDX-License-Identifier: GPL-2.0
/* An mm's flags are read by functions, from 6.18 on. */
#include <linux/mm.h>

bool probe(struct mm_struct *mm);
bool probe(struct mm_struct *mm)
{
	return mm_flags_test(MMF_VM_MERGEABLE, mm);
}
