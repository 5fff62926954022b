// SPDX-License-Identifier: GPL-2.0
/*
 * The kernel's sum of all that ksmd knows, less that of VMs, is near to it, but both are
 * read at different times: it says whether it is worth to look, and no more.
 */
#include <linux/mm.h>
#include <linux/rcupdate.h>
#include <linux/sched/signal.h>
#include <linux/sched/task.h>

#include "../compat/ksm.h"
#include "mem.h"
#include "others.h"

static bool is_a_vms(const struct mm_struct *mm)
{
	struct mem_vm *vm;

	list_for_each_entry(vm, &mem_vms, list) {
		if (vm->mm == mm)
			return true;
	}
	return false;
}

/* What it has, if it has its memory still. */
static bool count_task(struct task_struct *task, u64 *pages)
{
	struct mm_struct *mm;

	task_lock(task);
	mm = task->mm;
	if (mm && kvmshare_mm_mergeable(mm) && !is_a_vms(mm))
		*pages += max(READ_ONCE(mm->ksm_rmap_items), 1UL);
	task_unlock(task);
	return mm;
}

u64 mem_others_count(void)
{
	struct task_struct *process, *thread;
	u64 pages = 0;

	rcu_read_lock();
	for_each_process(process) {
		if (process->flags & PF_KTHREAD)
			continue;
		/* The first may have ended before the others. */
		for_each_thread(process, thread) {
			if (count_task(thread, &pages))
				break;
		}
	}
	rcu_read_unlock();
	return pages;
}
