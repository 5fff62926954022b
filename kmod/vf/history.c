// SPDX-License-Identifier: GPL-2.0
/*
 * What became of past leases: a ring of records, one for each use of a VF that
 * is over.
 */
#include <linux/mm.h>
#include <linux/pid.h>
#include <linux/slab.h>
#include <linux/uaccess.h>

#include "vf.h"

/* Both under vf_lock; record n is in slot n % KVMSHARE_MAX_RECORDS. */
static struct kvmshare_vf_record *records;
static u64 last_seq;

static u64 span(ktime_t from, ktime_t to)
{
	return from && ktime_after(to, from) ? ktime_to_ns(ktime_sub(to, from)) : 0;
}

/* The use of a VF by its lease is over, and @vf->state is what came of it. */
void vf_history_add(const struct vf_dev *vf)
{
	const struct vf_lease *lease = vf->lease;
	struct kvmshare_vf_record *record;
	ktime_t now = ktime_get();
	ktime_t taken = vf->times.taken ? vf->times.taken : now;

	lockdep_assert_held(&vf_lock);
	record = &records[++last_seq % KVMSHARE_MAX_RECORDS];
	*record = (struct kvmshare_vf_record){
		.seq = last_seq,
		.lease = lease->id,
		.generation = vf->facts.generation,
		.began_ns = ktime_to_ns(vf->times.began),
		.leased_ns = span(vf->times.leased, vf->times.ended),
		.held_ns = span(vf->times.ended, taken),
		.return_ns = span(taken, now),
		.bdf = vf->facts.bdf,
		.pf = vf->facts.pf,
		.pid = pid_nr(lease->pid),
		.uid = lease->uid,
		.reset = vf->reset,
		.state = vf->state,
		.end = lease->end,
	};
	strscpy(record->comm, lease->comm, sizeof(record->comm));
	strscpy(record->tenant, lease->tenant, sizeof(record->tenant));
}

static u32 collect(const struct kvmshare_vf_history *arg, struct kvmshare_vf_record *out)
{
	u64 seq = last_seq > KVMSHARE_MAX_RECORDS ? last_seq - KVMSHARE_MAX_RECORDS : 0;
	const struct kvmshare_vf_record *record;
	u32 n = 0;

	lockdep_assert_held(&vf_lock);
	if (arg->after >= last_seq)
		return 0;
	for (seq = max(seq, arg->after) + 1; seq <= last_seq && n < arg->count; seq++) {
		record = &records[seq % KVMSHARE_MAX_RECORDS];
		if (arg->vf == KVMSHARE_BDF_ANY || arg->vf == record->bdf)
			out[n++] = *record;
	}
	return n;
}

/* Serve KVMSHARE_VF_HISTORY; @arg is well formed, its count becomes the answer. */
int vf_history_read(struct kvmshare_vf_history *arg)
{
	struct kvmshare_vf_record *out;
	int rc = 0;
	u32 n;

	out = kvmalloc_array(arg->count, sizeof(*out), GFP_KERNEL);
	if (!out)
		return -ENOMEM;
	spin_lock(&vf_lock);
	n = collect(arg, out);
	spin_unlock(&vf_lock);

	if (copy_to_user(u64_to_user_ptr(arg->records), out, n * sizeof(*out)))
		rc = -EFAULT;
	arg->count = n;
	kvfree(out);
	return rc;
}

int vf_history_init(void)
{
	records = kvcalloc(KVMSHARE_MAX_RECORDS, sizeof(*records), GFP_KERNEL);
	return records ? 0 : -ENOMEM;
}

void vf_history_exit(void)
{
	kvfree(records);
}
