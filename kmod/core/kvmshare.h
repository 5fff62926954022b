/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What the core offers to the other modules.  They depend on it alone, never
 * on each other.
 */
#ifndef _KVMSHARE_CORE_KVMSHARE_H
#define _KVMSHARE_CORE_KVMSHARE_H

#include <linux/atomic.h>
#include <linux/kobject.h>
#include <linux/module.h>
#include <linux/types.h>
#include <linux/wait.h>
#include <linux/workqueue.h>
#include <uapi/kvmshare.h>
#include "../compat/compat.h"

struct kvmshare_vm;
struct mm_struct;
struct pid;
struct pid_namespace;

/* ctl.c: /dev/kvmshare, and who serves which calls */

/**
 * struct kvmshare_ctl_ops - the calls that a module serves on /dev/kvmshare
 * @owner: THIS_MODULE; held while a call is in it
 * @first: first ioctl number, by _IOC_NR()
 * @last: last ioctl number
 * @module: its KVMSHARE_MODULE_* bit
 * @ioctl: serve call number @nr; may sleep, no lock is held
 * @holds: does the process @tgid hold anything of this module? Called with
 *         the registry's mutex held; may take spinlocks, must not sleep or
 *         call back into the registry
 */
struct kvmshare_ctl_ops {
	struct module *owner;
	unsigned int first;
	unsigned int last;
	u64 module;
	long (*ioctl)(unsigned int nr, void __user *arg);
	bool (*holds)(struct pid *tgid);
};

int kvmshare_ctl_register(const struct kvmshare_ctl_ops *ops);
/* No call is in @ops any more when this returns. */
void kvmshare_ctl_unregister(const struct kvmshare_ctl_ops *ops);

/*
 * Read a call's struct by its leading size field, in the way that
 * include/uapi/kvmshare.h promises; give one back, no longer than the caller's.
 */
int kvmshare_ctl_get(void *dst, size_t ksize, const void __user *arg);
int kvmshare_ctl_put(void __user *arg, const void *src, size_t ksize);
/* A fixed-length string of a call: -EINVAL unless NUL-terminated and printable. */
int kvmshare_ctl_check_text(const char *text, size_t len);

/* events.c */

/* From any context that may take a spinlock. */
void kvmshare_event_post(enum kvmshare_event_type type, u64 id, u64 value,
			 u32 bdf);

/* owner.c: a process that owns something, held weakly */

/**
 * struct kvmshare_owner - a process as an owner
 * @pid: its tgid's struct pid, referenced; survives exec, never reused
 * @wait: on @pid's wait_pidfd, woken when the whole thread group has exited
 * @work: looks whether the process is gone, and runs @gone
 * @gone: called once from a workqueue when the process is gone (all of its
 *        threads have begun to exit, reaped or not); may sleep
 */
struct kvmshare_owner {
	struct pid *pid;
	struct wait_queue_entry wait;
	struct delayed_work work;
	void (*gone)(struct kvmshare_owner *owner);
};

/**
 * kvmshare_owner_watch() - call @gone when a process has ended
 * @owner: storage of the caller's, alive until kvmshare_owner_unwatch()
 * @tgid: the process
 * @gone: see struct kvmshare_owner
 *
 * Return: 0, or -ESRCH if it has ended already (nothing is then watched).
 */
int kvmshare_owner_watch(struct kvmshare_owner *owner, struct pid *tgid,
			 void (*gone)(struct kvmshare_owner *owner));
/* @gone neither runs nor will when this returns; not from @gone itself. */
void kvmshare_owner_unwatch(struct kvmshare_owner *owner);
/* Has the process any thread that has not begun to exit? */
bool kvmshare_owner_alive(struct pid *tgid);
/* What to show of it: 0 once its number may be another's. */
pid_t kvmshare_owner_nr(struct pid *tgid, struct pid_namespace *ns);

/* labels.c */

/**
 * kvmshare_vm_tenant() - the tenant of a process's VM, or of its expected one
 * @tgid: the process
 * @tenant: KVMSHARE_NAME_LEN bytes; empty where there is none
 *
 * A module that charges a tenant first makes what it gives visible to its
 * @holds, and calls this then, so that a tenant cannot be set in between.
 *
 * Return: the VM's id, or 0 where the process has no entry.
 */
u64 kvmshare_vm_tenant(struct pid *tgid, char *tenant);

/* registry.c */

/**
 * struct kvmshare_vm_view - a VM, for the time of a call
 * @id: never used twice
 * @mm: which made it, its struct pinned, not its memory; NULL while it is expected
 * @tenant: whose it is; empty where nobody said
 * @sealed: its process cannot make its memory mergeable
 */
struct kvmshare_vm_view {
	u64 id;
	struct mm_struct *mm;
	const char *tenant;
	bool sealed;
};

/*
 * Call @see for each of them, in order of age, with the registry's mutex held: it may
 * sleep, but not call back into the registry.
 */
void kvmshare_vms_each(void (*see)(const struct kvmshare_vm_view *view, void *data), void *data);

/* vm_sysfs.c: files of the other modules in a VM's directory */

/**
 * struct kvmshare_vm_attribute - a file in a VM's directory
 * @attr: its name and mode
 * @show: print @vm's value
 * @store: take @text, which is checked, from an administrator; NULL: it is read alone
 *
 * Both are called with the registry's mutex held.
 */
struct kvmshare_vm_attribute {
	struct attribute attr;
	ssize_t (*show)(struct kvmshare_vm *vm, char *buf);
	int (*store)(struct kvmshare_vm *vm, const char *text);
};

/**
 * struct kvmshare_vm_group - a module's files in the directories of all VMs
 * @list: of all such
 * @group: named; of struct kvmshare_vm_attribute
 */
struct kvmshare_vm_group {
	struct list_head list;
	struct attribute_group group;
};

/* In those that are there, and in those to come. */
int kvmshare_vm_group_add(struct kvmshare_vm_group *group);
/* None of its files is in use any more when this returns. */
void kvmshare_vm_group_remove(struct kvmshare_vm_group *group);
u64 kvmshare_vm_id(const struct kvmshare_vm *vm);

/* sysfs.c */

/* /sys/kernel/kvmshare, where each module hangs its directories. */
struct kobject *kvmshare_sysfs_root(void);
/*
 * A directory below @parent that only root and the module's group may enter;
 * ended by kobject_put() once nothing is in it.
 */
struct kobject *kvmshare_sysfs_dir(struct kobject *parent, const char *name);
/* A ktype's get_ownership(): files belong to root and the module's group. */
void kvmshare_sysfs_ownership(kvmshare_ownership_kobject *kobj, kuid_t *uid,
			      kgid_t *gid);

/* counters.c: how many objects of a kind live, in /sys/kernel/kvmshare/counters/ */

/**
 * struct kvmshare_counter - one file of the counters directory
 * @attr: its sysfs attribute, set up by kvmshare_counter_add()
 * @name: the file's name
 * @live: how many there are; inc when made, dec when freed
 */
struct kvmshare_counter {
	struct kobj_attribute attr;
	const char *name;
	atomic_t live;
};

int kvmshare_counter_add(struct kvmshare_counter *counter);
void kvmshare_counter_remove(struct kvmshare_counter *counter);

#endif /* _KVMSHARE_CORE_KVMSHARE_H */
