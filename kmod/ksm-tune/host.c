// SPDX-License-Identifier: GPL-2.0
#include <linux/mm.h>
#include <linux/mman.h>
#include <linux/sched/signal.h>
#include <linux/sched/task.h>
#include <linux/slab.h>
#include <linux/timekeeping.h>
#include <linux/vmstat.h>

#include "counter.h"
#include "files.h"
#include "host.h"
#include "meter.h"

#define KSM	"kernel/mm/ksm/"

/* The counters of all CPUs; too large for a stack. */
static unsigned long *events;

/* -- The kernel's threads ---------------------------------------------------- */

/**
 * struct daemon - a thread of the kernel's, which may end and be started again
 * @comm: its name
 * @task: it, held, or NULL
 * @before: nanoseconds that those before it took
 */
struct daemon {
	const char *comm;
	struct task_struct *task;
	u64 before;
};

static struct daemon ksmd = { .comm = "ksmd" };
static struct daemon khugepaged = { .comm = "khugepaged" };

static struct task_struct *find_daemon(const char *comm)
{
	struct task_struct *task, *found = NULL;

	rcu_read_lock();
	for_each_process(task) {
		if (!(task->flags & PF_KTHREAD) || strcmp(task->comm, comm))
			continue;
		found = get_task_struct(task);
		break;
	}
	rcu_read_unlock();
	return found;
}

static void let_go(struct daemon *daemon)
{
	if (!daemon->task)
		return;
	daemon->before += READ_ONCE(daemon->task->se.sum_exec_runtime);
	put_task_struct(daemon->task);
	daemon->task = NULL;
}

static u64 cpu_time(struct daemon *daemon)
{
	if (daemon->task && READ_ONCE(daemon->task->exit_state))
		let_go(daemon);
	if (!daemon->task)
		daemon->task = find_daemon(daemon->comm);
	if (!daemon->task)
		return daemon->before;
	return daemon->before + READ_ONCE(daemon->task->se.sum_exec_runtime);
}

/* -- Counters ---------------------------------------------------------------- */

static void sample_events(struct mem_host *host)
{
#ifdef CONFIG_VM_EVENT_COUNTERS
	all_vm_events(events);
	host->scanned = events[PGSCAN_KSWAPD] + events[PGSCAN_DIRECT];
	host->stalled = events[ALLOCSTALL_NORMAL] + events[ALLOCSTALL_MOVABLE];
#ifdef CONFIG_TRANSPARENT_HUGEPAGE
	host->splits = events[THP_SPLIT_PAGE];
	host->collapses = events[THP_COLLAPSE_ALLOC];
#endif
#ifdef CONFIG_KSM
	host->cow_ksm = events[COW_KSM];
#endif
#endif
}

/* What a kernel does not tell is 0. */
static u64 of_ksm(const char *path)
{
	u64 number;

	return mem_file_read_u64(path, &number) ? 0 : number;
}

/* Before 6.6 the kernel does not count what ksmd looks at. */
static void sample_looked(struct mem_host *host, const struct mem_host *before)
{
	struct meter_work work = {
		.pages = of_ksm(KSM "pages_to_scan"),
		.sleeps = grown(host->ksmd_sleeps, before->ksmd_sleeps),
		.items = host->shared + host->sharing + host->unshared + host->volatile_pages,
		.passes = grown(host->passes, before->passes),
	};

	if (!mem_file_read_u64(KSM "pages_scanned", &host->looked))
		return;
	host->looked = before->looked;
	if (of_ksm(KSM "run") == KSM_RUN_MERGE)
		host->looked += meter_guess(&work);
}

static bool has_advisor(void)
{
	char text[64];

	return !mem_file_read(KSM "advisor_mode", text, sizeof(text)) && !strstr(text, "[none]");
}

static void sample_ksm(struct mem_host *host, const struct mem_host *before)
{
	u64 number;

	host->advised = has_advisor();
	/* A kernel without NUMA has one node. */
	host->across = mem_file_read_u64(KSM "merge_across_nodes", &number) || number;
	host->shared = of_ksm(KSM "pages_shared");
	host->sharing = of_ksm(KSM "pages_sharing");
	host->unshared = of_ksm(KSM "pages_unshared");
	host->volatile_pages = of_ksm(KSM "pages_volatile");
	host->zero = of_ksm(KSM "ksm_zero_pages");
	host->passes = of_ksm(KSM "full_scans");
	sample_looked(host, before);
}

void mem_host_sample(struct mem_host *host, const struct mem_host *before)
{
	host->at = ktime_get_ns();
	host->available = (u64)max(si_mem_available(), 0L) << PAGE_SHIFT;
	host->total = (u64)totalram_pages() << PAGE_SHIFT;
	host->committed = vm_memory_committed();
	host->refaulted = global_node_page_state(WORKINGSET_REFAULT_ANON) +
			  global_node_page_state(WORKINGSET_REFAULT_FILE);
	host->ksmd_ns = cpu_time(&ksmd);
	host->khugepaged_ns = cpu_time(&khugepaged);
	host->ksmd_sleeps = ksmd.task ? READ_ONCE(ksmd.task->nvcsw) : 0;
	sample_events(host);
	sample_ksm(host, before);
}

int mem_host_init(void)
{
	events = kcalloc(NR_VM_EVENT_ITEMS, sizeof(*events), GFP_KERNEL);
	return events ? 0 : -ENOMEM;
}

void mem_host_exit(void)
{
	let_go(&khugepaged);
	let_go(&ksmd);
	kfree(events);
}
