/* SPDX-License-Identifier: GPL-2.0 */
/* What happens to VMs, for perf, bpftrace and the monitors. */
#undef TRACE_SYSTEM
#define TRACE_SYSTEM kvmshare

#if !defined(_KVMSHARE_CORE_TRACE_H) || defined(TRACE_HEADER_MULTI_READ)
#define _KVMSHARE_CORE_TRACE_H

#include <linux/tracepoint.h>
#include <linux/string.h>
#include <uapi/kvmshare.h>

TRACE_EVENT(kvmshare_vm_new,
	TP_PROTO(u64 id, pid_t pid, uid_t uid),
	TP_ARGS(id, pid, uid),
	TP_STRUCT__entry(
		__field(u64, id)
		__field(pid_t, pid)
		__field(uid_t, uid)
	),
	TP_fast_assign(
		__entry->id = id;
		__entry->pid = pid;
		__entry->uid = uid;
	),
	TP_printk("id=%llu pid=%d uid=%u", __entry->id, __entry->pid,
		  __entry->uid)
);

TRACE_EVENT(kvmshare_vm_set,
	TP_PROTO(u64 id, bool running, const char *name, const char *tenant),
	TP_ARGS(id, running, name, tenant),
	TP_STRUCT__entry(
		__field(u64, id)
		__field(bool, running)
		__array(char, name, KVMSHARE_NAME_LEN)
		__array(char, tenant, KVMSHARE_NAME_LEN)
	),
	TP_fast_assign(
		__entry->id = id;
		__entry->running = running;
		strscpy(__entry->name, name, KVMSHARE_NAME_LEN);
		strscpy(__entry->tenant, tenant, KVMSHARE_NAME_LEN);
	),
	TP_printk("id=%llu %s name=\"%s\" tenant=\"%s\"", __entry->id,
		  __entry->running ? "running" : "expected", __entry->name,
		  __entry->tenant)
);

TRACE_EVENT(kvmshare_vm_gone,
	TP_PROTO(u64 id),
	TP_ARGS(id),
	TP_STRUCT__entry(
		__field(u64, id)
	),
	TP_fast_assign(
		__entry->id = id;
	),
	TP_printk("id=%llu", __entry->id)
);

#endif /* _KVMSHARE_CORE_TRACE_H */

#undef TRACE_INCLUDE_PATH
#define TRACE_INCLUDE_PATH .
#undef TRACE_INCLUDE_FILE
#define TRACE_INCLUDE_FILE trace
#include <trace/define_trace.h>
