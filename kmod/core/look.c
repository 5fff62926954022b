// SPDX-License-Identifier: GPL-2.0
/*
 * Looks into one process for VMs: into the file tables of its threads, for a
 * VM's file that its mm made. No reference to a file is taken: what is found is
 * pinned by its dentry (see registry.c) while the table's lock keeps the file
 * open.
 *
 * A process may have a million descriptors and as many threads as its user
 * may, so a look is bounded. The broad one sees what a VMM usually has, one
 * table with some hundred descriptors, in microseconds. The deep one sees more,
 * and of what is too much for it another part each time.
 */
#include <linux/cred.h>
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
#include "core.h"

#define FOUND_MAX	16	/* kept at once, before they are entered */
#define FDS_AT_ONCE	512U	/* under one hold of a table's lock */

#define BROAD_FDS	512
#define BROAD_TABLES	1
#define BROAD_THREADS	512

#define DEEP_FDS	16384
#define DEEP_TABLES	16
#define DEEP_THREADS	UINT_MAX

/**
 * struct look - one process, looked into
 * @tgid: the process
 * @budget: descriptors that may still be looked at
 * @anywhere: begin somewhere in the first table that is too large for one look
 * @refused: it has more VMs than may be entered: what else it has is no matter
 * @entering: nanoseconds spent on entering what was found
 * @mm: of the thread whose table is looked at: for comparing, and pinned as
 *      soon as something was found
 * @nr: how many were found
 * @found: their dentries, pinned
 */
struct look {
	struct pid *tgid;
	unsigned int budget;
	bool anywhere;
	bool refused;
	u64 entering;
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
	if (!look->anywhere || fdt->max_fds <= DEEP_FDS)
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
	const unsigned int max = min(look->budget, FDS_AT_ONCE);
	const struct fdtable *fdt;
	const struct file *file;
	unsigned int n;

	spin_lock(&files->file_lock);
	fdt = files_fdtable(files);
	if (!fd)
		fd = first_fd(look, fdt);
	for (n = 0; n < max && look->nr < FOUND_MAX; n++) {
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
 * What cannot be entered now is found again by a later look, so that its time
 * is that of looking; what is entered costs once a VM.
 */
static void enter_found(struct look *look, struct task_struct *thread)
{
	u64 start = ktime_get_ns();
	struct kvmshare_vm *vm = NULL;
	const struct cred *cred;
	unsigned int i;

	if (!look->nr)
		return;
	cred = get_task_cred(thread);
	for (i = 0; i < look->nr; i++) {
		if (!IS_ERR(vm))
			vm = kvmshare_registry_found(look->found[i], look->mm,
						     look->tgid, cred);
		dput(look->found[i]);
	}
	put_cred(cred);
	mmdrop(look->mm);
	look->nr = 0;
	if (IS_ERR(vm))
		look->refused = true;
	else
		look->entering += ktime_get_ns() - start;
}

static bool may_go_on(const struct look *look)
{
	return look->budget && !look->refused;
}

/* Return whether the whole table was seen. */
static bool look_at_thread(struct look *look, struct task_struct *thread)
{
	unsigned int fd = 0;

	do {
		mutex_lock(&kvmshare_registry_lock);
		fd = scan_thread(look, thread, fd);
		enter_found(look, thread);
		mutex_unlock(&kvmshare_registry_lock);
		cond_resched();
	} while (fd && may_go_on(look));
	return !fd;
}

/* -- A process ------------------------------------------------------------- */

/**
 * struct tables - one thread of each table that a process has
 * @max: how many may be taken
 * @walk: how many threads may be asked for theirs
 * @more: there may be others
 * @nr: how many there are: one, unless threads asked for their own
 * @threads: the threads, referenced
 */
struct tables {
	unsigned int max;
	unsigned int walk;
	bool more;
	unsigned int nr;
	struct task_struct *threads[DEEP_TABLES];
};

static bool is_in(const struct tables *tables, const struct files_struct *files)
{
	unsigned int i;

	for (i = 0; i < tables->nr; i++) {
		if (READ_ONCE(tables->threads[i]->files) == files)
			return true;
	}
	return false;
}

/* Return whether more threads are to be asked. */
static bool add_table(struct tables *tables, struct task_struct *thread)
{
	const struct files_struct *files = READ_ONCE(thread->files);

	if (!files || is_in(tables, files))
		return true;
	if (tables->nr == tables->max)
		return false;
	get_task_struct(thread);
	tables->threads[tables->nr++] = thread;
	return true;
}

/* Where there are more than one look takes, another begins with any of them. */
static void get_tables(struct tables *tables, struct task_struct *process,
		       bool anywhere)
{
	struct task_struct *thread;
	unsigned int skip = 0;

	if (anywhere)
		skip = get_random_u32() % max(get_nr_threads(process), 1);
	rcu_read_lock();
	for_each_thread(process, thread) {
		if (skip && skip--)
			continue;
		if (!tables->walk-- || !add_table(tables, thread)) {
			tables->more = true;
			break;
		}
	}
	rcu_read_unlock();
}

/* Return whether there is nothing more to be seen. */
static bool look_at(struct look *look, struct tables *tables,
		    struct task_struct *process)
{
	bool all;
	unsigned int i;

	get_tables(tables, process, look->anywhere);
	all = !tables->more;
	look->tgid = get_task_pid(process, PIDTYPE_TGID);
	for (i = 0; i < tables->nr; i++) {
		if (look->tgid && may_go_on(look) &&
		    !look_at_thread(look, tables->threads[i]))
			all = false;
		put_task_struct(tables->threads[i]);
	}
	put_pid(look->tgid);
	return all || look->refused;
}

/**
 * kvmshare_look_broad() - enter the VMs of a process that are easily seen
 * @process: the process
 * @entering: what entering took is added, in nanoseconds
 *
 * Return: whether that was all, and a deep look would see no more.
 */
bool kvmshare_look_broad(struct task_struct *process, u64 *entering)
{
	struct tables tables = { .max = BROAD_TABLES, .walk = BROAD_THREADS };
	struct look look = { .budget = BROAD_FDS };
	bool all = look_at(&look, &tables, process);

	*entering += look.entering;
	return all;
}

/**
 * kvmshare_look_deep() - enter the VMs of a process, as far as one look goes
 * @process: the process
 * @anywhere: begin somewhere, where there is too much for one look
 * @entering: what entering took is added, in nanoseconds
 */
void kvmshare_look_deep(struct task_struct *process, bool anywhere,
			u64 *entering)
{
	struct tables tables = { .max = DEEP_TABLES, .walk = DEEP_THREADS };
	struct look look = { .budget = DEEP_FDS, .anywhere = anywhere };

	look_at(&look, &tables, process);
	*entering += look.entering;
}
