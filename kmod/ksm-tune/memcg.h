/* SPDX-License-Identifier: GPL-2.0 */
/* What a VM's memory cgroup leaves it. */
#ifndef _KVMSHARE_MEM_MEMCG_H
#define _KVMSHARE_MEM_MEMCG_H

#include <linux/mm_types.h>
#include <linux/types.h>

/* Pages that it may still have; U64_MAX where nothing limits it. */
u64 mem_memcg_room(struct mm_struct *mm);

#endif /* _KVMSHARE_MEM_MEMCG_H */
