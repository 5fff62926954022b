// SPDX-License-Identifier: GPL-2.0
/* kvmshare mem status, explain, pools: what is seen, and why it is as it is. */
#include "mem_common.h"
#include "../lib/fs.h"
#include "../lib/msg.h"
#include "../lib/out.h"

/* -- The host --------------------------------------------------------------- */

static const struct out_column status_columns[] = {
	{ "observe", "observes alone", OUT_TEXT },
	{ "vms", "VMs", OUT_TEXT },
	{ "available_bytes", "available, bytes", OUT_TEXT },
	{ "forecast_bytes", "in half a minute, by forecast", OUT_TEXT },
	{ "forecast_by", "which is taken from", OUT_TEXT },
	{ "forecast_error_percent", "and errs, to 100 of the last value's", OUT_TEXT },
	{ "short_in_seconds", "short of it in, seconds", OUT_TEXT },
	{ "committed_bytes", "promised, bytes", OUT_TEXT },
	{ "scanned_pages", "reclaim looked at, pages", OUT_TEXT },
	{ "refaulted_pages", "and took too early", OUT_TEXT },
	{ "stalls", "allocations that waited for it", OUT_TEXT },
	{ "sharing_pages", "pages merged", OUT_TEXT },
	{ "other_pages", "of others, mergeable", OUT_TEXT },
	{ "fresh_pages", "pages that are new to ksmd", OUT_TEXT },
	{ "rate_pages", "ksmd looks at, pages a time", OUT_TEXT },
	{ "rate_sleep_ms", "and sleeps in between", OUT_MS },
	{ "rate_reason", "since", OUT_TEXT },
	{ "advisor", "the kernel's advisor sets that", OUT_TEXT },
	{ "numa_hides", "kernel.numa_balancing hides idle memory from ksmd", OUT_TEXT },
	{ "passes", "passes of ksmd", OUT_TEXT },
	{ "found_per_million", "which finds, of a million pages", OUT_TEXT },
	{ "ksmd_ns", "ksmd took", OUT_NS },
	{ "khugepaged_ns", "khugepaged took", OUT_NS },
	{ "looping", "they undo each other's work", OUT_TEXT },
	{ "leaves_shared", "khugepaged leaves merged pages", OUT_TEXT },
	{ "windows", "windows", OUT_TEXT },
	{ "windows_ns", "which took", OUT_NS },
	{ "knobs", "knobs of the kernel's", OUT_TEXT },
	{ NULL, NULL, OUT_TEXT }
};

/* Such a kernel does it only while it balances. */
static void add_numa_hides(json_object *status)
{
	char text[32];
	bool balances = fs_read("", "/proc/sys/kernel/numa_balancing", text, sizeof(text)) >= 0 &&
			strtol(text, NULL, 10);

	out_int(status, "numa_hides", balances && mem_number(status, "numa_hides"));
}

int cmd_mem_status(const struct cmd_line *line)
{
	json_object *status = mem_read_dir(MEM);

	(void)line;
	if (!status)
		return mem_not_loaded();
	add_numa_hides(status);
	/* Of its own verb. */
	json_object_object_del(status, "history");
	out_record(status_columns, status);
	return EXIT_OK;
}

/* -- VMs -------------------------------------------------------------------- */

static const struct out_column list_columns[] = {
	{ "vm", "VM", OUT_RIGHT },
	{ "mode", "MODE", OUT_TEXT },
	{ "merged", "IN", OUT_RIGHT },
	{ "merging_pages", "MERGED", OUT_RIGHT },
	{ "profit_bytes", "PROFIT", OUT_RIGHT },
	{ "huge_pages", "HUGE", OUT_RIGHT },
	{ "reason", "REASON", OUT_TEXT },
	{ NULL, NULL, OUT_TEXT }
};

