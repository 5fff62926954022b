// SPDX-License-Identifier: GPL-2.0
/*
 * /sys/kernel/kvmshare/vms/<id>/: an entry of the registry, for root and the
 * module's group.
 */
#include <linux/capability.h>
#include <linux/cgroup.h>
#include <linux/delay.h>
#include <linux/ktime.h>
#include <linux/pid_namespace.h>
#include <linux/sched/signal.h>
#include <linux/slab.h>
#include <linux/string.h>
#include <linux/sysfs.h>
#include "core.h"

static struct kobject *vms_dir;

static LIST_HEAD(groups);	/* kvmshare_registry_lock */

static struct kvmshare_vm *to_vm(struct kobject *kobj)
{
	return container_of(kobj, struct kvmshare_vm, kobj);
}

static const struct kvmshare_vm_attribute *to_vm_attribute(struct attribute *attr)
{
	return container_of(attr, struct kvmshare_vm_attribute, attr);
}

/* -- The files ------------------------------------------------------------- */

static ssize_t name_show(struct kvmshare_vm *vm, char *buf)
{
	return sysfs_emit(buf, "%s\n", vm->name);
}

static int name_store(struct kvmshare_vm *vm, const char *text)
{
	kvmshare_labels_set_name(vm, text);
	return 0;
}
static struct kvmshare_vm_attribute name_attr = __ATTR(name, 0640, name_show, name_store);

static ssize_t tenant_show(struct kvmshare_vm *vm, char *buf)
{
	return sysfs_emit(buf, "%s\n", vm->tenant);
}

static int tenant_store(struct kvmshare_vm *vm, const char *text)
{
	return kvmshare_labels_set_tenant(vm, text);
}
static struct kvmshare_vm_attribute tenant_attr =
	__ATTR(tenant, 0640, tenant_show, tenant_store);

static ssize_t state_show(struct kvmshare_vm *vm, char *buf)
{
	static const char * const words[KVMSHARE_VM_NR] = {
		[KVMSHARE_VM_EXPECTED] = "expected",
		[KVMSHARE_VM_RUNNING] = "running",
	};

	return sysfs_emit(buf, "%s\n", words[vm->state]);
}
static struct kvmshare_vm_attribute state_attr = __ATTR(state, 0440, state_show, NULL);

static ssize_t sealed_show(struct kvmshare_vm *vm, char *buf)
{
	return sysfs_emit(buf, "%d\n", vm->sealed);
}
static struct kvmshare_vm_attribute sealed_attr = __ATTR(sealed, 0440, sealed_show, NULL);

static ssize_t pid_show(struct kvmshare_vm *vm, char *buf)
{
	return sysfs_emit(buf, "%d\n",
			  kvmshare_owner_nr(vm->owner->pid, &init_pid_ns));
}
static struct kvmshare_vm_attribute pid_attr = __ATTR(pid, 0440, pid_show, NULL);

static ssize_t uid_show(struct kvmshare_vm *vm, char *buf)
{
	return sysfs_emit(buf, "%u\n", from_kuid(&init_user_ns, vm->uid));
}
static struct kvmshare_vm_attribute uid_attr = __ATTR(uid, 0440, uid_show, NULL);

static ssize_t age_ms_show(struct kvmshare_vm *vm, char *buf)
{
	return sysfs_emit(buf, "%lld\n", ktime_ms_delta(ktime_get(), vm->since));
}
static struct kvmshare_vm_attribute age_ms_attr = __ATTR(age_ms, 0440, age_ms_show, NULL);

/* A leader that has exited is in no cgroup that means anything. */
static struct task_struct *live_thread(struct pid *tgid)
{
	struct task_struct *leader, *thread;

	leader = pid_task(tgid, PIDTYPE_TGID);
	if (!leader)
		return NULL;
	for_each_thread(leader, thread) {
		if (!(thread->flags & PF_EXITING))
			return thread;
	}
	return NULL;
}

/* In the unified hierarchy, as it is now. */
static ssize_t cgroup_show(struct kvmshare_vm *vm, char *buf)
{
	struct task_struct *thread;
	int len = -ESRCH;

	rcu_read_lock();
	thread = live_thread(vm->owner->pid);
	if (thread)
		len = cgroup_path(task_dfl_cgroup(thread), buf, PAGE_SIZE - 1);
	rcu_read_unlock();
	if (len < 0)
		return len;
	if (len >= PAGE_SIZE - 1)
		return -ENAMETOOLONG;
	return len + sysfs_emit_at(buf, len, "\n");
}
static struct kvmshare_vm_attribute cgroup_attr = __ATTR(cgroup, 0440, cgroup_show, NULL);

static struct attribute *vm_attrs[] = {
	&name_attr.attr,
	&tenant_attr.attr,
	&state_attr.attr,
	&sealed_attr.attr,
	&pid_attr.attr,
	&uid_attr.attr,
	&age_ms_attr.attr,
	&cgroup_attr.attr,
	NULL
};
ATTRIBUTE_GROUPS(vm);

