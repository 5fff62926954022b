// SPDX-License-Identifier: GPL-2.0
/*
 * Finds the VMs of processes that know nothing of kvmshare.
 *
 * A pass walks all processes under RCU and keeps those whose mm has notifiers,
 * as every mm that KVM has made a VM of does. It looks broadly into each of
 * them (look.c), and then deeply into those that have more.
 *
 * Whoever has a render node or /dev/kvm can have notifiers, and a million
 * descriptors. So that nobody delays how others are found, passes come at their
 * interval unless broad looks take a tenth of the time; deep looks take one
 * percent, or come later (pace.c). Not in it is the time that entries take when
 * they are made and when they end.
 */
#include <linux/capability.h>
#include <linux/jiffies.h>
#include <linux/ktime.h>
#include <linux/mm.h>
#include <linux/mmu_notifier.h>
#include <linux/module.h>
#include <linux/random.h>
#include <linux/sched/mm.h>
#include <linux/sched/signal.h>
#include <linux/sched/task.h>
#include <linux/slab.h>
#include <linux/sysfs.h>
#include "core.h"
#include "pace.h"

#define INTERVAL_MIN_MS	50
#define INTERVAL_MAX_MS	60000

/* A deep look that takes longer goes on in a later pass, with any process. */
#define DEEP_AT_ONCE	(100 * NSEC_PER_MSEC)

static unsigned int interval_ms = 1000;	/* 0: off */
static u64 passes;
static u64 deep_looks;
static u64 cost_us;	/* of looking, in the last pass */
static struct pace pace; /* the work's own */

static void discover(struct work_struct *work);
static DECLARE_DELAYED_WORK(discover_work, discover);
static struct workqueue_struct *discovery_wq;

/* -- The processes --------------------------------------------------------- */

/* Those whose mm has notifiers, referenced; the array stays between passes. */
static struct task_struct **processes;
static unsigned int nr_processes;
static unsigned int max_processes;

/* A leader may have exited before its threads, and has no mm then. */
static bool has_notifiers(struct task_struct *process)
{
	struct task_struct *thread;
	bool has_mm, ret;

	for_each_thread(process, thread) {
		task_lock(thread);
		has_mm = thread->mm;
		ret = has_mm && mm_has_notifiers(thread->mm);
		task_unlock(thread);
		if (has_mm)
			return ret;
	}
	return false;
}

/*
 * As long as kill(-1) takes for its walk, and with less locked.
 * Return how many there was no room for.
 */
static unsigned int gather(void)
{
	struct task_struct *process;
	unsigned int missed = 0;

	rcu_read_lock();
	for_each_process(process) {
		if ((process->flags & PF_KTHREAD) || !has_notifiers(process))
			continue;
		if (nr_processes == max_processes) {
			missed++;
			continue;
		}
		get_task_struct(process);
		processes[nr_processes++] = process;
	}
	rcu_read_unlock();
	return missed;
}

static void put_processes(void)
{
	while (nr_processes)
		put_task_struct(processes[--nr_processes]);
}

static void make_room(unsigned int more)
{
	unsigned int max = max_processes + more + 16;
	struct task_struct **bigger;

	bigger = kvmalloc_array(max, sizeof(*bigger), GFP_KERNEL);
	if (!bigger)
		return;
	kvfree(processes);
	processes = bigger;
	max_processes = max;
}

static void gather_all(void)
{
	unsigned int missed = gather();

	if (!missed)
		return;
	put_processes();
	make_room(missed);
	gather();
}

/* -- A pass ---------------------------------------------------------------- */

/* Leaves those of which there is more to be seen. */
static void look_broadly(u64 *entering)
{
	unsigned int i, left = 0;

	gather_all();
	for (i = 0; i < nr_processes; i++) {
		if (kvmshare_look_broad(processes[i], entering))
			put_task_struct(processes[i]);
		else
			processes[left++] = processes[i];
		cond_resched();
	}
	nr_processes = left;
}

static void look_deeply(u64 *entering)
{
	u64 start = ktime_get_ns();
	unsigned int i, first;

	if (!nr_processes)
		return;
	first = get_random_u32() % nr_processes;
	for (i = 0; i < nr_processes; i++) {
		kvmshare_look_deep(processes[(first + i) % nr_processes],
				   deep_looks & 1, entering);
		if (ktime_get_ns() - start > DEEP_AT_ONCE)
			break;
		cond_resched();
	}
	deep_looks++;
}

