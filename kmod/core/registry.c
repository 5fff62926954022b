// SPDX-License-Identifier: GPL-2.0
/*
 * The registry of VMs: its entries, and when each begins and ends.
 *
 * An entry that runs is keyed on its VM's file by the file's dentry, which is
 * one a VM. Pinning the dentry keeps neither the file nor KVM's VM: once the
 * file is closed, ours is the last reference. The mm that made the VM is
 * pinned as a struct only: once it has no users, its process is gone. Nobody
 * tells of either, so a cheap pass looks at all entries four times a second,
 * and at once when the process of one has ended.
 *
 * KVM's VM may outlive its file: a vCPU's file keeps it too. Which VM a vCPU is
 * of only KVM's structures tell, and those are followed no further than
 * vmfile.c does, so the entry ends with the VM's file, as docs/SECURITY.md says.
 *
 * A process that keeps an O_PATH descriptor of its closed VM keeps its entry
 * for as long as it lives: it counts against its own user and frees nothing
 * for another.
 */
#include <linux/cred.h>
#include <linux/dcache.h>
#include <linux/hashtable.h>
#include <linux/module.h>
#include <linux/sched/mm.h>
#include <linux/slab.h>
#include "core.h"
#include "trace.h"

#define LOOK_INTERVAL	(HZ / 4)

/*
 * Protects the entries, @by_file, @last_id, and what struct kvmshare_vm says.
 * Taken outside of: a task's alloc_lock, a files_struct's file_lock, the
 * modules' locks in their holds(). A directory in sysfs is added under it and
 * removed without it; the files there only try to take it, see vm_sysfs.c.
 */
DEFINE_MUTEX(kvmshare_registry_lock);
LIST_HEAD(kvmshare_registry_entries);
/* Held while entries that have ended are taken down; outside of the other. */
DEFINE_MUTEX(kvmshare_registry_ending);
static DEFINE_HASHTABLE(by_file, 8);
static u64 last_id;

static struct workqueue_struct *registry_wq;
static struct kvmshare_counter vms = { .name = "vms" };

static void look(struct work_struct *work);
static DECLARE_DELAYED_WORK(look_work, look);

/* -- Looking up ------------------------------------------------------------ */

struct kvmshare_vm *kvmshare_registry_by_file(const struct dentry *dentry)
{
	struct kvmshare_vm *vm;

	lockdep_assert_held(&kvmshare_registry_lock);
	hash_for_each_possible(by_file, vm, by_file, (unsigned long)dentry) {
		if (vm->dentry == dentry)
			return vm;
	}
	return NULL;
}

struct kvmshare_vm *kvmshare_registry_by_id(u64 id)
{
	struct kvmshare_vm *vm;

	lockdep_assert_held(&kvmshare_registry_lock);
	list_for_each_entry(vm, &kvmshare_registry_entries, list) {
		if (vm->id == id)
			return vm;
	}
	return NULL;
}

/* The process's first. */
struct kvmshare_vm *kvmshare_registry_by_process(const struct pid *tgid)
{
	struct kvmshare_vm *vm;

	lockdep_assert_held(&kvmshare_registry_lock);
	list_for_each_entry(vm, &kvmshare_registry_entries, list) {
		if (vm->owner->pid == tgid)
			return vm;
	}
	return NULL;
}

static struct kvmshare_vm *expected_of(const struct pid *tgid)
{
	struct kvmshare_vm *vm;

	lockdep_assert_held(&kvmshare_registry_lock);
	list_for_each_entry(vm, &kvmshare_registry_entries, list) {
		if (vm->owner->pid == tgid && vm->state == KVMSHARE_VM_EXPECTED)
			return vm;
	}
	return NULL;
}

/* -- The life of an entry -------------------------------------------------- */

static void owner_gone(struct kvmshare_owner *owner)
{
	mod_delayed_work(registry_wq, &look_work, 0);
}

static struct kvmshare_owner *watch(struct pid *tgid)
{
	struct kvmshare_owner *owner;
	int err;

	owner = kzalloc(sizeof(*owner), GFP_KERNEL_ACCOUNT);
	if (!owner)
		return ERR_PTR(-ENOMEM);
	err = kvmshare_owner_watch(owner, tgid, owner_gone);
	if (err) {
		kfree(owner);
		return ERR_PTR(err);
	}
	return owner;
}

/* Pairs with watch(). */
static void unwatch(struct kvmshare_owner *owner)
{
	kvmshare_owner_unwatch(owner);
	kfree(owner);
}

/* Whose it is: of its process when it is entered, and when it begins to run. */
static void set_user(struct kvmshare_vm *vm, const struct cred *cred)
{
	vm->uid = cred->uid;
	vm->charged = kvmshare_limits_charged(cred);
}

static struct kvmshare_vm *create(struct pid *tgid, const struct cred *cred)
{
	const struct kvmshare_vm *other = kvmshare_registry_by_process(tgid);
	struct kvmshare_vm *vm;
	int err;