static const struct out_column vm_columns[] = {
	{ "vm", "VM", OUT_TEXT },
	{ "mode", "mode", OUT_TEXT },
	{ "merged", "in", OUT_TEXT },
	{ "reason", "reason", OUT_TEXT },
	{ "resident_bytes", "resident, bytes", OUT_TEXT },
	{ "mergeable_bytes", "memory that could merge, bytes", OUT_TEXT },
	{ "shared_bytes", "that is shared, and cannot", OUT_TEXT },
	{ "hugetlb_bytes", "of hugetlb, which cannot", OUT_TEXT },
	{ "device_bytes", "of devices, which cannot", OUT_TEXT },
	{ "watched_bytes", "watched by a userfaultfd, which is left alone", OUT_TEXT },
	{ "pinned", "a device has it", OUT_TEXT },
	{ "advised_bytes", "mergeable now, bytes", OUT_TEXT },
	{ "merging_pages", "pages merged", OUT_TEXT },
	{ "zero_pages", "with the zero page", OUT_TEXT },
	{ "rmap_items", "ksmd's records", OUT_TEXT },
	{ "profit_bytes", "profit, bytes", OUT_TEXT },
	{ "huge_pages", "huge pages", OUT_TEXT },
	{ "huge_pages_before", "at most, before they were split", OUT_TEXT },
	{ "lost_huge_pages", "not made again yet", OUT_TEXT },
	{ "exposed_ms", "merged beside a stranger for", OUT_MS },
	{ "exposed_pages", "of its pages, the last time", OUT_TEXT },
	{ "exposed_times", "times that was so", OUT_TEXT },
	{ "lock_held_ns", "its lock was held for, at most", OUT_NS },
	{ "apart", "it is taken apart", OUT_TEXT },
	{ "last_error", "last error", OUT_TEXT },
	{ NULL, NULL, OUT_TEXT }
};

static int add_vm(const char *id, void *rows)
{
	json_object *vm = mem_read_vm(id);

	if (vm)
		json_object_array_add(rows, vm);
	return 0;
}

static int explain_all(void)
{
	json_object *rows = json_object_new_array();

	if (!fs_exists("", MEM) || fs_list("", POOL_ROOT "/vms", add_vm, rows)) {
		json_object_put(rows);
		return mem_not_loaded();
	}
	out_table(list_columns, rows, "no VM runs");
	return EXIT_OK;
}

int cmd_mem_explain(const struct cmd_line *line)
{
	json_object *vm;
	int rc;

	if (!line->nr_args)
		return explain_all();
	rc = mem_check_vm(line, line->args[0]);
	if (rc)
		return rc;
	vm = mem_read_vm(line->args[0]);
	if (!vm)
		return mem_no_vm(line->args[0]);
	out_record(vm_columns, vm);
	return EXIT_OK;
}

/* -- Pools of hugetlb pages ------------------------------------------------- */

static const struct out_column pool_columns[] = {
	{ "pool", "POOL", OUT_TEXT },
	{ "pages", "PAGES", OUT_RIGHT },
	{ "used_pages", "USED", OUT_RIGHT },
	{ "reserved_pages", "RESERVED", OUT_RIGHT },
	{ "asked_pages", "ASKED", OUT_RIGHT },
	{ "least_pages", "LEAST", OUT_RIGHT },
	{ "most_pages", "MOST", OUT_RIGHT },
	{ "owner", "WHOSE", OUT_TEXT },
	{ "reason", "REASON", OUT_TEXT },
	{ NULL, NULL, OUT_TEXT }
};

static int add_pool(const char *name, void *rows)
{
	json_object *pool = mem_read_dir(fmt(MEM_POOLS "/%s", name));

	if (!pool)
		return 0;
	out_str(pool, "pool", name);
	json_object_array_add(rows, pool);
	return 0;
}

int cmd_mem_pools(const struct cmd_line *line)
{
	json_object *rows = json_object_new_array();

	(void)line;
	if (fs_list("", MEM_POOLS, add_pool, rows)) {
		json_object_put(rows);
		return mem_not_loaded();
	}
	out_table(pool_columns, rows, "this machine has no hugetlb pages");
	return EXIT_OK;
}