/* What entering costs is not in it: that is once a VM. */
static u64 cost_of(void (*look)(u64 *entering))
{
	u64 start = ktime_get_ns(), entering = 0;

	look(&entering);
	return ktime_get_ns() - start - entering;
}

static void queue_next(void)
{
	u64 interval = (u64)READ_ONCE(interval_ms) * NSEC_PER_MSEC;
	u64 rest = pace_rest(&pace, ktime_get_ns(), interval);

	if (interval)
		queue_delayed_work(discovery_wq, &discover_work,
				   nsecs_to_jiffies(rest));
}

static void discover(struct work_struct *work)
{
	u64 broad, deep = 0;

	broad = cost_of(look_broadly);
	pace_broad_done(&pace, ktime_get_ns(), broad);
	if (pace_deep_is_due(&pace, ktime_get_ns())) {
		deep = cost_of(look_deeply);
		pace_deep_done(&pace, ktime_get_ns(), deep);
	}
	put_processes();
	WRITE_ONCE(cost_us, div_u64(broad + deep, NSEC_PER_USEC));
	WRITE_ONCE(passes, passes + 1);
	queue_next();
}

/* -- In /sys/kernel/kvmshare ----------------------------------------------- */

static ssize_t discovery_interval_ms_show(struct kobject *kobj,
					  struct kobj_attribute *attr,
					  char *buf)
{
	return sysfs_emit(buf, "%u\n", READ_ONCE(interval_ms));
}

static ssize_t discovery_interval_ms_store(struct kobject *kobj,
					   struct kobj_attribute *attr,
					   const char *buf, size_t count)
{
	unsigned int value;
	int err;

	/* The file's mode is not enough: it may have been opened by another. */
	if (!capable(CAP_SYS_ADMIN))
		return -EPERM;
	err = kstrtouint(buf, 0, &value);
	if (err)
		return err;
	if (value && (value < INTERVAL_MIN_MS || value > INTERVAL_MAX_MS))
		return -EINVAL;
	WRITE_ONCE(interval_ms, value);
	/* A last pass, where it was turned off, finds that and ends it. */
	mod_delayed_work(discovery_wq, &discover_work, 0);
	return count;
}
static struct kobj_attribute interval_attr = __ATTR_RW(discovery_interval_ms);

static ssize_t discovery_cost_us_show(struct kobject *kobj,
				      struct kobj_attribute *attr, char *buf)
{
	return sysfs_emit(buf, "%llu\n", READ_ONCE(cost_us));
}
static struct kobj_attribute cost_attr =
	__ATTR(discovery_cost_us, 0440, discovery_cost_us_show, NULL);

static ssize_t discovery_passes_show(struct kobject *kobj,
				     struct kobj_attribute *attr, char *buf)
{
	return sysfs_emit(buf, "%llu\n", READ_ONCE(passes));
}
static struct kobj_attribute passes_attr =
	__ATTR(discovery_passes, 0440, discovery_passes_show, NULL);

static struct attribute *discovery_attrs[] = {
	&interval_attr.attr,
	&cost_attr.attr,
	&passes_attr.attr,
	NULL
};

static const struct attribute_group discovery_group = {
	.attrs = discovery_attrs,
};

/* -- Init and exit --------------------------------------------------------- */

int kvmshare_discovery_init(void)
{
	int err;

	discovery_wq = alloc_workqueue("kvmshare_discovery", WQ_UNBOUND, 0);
	if (!discovery_wq)
		return -ENOMEM;
	err = sysfs_create_group(kvmshare_sysfs_root(), &discovery_group);
	if (err) {
		destroy_workqueue(discovery_wq);
		return err;
	}
	queue_delayed_work(discovery_wq, &discover_work, 0);
	return 0;
}

void kvmshare_discovery_exit(void)
{
	/* 1. Nobody changes the interval, 2. no pass comes. */
	sysfs_remove_group(kvmshare_sysfs_root(), &discovery_group);
	cancel_delayed_work_sync(&discover_work);
	destroy_workqueue(discovery_wq);
	kvfree(processes);
}
