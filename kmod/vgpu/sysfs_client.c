// SPDX-License-Identifier: GPL-2.0
/*
 * /sys/kernel/kvmshare/vgpus/<id>: see docs/ABI/sysfs-kvmshare-vgpu.
 */
#include <linux/cgroup.h>
#include <linux/cred.h>
#include <linux/minmax.h>
#include <linux/pid_namespace.h>
#include <linux/sched.h>
#include <linux/string.h>

#include "../compat/bin_attribute.h"
#include "sysfs.h"
#include "vgpu.h"

/* -- Whose it is ------------------------------------------------------------ */

static ssize_t engine_show(struct kobject *kobj, struct kobj_attribute *attr, char *buf)
{
	return sysfs_emit(buf, "%s\n", to_vgpu_client(kobj)->engine->name);
}
VGPU_ATTR_RO(engine);

static ssize_t owner_pid_show(struct kobject *kobj, struct kobj_attribute *attr, char *buf)
{
	return sysfs_emit(buf, "%d\n", kvmshare_owner_nr(to_vgpu_client(kobj)->pid,
							 task_active_pid_ns(current)));
}
VGPU_ATTR_RO(owner_pid);

static ssize_t owner_comm_show(struct kobject *kobj, struct kobj_attribute *attr, char *buf)
{
	return sysfs_emit(buf, "%s\n", to_vgpu_client(kobj)->comm);
}
VGPU_ATTR_RO(owner_comm);

static ssize_t uid_show(struct kobject *kobj, struct kobj_attribute *attr, char *buf)
{
	return sysfs_emit(buf, "%u\n", from_kuid_munged(&init_user_ns, to_vgpu_client(kobj)->uid));
}
VGPU_ATTR_RO(uid);

static ssize_t vm_show(struct kobject *kobj, struct kobj_attribute *attr, char *buf)
{
	char tenant[KVMSHARE_NAME_LEN];

	return sysfs_emit(buf, "%llu\n", kvmshare_vm_tenant(to_vgpu_client(kobj)->pid, tenant));
}
VGPU_ATTR_RO(vm);

static ssize_t tenant_show(struct kobject *kobj, struct kobj_attribute *attr, char *buf)
{
	char tenant[KVMSHARE_NAME_LEN];

	kvmshare_vm_tenant(to_vgpu_client(kobj)->pid, tenant);
	return sysfs_emit(buf, "%s\n", tenant);
}
VGPU_ATTR_RO(tenant);

static ssize_t cgroup_show(struct kobject *kobj, struct kobj_attribute *attr, char *buf)
{
	struct task_struct *task;
	int len = -ESRCH;

	rcu_read_lock();
	task = pid_task(to_vgpu_client(kobj)->pid, PIDTYPE_TGID);
	if (task)
		len = cgroup_path(task_dfl_cgroup(task), buf, PAGE_SIZE - 1);
	rcu_read_unlock();
	if (len < 0)
		return len;
	if (len >= PAGE_SIZE - 1)
		return -ENAMETOOLONG;
	return len + sysfs_emit_at(buf, len, "\n");
}
VGPU_ATTR_RO(cgroup);

static const char *state_of(const struct vgpu_client *client)
{
	if (client->ending || client->engine->gone)
		return "ended";
	if (client->quarantined)
		return "quarantined";
	switch (client->sched.state) {
	case SCHED_RUNNING:
		return "running";
	case SCHED_RUNNABLE:
		return "waiting";
	default:
		return "idle";
	}
}

static ssize_t state_show(struct kobject *kobj, struct kobj_attribute *attr, char *buf)
{
	struct vgpu_client *client = to_vgpu_client(kobj);
	const char *state;

	spin_lock(&client->engine->lock);
	state = state_of(client);
	spin_unlock(&client->engine->lock);
	return sysfs_emit(buf, "%s\n", state);
}
VGPU_ATTR_RO(state);

static ssize_t device_show(struct kobject *kobj, struct kobj_attribute *attr, char *buf)
{
	return sysfs_emit(buf, "%s\n", to_vgpu_client(kobj)->device.uuid);
}
VGPU_ATTR_RO(device);

static ssize_t memory_bytes_show(struct kobject *kobj, struct kobj_attribute *attr, char *buf)
{
	return sysfs_emit(buf, "%llu\n", to_vgpu_client(kobj)->bytes);
}
VGPU_ATTR_RO(memory_bytes);

/* -- How it shares the engine ----------------------------------------------- */

static struct sched_params params_of(struct kobject *kobj)
{
	struct vgpu_client *client = to_vgpu_client(kobj);
	struct sched_params params;

	spin_lock(&client->engine->lock);
	params = client->sched.params;
	spin_unlock(&client->engine->lock);
	return params;
}