/* -- The directory --------------------------------------------------------- */

/*
 * The registry adds a directory with its lock held, and where one of the files
 * cannot be made it waits, in sysfs, for those who are in the others. They must
 * not wait for the lock in turn, so they come again.
 */
static int lock_or_again(void)
{
	if (mutex_trylock(&kvmshare_registry_lock))
		return 0;
	usleep_range(100, 1000);
	return restart_syscall();
}

static ssize_t vm_show(struct kobject *kobj, struct attribute *attr, char *buf)
{
	ssize_t ret;

	ret = lock_or_again();
	if (ret)
		return ret;
	ret = to_vm_attribute(attr)->show(to_vm(kobj), buf);
	mutex_unlock(&kvmshare_registry_lock);
	return ret;
}

static ssize_t vm_store(struct kobject *kobj, struct attribute *attr,
			const char *buf, size_t count)
{
	char text[KVMSHARE_NAME_LEN] = "";
	size_t len = count;
	int err;

	/* The file's mode is not enough: it may have been opened by another. */
	if (!capable(CAP_SYS_ADMIN))
		return -EPERM;
	if (len && buf[len - 1] == '\n')
		len--;
	if (len >= sizeof(text))
		return -EINVAL;
	memcpy(text, buf, len);
	err = kvmshare_ctl_check_text(text, sizeof(text));
	if (err)
		return err;
	err = lock_or_again();
	if (err)
		return err;
	err = to_vm_attribute(attr)->store(to_vm(kobj), text);
	mutex_unlock(&kvmshare_registry_lock);
	return err ?: count;
}

static const struct sysfs_ops vm_sysfs_ops = {
	.show = vm_show,
	.store = vm_store,
};

static void vm_release(struct kobject *kobj)
{
	kfree(to_vm(kobj));
}

static const struct kobj_type vm_ktype = {
	.release = vm_release,
	.sysfs_ops = &vm_sysfs_ops,
	.default_groups = vm_groups,
	.get_ownership = kvmshare_sysfs_ownership,
};

/* -- Files of other modules ------------------------------------------------- */

static int add_groups(struct kvmshare_vm *vm)
{
	struct kvmshare_vm_group *group;
	int err;

	list_for_each_entry(group, &groups, list) {
		err = sysfs_create_group(&vm->kobj, &group->group);
		if (err)
			return err;
	}
	return 0;
}

int kvmshare_vm_group_add(struct kvmshare_vm_group *group)
{
	struct kvmshare_vm *vm;
	int err;

	mutex_lock(&kvmshare_registry_lock);
	list_for_each_entry(vm, &kvmshare_registry_entries, list) {
		err = sysfs_create_group(&vm->kobj, &group->group);
		if (err)
			goto err_remove;
	}
	list_add_tail(&group->list, &groups);
	mutex_unlock(&kvmshare_registry_lock);
	return 0;

err_remove:
	list_for_each_entry_continue_reverse(vm, &kvmshare_registry_entries, list)
		sysfs_remove_group(&vm->kobj, &group->group);
	mutex_unlock(&kvmshare_registry_lock);
	return err;
}
EXPORT_SYMBOL_GPL(kvmshare_vm_group_add);

/*
 * Who is in one of its files only tries to take the registry's lock, see
 * lock_or_again(), and entries that have left the registry have no files any more.
 */
void kvmshare_vm_group_remove(struct kvmshare_vm_group *group)
{
	struct kvmshare_vm *vm;

	mutex_lock(&kvmshare_registry_ending);
	mutex_lock(&kvmshare_registry_lock);
	list_del(&group->list);
	list_for_each_entry(vm, &kvmshare_registry_entries, list)
		sysfs_remove_group(&vm->kobj, &group->group);
	mutex_unlock(&kvmshare_registry_lock);
	mutex_unlock(&kvmshare_registry_ending);
}
EXPORT_SYMBOL_GPL(kvmshare_vm_group_remove);

u64 kvmshare_vm_id(const struct kvmshare_vm *vm)
{
	return vm->id;
}
EXPORT_SYMBOL_GPL(kvmshare_vm_id);

/* -- Coming and going ------------------------------------------------------- */

/* On failure the entry is the caller's to end, by kobject_put(). */
int kvmshare_vm_sysfs_add(struct kvmshare_vm *vm)
{
	int err = kobject_init_and_add(&vm->kobj, &vm_ktype, vms_dir, "%llu", vm->id);

	return err ?: add_groups(vm);
}

int kvmshare_vm_sysfs_init(void)
{
	vms_dir = kvmshare_sysfs_dir(kvmshare_sysfs_root(), "vms");
	return PTR_ERR_OR_ZERO(vms_dir);
}

void kvmshare_vm_sysfs_exit(void)
{
	kobject_put(vms_dir);
}
