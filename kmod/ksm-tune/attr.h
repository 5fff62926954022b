/* SPDX-License-Identifier: GPL-2.0 */
/* Files of the policy's and of pools' that show a value. */
#ifndef _KVMSHARE_MEM_ATTR_H
#define _KVMSHARE_MEM_ATTR_H

#include <linux/mutex.h>
#include <linux/sysfs.h>

/* @_of: whose, from kobj; @_value is read under mem_lock. */
#define MEM_SHOW(_name, _of, _format, _value)						\
	static ssize_t _name##_show(struct kobject *kobj, struct kobj_attribute *attr,	\
				    char *buf)						\
	{										\
		ssize_t len;								\
		_of;									\
											\
		mutex_lock(&mem_lock);							\
		len = sysfs_emit(buf, _format "\n", _value);				\
		mutex_unlock(&mem_lock);						\
		return len;								\
	}

#endif /* _KVMSHARE_MEM_ATTR_H */
