// SPDX-License-Identifier: GPL-2.0
/*
 * The registry of engines: how they come and go.
 */
#include <linux/errno.h>
#include <linux/kthread.h>
#include <linux/ktime.h>
#include <linux/slab.h>
#include <linux/topology.h>

#include "vgpu.h"

#define ENGINES_MAX	64

DEFINE_SPINLOCK(vgpu_lock);

static LIST_HEAD(engines);	/* vgpu_lock */

static struct vgpu_engine *find(const char *name)
{
	struct vgpu_engine *engine;

	lockdep_assert_held(&vgpu_lock);
	list_for_each_entry(engine, &engines, node) {
		if (!strcmp(engine->name, name))
			return engine;
	}
	return NULL;
}

/* Its kind and the lowest number that is free. */
static int enter(struct vgpu_engine *engine)
{
	int number, rc = -ENOSPC;

	spin_lock(&vgpu_lock);
	for (number = 0; number < ENGINES_MAX && rc; number++) {
		snprintf(engine->name, sizeof(engine->name), "%s%d", engine->ops->kind, number);
		if (find(engine->name))
			continue;
		list_add_tail(&engine->node, &engines);
		rc = 0;
	}
	spin_unlock(&vgpu_lock);
	return rc;
}

static void take_out(struct vgpu_engine *engine)
{
	spin_lock(&vgpu_lock);
	list_del(&engine->node);
	spin_unlock(&vgpu_lock);
}

/* Of those that remove an engine one does it; nobody finds it any more. */
static bool hide(struct vgpu_engine *engine)
{
	bool first;

	spin_lock(&vgpu_lock);
	first = !engine->removed;
	engine->removed = true;
	spin_unlock(&vgpu_lock);
	return first;
}

static bool is_there(const struct vgpu_engine *engine)
{
	lockdep_assert_held(&vgpu_lock);
	return engine->thread && !engine->removed;
}

void vgpu_engine_free(struct kobject *kobj)
{
	struct vgpu_engine *engine = to_vgpu_engine(kobj);

	vgpu_tabs_free(engine);
	kfree(engine);
	vgpu_count(VGPU_COUNT_ENGINE, -1);
}

void vgpu_engine_put(struct vgpu_engine *engine)
{
	kobject_put(&engine->kobj);
}

static struct vgpu_engine *new_engine(const struct vgpu_engine_ops *ops, void *device, u64 bound,
				      int numa_node)
{
	struct vgpu_engine *engine = kzalloc(sizeof(*engine), GFP_KERNEL);
	u64 now = ktime_get_ns();

	if (!engine)
		return NULL;
	engine->ops = ops;
	engine->device = device;
	engine->bound = bound;
	engine->numa_node = numa_node;
	engine->job_limit = ops->job_limit;
	engine->strikes = STRIKES_DEFAULT;
	engine->strikes_window = STRIKES_WINDOW_DEFAULT;
	INIT_LIST_HEAD(&engine->tabs);
	init_waitqueue_head(&engine->wait);
	spin_lock_init(&engine->lock);
	sched_init(&engine->sched, &sched_fair, now);
	window_start(&engine->window, now);
	clock_start(&engine->clock, now);
	kobject_init(&engine->kobj, &vgpu_engine_ktype);
	vgpu_count(VGPU_COUNT_ENGINE, 1);
	return engine;
}

static int start_dispatch(struct vgpu_engine *engine)
{
	struct task_struct *thread;

	thread = kthread_create_on_node(vgpu_dispatch, engine, engine->numa_node,
					"kvmshare/%s", engine->name);
	if (IS_ERR(thread))
		return PTR_ERR(thread);
	if (engine->numa_node != NUMA_NO_NODE)
		set_cpus_allowed_ptr(thread, cpumask_of_node(engine->numa_node));
	spin_lock(&vgpu_lock);
	engine->thread = thread;
	/* Under the lock: once it is found, it may be removed, and the thread be gone. */
	wake_up_process(thread);
	spin_unlock(&vgpu_lock);
	return 0;
}

/**
 * vgpu_engine_add() - there is an engine more
 * @ops: its kind
 * @device: the kind's own, until it is removed
 * @bound: the kind's own
 * @numa_node: near which its clients' memory shall be, or NUMA_NO_NODE
 *
 * Return: it, with a reference that is the caller's; or an ERR_PTR().
 */
