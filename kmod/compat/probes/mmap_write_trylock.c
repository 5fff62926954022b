// SPDX-License-Identifier: GPL-2.0
/* Is there a way to try for an mm's lock? It was taken out in 6.5. */
#include <linux/mm.h>

bool probe(struct mm_struct *mm);
bool probe(struct mm_struct *mm)
{
	return mmap_write_trylock(mm);
}
