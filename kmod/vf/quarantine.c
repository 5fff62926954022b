// SPDX-License-Identifier: GPL-2.0
/*
 * What an administrator or the service says of a VF that no lease has: set
 * aside, taken back, cleaned.
 */
#include "vf.h"

static int set_aside(struct vf_dev *vf, const char *reason)
{
	int rc = vf_pool_event(vf, VF_EV_QUARANTINE, VF_WHY_ADMIN);

	if (!rc && *reason)
		strscpy(vf->reason, reason, sizeof(vf->reason));
	return rc;
}

static int change(struct vf_dev *vf, const struct kvmshare_vf_quarantine *arg)
{
	int rc;

	lockdep_assert_held(&vf_lock);
	if (arg->flags & KVMSHARE_QUARANTINE_END)
		rc = vf_pool_event(vf, VF_EV_QUARANTINE_END, VF_WHY_NONE);
	else
		rc = set_aside(vf, arg->reason);
	vf_pool_queue(vf, 0);
	return rc;
}

static struct vf_dev *find_index(const struct vf_pf *pf, u32 index)
{
	struct vf_dev *vf;

	for (vf = vf_pool_next(pf, NULL); vf; vf = vf_pool_next(pf, vf)) {
		if (vf->facts.index == index && !vf->removed)
			return vf;
	}
	return NULL;
}

/* The VF of a number, which may come to the bus only later. */
static int change_index(const struct kvmshare_vf_quarantine *arg)
{
	struct vf_pf *pf = vf_pool_find_pf(arg->vf);
	struct vf_dev *vf;

	lockdep_assert_held(&vf_lock);
	if (!pf || pf->leaving)
		return -ENOENT;
	vf = find_index(pf, arg->index);
	if (vf)
		return change(vf, arg);
	if (arg->flags & KVMSHARE_QUARANTINE_END)
		__clear_bit(arg->index, pf->aside);
	else
		__set_bit(arg->index, pf->aside);
	return 0;
}

/*
 * Serve KVMSHARE_VF_QUARANTINE; @arg is well formed.  The VF's work writes it
 * into the driver override, or resets what is taken back.
 */
int vf_quarantine_set(const struct kvmshare_vf_quarantine *arg)
{
	struct vf_dev *vf;
	int rc;

	spin_lock(&vf_lock);
	if (arg->flags & KVMSHARE_QUARANTINE_INDEX) {
		rc = change_index(arg);
	} else {
		vf = vf_pool_find(arg->vf);
		rc = vf ? change(vf, arg) : -ENOENT;
	}
	spin_unlock(&vf_lock);
	return rc;
}

/* Serve KVMSHARE_VF_CLEANED; @arg is well formed. */
int vf_quarantine_cleaned(const struct kvmshare_vf_cleaned *arg)
{
	struct vf_dev *vf;
	int rc = -ENOENT;

	spin_lock(&vf_lock);
	vf = vf_pool_find(arg->vf);
	if (vf && vf->facts.generation != arg->generation)
		rc = -EBUSY;
	else if (vf)
		rc = vf_pool_event(vf, VF_EV_CLEANED, VF_WHY_NONE);
	spin_unlock(&vf_lock);
	return rc;
}