	err = kvmshare_limits_check(tgid, kvmshare_limits_charged(cred));
	if (err)
		return ERR_PTR(err);
	vm = kzalloc(sizeof(*vm), GFP_KERNEL_ACCOUNT);
	if (!vm)
		return ERR_PTR(-ENOMEM);
	vm->id = last_id + 1;
	set_user(vm, cred);
	vm->since = ktime_get();
	INIT_HLIST_NODE(&vm->by_file);
	vm->owner = watch(tgid);
	if (IS_ERR(vm->owner)) {
		err = PTR_ERR(vm->owner);
		kfree(vm);
		return ERR_PTR(err);
	}
	/* It brings no tenant, so that it is not refused. */
	kvmshare_labels_join(vm, tgid);
	/* A process cannot be unsealed. */
	vm->sealed = other && other->sealed;
	err = kvmshare_vm_sysfs_add(vm);
	if (err) {
		unwatch(vm->owner);
		kobject_put(&vm->kobj);
		return ERR_PTR(err);
	}
	last_id = vm->id;
	list_add_tail(&vm->list, &kvmshare_registry_entries);
	atomic_inc(&vms.live);
	queue_delayed_work(registry_wq, &look_work, LOOK_INTERVAL);
	return vm;
}

/* Pairs with stop(). */
static void run(struct kvmshare_vm *vm, struct dentry *dentry,
		struct mm_struct *mm, const struct cred *cred)
{
	lockdep_assert_held(&kvmshare_registry_lock);
	vm->dentry = dget(dentry);
	vm->mm = mm;
	mmgrab(mm);
	set_user(vm, cred);
	vm->state = KVMSHARE_VM_RUNNING;
	hash_add(by_file, &vm->by_file, (unsigned long)dentry);
}

static void stop(struct kvmshare_vm *vm)
{
	lockdep_assert_held(&kvmshare_registry_lock);
	if (vm->state != KVMSHARE_VM_RUNNING)
		return;
	hash_del(&vm->by_file);
	dput(vm->dentry);
	mmdrop(vm->mm);
	vm->dentry = NULL;
	vm->mm = NULL;
	vm->state = KVMSHARE_VM_EXPECTED;
}

/* VM_NEW or VM_SET. */
void kvmshare_registry_announce(enum kvmshare_event_type type,
				struct kvmshare_vm *vm)
{
	lockdep_assert_held(&kvmshare_registry_lock);
	if (type == KVMSHARE_EVENT_VM_NEW)
		trace_kvmshare_vm_new(vm->id, pid_nr(vm->owner->pid),
				      from_kuid(&init_user_ns, vm->uid));
	else
		trace_kvmshare_vm_set(vm->id, vm->state == KVMSHARE_VM_RUNNING,
				      vm->name, vm->tenant);
	kvmshare_event_post(type, vm->id, 0, 0);
	vm->renamed = false;
}

/*
 * The entry's process has ended, and @tgid, which shares the memory that made
 * the VM, has the VM: what that holds and is called goes with the entry. Where
 * their tenants differ, or @tgid is gone too, the entry stays as it is.
 */
static void give_to(struct kvmshare_vm *vm, struct pid *tgid)
{
	struct kvmshare_owner *owner = watch(tgid);

	lockdep_assert_held(&kvmshare_registry_lock);
	if (IS_ERR(owner))
		return;
	if (kvmshare_labels_join(vm, tgid)) {
		unwatch(owner);
		return;
	}
	swap(vm->owner, owner);
	unwatch(owner);
	/* This one has announced nothing. */
	vm->expect = false;
	kvmshare_registry_announce(KVMSHARE_EVENT_VM_SET, vm);
}

/* Not under the lock: readers of its files are waited for. */
static void dispose(struct kvmshare_vm *vm)
{
	u64 id = vm->id;

	/* 1. Its files, which read the process's pid, 2. that, 3. the rest. */
	kobject_del(&vm->kobj);
	unwatch(vm->owner);
	trace_kvmshare_vm_gone(id);
	kvmshare_event_post(KVMSHARE_EVENT_VM_GONE, id, 0, 0);
	atomic_dec(&vms.live);
	kobject_put(&vm->kobj);
}

/* -- Looking at all of them ------------------------------------------------ */

static bool file_is_closed(const struct kvmshare_vm *vm)
{
	return d_count(vm->dentry) == 1;
}

static bool mm_is_gone(const struct kvmshare_vm *vm)
{
	return atomic_read(&vm->mm->mm_users) == 0;
}

/* Does the entry end now? One that was expected waits for the next VM. */
static bool has_ended(struct kvmshare_vm *vm)
{
	bool alive;

	if (vm->state == KVMSHARE_VM_RUNNING) {
		if (!file_is_closed(vm) && !mm_is_gone(vm))
			return false;
		stop(vm);
		if (!vm->expect)
			return true;
		alive = kvmshare_owner_alive(vm->owner->pid);
		if (alive)
			kvmshare_registry_announce(KVMSHARE_EVENT_VM_SET, vm);
		return !alive;
	}
	return !kvmshare_owner_alive(vm->owner->pid);
}

