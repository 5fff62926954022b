// SPDX-License-Identifier: GPL-2.0
/* Does a ktype's get_ownership() take a const kobject? */
#include <linux/kobject.h>

static void ownership(const struct kobject *kobj, kuid_t *uid, kgid_t *gid)
{
}

extern const struct kobj_type probe_ktype;
const struct kobj_type probe_ktype = { .get_ownership = ownership };