static ssize_t set(struct kobject *kobj, const struct kvmshare_vgpu_set *arg, size_t len)
{
	return vgpu_client_set(to_vgpu_client(kobj), arg) ?: len;
}

static ssize_t weight_show(struct kobject *kobj, struct kobj_attribute *attr, char *buf)
{
	return sysfs_emit(buf, "%u\n", params_of(kobj).weight);
}

static ssize_t weight_store(struct kobject *kobj, struct kobj_attribute *attr,
			    const char *buf, size_t len)
{
	struct kvmshare_vgpu_set arg = { .flags = KVMSHARE_VGPU_SET_WEIGHT };
	u64 number;
	int rc = vgpu_attr_number(buf, 1, U32_MAX, &number);

	if (!rc)
		arg.weight = number;
	return rc ?: set(kobj, &arg, len);
}
VGPU_ATTR_RW(weight);

static ssize_t minimum_percent_show(struct kobject *kobj, struct kobj_attribute *attr, char *buf)
{
	return sysfs_emit(buf, "%u\n", params_of(kobj).minimum / VGPU_PERCENT);
}

static ssize_t minimum_percent_store(struct kobject *kobj, struct kobj_attribute *attr,
				     const char *buf, size_t len)
{
	struct kvmshare_vgpu_set arg = { .flags = KVMSHARE_VGPU_SET_MINIMUM };
	u64 number;
	int rc = vgpu_attr_number(buf, 0, U32_MAX, &number);

	if (!rc)
		arg.minimum_percent = number;
	return rc ?: set(kobj, &arg, len);
}
VGPU_ATTR_RW(minimum_percent);

static ssize_t cap_percent_show(struct kobject *kobj, struct kobj_attribute *attr, char *buf)
{
	return sysfs_emit(buf, "%u\n", params_of(kobj).cap / VGPU_PERCENT);
}

static ssize_t cap_percent_store(struct kobject *kobj, struct kobj_attribute *attr,
				 const char *buf, size_t len)
{
	struct kvmshare_vgpu_set arg = { .flags = KVMSHARE_VGPU_SET_CAP };
	u64 number;
	int rc = vgpu_attr_number(buf, 1, U32_MAX, &number);

	if (!rc)
		arg.cap_percent = number;
	return rc ?: set(kobj, &arg, len);
}
VGPU_ATTR_RW(cap_percent);

static ssize_t slice_us_show(struct kobject *kobj, struct kobj_attribute *attr, char *buf)
{
	return sysfs_emit(buf, "%llu\n", params_of(kobj).slice / SCHED_US);
}

static ssize_t slice_us_store(struct kobject *kobj, struct kobj_attribute *attr,
			      const char *buf, size_t len)
{
	struct kvmshare_vgpu_set arg = { .flags = KVMSHARE_VGPU_SET_SLICE };
	u64 number;
	int rc = vgpu_attr_number(buf, 1, U32_MAX, &number);

	if (!rc)
		arg.slice_us = number;
	return rc ?: set(kobj, &arg, len);
}
VGPU_ATTR_RW(slice_us);

static ssize_t averaging_show(struct kobject *kobj, struct kobj_attribute *attr, char *buf)
{
	return sysfs_emit(buf, "%u\n", params_of(kobj).averaging);
}

static ssize_t averaging_store(struct kobject *kobj, struct kobj_attribute *attr,
			       const char *buf, size_t len)
{
	struct kvmshare_vgpu_set arg = { .flags = KVMSHARE_VGPU_SET_AVERAGING };
	u64 number;
	int rc = vgpu_attr_number(buf, 1, U32_MAX, &number);

	if (!rc)
		arg.averaging = number;
	return rc ?: set(kobj, &arg, len);
}
VGPU_ATTR_RW(averaging);

/* -- What became of it ------------------------------------------------------ */

static struct sched_stats stats_of(struct kobject *kobj)
{
	struct vgpu_client *client = to_vgpu_client(kobj);
	struct sched_stats stats;

	spin_lock(&client->engine->lock);
	stats = client->sched.stats;
	spin_unlock(&client->engine->lock);
	return stats;
}

static ssize_t run_ns_show(struct kobject *kobj, struct kobj_attribute *attr, char *buf)
{
	return sysfs_emit(buf, "%llu\n", stats_of(kobj).run);
}
VGPU_ATTR_RO(run_ns);

static ssize_t wait_ns_show(struct kobject *kobj, struct kobj_attribute *attr, char *buf)
{
	return sysfs_emit(buf, "%llu\n", stats_of(kobj).wait);
}
VGPU_ATTR_RO(wait_ns);

static ssize_t throttled_ns_show(struct kobject *kobj, struct kobj_attribute *attr, char *buf)
{
	return sysfs_emit(buf, "%llu\n", stats_of(kobj).throttled);
}
VGPU_ATTR_RO(throttled_ns);

