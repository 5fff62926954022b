// SPDX-License-Identifier: GPL-2.0
/* Always no: does not compile. */
#include <linux/sched.h>

void *probe(struct task_struct *task);
void *probe(struct task_struct *task)
{
	return task->kvmshare_probe_no_such_member;
}
