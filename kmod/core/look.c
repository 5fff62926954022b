// SPDX-License-Identifier: GPL-2.0
/*
 * Looks into the file tables of one process for VMs that its mm made.
 *
 * No reference to a file is taken: what is found is pinned by its dentry (see
 * registry.c) while the table's lock keeps the file open.
 *
 * Whoever has a render node or /dev/kvm can have a million descriptors, so a
 * look is bounded: so many at once under a table's lock, and so many in all. A
 * look at the beginning of the first table finds what any ordinary VMM has; a
 * deep one takes all tables, and every other one begins somewhere in what is
 * too large for one.
 */
#include <linux/cred.h>
#include <linux/dcache.h>
#include <linux/fdtable.h>
#include <linux/fs.h>
#include <linux/mm.h>
#include <linux/mmu_notifier.h>
#include <linux/random.h>
#include <linux/sched/mm.h>
#include <linux/sched/signal.h>
#include <linux/sched/task.h>
#include "core.h"

#define FOUND_MAX	16	/* kept at once, before they are entered */
#define FDS_AT_ONCE	512	/* under one hold of a table's lock */
#define FDS_SHALLOW	64
#define FDS_DEEP	16384	/* in one process */
#define TABLES_DEEP	16	/* of one process */

/**
 * struct look - one process, looked into
 * @tgid: the process
 * @budget: descriptors that may still be looked at
 * @anywhere: begin somewhere in a table that is too large for one look
 * @mm: of the thread whose table is looked at: for comparing, and pinned as
 *      soon as something was found
 * @nr: how many were found
 * @found: their dentries, pinned
 * @entering_ns: what entering them took
 */
struct look {
	struct pid *tgid;
	unsigned int budget;
	bool anywhere;
	struct mm_struct *mm;
	unsigned int nr;
	struct dentry *found[FOUND_MAX];
	s64 entering_ns;
};

/* -- A file table ---------------------------------------------------------- */

static void consider(struct look *look, const struct file *file)
{
	struct dentry *dentry = file->f_path.dentry;

	if (kvmshare_vmfile_mm(file) != look->mm)
		return;
	if (kvmshare_registry_by_file(dentry))
		return;
	look->found[look->nr++] = dget(dentry);
}

static unsigned int first_fd(struct look *look, const struct fdtable *fdt)
{
	if (!look->anywhere || fdt->max_fds <= FDS_DEEP)
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
	unsigned int n, at_once = min_t(unsigned int, look->budget, FDS_AT_ONCE);

	spin_lock(&files->file_lock);
	fdt = files_fdtable(files);
	if (!fd)
		fd = first_fd(look, fdt);
	for (n = 0; n < at_once && look->nr < FOUND_MAX; n++) {
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
 * A process that has, or whose user has, too many VMs is looked at no further; what cannot
 * be entered now is found again by a later pass.
 */
static void enter_found(struct look *look, const struct cred *cred)
{
	ktime_t start = ktime_get();
	struct kvmshare_vm *vm = NULL;
	unsigned int i;

	if (!look->nr)
		return;
	for (i = 0; i < look->nr; i++) {
		if (!IS_ERR(vm))
			vm = kvmshare_registry_found(look->found[i], look->mm,
						     look->tgid, cred);
		dput(look->found[i]);
	}
	mmdrop(look->mm);
	look->nr = 0;
	if (IS_ERR(vm))
		look->budget = 0;
	look->entering_ns += ktime_to_ns(ktime_sub(ktime_get(), start));
}

static void look_at_thread(struct look *look, struct task_struct *thread)
{
	const struct cred *cred = get_task_cred(thread);
	unsigned int fd = 0;

	do {
		mutex_lock(&kvmshare_registry_lock);
		fd = scan_thread(look, thread, fd);
		enter_found(look, cred);
		mutex_unlock(&kvmshare_registry_lock);
		cond_resched();
	} while (fd && look->budget);
	put_cred(cred);
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
 * their own. Where there are more than a deep look takes, every other one begins
 * with any of them.
 */
static unsigned int get_tables(struct task_struct *process, bool anywhere,
			       struct task_struct **threads, unsigned int max)
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
		if (nr == max)
			break;
	}
	rcu_read_unlock();
	return nr;
}

/**
 * kvmshare_look() - enter the VMs that a process has
 * @process: its leader, referenced
 * @depth: how far to look
 *
 * Return: nanoseconds that entering took, which is paid once a VM.
 */
s64 kvmshare_look(struct task_struct *process, enum kvmshare_depth depth)
{
	bool deep = depth != KVMSHARE_LOOK_SHALLOW;
	struct task_struct *threads[TABLES_DEEP];
	struct look look = {
		.tgid = get_task_pid(process, PIDTYPE_TGID),
		.budget = deep ? FDS_DEEP : FDS_SHALLOW,
		.anywhere = depth == KVMSHARE_LOOK_ANYWHERE,
	};
	unsigned int i, nr;

	nr = get_tables(process, look.anywhere, threads, deep ? TABLES_DEEP : 1);
	for (i = 0; i < nr; i++) {
		if (look.tgid && look.budget)
			look_at_thread(&look, threads[i]);
		put_task_struct(threads[i]);
	}
	put_pid(look.tgid);
	return look.entering_ns;
}
