// SPDX-License-Identifier: GPL-2.0
/*
 * /sys/kernel/kvmshare/vms/<id>/mem/: see docs/ABI/sysfs-kvmshare-mem.
 */
#include <linux/math64.h>
#include <linux/sysfs.h>
#include <linux/timekeeping.h>

#include "mem.h"
#include "words.h"

/* Of VMs of one memory it is the first's. */
static struct mem_vm *find(const struct kvmshare_vm *of)
{
	struct mem_vm *vm = mem_vms_of(kvmshare_vm_id(of));

	return vm && vm->first ? vm->first : vm;
}

#define SHOW(_name, _format, ...)							\
	static ssize_t _name##_show(struct kvmshare_vm *of, char *buf)			\
	{										\
		struct mem_vm *vm;							\
		ssize_t len = -ENOMEM;							\
											\
		mutex_lock(&mem_lock);							\
		vm = find(of);								\
		if (vm)									\
			len = sysfs_emit(buf, _format "\n", __VA_ARGS__);		\
		mutex_unlock(&mem_lock);						\
		return len;								\
	}

#define READ_ONLY(_name, _format, ...)							\
	SHOW(_name, _format, __VA_ARGS__)						\
	static struct kvmshare_vm_attribute _name##_attr = __ATTR(_name, 0440, _name##_show, NULL)

/* -- What an administrator says of it --------------------------------------- */

SHOW(mode, "%s", mem_mode_word(vm->plan.merge.mode))

static int mode_store(struct kvmshare_vm *of, const char *text)
{
	int mode = mem_mode_of(text);
	struct mem_vm *vm;

	if (mode < 0)
		return -EINVAL;
	mutex_lock(&mem_lock);
	vm = find(of);
	if (vm)
		merge_ask(&vm->plan.merge, mode);
	mutex_unlock(&mem_lock);
	return vm ? 0 : -ENOMEM;
}
static struct kvmshare_vm_attribute mode_attr = __ATTR(mode, 0640, mode_show, mode_store);

/* -- What was seen of it, and decided --------------------------------------- */

static s64 profit_of(const struct mem_vm *vm)
{
	const struct merge_facts facts = {
		.merging = vm->plan.merging, .zero = vm->plan.zero, .items = vm->plan.items,
	};

	return merge_profit(&mem_policy.plan.merge, &facts);
}

static u64 exposed_ms(const struct mem_vm *vm)
{
	return vm->exposure.since ?
	       div_u64(ktime_get_ns() - vm->exposure.since, NSEC_PER_MSEC) : 0;
}

/* What it had before it was merged, and khugepaged has not made again yet. */
static u64 lost_huge(const struct mem_vm *vm)
{
	const struct plan_vm *plan = &vm->plan;
	bool may_have = !plan->merge.in && !plan->advised && !plan->pinned;

	return may_have && plan->merge.huge > plan->huge ? plan->merge.huge - plan->huge : 0;
}

static const char *apart_words(const struct mem_vm *vm)
{
	int rc = READ_ONCE(vm->rc);

	if (vm->plan.merge.in)
		return "no";
	if (rc == -ENOMEM)
		return "waits: too little memory is available";
	if (rc == -EBUSY && READ_ONCE(vm->apart.blocked))
		return "waits: some of its memory cannot be taken apart now";
	if (rc == -EBUSY)
		return "waits: its memory's lock is held";
	return READ_ONCE(vm->apart.goes_on) ? "goes on" : "no";
}

READ_ONLY(apart, "%s", apart_words(vm));
READ_ONLY(merged, "%d", vm->plan.merge.in);
READ_ONLY(reason, "%s", mem_merge_words(vm->plan.merge.reason));
READ_ONLY(profit_bytes, "%lld", profit_of(vm));
READ_ONLY(merging_pages, "%llu", vm->plan.merging);
READ_ONLY(zero_pages, "%llu", vm->plan.zero);
READ_ONLY(rmap_items, "%llu", vm->plan.items);
READ_ONLY(huge_pages, "%llu", vm->plan.huge);
READ_ONLY(huge_pages_before, "%llu", vm->plan.merge.huge);
READ_ONLY(lost_huge_pages, "%llu", lost_huge(vm));
READ_ONLY(resident_bytes, "%llu", vm->resident);
READ_ONLY(advised_bytes, "%llu", vm->facts.advised);
READ_ONLY(mergeable_bytes, "%llu", vm->facts.bytes[MEM_MERGES]);
READ_ONLY(shared_bytes, "%llu", vm->facts.bytes[MEM_IS_SHARED]);
READ_ONLY(hugetlb_bytes, "%llu", vm->facts.bytes[MEM_IS_HUGETLB]);
READ_ONLY(device_bytes, "%llu", vm->facts.bytes[MEM_IS_DEVICE]);
READ_ONLY(watched_bytes, "%llu", vm->facts.bytes[MEM_IS_WATCHED]);
READ_ONLY(pinned, "%d", vm->plan.pinned);
READ_ONLY(exposed_ms, "%llu", exposed_ms(vm));
READ_ONLY(exposed_pages, "%llu", vm->exposure.pages);
READ_ONLY(exposed_times, "%llu", vm->exposure.times);
READ_ONLY(lock_held_ns, "%llu", READ_ONCE(vm->apart.held));
READ_ONLY(last_error, "%d", READ_ONCE(vm->rc));

static struct attribute *attrs[] = {
	&mode_attr.attr,
	&merged_attr.attr,
	&reason_attr.attr,
	&profit_bytes_attr.attr,
	&merging_pages_attr.attr,
	&zero_pages_attr.attr,
	&rmap_items_attr.attr,
	&huge_pages_attr.attr,
	&huge_pages_before_attr.attr,
	&lost_huge_pages_attr.attr,
	&resident_bytes_attr.attr,
	&advised_bytes_attr.attr,
	&mergeable_bytes_attr.attr,
	&shared_bytes_attr.attr,
	&hugetlb_bytes_attr.attr,
	&device_bytes_attr.attr,
	&watched_bytes_attr.attr,
	&pinned_attr.attr,
	&exposed_ms_attr.attr,
	&exposed_pages_attr.attr,
	&exposed_times_attr.attr,
	&lock_held_ns_attr.attr,
	&apart_attr.attr,
	&last_error_attr.attr,
	NULL
};

static struct kvmshare_vm_group group = {
	.group = { .name = "mem", .attrs = attrs },
};

int mem_sysfs_vm_init(void)
{
	return kvmshare_vm_group_add(&group);
}

void mem_sysfs_vm_exit(void)
{
	kvmshare_vm_group_remove(&group);
}