struct vgpu_engine *vgpu_engine_add(const struct vgpu_engine_ops *ops, void *device, u64 bound,
				    int numa_node)
{
	struct vgpu_engine *engine = new_engine(ops, device, bound, numa_node);
	int rc;

	if (!engine)
		return ERR_PTR(-ENOMEM);
	rc = enter(engine);
	if (rc)
		goto err_put;
	rc = vgpu_sysfs_add_engine(engine);
	if (rc)
		goto err_take_out;
	kobject_get(&engine->kobj);
	/* Last: nobody finds it before. */
	rc = start_dispatch(engine);
	if (rc)
		goto err_del;
	return engine;

err_del:
	kobject_put(&engine->kobj);
	kobject_del(&engine->kobj);
err_take_out:
	take_out(engine);
err_put:
	kobject_put(&engine->kobj);
	return ERR_PTR(rc);
}

/* None of them has the engine: its thread has stopped. */
static void fail_clients(struct vgpu_engine *engine)
{
	struct sched_client *sched;

	spin_lock(&engine->lock);
	for (sched = engine->sched.clients; sched; sched = sched->next) {
		struct vgpu_client *client = container_of(sched, struct vgpu_client, sched);

		sched_sleep(&engine->sched, sched, vgpu_time_now(engine));
		vgpu_jobs_fail(client, -ENODEV);
		vgpu_client_wake(client);
	}
	spin_unlock(&engine->lock);
}

/**
 * vgpu_engine_remove() - it is gone; its clients' jobs fail
 * @engine: it
 *
 * Return: 0, when nothing runs on it any more, or -ENODEV where another
 * removes it.
 */
int vgpu_engine_remove(struct vgpu_engine *engine)
{
	if (!hide(engine))
		return -ENODEV;
	spin_lock(&engine->lock);
	WRITE_ONCE(engine->gone, true);
	spin_unlock(&engine->lock);
	kthread_stop(engine->thread);
	fail_clients(engine);
	kobject_del(&engine->kobj);
	take_out(engine);
	kobject_put(&engine->kobj);
	return 0;
}

/* Returns it with a reference, or NULL. */
struct vgpu_engine *vgpu_engine_get(const char *name)
{
	struct vgpu_engine *engine;

	spin_lock(&vgpu_lock);
	engine = find(name);
	if (engine && !is_there(engine))
		engine = NULL;
	if (engine)
		kobject_get(&engine->kobj);
	spin_unlock(&vgpu_lock);
	return engine;
}

/* The one that stops at the end of a slice and has the fewest clients, with a reference; or NULL. */
struct vgpu_engine *vgpu_engine_get_idle(void)
{
	struct vgpu_engine *engine, *best = NULL;

	spin_lock(&vgpu_lock);
	list_for_each_entry(engine, &engines, node) {
		if (!engine->ops->preemptible || !is_there(engine))
			continue;
		if (!best || READ_ONCE(engine->clients) < READ_ONCE(best->clients))
			best = engine;
	}
	if (best)
		kobject_get(&best->kobj);
	spin_unlock(&vgpu_lock);
	return best;
}

/* All engines of a kind. */
void vgpu_engine_remove_kind(const struct vgpu_engine_ops *ops)
{
	struct vgpu_engine *engine, *found;

	do {
		found = NULL;
		spin_lock(&vgpu_lock);
		list_for_each_entry(engine, &engines, node) {
			if (engine->ops == ops && is_there(engine))
				found = engine;
		}
		if (found)
			kobject_get(&found->kobj);
		spin_unlock(&vgpu_lock);
		if (found) {
			vgpu_engine_remove(found);
			kobject_put(&found->kobj);
		}
	} while (found);
}

/* A guest's device is gone, and another has its slot: what that owed is no debt of this one. */
void vgpu_engines_forget(u32 device)
{
	struct vgpu_engine *engine;

	spin_lock(&vgpu_lock);
	list_for_each_entry(engine, &engines, node)
		vgpu_tab_forget(engine, device);
	spin_unlock(&vgpu_lock);
}
