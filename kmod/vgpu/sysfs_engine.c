// SPDX-License-Identifier: GPL-2.0
/*
 * /sys/kernel/kvmshare/engines/<name>: see docs/ABI/sysfs-kvmshare-vgpu.
 */
#include <linux/ktime.h>
#include <linux/string.h>

#include "sysfs.h"
#include "vgpu.h"

#define LIMIT_LEAST	SCHED_MS
#define LIMIT_MOST	(10000 * SCHED_MS)
#define WINDOW_LEAST	(1000 * SCHED_MS)
#define WINDOW_MOST	(86400ULL * 1000 * SCHED_MS)

static ssize_t kind_show(struct kobject *kobj, struct kobj_attribute *attr, char *buf)
{
	return sysfs_emit(buf, "%s\n", to_vgpu_engine(kobj)->ops->kind);
}
VGPU_ATTR_RO(kind);

static ssize_t numa_node_show(struct kobject *kobj, struct kobj_attribute *attr, char *buf)
{
	return sysfs_emit(buf, "%d\n", to_vgpu_engine(kobj)->numa_node);
}
VGPU_ATTR_RO(numa_node);

static ssize_t preemptible_show(struct kobject *kobj, struct kobj_attribute *attr, char *buf)
{
	return sysfs_emit(buf, "%d\n", to_vgpu_engine(kobj)->ops->preemptible);
}
VGPU_ATTR_RO(preemptible);

static ssize_t types_show(struct kobject *kobj, struct kobj_attribute *attr, char *buf)
{
	static const char *const names[JOB_TYPES] = {
		[JOB_FILL]	= "fill",
		[JOB_COPY]	= "copy",
		[JOB_CONVERT]	= "convert",
		[JOB_BLEND]	= "blend",
		[JOB_MATMUL]	= "matmul",
		[JOB_SUM]	= "sum",
		[JOB_HASH]	= "hash",
		[JOB_SPIN]	= "spin",
	};
	u32 types = to_vgpu_engine(kobj)->ops->types;
	int i, len = 0;

	for (i = 0; i < JOB_TYPES; i++) {
		if (types & BIT(i))
			len += sysfs_emit_at(buf, len, len ? " %s" : "%s", names[i]);
	}
	return len + sysfs_emit_at(buf, len, "\n");
}
VGPU_ATTR_RO(types);

/* -- Policies --------------------------------------------------------------- */

static const struct sched_ops *const policies[] = { &sched_fair, &sched_fifo };

static ssize_t policies_show(struct kobject *kobj, struct kobj_attribute *attr, char *buf)
{
	int i, len = 0;

	for (i = 0; i < ARRAY_SIZE(policies); i++)
		len += sysfs_emit_at(buf, len, len ? " %s" : "%s", policies[i]->name);
	return len + sysfs_emit_at(buf, len, "\n");
}
VGPU_ATTR_RO(policies);

/* The one that is to come is shown at once. */
static ssize_t policy_show(struct kobject *kobj, struct kobj_attribute *attr, char *buf)
{
	struct vgpu_engine *engine = to_vgpu_engine(kobj);
	const struct sched_ops *ops;

	spin_lock(&engine->lock);
	ops = engine->sched.wanted ?: engine->sched.ops;
	spin_unlock(&engine->lock);
	return sysfs_emit(buf, "%s\n", ops->name);
}

static ssize_t policy_store(struct kobject *kobj, struct kobj_attribute *attr,
			    const char *buf, size_t len)
{
	struct vgpu_engine *engine = to_vgpu_engine(kobj);
	int i;

	if (!capable(CAP_SYS_ADMIN))
		return -EPERM;
	for (i = 0; i < ARRAY_SIZE(policies); i++) {
		if (!sysfs_streq(buf, policies[i]->name))
			continue;
		spin_lock(&engine->lock);
		sched_set_policy(&engine->sched, policies[i], vgpu_time_now(engine));
		vgpu_dispatch_kick(engine);
		spin_unlock(&engine->lock);
		return len;
	}
	return -EINVAL;
}
VGPU_ATTR_RW(policy);

static ssize_t policy_faults_show(struct kobject *kobj, struct kobj_attribute *attr, char *buf)
{
	return sysfs_emit(buf, "%u\n", READ_ONCE(to_vgpu_engine(kobj)->sched.faults));
}
VGPU_ATTR_RO(policy_faults);

/* -- How it is shared ------------------------------------------------------- */

static ssize_t clients_show(struct kobject *kobj, struct kobj_attribute *attr, char *buf)
{
	return sysfs_emit(buf, "%u\n", READ_ONCE(to_vgpu_engine(kobj)->clients));
}
VGPU_ATTR_RO(clients);

