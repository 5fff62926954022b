// SPDX-License-Identifier: GPL-2.0
/*
 * With whose memory could a VM's be merged?  With that of all, or where ksmd does not
 * merge across NUMA nodes of those on its own: if each of them has been kept on one node,
 * by its cpuset, since it began.  What a mapping's own policy says is not looked at, and
 * ksmd and KVM's own threads take memory of any node for it: what is guarded is not kept
 * apart by that.
 */
#include <linux/mm.h>
#include <linux/nodemask.h>
#include <linux/rcupdate.h>
#include <linux/sched.h>

#include "mem.h"

static int node_of(struct mm_struct *mm)
{
	int node = NUMA_NO_NODE;
#if defined(CONFIG_CPUSETS) && defined(CONFIG_MEMCG)
	struct task_struct *task;

	rcu_read_lock();
	task = rcu_dereference(mm->owner);
	if (task && nodes_weight(task->mems_allowed) == 1)
		node = first_node(task->mems_allowed);
	rcu_read_unlock();
#endif
	return node < PLAN_SCOPES ? node : NUMA_NO_NODE;
}

/* One that was moved may have left memory behind. */
void mem_scopes_look(struct mem_vm *vm, struct mm_struct *mm)
{
	int node = node_of(mm);

	if (!vm->placed)
		vm->node = node;
	else if (vm->node != node)
		vm->node = NUMA_NO_NODE;
	vm->placed = true;
}

void mem_scopes_set(bool across)
{
	struct mem_vm *vm;

	list_for_each_entry(vm, &mem_vms, list)
		across |= vm->mm && !vm->first &&
			  (!vm->placed || vm->node == NUMA_NO_NODE || vm->plan.guarded);
	list_for_each_entry(vm, &mem_vms, list)
		vm->plan.scope = across || !vm->mm ? 0 : vm->node;
}