static void look(struct work_struct *work)
{
	struct kvmshare_vm *vm, *next;
	LIST_HEAD(ended);

	mutex_lock(&kvmshare_registry_ending);
	mutex_lock(&kvmshare_registry_lock);
	list_for_each_entry_safe(vm, next, &kvmshare_registry_entries, list) {
		if (has_ended(vm))
			list_move_tail(&vm->list, &ended);
		else if (vm->renamed)
			kvmshare_registry_announce(KVMSHARE_EVENT_VM_SET, vm);
	}
	if (!list_empty(&kvmshare_registry_entries))
		queue_delayed_work(registry_wq, &look_work, LOOK_INTERVAL);
	mutex_unlock(&kvmshare_registry_lock);

	list_for_each_entry_safe(vm, next, &ended, list)
		dispose(vm);
	mutex_unlock(&kvmshare_registry_ending);
}

/* -- What others ask for --------------------------------------------------- */

/**
 * kvmshare_registry_found() - a process has this VM
 * @dentry: its file's; the caller sees to it that the file is open, or pins it
 * @mm: which made it; pinned by the caller
 * @tgid: the process
 * @cred: the process's
 *
 * Only a new entry is held against the limits: one that was expected has its
 * place, whatever others of its user did since.
 *
 * Return: its entry: the one that stands, the process's expected one, or a new
 * one; -EDQUOT, -ENOMEM, -ESRCH.
 */
struct kvmshare_vm *kvmshare_registry_found(struct dentry *dentry,
					    struct mm_struct *mm,
					    struct pid *tgid,
					    const struct cred *cred)
{
	struct kvmshare_vm *vm;

	lockdep_assert_held(&kvmshare_registry_lock);
	vm = kvmshare_registry_by_file(dentry);
	if (vm) {
		if (!kvmshare_owner_alive(vm->owner->pid))
			give_to(vm, tgid);
		return vm;
	}
	vm = expected_of(tgid);
	if (vm) {
		run(vm, dentry, mm, cred);
		kvmshare_registry_announce(KVMSHARE_EVENT_VM_SET, vm);
		return vm;
	}
	vm = create(tgid, cred);
	if (IS_ERR(vm))
		return vm;
	run(vm, dentry, mm, cred);
	kvmshare_registry_announce(KVMSHARE_EVENT_VM_NEW, vm);
	return vm;
}

/**
 * kvmshare_registry_expect() - a process is about to make a VM
 * @tgid: the process
 * @cred: the process's
 *
 * Return: its entry, the same as long as the VM is expected; -EDQUOT, -ENOMEM,
 * -ESRCH.
 */
struct kvmshare_vm *kvmshare_registry_expect(struct pid *tgid,
					     const struct cred *cred)
{
	struct kvmshare_vm *vm;

	lockdep_assert_held(&kvmshare_registry_lock);
	vm = expected_of(tgid);
	if (vm)
		return vm;
	vm = create(tgid, cred);
	if (IS_ERR(vm))
		return vm;
	vm->expect = true;
	kvmshare_registry_announce(KVMSHARE_EVENT_VM_NEW, vm);
	return vm;
}

/**
 * kvmshare_vms_each() - look at all VMs
 * @see: called for each
 * @data: goes to it
 */
void kvmshare_vms_each(void (*see)(const struct kvmshare_vm_view *view, void *data), void *data)
{
	struct kvmshare_vm_view view;
	struct kvmshare_vm *vm;

	mutex_lock(&kvmshare_registry_lock);
	list_for_each_entry(vm, &kvmshare_registry_entries, list) {
		view = (struct kvmshare_vm_view){
			.id = vm->id, .mm = vm->mm, .tenant = vm->tenant,
			.sealed = vm->sealed,
		};
		see(&view, data);
	}
	mutex_unlock(&kvmshare_registry_lock);
}
EXPORT_SYMBOL_GPL(kvmshare_vms_each);

/* -- Init and exit --------------------------------------------------------- */

int kvmshare_registry_init(void)
{
	int err;

	registry_wq = alloc_workqueue("kvmshare_registry", WQ_UNBOUND, 0);
	if (!registry_wq)
		return -ENOMEM;
	err = kvmshare_counter_add(&vms);
	if (err)
		goto err_wq;
	err = kvmshare_vm_sysfs_init();
	if (err)
		goto err_counter;
	return 0;

err_counter:
	kvmshare_counter_remove(&vms);
err_wq:
	destroy_workqueue(registry_wq);
	return err;
}

/* Nothing enters VMs any more: no call, no discovery. */
void kvmshare_registry_exit(void)
{
	struct kvmshare_vm *vm, *next;
	LIST_HEAD(ended);

	mutex_lock(&kvmshare_registry_lock);
	list_splice_init(&kvmshare_registry_entries, &ended);
	list_for_each_entry(vm, &ended, list)
		stop(vm);
	mutex_unlock(&kvmshare_registry_lock);

	/* Each takes its watch away, which may queue the work until then. */
	list_for_each_entry_safe(vm, next, &ended, list)
		dispose(vm);
	cancel_delayed_work_sync(&look_work);
	kvmshare_vm_sysfs_exit();
	kvmshare_counter_remove(&vms);
	destroy_workqueue(registry_wq);
}
