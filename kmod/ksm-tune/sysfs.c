// SPDX-License-Identifier: GPL-2.0
/*
 * /sys/kernel/kvmshare/mem/: see docs/ABI/sysfs-kvmshare-mem.
 */
#include <linux/capability.h>
#include <linux/kernel.h>
#include <linux/sysfs.h>

#include "../compat/ksm.h"
#include "attr.h"
#include "mem.h"
#include "words.h"

static struct kobject *dir;

#define SHOW(_name, _format, _value) MEM_SHOW(_name, (void)kobj, _format, _value)

#define READ_ONLY(_name, _format, _value)						\
	SHOW(_name, _format, _value)							\
	static struct kobj_attribute _name##_attr = __ATTR(_name, 0440, _name##_show, NULL)

/* -- What an administrator sets --------------------------------------------- */

/* The file's mode is not enough: root of a container may write it. */
int mem_number_of(const char *text, u64 least, u64 most, u64 *number)
{
	int rc;

	if (!capable(CAP_SYS_ADMIN))
		return -EPERM;
	rc = kstrtou64(text, 10, number);
	if (rc)
		return rc;
	return *number >= least && *number <= most ? 0 : -ERANGE;
}

/* Of the policy's @_field; what would make the whole invalid is refused. */
#define SETTING(_name, _field, _least, _most)						\
	SHOW(_name, "%llu", (u64)mem_policy._field)					\
	static ssize_t _name##_store(struct kobject *kobj, struct kobj_attribute *attr,	\
				     const char *text, size_t len)			\
	{										\
		struct mem_policy policy;						\
		u64 number;								\
		int rc = mem_number_of(text, _least, _most, &number);			\
											\
		if (rc)									\
			return rc;							\
		mutex_lock(&mem_lock);							\
		policy = mem_policy;							\
		policy._field = number;							\
		if (plan_policy_valid(&policy.plan))					\
			mem_policy = policy;						\
		else									\
			rc = -EINVAL;							\
		mutex_unlock(&mem_lock);						\
		return rc ?: len;							\
	}										\
	static struct kobj_attribute _name##_attr =					\
		__ATTR(_name, 0640, _name##_show, _name##_store)

SETTING(observe, observe, 0, 1);
SETTING(window_ms, window_ms, 100, 60000);
SETTING(headroom_bytes, headroom, 0, U64_MAX);
SETTING(lock_hold_ns, hold_ns, 100 * NSEC_PER_USEC, NSEC_PER_SEC);
SETTING(huge_price_pages, plan.merge.huge_price, 0, U32_MAX);
SETTING(items_per_page, plan.merge.items_most, 1, U32_MAX);
SETTING(rest_windows, plan.merge.rest, 1, U32_MAX);
SETTING(rest_windows_most, plan.merge.rest_most, 1, U32_MAX);
SETTING(retry_windows, plan.merge.retry, 1, U32_MAX);
SETTING(kept_out_windows, plan.merge.kept, 1, U32_MAX);
SETTING(loop_least, plan.loop.least, 1, U32_MAX);
SETTING(ksmd_cpu_percent, plan.rate.cpu_percent, 1, 100);
SETTING(pass_seconds, plan.rate.steady, 1, U32_MAX);
SETTING(start_seconds, plan.rate.started, 1, U32_MAX);
SETTING(yield_per_million, plan.rate.yield_least, 0, U32_MAX);
SETTING(tenant_better_percent, plan.domain.better, 0, 10000);
SETTING(tenant_windows, plan.domain.windows, 1, U32_MAX);

/* -- What was seen, and decided --------------------------------------------- */

READ_ONLY(windows, "%llu", mem_state.windows);
READ_ONLY(windows_ns, "%llu", mem_state.window_ns);
READ_ONLY(vms, "%u", mem_nr_vms);
READ_ONLY(available_bytes, "%llu", mem_state.host.available);
READ_ONLY(short_in_seconds, "%lld", mem_state.facts.short_in == RATE_NEVER ? -1LL :
				    (long long)mem_state.facts.short_in);
READ_ONLY(committed_bytes, "%llu", mem_state.host.committed << PAGE_SHIFT);
READ_ONLY(scanned_pages, "%llu", mem_state.host.scanned);
READ_ONLY(refaulted_pages, "%llu", mem_state.host.refaulted);
READ_ONLY(stalls, "%llu", mem_state.host.stalled);
READ_ONLY(sharing_pages, "%llu", mem_state.host.sharing);
READ_ONLY(other_pages, "%llu", mem_state.facts.others);
READ_ONLY(passes, "%llu", mem_state.host.passes);
READ_ONLY(splits, "%llu", mem_state.host.splits);
READ_ONLY(collapses, "%llu", mem_state.host.collapses);
READ_ONLY(ksmd_ns, "%llu", mem_state.host.ksmd_ns);
READ_ONLY(khugepaged_ns, "%llu", mem_state.host.khugepaged_ns);
READ_ONLY(found_per_million, "%lld", mem_state.facts.yield == ~0U ? -1LL :
				     (long long)mem_state.facts.yield);
READ_ONLY(advisor, "%d", mem_state.host.advised);
READ_ONLY(numa_hides, "%d", kvmshare_numa_hides_from_ksmd());
READ_ONLY(looping, "%d", mem_state.plan.looping);
READ_ONLY(leaves_shared, "%d", mem_state.plan.leaves_shared);
READ_ONLY(fresh_pages, "%llu", mem_state.plan.fresh);
READ_ONLY(rate_pages, "%u", mem_state.plan.rate.pages);
READ_ONLY(rate_sleep_ms, "%u", mem_state.plan.rate.sleep_ms);
READ_ONLY(rate_reason, "%s", mem_rate_words(mem_state.plan.rate.reason));

/* -- What comes, and what was ------------------------------------------------- */

READ_ONLY(forecast_bytes, "%llu", forecast_next(&mem_state.available) << 10);
READ_ONLY(forecast_by, "%s", mem_forecast_words(mem_state.available.best));
READ_ONLY(forecast_error_percent, "%u",
	  (u32)((u64)forecast_gain(&mem_state.available) * 100 / FORECAST_ONE));

/* A line a minute, the oldest first; sixty of them fit into a page. */
static ssize_t history_show(struct kobject *kobj, struct kobj_attribute *attr, char *buf)
{
	const struct history_row *row;
	ssize_t len = 0;
	u32 i;

	mutex_lock(&mem_lock);
	for (i = 0; i < history_count(&mem_state.history); i++) {
		row = history_row(&mem_state.history, i);
		len += sysfs_emit_at(buf, len, "%llu %llu %llu %u %u %llu %llu\n", row->minute,
				     row->available >> 10, row->last.sharing << (PAGE_SHIFT - 10),
				     history_permille(row->last.ksmd_ns - row->first.ksmd_ns),
				     history_permille(row->last.khugepaged_ns -
						      row->first.khugepaged_ns),
				     row->last.splits - row->first.splits,
				     row->last.collapses - row->first.collapses);
	}
	mutex_unlock(&mem_lock);
	return len;
}
static struct kobj_attribute history_attr = __ATTR(history, 0440, history_show, NULL);

/* -- The kernel's knobs ----------------------------------------------------- */

/* A line each: its name, whose it is, and what it was before that. */
static ssize_t knobs_show(struct kobject *kobj, struct kobj_attribute *attr, char *buf)
{
	const struct knob *knob;
	int i, len = 0;

	mutex_lock(&mem_lock);
	for (i = 0; i < MEM_KNOBS; i++) {
		knob = mem_knob(i);
		len += sysfs_emit_at(buf, len, "%s %s", mem_knob_name(i),
				     mem_knob_word(knob->state));
		if (knob->state == KNOB_OURS)
			len += sysfs_emit_at(buf, len, " %llu before %llu", knob->ours,
					     knob->before);
		len += sysfs_emit_at(buf, len, "\n");
	}
	mutex_unlock(&mem_lock);
	return len;
}
static struct kobj_attribute knobs_attr = __ATTR(knobs, 0440, knobs_show, NULL);

static ssize_t reclaim_store(struct kobject *kobj, struct kobj_attribute *attr,
			     const char *text, size_t len)
{
	char name[MEM_KNOB_NAME_LEN];
	int rc;

	if (!capable(CAP_SYS_ADMIN))
		return -EPERM;
	if (strscpy(name, text, sizeof(name)) < 0)
		return -EINVAL;
	mutex_lock(&mem_lock);
	rc = mem_knob_reclaim(strim(name));
	mutex_unlock(&mem_lock);
	return rc ?: len;
}
static struct kobj_attribute reclaim_attr = __ATTR(reclaim, 0200, NULL, reclaim_store);

/* -- The directory ---------------------------------------------------------- */

static struct attribute *attrs[] = {
	&observe_attr.attr,
	&window_ms_attr.attr,
	&headroom_bytes_attr.attr,
	&lock_hold_ns_attr.attr,
	&huge_price_pages_attr.attr,
	&items_per_page_attr.attr,
	&rest_windows_attr.attr,
	&rest_windows_most_attr.attr,
	&retry_windows_attr.attr,
	&kept_out_windows_attr.attr,
	&loop_least_attr.attr,
	&ksmd_cpu_percent_attr.attr,
	&pass_seconds_attr.attr,
	&start_seconds_attr.attr,
	&yield_per_million_attr.attr,
	&tenant_better_percent_attr.attr,
	&tenant_windows_attr.attr,
	&windows_attr.attr,
	&windows_ns_attr.attr,
	&vms_attr.attr,
	&available_bytes_attr.attr,
	&short_in_seconds_attr.attr,
	&committed_bytes_attr.attr,
	&scanned_pages_attr.attr,
	&refaulted_pages_attr.attr,
	&stalls_attr.attr,
	&sharing_pages_attr.attr,
	&other_pages_attr.attr,
	&passes_attr.attr,
	&splits_attr.attr,
	&collapses_attr.attr,
	&ksmd_ns_attr.attr,
	&khugepaged_ns_attr.attr,
	&found_per_million_attr.attr,
	&advisor_attr.attr,
	&numa_hides_attr.attr,
	&looping_attr.attr,
	&leaves_shared_attr.attr,
	&fresh_pages_attr.attr,
	&rate_pages_attr.attr,
	&rate_sleep_ms_attr.attr,
	&rate_reason_attr.attr,
	&forecast_bytes_attr.attr,
	&forecast_by_attr.attr,
	&forecast_error_percent_attr.attr,
	&history_attr.attr,
	&knobs_attr.attr,
	&reclaim_attr.attr,
	NULL
};
static const struct attribute_group group = { .attrs = attrs };

int mem_sysfs_init(void)
{
	int rc;

	dir = kvmshare_sysfs_dir(kvmshare_sysfs_root(), "mem");
	if (IS_ERR(dir))
		return PTR_ERR(dir);
	rc = sysfs_create_group(dir, &group);
	if (rc)
		kobject_put(dir);
	return rc;
}

struct kobject *mem_sysfs_dir(void)
{
	return dir;
}

void mem_sysfs_exit(void)
{
	kobject_put(dir);
}
