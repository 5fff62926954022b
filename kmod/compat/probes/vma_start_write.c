// SPDX-License-Identifier: GPL-2.0
/* A mapping has a lock of its own, for faults without that of its mm. */
#include <linux/mm.h>

void probe(struct vm_area_struct *vma);
void probe(struct vm_area_struct *vma)
{
	vma_start_write(vma);
}
