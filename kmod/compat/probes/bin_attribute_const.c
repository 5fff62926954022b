// SPDX-License-Identifier: GPL-2.0
/* Is a binary sysfs file's read function given a const attribute? */
#include <linux/sysfs.h>

static ssize_t read(struct file *file, struct kobject *kobj, const struct bin_attribute *attr,
		    char *buf, loff_t at, size_t len)
{
	return 0;
}

extern const struct bin_attribute probe_attr;
const struct bin_attribute probe_attr = { .read = read };
