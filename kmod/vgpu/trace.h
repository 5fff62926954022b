/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Tracepoints of kvmshare_vgpu: a client has work, a slice begins, it ends, a
 * slice ran over its budget, a job ran past its limit.  All are called under
 * the engine's lock.
 */
#undef TRACE_SYSTEM
#define TRACE_SYSTEM kvmshare

#if !defined(_KVMSHARE_VGPU_TRACE_H) || defined(TRACE_HEADER_MULTI_READ)
#define _KVMSHARE_VGPU_TRACE_H

#include <linux/tracepoint.h>

#include "objects.h"

TRACE_EVENT(kvmshare_vgpu_enqueue,
	TP_PROTO(const struct vgpu_client *client, u32 jobs),
	TP_ARGS(client, jobs),
	TP_STRUCT__entry(
		__array(char, engine, KVMSHARE_ENGINE_NAME_LEN)
		__field(u64, id)
		__field(u32, jobs)
	),
	TP_fast_assign(
		memcpy(__entry->engine, client->engine->name, KVMSHARE_ENGINE_NAME_LEN);
		__entry->id = client->id;
		__entry->jobs = jobs;
	),
	TP_printk("engine=%s vgpu=%llu jobs=%u", __entry->engine, __entry->id, __entry->jobs)
);

TRACE_EVENT(kvmshare_vgpu_dispatch,
	TP_PROTO(const struct vgpu_client *client, u64 budget_ns),
	TP_ARGS(client, budget_ns),
	TP_STRUCT__entry(
		__array(char, engine, KVMSHARE_ENGINE_NAME_LEN)
		__field(u64, id)
		__field(u64, budget_ns)
	),
	TP_fast_assign(
		memcpy(__entry->engine, client->engine->name, KVMSHARE_ENGINE_NAME_LEN);
		__entry->id = client->id;
		__entry->budget_ns = budget_ns;
	),
	TP_printk("engine=%s vgpu=%llu budget_ns=%llu",
		  __entry->engine, __entry->id, __entry->budget_ns)
);

TRACE_EVENT(kvmshare_vgpu_end,
	TP_PROTO(const struct vgpu_client *client, u64 run_ns, u64 budget_ns),
	TP_ARGS(client, run_ns, budget_ns),
	TP_STRUCT__entry(
		__array(char, engine, KVMSHARE_ENGINE_NAME_LEN)
		__field(u64, id)
		__field(u64, run_ns)
		__field(u64, budget_ns)
	),
	TP_fast_assign(
		memcpy(__entry->engine, client->engine->name, KVMSHARE_ENGINE_NAME_LEN);
		__entry->id = client->id;
		__entry->run_ns = run_ns;
		__entry->budget_ns = budget_ns;
	),
	TP_printk("engine=%s vgpu=%llu run_ns=%llu budget_ns=%llu",
		  __entry->engine, __entry->id, __entry->run_ns, __entry->budget_ns)
);

TRACE_EVENT(kvmshare_vgpu_overshoot,
	TP_PROTO(const struct vgpu_client *client, u64 overshoot_ns),
	TP_ARGS(client, overshoot_ns),
	TP_STRUCT__entry(
		__array(char, engine, KVMSHARE_ENGINE_NAME_LEN)
		__field(u64, id)
		__field(u64, overshoot_ns)
	),
	TP_fast_assign(
		memcpy(__entry->engine, client->engine->name, KVMSHARE_ENGINE_NAME_LEN);
		__entry->id = client->id;
		__entry->overshoot_ns = overshoot_ns;
	),
	TP_printk("engine=%s vgpu=%llu overshoot_ns=%llu",
		  __entry->engine, __entry->id, __entry->overshoot_ns)
);

TRACE_EVENT(kvmshare_vgpu_strike,
	TP_PROTO(const struct vgpu_client *client, u64 strikes, bool quarantined),
	TP_ARGS(client, strikes, quarantined),
	TP_STRUCT__entry(
		__array(char, engine, KVMSHARE_ENGINE_NAME_LEN)
		__field(u64, id)
		__field(u64, strikes)
		__field(bool, quarantined)
	),
	TP_fast_assign(
		memcpy(__entry->engine, client->engine->name, KVMSHARE_ENGINE_NAME_LEN);
		__entry->id = client->id;
		__entry->strikes = strikes;
		__entry->quarantined = quarantined;
	),
	TP_printk("engine=%s vgpu=%llu strikes=%llu quarantined=%d",
		  __entry->engine, __entry->id, __entry->strikes, __entry->quarantined)
);

#endif /* _KVMSHARE_VGPU_TRACE_H */

/* Where the tracepoint machinery finds this file: Kbuild adds its directory. */
#undef TRACE_INCLUDE_PATH
#define TRACE_INCLUDE_PATH .
#undef TRACE_INCLUDE_FILE
#define TRACE_INCLUDE_FILE trace
#include <trace/define_trace.h>
