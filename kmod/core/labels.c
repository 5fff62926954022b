// SPDX-License-Identifier: GPL-2.0
/*
 * What an entry is called, and whose it is. A name means nothing to the
 * modules; a tenant is one a process, is set once, and not after the process
 * was given anything, which would be charged to nobody.
 */
#include <linux/module.h>
#include <linux/string.h>
#include "core.h"

/**
 * kvmshare_labels_join() - an entry is to be one of a process's
 * @vm: the entry, which is not yet: one without a tenant gets the process's
 * @tgid: the process
 *
 * Return: 0; -EEXIST, -EBUSY as kvmshare_labels_check_tenant(), where the entry
 * brings a tenant of its own.
 */
int kvmshare_labels_join(struct kvmshare_vm *vm, struct pid *tgid)
{
	const struct kvmshare_vm *other = kvmshare_registry_by_process(tgid);

	lockdep_assert_held(&kvmshare_registry_lock);
	if (other && !vm->tenant[0])
		strscpy(vm->tenant, other->tenant, sizeof(vm->tenant));
	if (other)
		return strcmp(other->tenant, vm->tenant) ? -EEXIST : 0;
	return vm->tenant[0] && kvmshare_ctl_holds(tgid) ? -EBUSY : 0;
}

/**
 * kvmshare_labels_check_tenant() - may a process's VMs have this tenant?
 * @tgid: the process
 * @tenant: the tenant
 *
 * Return: 0, also where it is theirs already; -EEXIST where another is; -EBUSY
 * where the process holds something, which is charged to nobody.
 */
int kvmshare_labels_check_tenant(struct pid *tgid, const char *tenant)
{
	const struct kvmshare_vm *vm = kvmshare_registry_by_process(tgid);
	const char *now = vm ? vm->tenant : "";

	lockdep_assert_held(&kvmshare_registry_lock);
	if (!strcmp(now, tenant))
		return 0;
	if (now[0])
		return -EEXIST;
	return kvmshare_ctl_holds(tgid) ? -EBUSY : 0;
}

/**
 * kvmshare_labels_set_tenant() - give a process's VMs their tenant, for good
 * @vm: one of them; the others of its process get it too
 * @tenant: the tenant
 *
 * What the process is given from now on finds the tenant in
 * kvmshare_vm_tenant(), which waits for the lock.
 *
 * Return: see kvmshare_labels_check_tenant().
 */
int kvmshare_labels_set_tenant(struct kvmshare_vm *vm, const char *tenant)
{
	struct pid *tgid = vm->owner->pid;
	int err;

	lockdep_assert_held(&kvmshare_registry_lock);
	err = kvmshare_labels_check_tenant(tgid, tenant);
	if (err || !strcmp(vm->tenant, tenant))
		return err;
	list_for_each_entry(vm, &kvmshare_registry_entries, list) {
		if (vm->owner->pid != tgid)
			continue;
		strscpy(vm->tenant, tenant, sizeof(vm->tenant));
		kvmshare_registry_announce(KVMSHARE_EVENT_VM_SET, vm);
	}
	return 0;
}

/*
 * A process may rename as fast as it likes, and every reader of events has the
 * same small ring: the registry's next look tells of it.
 */
void kvmshare_labels_set_name(struct kvmshare_vm *vm, const char *name)
{
	lockdep_assert_held(&kvmshare_registry_lock);
	if (!strcmp(vm->name, name))
		return;
	strscpy(vm->name, name, sizeof(vm->name));
	vm->renamed = true;
}

u64 kvmshare_vm_tenant(struct pid *tgid, char *tenant)
{
	const struct kvmshare_vm *vm;
	u64 id = 0;

	tenant[0] = '\0';
	mutex_lock(&kvmshare_registry_lock);
	vm = kvmshare_registry_by_process(tgid);
	if (vm) {
		id = vm->id;
		strscpy(tenant, vm->tenant, KVMSHARE_NAME_LEN);
	}
	mutex_unlock(&kvmshare_registry_lock);
	return id;
}
EXPORT_SYMBOL_GPL(kvmshare_vm_tenant);
