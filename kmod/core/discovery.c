// SPDX-License-Identifier: GPL-2.0
/*
 * Finds the VMs of processes that know nothing of kvmshare.
 *
 * A pass walks all processes under RCU, keeps those whose mm has notifiers, as
 * every mm that KVM has made a VM of does, and looks into each (look.c).
 *
 * What looking costs is its owners' to choose. So a shallow pass, which finds
 * the VMs of ordinary VMMs at a known price, comes at each interval, and takes
 * the deep one's place where that has had its share of the time.
 */
#include <linux/capability.h>
#include <linux/mm.h>
#include <linux/mmu_notifier.h>
#include <linux/module.h>
#include <linux/sched/signal.h>
#include <linux/sched/task.h>
#include <linux/slab.h>
#include <linux/sysfs.h>
#include "core.h"
#include "pace.h"

#define INTERVAL_MIN_MS	50
#define INTERVAL_MAX_MS	60000
#define SHARE		200	/* of the time, one part at most for each kind */

static unsigned int interval_ms = 1000;	/* 0: off */
static u64 passes;	/* deep ones */
static u64 cost_us;	/* of looking, in the last of them */
static struct pace deep_pace, shallow_pace;
static ktime_t deep_due;

static void discover(struct work_struct *work);
static DECLARE_DELAYED_WORK(discover_work, discover);
static struct workqueue_struct *discovery_wq;

/* -- All processes --------------------------------------------------------- */

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

/* Return microseconds that it took, without entering what was found. */
static u64 look_at_all(enum kvmshare_depth depth)
{
	ktime_t start = ktime_get();
	unsigned int i, missed = gather();
	s64 entering_ns = 0, ns;

	if (missed) {
		put_processes();
		make_room(missed);
		gather();
	}
	for (i = 0; i < nr_processes; i++) {
		entering_ns += kvmshare_look(processes[i], depth);
		cond_resched();
	}
	put_processes();
	ns = ktime_to_ns(ktime_sub(ktime_get(), start)) - entering_ns;
	return div_u64(max_t(s64, ns, 0), NSEC_PER_USEC);
}

static void look_deep(void)
{
	u64 cost = look_at_all(passes & 1 ? KVMSHARE_LOOK_ANYWHERE : KVMSHARE_LOOK_DEEP);

	kvmshare_pace_note(&deep_pace, cost);
	deep_due = ktime_add_us(ktime_get(), kvmshare_pace_rest_us(&deep_pace, SHARE));
	WRITE_ONCE(cost_us, cost);
	WRITE_ONCE(passes, passes + 1);
}

static void look_shallow(void)
{
	kvmshare_pace_note(&shallow_pace, look_at_all(KVMSHARE_LOOK_SHALLOW));
}

static void queue_next(void)
{
	u64 rest_ms = div_u64(kvmshare_pace_rest_us(&shallow_pace, SHARE), USEC_PER_MSEC);
	unsigned int interval = READ_ONCE(interval_ms);

	if (!interval)
		return;
	rest_ms = clamp_t(u64, rest_ms, interval, INTERVAL_MAX_MS);
	queue_delayed_work(discovery_wq, &discover_work,
			   msecs_to_jiffies(rest_ms));
}

static void discover(struct work_struct *work)
{
	if (ktime_before(ktime_get(), deep_due))
		look_shallow();
	else
		look_deep();
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
