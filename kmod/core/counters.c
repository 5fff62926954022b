// SPDX-License-Identifier: GPL-2.0
/*
 * /sys/kernel/kvmshare/counters/: how many objects of a kind live. A test ends
 * with all of them where they were, or something has leaked.
 */
#include <linux/module.h>
#include <linux/sysfs.h>
#include "core.h"

static struct kobject *dir;

static ssize_t counter_show(struct kobject *kobj, struct kobj_attribute *attr,
			    char *buf)
{
	struct kvmshare_counter *counter =
		container_of(attr, struct kvmshare_counter, attr);

	return sysfs_emit(buf, "%d\n", atomic_read(&counter->live));
}

/**
 * kvmshare_counter_add() - show a counter
 * @counter: with its name set; stays until kvmshare_counter_remove()
 */
int kvmshare_counter_add(struct kvmshare_counter *counter)
{
	sysfs_attr_init(&counter->attr.attr);
	counter->attr.attr.name = counter->name;
	counter->attr.attr.mode = 0440;
	counter->attr.show = counter_show;
	return sysfs_create_file(dir, &counter->attr.attr);
}
EXPORT_SYMBOL_GPL(kvmshare_counter_add);

void kvmshare_counter_remove(struct kvmshare_counter *counter)
{
	sysfs_remove_file(dir, &counter->attr.attr);
}
EXPORT_SYMBOL_GPL(kvmshare_counter_remove);

int kvmshare_counters_init(void)
{
	dir = kvmshare_sysfs_dir(kvmshare_sysfs_root(), "counters");
	return PTR_ERR_OR_ZERO(dir);
}

void kvmshare_counters_exit(void)
{
	kobject_put(dir);
}
