/* SPDX-License-Identifier: GPL-2.0 */
/* What the files of kvmshare.ko offer to each other. */
#ifndef _KVMSHARE_CORE_CORE_H
#define _KVMSHARE_CORE_CORE_H

#include <linux/list.h>
#include <linux/mutex.h>
#include <linux/pid.h>
#include <linux/uidgid.h>
#include "kvmshare.h"

struct cred;
struct dentry;
struct file;
struct mm_struct;
struct task_struct;

enum kvmshare_vm_state {
	KVMSHARE_VM_EXPECTED,	/* its process is about to make it */
	KVMSHARE_VM_RUNNING,
	KVMSHARE_VM_NR
};

/**
 * struct kvmshare_vm - an entry of the registry
 * @kobj: its directory; the last reference frees the entry
 * @list: in the registry's list, while the entry stands
 * @by_file: in the registry's hash of files, while it runs
 * @owner: its process, held weakly; of another that shares the VM's memory once
 *         that has ended and the VM has not
 * @id: never used twice
 * @since: when it was entered
 * @expect: entered by KVMSHARE_VM_EXPECT, so it stands as long as its process
 * @sealed: its process cannot make its memory mergeable; never taken back
 * @state: where it stands
 * @uid: of its process, when it was entered or began to run
 * @charged: whose limit it counts against, of the same time
 * @dentry: its VM file's, pinned while it runs: no reference to the file, to
 *          KVM's VM or to its memory, yet no other VM can have the same
 * @mm: which made the VM; its struct pinned while it runs, not its memory
 * @name: what its process or an administrator calls it
 * @tenant: the same for every entry of a process
 * @renamed: since events told of it
 * @limits_told: that its user or its process has too many, see limits.c
 *
 * @owner and @expect to @limits_told are under kvmshare_registry_lock.
 */
struct kvmshare_vm {
	struct kobject kobj;
	struct list_head list;
	struct hlist_node by_file;
	u64 id;
	ktime_t since;

	struct kvmshare_owner *owner;
	bool expect;
	bool sealed;
	enum kvmshare_vm_state state;
	kuid_t uid;
	kuid_t charged;
	struct dentry *dentry;
	struct mm_struct *mm;
	char name[KVMSHARE_NAME_LEN];
	char tenant[KVMSHARE_NAME_LEN];
	bool renamed;
	unsigned long limits_told;
};

/* registry.c */

extern struct mutex kvmshare_registry_lock;
extern struct mutex kvmshare_registry_ending;
extern struct list_head kvmshare_registry_entries;	/* under that lock */

int kvmshare_registry_init(void);
void kvmshare_registry_exit(void);
struct kvmshare_vm *kvmshare_registry_by_file(const struct dentry *dentry);
struct kvmshare_vm *kvmshare_registry_by_id(u64 id);
struct kvmshare_vm *kvmshare_registry_by_process(const struct pid *tgid);
struct kvmshare_vm *kvmshare_registry_found(struct dentry *dentry,
					    struct mm_struct *mm,
					    struct pid *tgid,
					    const struct cred *cred);
struct kvmshare_vm *kvmshare_registry_expect(struct pid *tgid,
					     const struct cred *cred);
void kvmshare_registry_announce(enum kvmshare_event_type type,
				struct kvmshare_vm *vm);

/* labels.c: names and tenants */

int kvmshare_labels_join(struct kvmshare_vm *vm, struct pid *tgid);
int kvmshare_labels_check_tenant(struct pid *tgid, const char *tenant);
int kvmshare_labels_set_tenant(struct kvmshare_vm *vm, const char *tenant);
void kvmshare_labels_set_name(struct kvmshare_vm *vm, const char *name);

/* limits.c */

kuid_t kvmshare_limits_charged(const struct cred *cred);
int kvmshare_limits_check(const struct pid *tgid, kuid_t charged);

/* vm_sysfs.c: the directory of an entry */

int kvmshare_vm_sysfs_init(void);
void kvmshare_vm_sysfs_exit(void);
int kvmshare_vm_sysfs_add(struct kvmshare_vm *vm);

/* vm_ctl.c: the calls about VMs */

long kvmshare_vm_ctl_attach(void __user *arg);
long kvmshare_vm_ctl_set(void __user *arg);

/* vmfile.c: what is a VM's file, and what it tells */

struct mm_struct *kvmshare_vmfile_mm(const struct file *file);

/* look.c: into one process, for VMs */

bool kvmshare_look_broad(struct task_struct *process, u64 *entering);
void kvmshare_look_deep(struct task_struct *process, bool anywhere,
			u64 *entering);

/* discovery.c */

int kvmshare_discovery_init(void);
void kvmshare_discovery_exit(void);

/* events.c */

int kvmshare_events_init(void);
void kvmshare_events_exit(void);
long kvmshare_events_open(void __user *arg);

/* owner.c */

int kvmshare_owner_init(void);
void kvmshare_owner_exit(void);

/* ctl.c */

int kvmshare_ctl_init(void);
void kvmshare_ctl_exit(void);
bool kvmshare_ctl_holds(struct pid *tgid);

/* sysfs.c, counters.c */

int kvmshare_sysfs_init(void);
void kvmshare_sysfs_exit(void);
int kvmshare_counters_init(void);
void kvmshare_counters_exit(void);

#endif /* _KVMSHARE_CORE_CORE_H */
