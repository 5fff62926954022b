// SPDX-License-Identifier: GPL-2.0
/*
 * Finds the VMs of processes that know nothing of kvmshare.
 *
 * A pass walks all processes under RCU and keeps those whose mm has notifiers,
 * as every mm that KVM has made a VM of does. Then it looks, one process at a
 * time, into the file tables of its threads for a VM's file that this mm made.
 * No reference to a file is taken: what is found is pinned by its dentry (see
 * registry.c) while the table's lock keeps the file open.
 *
 * Whoever has a render node or /dev/kvm can have notifiers, and a million
 * descriptors, so a look is bounded: so many at once under a table's lock, so
 * many a pass in one process (the next passes go on elsewhere in it), and all
 * of it at most one percent of a CPU, or passes come later.
 */
#include <linux/capability.h>
#include <linux/dcache.h>
#include <linux/fdtable.h>
#include <linux/fs.h>
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

#define FOUND_MAX	16	/* kept at once, before they are entered */
#define FDS_AT_ONCE	512	/* under one hold of a table's lock */
#define FDS_A_PASS	16384	/* in one process */
#define TABLES_A_PASS	16	/* of one process */
#define INTERVAL_MIN_MS	50
#define INTERVAL_MAX_MS	60000
#define COST_SHARE	100	/* of the time, one part at most */

static unsigned int interval_ms = 1000;	/* 0: off */
static u64 passes;
static u64 cost_us;	/* of looking, in the last pass */
static u64 cost_before_us; /* and in the one before */
static s64 entering_ns;	/* what it entered cost: once a VM, so not in it */

static void discover(struct work_struct *work);
static DECLARE_DELAYED_WORK(discover_work, discover);
static struct workqueue_struct *discovery_wq;

/**
 * struct look - one process, looked into
 * @tgid: the process
 * @budget: descriptors that may still be looked at
 * @anywhere: begin somewhere in the first table that is too large for one pass
 * @mm: of the thread whose table is looked at: for comparing, and pinned as
 *      soon as something was found
 * @nr: how many were found
 * @found: their dentries, pinned
 */
struct look {
	struct pid *tgid;
	unsigned int budget;
	bool anywhere;
	struct mm_struct *mm;
	unsigned int nr;
	struct dentry *found[FOUND_MAX];
};

/* -- A file table ---------------------------------------------------------- */

static void consider(struct look *look, const struct file *file)
{
	struct dentry *dentry = file->f_path.dentry;
	const struct kvmshare_vm *vm;

	if (kvmshare_vmfile_mm(file) != look->mm)
		return;
	vm = kvmshare_registry_by_file(dentry);
	if (vm && kvmshare_owner_alive(vm->owner->pid))
		return;
	look->found[look->nr++] = dget(dentry);
}

static unsigned int first_fd(struct look *look, const struct fdtable *fdt)
{
	if (!look->anywhere || fdt->max_fds <= FDS_A_PASS)
		return 0;
	look->anywhere = false;
	return get_random_u32() % fdt->max_fds;
}

/*
 * Go through the table from @fd on, for as long as may be at once.
 * Return where to go on, or 0 at its end.
 */
static unsigned int scan(struct look *look, struct files_struct *files,
			 unsigned int fd)
{
	const struct fdtable *fdt;
	const struct file *file;
	unsigned int n;

	spin_lock(&files->file_lock);
	fdt = files_fdtable(files);
	if (!fd)
		fd = first_fd(look, fdt);
	for (n = 0; n < FDS_AT_ONCE && look->nr < FOUND_MAX; n++) {
		fd = find_next_bit(fdt->open_fds, fdt->max_fds, fd);
		if (fd >= fdt->max_fds) {
			fd = 0;
			break;
		}
		file = rcu_dereference_check_fdtable(files, fdt->fd[fd]);
		if (file)
			consider(look, file);
		fd++;
	}
	spin_unlock(&files->file_lock);
	look->budget -= min(look->budget, n + 1);
	return fd;
}

/* The thread's own locks keep its table and its mm. Return as scan() does. */
static unsigned int scan_thread(struct look *look, struct task_struct *thread,
				unsigned int fd)
{
	task_lock(thread);
	look->mm = thread->mm;
	if (thread->files && look->mm && mm_has_notifiers(look->mm))
		fd = scan(look, thread->files, fd);
	else
		fd = 0;
	if (look->nr)
		mmgrab(look->mm);
	task_unlock(thread);
	return fd;
}

