// SPDX-License-Identifier: GPL-2.0
/*
 * How many entries there may be: of a user, so that none fills sysfs, and of a
 * process, so that one VMM cannot use up what its user may have. An
 * administrator's VMs count too.
 */
#include <linux/bits.h>
#include <linux/capability.h>
#include <linux/cred.h>
#include <linux/module.h>
#include <linux/ratelimit.h>
#include <linux/user_namespace.h>
#include "core.h"

/*
 * The file's mode is not enough: root of a container may write it. Called when
 * the module is loaded too, by services that can do that and nothing else.
 */
static int set_limit(const char *text, const struct kernel_param *param)
{
	if (!capable(CAP_SYS_MODULE) && !capable(CAP_SYS_ADMIN))
		return -EPERM;
	return param_set_uint(text, param);
}

static const struct kernel_param_ops limit_ops = {
	.set = set_limit,
	.get = param_get_uint,
};

static unsigned int max_vms_per_uid = 1024;
module_param_cb(max_vms_per_uid, &limit_ops, &max_vms_per_uid, 0644);
__MODULE_PARM_TYPE(max_vms_per_uid, "uint");
MODULE_PARM_DESC(max_vms_per_uid, "entries that one user may have (default 1024)");

static unsigned int max_vms_per_process = 64;
module_param(max_vms_per_process, uint, 0444);
MODULE_PARM_DESC(max_vms_per_process, "entries that one process may have (default 64)");

/*
 * What is refused is found again each pass: it is told once, as long as the
 * first of the entries that are too many stands. Users who make that change
 * fast can silence others, but not fill the log.
 */
static DEFINE_RATELIMIT_STATE(told, 600 * HZ, 10);

enum limit {
	OF_USER,
	OF_PROCESS,
};

static bool to_be_told(struct kvmshare_vm *first, enum limit limit)
{
	if (!first || (first->limits_told & BIT(limit)) || !__ratelimit(&told))
		return false;
	first->limits_told |= BIT(limit);
	return true;
}

static bool user_is_full(kuid_t charged)
{
	struct kvmshare_vm *vm, *first = NULL;
	unsigned int nr = 0;

	list_for_each_entry(vm, &kvmshare_registry_entries, list) {
		if (uid_eq(vm->charged, charged) && !nr++)
			first = vm;
	}
	if (nr < READ_ONCE(max_vms_per_uid))
		return false;
	if (to_be_told(first, OF_USER))
		pr_warn("uid %u has %u VMs, no more of its VMs are entered: raise max_vms_per_uid\n",
			from_kuid(&init_user_ns, charged), nr);
	return true;
}

static bool process_is_full(const struct pid *tgid)
{
	struct kvmshare_vm *vm, *first = NULL;
	unsigned int nr = 0;

	list_for_each_entry(vm, &kvmshare_registry_entries, list) {
		if (vm->owner->pid == tgid && !nr++)
			first = vm;
	}
	if (nr < max_vms_per_process)
		return false;
	if (to_be_told(first, OF_PROCESS))
		pr_warn("process %d of uid %u has %u VMs, no more of its VMs are entered: see max_vms_per_process\n",
			pid_nr(first->owner->pid),
			from_kuid(&init_user_ns, first->charged), nr);
	return true;
}

/**
 * kvmshare_limits_charged() - against whose limit does a process's VM count?
 * @cred: the process's
 *
 * Subordinate uids are their user's: below the initial namespace it is who made
 * the outermost one. Root makes namespaces for others, as container managers
 * do; there it is the container's own root, whatever uid it takes.
 *
 * Return: the user.
 */
kuid_t kvmshare_limits_charged(const struct cred *cred)
{
	struct user_namespace *ns = cred->user_ns;
	kuid_t root;

	if (ns == &init_user_ns)
		return cred->uid;
	while (ns->parent != &init_user_ns)
		ns = ns->parent;
	if (!uid_eq(ns->owner, GLOBAL_ROOT_UID))
		return ns->owner;
	root = make_kuid(ns, 0);
	return uid_valid(root) ? root : cred->uid;
}

/**
 * kvmshare_limits_check() - may there be one more entry?
 * @tgid: of this process
 * @charged: of this user
 *
 * Return: 0 or -EDQUOT.
 */
int kvmshare_limits_check(const struct pid *tgid, kuid_t charged)
{
	lockdep_assert_held(&kvmshare_registry_lock);
	return process_is_full(tgid) || user_is_full(charged) ? -EDQUOT : 0;
}
