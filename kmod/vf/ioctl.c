// SPDX-License-Identifier: GPL-2.0
/*
 * The calls on /dev/kvmshare that this module serves: each is read, checked
 * whole, and passed to the file that does it.
 */
#include <linux/capability.h>
#include <linux/sched.h>
#include <linux/topology.h>

#include "vf.h"

static long enrol(void __user *to)
{
	struct kvmshare_vf_enrol arg;
	const u32 flags = KVMSHARE_ENROL_OUT | KVMSHARE_ENROL_RESET_CLEANS;
	int rc;

	rc = kvmshare_ctl_get(&arg, sizeof(arg), to);
	if (rc)
		return rc;
	if (arg.flags & ~flags || arg.reserved || arg.flags == flags)
		return -EINVAL;
	rc = kvmshare_ctl_check_text(arg.driver, sizeof(arg.driver));
	if (rc)
		return rc;
	/* A name that goes to modprobe, and must be none of its options. */
	if (*arg.driver == '-' || strpbrk(arg.driver, " /"))
		return -EINVAL;
	if (*arg.driver && arg.flags & KVMSHARE_ENROL_OUT)
		return -EINVAL;
	if (!*arg.driver)
		strscpy(arg.driver, VF_DEFAULT_DRIVER, sizeof(arg.driver));
	return vf_enrol_set(&arg);
}

static bool node_exists(s32 node)
{
	return node < nr_node_ids && node_online(node);
}

static int check_lease(const struct kvmshare_vf_lease *arg)
{
	u32 i;

	if (arg->flags & ~(KVMSHARE_LEASE_WAIT | KVMSHARE_LEASE_PACK |
			   KVMSHARE_LEASE_STRICT_NODE | KVMSHARE_LEASE_UID))
		return -EINVAL;
	if (!arg->count || arg->count > KVMSHARE_MAX_VFS ||
	    arg->nr_classes > KVMSHARE_MAX_CLASSES)
		return -EINVAL;
	for (i = 0; i < KVMSHARE_MAX_CLASSES; i++) {
		const struct kvmshare_vf_class *class = &arg->classes[i];

		if (i < arg->nr_classes ? !class->mask || (class->mask | class->value) >> 24 :
					  class->mask || class->value)
			return -EINVAL;
	}
	if (arg->node < -1 || (arg->node >= 0 && !node_exists(arg->node)))
		return -EINVAL;
	if (arg->flags & KVMSHARE_LEASE_STRICT_NODE && arg->node < 0)
		return -EINVAL;
	if (!(arg->flags & KVMSHARE_LEASE_UID) && arg->uid)
		return -EINVAL;
	return kvmshare_ctl_check_text(arg->tenant, sizeof(arg->tenant));
}

static long lease(void __user *to)
{
	struct kvmshare_vf_lease arg;
	int rc;

	rc = kvmshare_ctl_get(&arg, sizeof(arg), to);
	if (rc)
		return rc;
	rc = check_lease(&arg);
	return rc ? rc : vf_grant(&arg, to);
}

static long release(void __user *to)
{
	struct kvmshare_vf_release arg;
	int rc;

	rc = kvmshare_ctl_get(&arg, sizeof(arg), to);
	if (rc)
		return rc;
	return arg.flags ? -EINVAL : vf_lease_release(&arg);
}

static long handover(void __user *to)
{
	struct kvmshare_vf_handover arg;
	int rc;

	rc = kvmshare_ctl_get(&arg, sizeof(arg), to);
	if (rc)
		return rc;
	if (arg.flags || arg.reserved || arg.pid <= 0)
		return -EINVAL;
	return vf_owner_handover(&arg);
}

static long cleaned(void __user *to)
{
	struct kvmshare_vf_cleaned arg;
	int rc;

	rc = kvmshare_ctl_get(&arg, sizeof(arg), to);
	if (rc)
		return rc;
	return arg.flags || arg.reserved ? -EINVAL : vf_quarantine_cleaned(&arg);
}

static long quarantine(void __user *to)
{
	struct kvmshare_vf_quarantine arg;
	int rc;

	rc = kvmshare_ctl_get(&arg, sizeof(arg), to);
	if (rc)
		return rc;
	if (arg.flags & ~(KVMSHARE_QUARANTINE_END | KVMSHARE_QUARANTINE_INDEX) ||
	    arg.index >= (arg.flags & KVMSHARE_QUARANTINE_INDEX ? VF_MAX_INDICES : 1))
		return -EINVAL;
	rc = kvmshare_ctl_check_text(arg.reason, sizeof(arg.reason));
	return rc ? rc : vf_quarantine_set(&arg);
}

static long quota(void __user *to)
{
	struct kvmshare_vf_quota arg;
	int rc;

	rc = kvmshare_ctl_get(&arg, sizeof(arg), to);
	if (rc)
		return rc;
	rc = kvmshare_ctl_check_text(arg.tenant, sizeof(arg.tenant));
	if (rc)
		return rc;
	if (arg.flags & ~KVMSHARE_QUOTA_NONE || (*arg.tenant && arg.uid) ||
	    (arg.flags & KVMSHARE_QUOTA_NONE && arg.max))
		return -EINVAL;
	return vf_quota_set(&arg);
}

static long history(void __user *to)
{
	struct kvmshare_vf_history arg;
	int rc;

	rc = kvmshare_ctl_get(&arg, sizeof(arg), to);
	if (rc)
		return rc;
	if (arg.flags || !arg.count || arg.count > KVMSHARE_MAX_RECORDS)
		return -EINVAL;
	rc = vf_history_read(&arg);
	return rc ? rc : kvmshare_ctl_put(to, &arg, sizeof(arg));
}

/**
 * struct call - one call
 * @serve: reads, checks and does it
 * @reads_only: open to who could open the device; the others need
 *              CAP_SYS_ADMIN in the initial namespace
 */
struct call {
	long (*serve)(void __user *to);
	bool reads_only;
};

static const struct call calls[] = {
	[_IOC_NR(KVMSHARE_VF_LEASE)]		= { .serve = lease },
	[_IOC_NR(KVMSHARE_VF_RELEASE)]		= { .serve = release },
	[_IOC_NR(KVMSHARE_VF_HANDOVER)]		= { .serve = handover },
	[_IOC_NR(KVMSHARE_VF_ENROL)]		= { .serve = enrol },
	[_IOC_NR(KVMSHARE_VF_CLEANED)]		= { .serve = cleaned },
	[_IOC_NR(KVMSHARE_VF_QUARANTINE)]	= { .serve = quarantine },
	[_IOC_NR(KVMSHARE_VF_QUOTA)]		= { .serve = quota },
	[_IOC_NR(KVMSHARE_VF_HISTORY)]		= { .serve = history, .reads_only = true },
};

static long serve(unsigned int nr, void __user *to)
{
	if (nr >= ARRAY_SIZE(calls) || !calls[nr].serve)
		return -ENOTTY;
	if (!calls[nr].reads_only && !capable(CAP_SYS_ADMIN))
		return -EPERM;
	return calls[nr].serve(to);
}

static const struct kvmshare_ctl_ops ctl_ops = {
	.owner = THIS_MODULE,
	.first = KVMSHARE_IOC_VF_FIRST,
	.last = KVMSHARE_IOC_VF_LAST,
	.module = KVMSHARE_MODULE_VF,
	.ioctl = serve,
	.holds = vf_lease_holds,
};

int vf_ioctl_init(void)
{
	return kvmshare_ctl_register(&ctl_ops);
}

void vf_ioctl_exit(void)
{
	kvmshare_ctl_unregister(&ctl_ops);
}