/*
 * A process whose user has too many VMs is looked at no further; what cannot
 * be entered now is found again by a later pass.
 */
static void enter_found(struct look *look, kuid_t uid)
{
	ktime_t start = ktime_get();
	struct kvmshare_vm *vm = NULL;
	unsigned int i;

	if (!look->nr)
		return;
	for (i = 0; i < look->nr; i++) {
		if (!IS_ERR(vm))
			vm = kvmshare_registry_found(look->found[i], look->mm,
						     look->tgid, uid);
		dput(look->found[i]);
	}
	mmdrop(look->mm);
	look->nr = 0;
	if (IS_ERR(vm))
		look->budget = 0;
	entering_ns += ktime_to_ns(ktime_sub(ktime_get(), start));
}

static void look_at_thread(struct look *look, struct task_struct *thread)
{
	unsigned int fd = 0;

	do {
		mutex_lock(&kvmshare_registry_lock);
		fd = scan_thread(look, thread, fd);
		enter_found(look, task_uid(thread));
		mutex_unlock(&kvmshare_registry_lock);
		cond_resched();
	} while (fd && look->budget);
}

/* -- A process ------------------------------------------------------------- */

static bool is_in(struct task_struct **threads, unsigned int nr,
		  const struct files_struct *files)
{
	while (nr--) {
		if (READ_ONCE(threads[nr]->files) == files)
			return true;
	}
	return false;
}

/*
 * One thread of each table that the process has: one, unless threads asked for
 * their own. Where there are more than a pass takes, every other pass begins
 * with any of them.
 */
static unsigned int get_tables(struct task_struct *process, bool anywhere,
			       struct task_struct **threads)
{
	struct task_struct *thread;
	unsigned int nr = 0, skip = 0;

	if (anywhere)
		skip = get_random_u32() % max(get_nr_threads(process), 1);
	rcu_read_lock();
	for_each_thread(process, thread) {
		if (skip && skip--)
			continue;
		if (is_in(threads, nr, READ_ONCE(thread->files)))
			continue;
		get_task_struct(thread);
		threads[nr++] = thread;
		if (nr == TABLES_A_PASS)
			break;
	}
	rcu_read_unlock();
	return nr;
}

static void look_at_process(struct task_struct *process)
{
	struct task_struct *threads[TABLES_A_PASS];
	struct look look = {
		.tgid = get_task_pid(process, PIDTYPE_TGID),
		.budget = FDS_A_PASS,
		.anywhere = passes & 1,
	};
	unsigned int i, nr;

	nr = get_tables(process, look.anywhere, threads);
	for (i = 0; i < nr; i++) {
		if (look.tgid && look.budget)
			look_at_thread(&look, threads[i]);
		put_task_struct(threads[i]);
	}
	put_pid(look.tgid);
}

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

static void look_at_all(void)
{
	unsigned int i, missed = gather();

	if (missed) {
		put_processes();
		make_room(missed);
		gather();
	}
	for (i = 0; i < nr_processes; i++) {
		look_at_process(processes[i]);
		cond_resched();
	}
	put_processes();
}

/* The time is the clock's, not the CPU's: one slow pass alone says nothing. */
static void queue_next(void)
{
	u64 cost = min(cost_us, cost_before_us);
	u64 rest_ms = div_u64(cost * COST_SHARE, USEC_PER_MSEC);
	unsigned int interval = READ_ONCE(interval_ms);

	if (!interval)
		return;
	rest_ms = clamp_t(u64, rest_ms, interval, INTERVAL_MAX_MS);
	queue_delayed_work(discovery_wq, &discover_work,
			   msecs_to_jiffies(rest_ms));
}

static void discover(struct work_struct *work)
{
	ktime_t start = ktime_get();
	s64 spent_ns;

	entering_ns = 0;
	look_at_all();
	spent_ns = ktime_to_ns(ktime_sub(ktime_get(), start)) - entering_ns;
	cost_before_us = cost_us;
	WRITE_ONCE(cost_us, div_u64(spent_ns, NSEC_PER_USEC));
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
