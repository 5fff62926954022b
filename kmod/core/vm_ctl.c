// SPDX-License-Identifier: GPL-2.0
/*
 * The calls about VMs: a process enters its own, and an administrator or the
 * process itself says what it is called.
 */
#include <linux/capability.h>
#include <linux/cred.h>
#include <linux/file.h>
#include <linux/fs.h>
#include <linux/pid.h>
#include <linux/sched.h>
#include <linux/string.h>
#include "core.h"

/* -- KVMSHARE_VM_ATTACH ---------------------------------------------------- */

static int check_texts(const char *name, const char *tenant)
{
	int err = kvmshare_ctl_check_text(name, KVMSHARE_NAME_LEN);

	return err ?: kvmshare_ctl_check_text(tenant, KVMSHARE_NAME_LEN);
}

static int check_attach(const struct kvmshare_vm_attach *attach)
{
	bool expect = attach->flags & KVMSHARE_VM_EXPECT;
	bool sealed = attach->flags & KVMSHARE_VM_SEALED;
	int err;

	if ((attach->flags & ~(KVMSHARE_VM_EXPECT | KVMSHARE_VM_SEALED)) || attach->reserved)
		return -EINVAL;
	if (expect ? attach->vm_fd != -1 : sealed)
		return -EINVAL;
	err = check_texts(attach->name, attach->tenant);
	if (err)
		return err;
	if ((attach->tenant[0] || sealed) && !capable(CAP_SYS_ADMIN))
		return -EPERM;
	return 0;
}

/* Is @file the caller's own VM? */
static int check_file(const struct file *file)
{
	const struct mm_struct *mm = kvmshare_vmfile_mm(file);

	if (!mm)
		return -EINVAL;
	return mm == current->mm ? 0 : -EACCES;
}

/*
 * Whose tenant is it? Processes may share the memory that made a VM, and the
 * caller gets the entry of one that has ended.
 */
static struct pid *process_of(const struct file *file)
{
	const struct kvmshare_vm *vm = NULL;

	if (file)
		vm = kvmshare_registry_by_file(file->f_path.dentry);
	if (vm && kvmshare_owner_alive(vm->owner->pid))
		return vm->owner->pid;
	return task_tgid(current);
}

static struct kvmshare_vm *find_or_create(struct file *file)
{
	struct pid *tgid = task_tgid(current);

	if (!file)
		return kvmshare_registry_expect(tgid, current_cred());
	return kvmshare_registry_found(file->f_path.dentry, current->mm, tgid,
				       current_cred());
}

/* @file is NULL where the VM is expected. All is checked before it is done. */
static int enter(struct kvmshare_vm_attach *attach, struct file *file)
{
	struct kvmshare_vm *vm;
	int err;

	lockdep_assert_held(&kvmshare_registry_lock);
	if (attach->tenant[0]) {
		err = kvmshare_labels_check_tenant(process_of(file),
						   attach->tenant);
		if (err)
			return err;
	}
	vm = find_or_create(file);
	if (IS_ERR(vm))
		return PTR_ERR(vm);
	attach->id = vm->id;
	if (attach->tenant[0]) {
		err = kvmshare_labels_set_tenant(vm, attach->tenant);
		if (err)
			return err;
	}
	if (attach->name[0])
		kvmshare_labels_set_name(vm, attach->name);
	vm->sealed |= attach->flags & KVMSHARE_VM_SEALED;
	return 0;
}

static int enter_fd(struct kvmshare_vm_attach *attach)
{
	struct file *file;
	int err;

	file = fget(attach->vm_fd);
	if (!file)
		return -EBADF;
	err = check_file(file);
	if (!err) {
		mutex_lock(&kvmshare_registry_lock);
		err = enter(attach, file);
		mutex_unlock(&kvmshare_registry_lock);
	}
	fput(file);
	return err;
}

static int enter_expected(struct kvmshare_vm_attach *attach)
{
	int err;

	mutex_lock(&kvmshare_registry_lock);
	err = enter(attach, NULL);
	mutex_unlock(&kvmshare_registry_lock);
	return err;
}

long kvmshare_vm_ctl_attach(void __user *arg)
{
	struct kvmshare_vm_attach attach;
	int err;

	err = kvmshare_ctl_get(&attach, sizeof(attach), arg);
	if (err)
		return err;
	err = check_attach(&attach);
	if (err)
		return err;
	err = attach.flags & KVMSHARE_VM_EXPECT ? enter_expected(&attach) :
						  enter_fd(&attach);
	if (err)
		return err;
	return kvmshare_ctl_put(arg, &attach, sizeof(attach));
}

/* -- KVMSHARE_VM_SET ------------------------------------------------------- */

static int check_set(const struct kvmshare_vm_set *set)
{
	if (set->flags & ~(KVMSHARE_VM_SET_NAME | KVMSHARE_VM_SET_TENANT))
		return -EINVAL;
	return check_texts(set->name, set->tenant);
}

static int may_set(const struct kvmshare_vm_set *set,
		   const struct kvmshare_vm *vm)
{
	bool own = vm->owner->pid == task_tgid(current);

	if (own && !(set->flags & KVMSHARE_VM_SET_TENANT))
		return 0;
	return capable(CAP_SYS_ADMIN) ? 0 : -EPERM;
}

static int set_entry(const struct kvmshare_vm_set *set)
{
	struct kvmshare_vm *vm = kvmshare_registry_by_id(set->id);
	int err;

	lockdep_assert_held(&kvmshare_registry_lock);
	/* The same for one that is not there as for another's. */
	if (!vm)
		return capable(CAP_SYS_ADMIN) ? -ENOENT : -EPERM;
	err = may_set(set, vm);
	if (err)
		return err;
	if (set->flags & KVMSHARE_VM_SET_TENANT) {
		err = kvmshare_labels_set_tenant(vm, set->tenant);
		if (err)
			return err;
	}
	if (set->flags & KVMSHARE_VM_SET_NAME)
		kvmshare_labels_set_name(vm, set->name);
	return 0;
}

long kvmshare_vm_ctl_set(void __user *arg)
{
	struct kvmshare_vm_set set;
	int err;

	err = kvmshare_ctl_get(&set, sizeof(set), arg);
	if (err)
		return err;
	err = check_set(&set);
	if (err)
		return err;
	mutex_lock(&kvmshare_registry_lock);
	err = set_entry(&set);
	mutex_unlock(&kvmshare_registry_lock);
	return err;
}
