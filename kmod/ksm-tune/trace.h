/* SPDX-License-Identifier: GPL-2.0 */
/* Tracepoints of kvmshare_mem: what was decided, and what was written. */
#undef TRACE_SYSTEM
#define TRACE_SYSTEM kvmshare

#if !defined(_KVMSHARE_MEM_TRACE_H) || defined(TRACE_HEADER_MULTI_READ)
#define _KVMSHARE_MEM_TRACE_H

#include <linux/tracepoint.h>

#include "mem.h"
#include "pools.h"

TRACE_EVENT(kvmshare_mem_vm,
	TP_PROTO(const struct mem_vm *vm),
	TP_ARGS(vm),
	TP_STRUCT__entry(
		__field(u64, id)
		__field(bool, in)
		__field(int, reason)
		__field(u64, merging)
		__field(u64, items)
		__field(u64, huge)
	),
	TP_fast_assign(
		__entry->id = vm->id;
		__entry->in = vm->plan.merge.in;
		__entry->reason = vm->plan.merge.reason;
		__entry->merging = vm->plan.merging;
		__entry->items = vm->plan.items;
		__entry->huge = vm->plan.huge;
	),
	TP_printk("vm=%llu in=%d reason=%d merging=%llu items=%llu huge=%llu",
		  __entry->id, __entry->in, __entry->reason, __entry->merging, __entry->items,
		  __entry->huge)
);

TRACE_EVENT(kvmshare_mem_exposed,
	TP_PROTO(const struct mem_vm *vm),
	TP_ARGS(vm),
	TP_STRUCT__entry(
		__field(u64, id)
		__field(bool, guarded)
		__field(u64, pages)
	),
	TP_fast_assign(
		__entry->id = vm->id;
		__entry->guarded = vm->plan.guarded;
		__entry->pages = vm->plan.merging + vm->plan.zero;
	),
	TP_printk("vm=%llu guarded=%d pages=%llu", __entry->id, __entry->guarded, __entry->pages)
);

TRACE_EVENT(kvmshare_mem_knob,
	TP_PROTO(const char *name, u64 before, u64 now),
	TP_ARGS(name, before, now),
	TP_STRUCT__entry(
		__array(char, name, MEM_KNOB_NAME_LEN)
		__field(u64, before)
		__field(u64, now)
	),
	TP_fast_assign(
		strscpy(__entry->name, name, MEM_KNOB_NAME_LEN);
		__entry->before = before;
		__entry->now = now;
	),
	TP_printk("knob=%s before=%llu now=%llu", __entry->name, __entry->before, __entry->now)
);

TRACE_EVENT(kvmshare_mem_pool,
	TP_PROTO(const struct mem_pool *pool, u64 before, u64 now),
	TP_ARGS(pool, before, now),
	TP_STRUCT__entry(
		__field(int, node)
		__field(unsigned long, kib)
		__field(int, reason)
		__field(u64, before)
		__field(u64, now)
	),
	TP_fast_assign(
		__entry->node = pool->node;
		__entry->kib = pool->kib;
		__entry->reason = pool->pool.reason;
		__entry->before = before;
		__entry->now = now;
	),
	TP_printk("node=%d kib=%lu reason=%d before=%llu now=%llu", __entry->node, __entry->kib,
		  __entry->reason, __entry->before, __entry->now)
);

#endif /* _KVMSHARE_MEM_TRACE_H */

/* Where the tracepoint machinery finds this file: Kbuild adds its directory. */
#undef TRACE_INCLUDE_PATH
#define TRACE_INCLUDE_PATH .
#undef TRACE_INCLUDE_FILE
#define TRACE_INCLUDE_FILE trace
#include <trace/define_trace.h>
