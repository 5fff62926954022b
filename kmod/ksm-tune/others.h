/* SPDX-License-Identifier: GPL-2.0 */
/* Mergeable memory that is no VM's. */
#ifndef _KVMSHARE_MEM_OTHERS_H
#define _KVMSHARE_MEM_OTHERS_H

#include <linux/types.h>

/* Pages that ksmd knows of processes which are no VM of this window; a process has one at least. */
u64 mem_others_count(void);

#endif /* _KVMSHARE_MEM_OTHERS_H */
