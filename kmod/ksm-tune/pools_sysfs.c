// SPDX-License-Identifier: GPL-2.0
/*
 * /sys/kernel/kvmshare/mem/pools/: see docs/ABI/sysfs-kvmshare-mem.
 */
#include <linux/kernel.h>
#include <linux/mm.h>
#include <linux/sysfs.h>

#include "attr.h"
#include "mem.h"
#include "pools.h"
#include "words.h"

static struct mem_pool *to_pool(struct kobject *kobj)
{
	return container_of(kobj, struct mem_pool, kobj);
}

#define SHOW(_name, _format, _value)							\
	MEM_SHOW(_name, struct mem_pool *pool = to_pool(kobj), _format, _value)

#define READ_ONLY(_name, _format, _value)						\
	SHOW(_name, _format, _value)							\
	static struct kobj_attribute _name##_attr = __ATTR(_name, 0440, _name##_show, NULL)

/* Of the policy's @_field; what would make the whole invalid is refused. */
#define SETTING(_name, _field)								\
	SHOW(_name, "%llu", pool->policy._field)					\
	static ssize_t _name##_store(struct kobject *kobj, struct kobj_attribute *attr,	\
				     const char *text, size_t len)			\
	{										\
		struct mem_pool *pool = to_pool(kobj);					\
		struct pool_policy policy;						\
		u64 number;								\
		int rc = mem_number_of(text, 0, totalram_pages(), &number);		\
											\
		if (rc)									\
			return rc;							\
		mutex_lock(&mem_lock);							\
		policy = pool->policy;							\
		policy._field = number;							\
		if (pool_policy_valid(&policy))						\
			pool->policy = policy;						\
		else									\
			rc = -EINVAL;							\
		mutex_unlock(&mem_lock);						\
		return rc ?: len;							\
	}										\
	static struct kobj_attribute _name##_attr =					\
		__ATTR(_name, 0640, _name##_show, _name##_store)

SETTING(most_pages, most);
SETTING(least_pages, least);
SETTING(spare_pages, spare);

/* -- Asked for beforehand --------------------------------------------------- */

SHOW(demand_pages, "%llu", pool->demand)

static ssize_t demand_pages_store(struct kobject *kobj, struct kobj_attribute *attr,
				  const char *text, size_t len)
{
	struct mem_pool *pool = to_pool(kobj);
	u64 number;
	int rc = mem_number_of(text, 0, totalram_pages(), &number);

	if (rc)
		return rc;
	mutex_lock(&mem_lock);
	if (number > pool->policy.most) {
		rc = -ENOSPC;
	} else {
		pool->demand = number;
		pool->demand_left = MEM_POOL_DEMAND_LOOKS;
	}
	mutex_unlock(&mem_lock);
	if (!rc)
		mem_pools_look();
	return rc ?: len;
}
static struct kobj_attribute demand_pages_attr =
	__ATTR(demand_pages, 0640, demand_pages_show, demand_pages_store);

static ssize_t reclaim_store(struct kobject *kobj, struct kobj_attribute *attr,
			     const char *text, size_t len)
{
	u64 number;
	int rc = mem_number_of(text, 1, 1, &number);

	if (rc)
		return rc;
	mutex_lock(&mem_lock);
	knob_reclaim(&to_pool(kobj)->knob);
	mutex_unlock(&mem_lock);
	return len;
}
static struct kobj_attribute reclaim_attr = __ATTR(reclaim, 0200, NULL, reclaim_store);

/* -- What was seen, and decided --------------------------------------------- */

READ_ONLY(pages, "%llu", pool->facts.all);
READ_ONLY(used_pages, "%llu", pool->facts.used);
READ_ONLY(reserved_pages, "%llu", pool->facts.reserved);
READ_ONLY(asked_pages, "%llu", pool->facts.asked);
READ_ONLY(wanted_pages, "%llu", pool->wanted);
READ_ONLY(reason, "%s", mem_pool_words(pool->pool.reason));
READ_ONLY(owner, "%s", mem_knob_word(pool->knob.state));

static struct attribute *pool_attrs[] = {
	&most_pages_attr.attr,
	&least_pages_attr.attr,
	&spare_pages_attr.attr,
	&demand_pages_attr.attr,
	&reclaim_attr.attr,
	&pages_attr.attr,
	&used_pages_attr.attr,
	&reserved_pages_attr.attr,
	&asked_pages_attr.attr,
	&wanted_pages_attr.attr,
	&reason_attr.attr,
	&owner_attr.attr,
	NULL
};
ATTRIBUTE_GROUPS(pool);

static void pool_release(struct kobject *kobj)
{
	kvfree(to_pool(kobj));
}

const struct kobj_type mem_pool_ktype = {
	.release = pool_release,
	.sysfs_ops = &kobj_sysfs_ops,
	.default_groups = pool_groups,
	.get_ownership = kvmshare_sysfs_ownership,
};