static ssize_t overshoot_ns_show(struct kobject *kobj, struct kobj_attribute *attr, char *buf)
{
	return sysfs_emit(buf, "%llu\n", stats_of(kobj).overshoot);
}
VGPU_ATTR_RO(overshoot_ns);

static ssize_t slices_show(struct kobject *kobj, struct kobj_attribute *attr, char *buf)
{
	return sysfs_emit(buf, "%llu\n", stats_of(kobj).slices);
}
VGPU_ATTR_RO(slices);

static ssize_t waits_show(struct kobject *kobj, struct kobj_attribute *attr, char *buf)
{
	struct sched_stats stats = stats_of(kobj);
	int i, len = 0;

	for (i = 0; i < SCHED_WAIT_BUCKETS; i++)
		len += sysfs_emit_at(buf, len, i ? " %llu" : "%llu", stats.waits[i]);
	return len + sysfs_emit_at(buf, len, "\n");
}
VGPU_ATTR_RO(waits);

static ssize_t jobs_show(struct kobject *kobj, struct kobj_attribute *attr, char *buf)
{
	struct vgpu_client *client = to_vgpu_client(kobj);
	u64 jobs;

	spin_lock(&client->engine->lock);
	jobs = client->queue.ended;
	spin_unlock(&client->engine->lock);
	return sysfs_emit(buf, "%llu\n", jobs);
}
VGPU_ATTR_RO(jobs);

static ssize_t strikes_show(struct kobject *kobj, struct kobj_attribute *attr, char *buf)
{
	struct vgpu_client *client = to_vgpu_client(kobj);
	u64 strikes;

	spin_lock(&client->engine->lock);
	strikes = client->strikes.total;
	spin_unlock(&client->engine->lock);
	return sysfs_emit(buf, "%llu\n", strikes);
}
VGPU_ATTR_RO(strikes);

static ssize_t quarantine_show(struct kobject *kobj, struct kobj_attribute *attr, char *buf)
{
	return sysfs_emit(buf, "%d\n", READ_ONCE(to_vgpu_client(kobj)->quarantined));
}

static ssize_t quarantine_store(struct kobject *kobj, struct kobj_attribute *attr,
				const char *buf, size_t len)
{
	const struct kvmshare_vgpu_set arg = { .flags = KVMSHARE_VGPU_SET_RELEASE };
	u64 number;
	int rc = vgpu_attr_number(buf, 0, 0, &number);

	return rc ?: set(kobj, &arg, len);
}
VGPU_ATTR_RW(quarantine);

/* -- Its last slices -------------------------------------------------------- */

/* The oldest first, from byte @at on, as far as they go. */
static ssize_t switches_read(struct file *file, struct kobject *kobj,
			     kvmshare_bin_attribute *attr, char *buf, loff_t at, size_t len)
{
	const size_t each = sizeof(struct kvmshare_vgpu_switch);
	struct vgpu_client *client = to_vgpu_client(kobj);
	u64 nr, first, i = div_u64(at, each);
	size_t got = 0;

	if (at % each)
		return -EINVAL;
	spin_lock(&client->engine->lock);
	nr = min_t(u64, client->switched, KVMSHARE_VGPU_SWITCHES);
	first = client->switched - nr;
	for (; i < nr && got + each <= len; i++, got += each)
		memcpy(buf + got, &client->switches[(first + i) % KVMSHARE_VGPU_SWITCHES], each);
	spin_unlock(&client->engine->lock);
	return got;
}

const struct bin_attribute vgpu_client_switches = {
	.attr = { .name = "switches", .mode = 0440 },
	.read = switches_read,
};

static struct attribute *client_attrs[] = {
	&engine_attr.attr,
	&owner_pid_attr.attr,
	&owner_comm_attr.attr,
	&uid_attr.attr,
	&vm_attr.attr,
	&tenant_attr.attr,
	&cgroup_attr.attr,
	&state_attr.attr,
	&device_attr.attr,
	&memory_bytes_attr.attr,
	&weight_attr.attr,
	&minimum_percent_attr.attr,
	&cap_percent_attr.attr,
	&slice_us_attr.attr,
	&averaging_attr.attr,
	&run_ns_attr.attr,
	&wait_ns_attr.attr,
	&throttled_ns_attr.attr,
	&overshoot_ns_attr.attr,
	&slices_attr.attr,
	&waits_attr.attr,
	&jobs_attr.attr,
	&strikes_attr.attr,
	&quarantine_attr.attr,
	NULL
};

ATTRIBUTE_GROUPS(client);

const struct kobj_type vgpu_client_ktype = {
	.release = vgpu_client_free,
	.sysfs_ops = &kobj_sysfs_ops,
	.default_groups = client_groups,
	.get_ownership = kvmshare_sysfs_ownership,
};
