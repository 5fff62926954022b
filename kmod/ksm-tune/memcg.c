// SPDX-License-Identifier: GPL-2.0
/*
 * Merged pages that are taken apart are charged to their VM's cgroup: at its limit that
 * would end in a kill.
 */
#include <linux/memcontrol.h>
#include <linux/rcupdate.h>

#include "memcg.h"

#ifdef CONFIG_MEMCG

static u64 room_of(struct mem_cgroup *memcg)
{
	unsigned long used = page_counter_read(&memcg->memory);
	unsigned long most = min(READ_ONCE(memcg->memory.max), READ_ONCE(memcg->memory.high));

	if (most >= PAGE_COUNTER_MAX)
		return U64_MAX;
	return most > used ? most - used : 0;
}

u64 mem_memcg_room(struct mm_struct *mm)
{
	struct mem_cgroup *memcg;
	u64 room = U64_MAX;

	rcu_read_lock();
	memcg = mem_cgroup_from_task(rcu_dereference(mm->owner));
	for (; memcg; memcg = parent_mem_cgroup(memcg))
		room = min(room, room_of(memcg));
	rcu_read_unlock();
	return room;
}

#else

u64 mem_memcg_room(struct mm_struct *mm)
{
	return U64_MAX;
}

#endif
