// SPDX-License-Identifier: GPL-2.0
/*
 * What a user's clients, or those of a guest's device, leave behind on an engine when
 * they end: what they ran ahead of their due, and their strikes.  Without it a client
 * would be rid of its cap, its minimum's due, its overshoot and its quarantine by closing
 * its descriptor and opening the next.
 *
 * Debts do not get less while nobody of them is there; the next client begins with
 * them, and pays as one that sleeps does.  Only users whom an administrator allows
 * something, and the devices that there can be, have a tab, so there are not many.
 */
#include <linux/errno.h>
#include <linux/ktime.h>
#include <linux/slab.h>

#include "vgpu.h"

static bool is_of(const struct vgpu_tab *tab, u32 device, kuid_t uid)
{
	return tab->device == device && (device || uid_eq(tab->uid, uid));
}

static struct vgpu_tab *find(struct vgpu_engine *engine, u32 device, kuid_t uid)
{
	struct vgpu_tab *tab;

	lockdep_assert_held(&engine->lock);
	list_for_each_entry(tab, &engine->tabs, node) {
		if (is_of(tab, device, uid))
			return tab;
	}
	return NULL;
}

/**
 * vgpu_tab_open() - find one, or begin it
 * @engine: on which
 * @device: whose, by its slot; or 0
 * @uid: then whose
 *
 * Return: it, which stays as long as the engine does; or NULL without memory.
 */
struct vgpu_tab *vgpu_tab_open(struct vgpu_engine *engine, u32 device, kuid_t uid)
{
	struct vgpu_tab *new = kzalloc(sizeof(*new), GFP_KERNEL_ACCOUNT), *tab;

	if (!new)
		return NULL;
	new->device = device;
	new->uid = uid;
	spin_lock(&engine->lock);
	tab = find(engine, device, uid);
	if (!tab) {
		list_add(&new->node, &engine->tabs);
		swap(tab, new);
	}
	spin_unlock(&engine->lock);
	kfree(new);
	return tab;
}

/* Another device has that slot from now on. */
void vgpu_tab_forget(struct vgpu_engine *engine, u32 device)
{
	struct vgpu_tab *tab;

	spin_lock(&engine->lock);
	tab = find(engine, device, GLOBAL_ROOT_UID);
	if (tab) {
		tab->owes = (struct sched_debt) { 0 };
		tab->strikes = (struct strikes) { 0 };
	}
	spin_unlock(&engine->lock);
}

/* The engine's last reference has gone, and with it all clients. */
void vgpu_tabs_free(struct vgpu_engine *engine)
{
	struct vgpu_tab *tab, *next;

	list_for_each_entry_safe(tab, next, &engine->tabs, node)
		kfree(tab);
}

/* May another client come? The engine's lock is held. */
int vgpu_tab_check(const struct vgpu_engine *engine, const struct vgpu_tab *tab)
{
	lockdep_assert_held(&engine->lock);
	if (tab && strikes_over(&tab->strikes, ktime_get_ns(), READ_ONCE(engine->strikes),
				READ_ONCE(engine->strikes_window)))
		return -EACCES;
	return 0;
}

/* A client has come, which has the debts now. */
void vgpu_tab_take(struct vgpu_engine *engine, struct vgpu_client *client)
{
	lockdep_assert_held(&engine->lock);
	if (!client->tab)
		return;
	sched_owe(&engine->sched, &client->sched, &client->tab->owes, vgpu_time_now(engine));
	client->tab->owes = (struct sched_debt) { 0 };
}

/* A client goes; it does not have the engine. */
void vgpu_tab_leave(struct vgpu_engine *engine, struct vgpu_client *client)
{
	u64 now = vgpu_time_now(engine);
	struct sched_debt owes;

	lockdep_assert_held(&engine->lock);
	if (!client->tab)
		return;
	sched_sleep(&engine->sched, &client->sched, now);
	owes = sched_owes(&engine->sched, &client->sched, now);
	client->tab->owes.ahead += owes.ahead;
	client->tab->owes.promised += owes.promised;
}
