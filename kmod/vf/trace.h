/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Tracepoints of kvmshare_vf: a lease given, a lease ended, a VF's change of
 * state.  All are called under vf_lock.
 */
#undef TRACE_SYSTEM
#define TRACE_SYSTEM kvmshare

#if !defined(_KVMSHARE_VF_TRACE_H) || defined(TRACE_HEADER_MULTI_READ)
#define _KVMSHARE_VF_TRACE_H

#include <linux/tracepoint.h>

#include "objects.h"

TRACE_EVENT(kvmshare_vf_lease,
	TP_PROTO(const struct vf_lease *lease),
	TP_ARGS(lease),
	TP_STRUCT__entry(
		__field(u64, id)
		__field(u32, uid)
		__field(u32, vfs)
		__array(char, tenant, KVMSHARE_NAME_LEN)
	),
	TP_fast_assign(
		__entry->id = lease->id;
		__entry->uid = lease->uid;
		__entry->vfs = lease->nr;
		memcpy(__entry->tenant, lease->tenant, KVMSHARE_NAME_LEN);
	),
	TP_printk("lease=%llu vfs=%u uid=%u tenant=%s",
		  __entry->id, __entry->vfs, __entry->uid, __entry->tenant)
);

TRACE_EVENT(kvmshare_vf_release,
	TP_PROTO(const struct vf_lease *lease, enum kvmshare_lease_end end),
	TP_ARGS(lease, end),
	TP_STRUCT__entry(
		__field(u64, id)
		__field(u32, end)
		__field(u64, lasted_ns)
	),
	TP_fast_assign(
		__entry->id = lease->id;
		__entry->end = end;
		__entry->lasted_ns = ktime_to_ns(ktime_sub(ktime_get(), lease->since));
	),
	TP_printk("lease=%llu end=%u lasted_ns=%llu",
		  __entry->id, __entry->end, __entry->lasted_ns)
);

TRACE_EVENT(kvmshare_vf_state,
	TP_PROTO(const struct vf_dev *vf, enum vf_state state),
	TP_ARGS(vf, state),
	TP_STRUCT__entry(
		__field(u32, bdf)
		__field(u32, from)
		__field(u32, to)
		__field(u64, generation)
		__field(u64, lease)
	),
	TP_fast_assign(
		__entry->bdf = vf->facts.bdf;
		__entry->from = vf->state;
		__entry->to = state;
		__entry->generation = vf->facts.generation;
		__entry->lease = vf->lease ? vf->lease->id : 0;
	),
	TP_printk("vf=%04x:%02x:%02x.%u from=%u to=%u generation=%llu lease=%llu",
		  __entry->bdf >> 16, (__entry->bdf >> 8) & 0xff,
		  (__entry->bdf >> 3) & 0x1f, __entry->bdf & 7,
		  __entry->from, __entry->to, __entry->generation, __entry->lease)
);

#endif /* _KVMSHARE_VF_TRACE_H */

/* Where the tracepoint machinery finds this file: Kbuild adds its directory. */
#undef TRACE_INCLUDE_PATH
#define TRACE_INCLUDE_PATH .
#undef TRACE_INCLUDE_FILE
#define TRACE_INCLUDE_FILE trace
#include <trace/define_trace.h>