static ssize_t busy_ns_show(struct kobject *kobj, struct kobj_attribute *attr, char *buf)
{
	struct vgpu_engine *engine = to_vgpu_engine(kobj);
	u64 busy;

	spin_lock(&engine->lock);
	busy = engine->sched.busy;
	spin_unlock(&engine->lock);
	return sysfs_emit(buf, "%llu\n", busy);
}
VGPU_ATTR_RO(busy_ns);

static struct window look(struct kobject *kobj)
{
	struct vgpu_engine *engine = to_vgpu_engine(kobj);
	struct window window;

	spin_lock(&engine->lock);
	window_look(&engine->window, &engine->sched, vgpu_time_now(engine));
	window = engine->window;
	spin_unlock(&engine->lock);
	return window;
}

static ssize_t load_ppm_show(struct kobject *kobj, struct kobj_attribute *attr, char *buf)
{
	return sysfs_emit(buf, "%u\n", look(kobj).load);
}
VGPU_ATTR_RO(load_ppm);

static ssize_t jain_ppm_show(struct kobject *kobj, struct kobj_attribute *attr, char *buf)
{
	return sysfs_emit(buf, "%u\n", look(kobj).jain);
}
VGPU_ATTR_RO(jain_ppm);

static ssize_t minmax_ppm_show(struct kobject *kobj, struct kobj_attribute *attr, char *buf)
{
	return sysfs_emit(buf, "%u\n", look(kobj).minmax);
}
VGPU_ATTR_RO(minmax_ppm);

static ssize_t busy_clients_show(struct kobject *kobj, struct kobj_attribute *attr, char *buf)
{
	return sysfs_emit(buf, "%u\n", look(kobj).busy_clients);
}
VGPU_ATTR_RO(busy_clients);

/* -- The watchdog ----------------------------------------------------------- */

static ssize_t job_limit_us_show(struct kobject *kobj, struct kobj_attribute *attr, char *buf)
{
	return sysfs_emit(buf, "%llu\n", READ_ONCE(to_vgpu_engine(kobj)->job_limit) / SCHED_US);
}

static ssize_t job_limit_us_store(struct kobject *kobj, struct kobj_attribute *attr,
				  const char *buf, size_t len)
{
	u64 number;
	int rc = vgpu_attr_number(buf, LIMIT_LEAST / SCHED_US, LIMIT_MOST / SCHED_US, &number);

	if (rc)
		return rc;
	WRITE_ONCE(to_vgpu_engine(kobj)->job_limit, number * SCHED_US);
	return len;
}
VGPU_ATTR_RW(job_limit_us);

static ssize_t strikes_show(struct kobject *kobj, struct kobj_attribute *attr, char *buf)
{
	return sysfs_emit(buf, "%u\n", READ_ONCE(to_vgpu_engine(kobj)->strikes));
}

static ssize_t strikes_store(struct kobject *kobj, struct kobj_attribute *attr,
			     const char *buf, size_t len)
{
	u64 number;
	int rc = vgpu_attr_number(buf, 1, STRIKES_MAX, &number);

	if (rc)
		return rc;
	WRITE_ONCE(to_vgpu_engine(kobj)->strikes, number);
	return len;
}
VGPU_ATTR_RW(strikes);

static ssize_t strikes_window_ms_show(struct kobject *kobj, struct kobj_attribute *attr, char *buf)
{
	return sysfs_emit(buf, "%llu\n", READ_ONCE(to_vgpu_engine(kobj)->strikes_window) / SCHED_MS);
}

static ssize_t strikes_window_ms_store(struct kobject *kobj, struct kobj_attribute *attr,
				       const char *buf, size_t len)
{
	u64 number;
	int rc = vgpu_attr_number(buf, WINDOW_LEAST / SCHED_MS, WINDOW_MOST / SCHED_MS, &number);

	if (rc)
		return rc;
	WRITE_ONCE(to_vgpu_engine(kobj)->strikes_window, number * SCHED_MS);
	return len;
}
VGPU_ATTR_RW(strikes_window_ms);

static struct attribute *engine_attrs[] = {
	&kind_attr.attr,
	&numa_node_attr.attr,
	&preemptible_attr.attr,
	&types_attr.attr,
	&policies_attr.attr,
	&policy_attr.attr,
	&policy_faults_attr.attr,
	&clients_attr.attr,
	&busy_ns_attr.attr,
	&load_ppm_attr.attr,
	&jain_ppm_attr.attr,
	&minmax_ppm_attr.attr,
	&busy_clients_attr.attr,
	&job_limit_us_attr.attr,
	&strikes_attr.attr,
	&strikes_window_ms_attr.attr,
	NULL
};
ATTRIBUTE_GROUPS(engine);

const struct kobj_type vgpu_engine_ktype = {
	.release = vgpu_engine_free,
	.sysfs_ops = &kobj_sysfs_ops,
	.default_groups = engine_groups,
	.get_ownership = kvmshare_sysfs_ownership,
};
