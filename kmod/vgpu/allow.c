// SPDX-License-Identifier: GPL-2.0
/*
 * What an administrator lets a user have of the engines.  Who is not told of
 * may have nothing; an administrator may have all.
 */
#include <linux/errno.h>
#include <linux/slab.h>
#include <linux/user_namespace.h>

#include "vgpu.h"

/**
 * struct allowance - of a user
 * @node: in the list
 * @uid: the user
 * @most: what it may have
 */
struct allowance {
	struct list_head node;
	kuid_t uid;
	struct kvmshare_vgpu_allow most;
};

static LIST_HEAD(allowances);	/* vgpu_lock */

static struct allowance *find(kuid_t uid)
{
	struct allowance *allowance;

	lockdep_assert_held(&vgpu_lock);
	list_for_each_entry(allowance, &allowances, node) {
		if (uid_eq(allowance->uid, uid))
			return allowance;
	}
	return NULL;
}

static bool is_valid(const struct kvmshare_vgpu_allow *arg)
{
	return arg->clients && arg->weight >= 1 && arg->weight <= LEVEL_WEIGHT_MAX &&
	       arg->minimum_percent <= 100 && arg->cap_percent >= 1 && arg->cap_percent <= 100;
}

/* Put @new in the place of what is there of that user, which is returned, or NULL. */
static struct allowance *exchange(kuid_t uid, struct allowance *new)
{
	struct allowance *old;

	spin_lock(&vgpu_lock);
	old = find(uid);
	if (old)
		list_del(&old->node);
	if (new)
		list_add(&new->node, &allowances);
	spin_unlock(&vgpu_lock);
	return old;
}

/**
 * vgpu_allow_set() - bound a user from now on; what it has stays
 * @arg: flags and reserved fields are checked
 *
 * Return: 0, -EINVAL, -ENOMEM, or -ENOENT where there is nothing to take back.
 */
int vgpu_allow_set(const struct kvmshare_vgpu_allow *arg)
{
	kuid_t uid = make_kuid(&init_user_ns, arg->uid);
	bool none = arg->flags & KVMSHARE_ALLOW_NONE;
	struct allowance *new = NULL, *old;

	if (!uid_valid(uid) || (!none && !is_valid(arg)))
		return -EINVAL;
	if (!none) {
		new = kzalloc(sizeof(*new), GFP_KERNEL);
		if (!new)
			return -ENOMEM;
		new->uid = uid;
		new->most = *arg;
	}
	old = exchange(uid, new);
	kfree(old);
	return none && !old ? -ENOENT : 0;
}

/* What a user has already. */
struct use {
	u32 clients;
	u32 minimum;
	u64 bytes;
};

static struct use use_of(kuid_t uid, const struct vgpu_engine *engine)
{
	struct vgpu_client *client;
	struct use use = { 0 };

	list_for_each_entry(client, &vgpu_clients, node) {
		if (!uid_eq(client->uid, uid))
			continue;
		use.clients++;
		use.bytes += client->bytes;
		if (client->engine == engine)
			use.minimum += client->wanted.minimum;
	}
	return use;
}

/**
 * vgpu_allow_check() - may this one come?
 * @client: not in the list yet; vgpu_lock is held
 *
 * Return: 0 or -EDQUOT.
 */
int vgpu_allow_check(const struct vgpu_client *client)
{
	const struct allowance *allowance = find(client->uid);
	const struct sched_params *wanted = &client->wanted;
	const struct kvmshare_vgpu_allow *most;
	struct use use;

	if (!allowance)
		return -EDQUOT;
	most = &allowance->most;
	use = use_of(client->uid, client->engine);
	if (use.clients >= most->clients ||
	    use.bytes + client->bytes > most->memory ||
	    use.minimum + wanted->minimum > most->minimum_percent * VGPU_PERCENT ||
	    wanted->weight > most->weight ||
	    wanted->cap > most->cap_percent * VGPU_PERCENT)
		return -EDQUOT;
	return 0;
}

void vgpu_allow_exit(void)
{
	struct allowance *allowance, *next;

	list_for_each_entry_safe(allowance, next, &allowances, node)
		kfree(allowance);
	INIT_LIST_HEAD(&allowances);
}
