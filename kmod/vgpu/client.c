// SPDX-License-Identifier: GPL-2.0
/*
 * Those that share an engine: how they come, change and go.
 *
 * One that is made stands in the list first, so that its user's allowance is
 * taken before any memory is.  It ends at once, and is freed by a work once
 * nobody refers to it; it stays in the list until then, so that nobody has more
 * than is allowed by ending one and making the next.
 */
#include <linux/cred.h>
#include <linux/ctype.h>
#include <linux/errno.h>
#include <linux/mm.h>
#include <linux/pid.h>
#include <linux/sched.h>
#include <linux/slab.h>

#include "vgpu.h"

#define WEIGHT_DEFAULT	100
#define AVERAGING_DEFAULT	1

LIST_HEAD(vgpu_clients);

static struct workqueue_struct *free_wq, *wake_wq;
static u64 last_id;	/* vgpu_lock */

/* -- News ------------------------------------------------------------------- */

static void wake_users(struct work_struct *work)
{
	wake_up_all(&container_of(work, struct vgpu_client, wake)->wait);
}

/**
 * vgpu_client_wake() - whoever waits for it looks again, soon
 * @client: it, on its engine, under whose lock what they wait for has changed
 *
 * How long the waking takes is up to how often its users watch it: the engine's thread
 * does not wait for that.  All are woken, since one call may stand for many ends.
 */
void vgpu_client_wake(struct vgpu_client *client)
{
	if (wq_has_sleeper(&client->wait))
		queue_work(wake_wq, &client->wake);
}

/* -- The end ---------------------------------------------------------------- */

static void free_client(struct work_struct *work)
{
	struct vgpu_client *client = container_of(work, struct vgpu_client, free);

	cancel_work_sync(&client->wake);
	vgpu_memory_free(&client->memory);
	spin_lock(&vgpu_lock);
	list_del(&client->node);
	spin_unlock(&vgpu_lock);
	kobject_put(&client->engine->kobj);
	put_pid(client->pid);
	kvfree(client->queue.slots);
	kvfree(client->switches);
	kfree(client);
	vgpu_count(VGPU_COUNT_CLIENT, -1);
}

/* The last reference may be that of an engine's thread, which has others to serve. */
void vgpu_client_free(struct kobject *kobj)
{
	queue_work(free_wq, &to_vgpu_client(kobj)->free);
}

void vgpu_client_put(struct vgpu_client *client)
{
	kobject_put(&client->kobj);
}

/*
 * Take it off its engine, which it does not have, under that one's lock.
 * Returns whether the caller is to drop the engine's reference to it, then
 * without the lock.
 */
bool vgpu_client_leave(struct vgpu_client *client)
{
	struct vgpu_engine *engine = client->engine;

	lockdep_assert_held(&engine->lock);
	if (!client->joined)
		return false;
	client->joined = false;
	vgpu_jobs_fail(client, -ESHUTDOWN);
	vgpu_tab_leave(engine, client);
	sched_remove(&engine->sched, &client->sched, vgpu_time_now(engine));
	engine->clients--;
	return true;
}

/**
 * vgpu_client_end() - nothing of it runs any more
 * @client: it; may have ended
 *
 * Where it has the engine, the engine's thread takes it off. The caller does
 * not wait for that.
 */
void vgpu_client_end(struct vgpu_client *client)
{
	struct vgpu_engine *engine = client->engine;
	bool first, left = false;

	spin_lock(&engine->lock);
	first = !client->ending;
	WRITE_ONCE(client->ending, true);
	if (first && client->sched.state != SCHED_RUNNING)
		left = vgpu_client_leave(client);
	spin_unlock(&engine->lock);
	if (!first)
		return;
	wake_up_all(&client->wait);
	vgpu_sysfs_remove_client(client);
	if (left)
		vgpu_client_put(client);
}

static void owner_gone(struct kvmshare_owner *owner)
{
	vgpu_client_end(container_of(owner, struct vgpu_client, owner));
}

/* -- The beginning ---------------------------------------------------------- */

static int read_params(const struct kvmshare_vgpu_open *arg, struct sched_params *params)
{
	if (arg->minimum_percent > 100 || arg->cap_percent > 100)
		return -EINVAL;
	*params = (struct sched_params) {
		.weight = arg->weight ?: WEIGHT_DEFAULT,
		.minimum = arg->minimum_percent * VGPU_PERCENT,
		.cap = (arg->cap_percent ?: 100) * VGPU_PERCENT,
		.averaging = AVERAGING_DEFAULT,
		.slice = arg->slice_us ? arg->slice_us * SCHED_US : SCHED_SLICE_DEFAULT,
	};
	return sched_params_valid(params) ? 0 : -EINVAL;
}

static int alloc_tables(struct vgpu_client *client)
{
	client->queue.slots = kvcalloc(QUEUE_DEPTH, sizeof(*client->queue.slots),
				       GFP_KERNEL_ACCOUNT);
	client->switches = kvcalloc(KVMSHARE_VGPU_SWITCHES, sizeof(*client->switches),
				    GFP_KERNEL_ACCOUNT);
	if (client->queue.slots && client->switches)
		return 0;
	kvfree(client->queue.slots);
	kvfree(client->switches);
	return -ENOMEM;
}

/* In the list of clients, and with its user's consent; the engine's reference is the client's. */
static int enter(struct vgpu_client *client, struct vgpu_engine *engine)
{
	int rc;

	client->engine = engine;
	spin_lock(&vgpu_lock);
	rc = client->bounded ? vgpu_allow_check(client) : 0;
	if (!rc) {
		client->id = ++last_id;
		list_add_tail(&client->node, &vgpu_clients);
	}
	spin_unlock(&vgpu_lock);
	return rc;
}

/* A process may call itself anything; this is shown in sysfs and the log. */
static void get_name(char *comm)
{
	char *c;

	strscpy(comm, current->group_leader->comm, TASK_COMM_LEN);
	for (c = comm; *c; c++) {
		if (!isascii(*c) || !isprint(*c))
			*c = '?';
	}
}

static struct vgpu_client *new_client(const struct kvmshare_vgpu_open *arg,
				      const struct vgpu_device_name *device,
				      struct vgpu_engine *engine)
{
	struct vgpu_client *client;
	int rc;

	client = kzalloc(sizeof(*client), GFP_KERNEL_ACCOUNT);
	if (!client)
		return ERR_PTR(-ENOMEM);
	rc = read_params(arg, &client->wanted);
	if (rc)
		goto err_free;
	rc = alloc_tables(client);
	if (rc)
		goto err_free;
	client->bytes = arg->memory;
	client->uid = current_euid();
	/* Who made the device has said what it may have, whoever opens it. */
	if (device)
		client->device = *device;
	/* Who has it not is none to tell an auditor of. */
	client->bounded = !device && !ns_capable_noaudit(&init_user_ns, CAP_SYS_ADMIN);
	client->pid = get_pid(task_tgid(current));
	get_name(client->comm);
	mutex_init(&client->reading);
	init_waitqueue_head(&client->wait);
	INIT_WORK(&client->wake, wake_users);
	INIT_WORK(&client->free, free_client);
	rc = enter(client, engine);
	if (rc)
		goto err_tables;
	kobject_init(&client->kobj, &vgpu_client_ktype);
	vgpu_count(VGPU_COUNT_CLIENT, 1);
	return client;

err_tables:
	put_pid(client->pid);
	kvfree(client->queue.slots);
	kvfree(client->switches);
err_free:
	kfree(client);
	return ERR_PTR(rc);
}

/* The engine has a reference to it from now on. */
static int join(struct vgpu_client *client)
{
	struct vgpu_engine *engine = client->engine;
	int rc;

	spin_lock(&engine->lock);
	rc = engine->gone ? -ENODEV : vgpu_tab_check(engine, client->tab);
	if (!rc)
		rc = sched_add(&engine->sched, &client->sched, &client->wanted,
			       vgpu_time_now(engine)) ? 0 : -ENOSPC;
	if (!rc) {
		kobject_get(&client->kobj);
		client->joined = true;
		vgpu_tab_take(engine, client);
		engine->clients++;
	}
	spin_unlock(&engine->lock);
	return rc;
}

static int set_up(struct vgpu_client *client)
{
	int rc;

	if (client->bounded || client->device.slot) {
		client->tab = vgpu_tab_open(client->engine, client->device.slot, client->uid);
		if (!client->tab)
			return -ENOMEM;
	}
	rc = vgpu_memory_alloc(&client->memory, client->bytes, client->engine->numa_node);
	if (!rc)
		rc = join(client);
	if (!rc)
		rc = vgpu_sysfs_add_client(client);
	/* Last: its end may come from here on. */
	if (!rc)
		rc = kvmshare_owner_watch(&client->owner, client->pid, owner_gone);
	return rc;
}

/**
 * vgpu_client_create() - the calling process shares an engine
 * @arg: from it; strings and reserved fields are checked
 * @device: the guest's device that it is for, or NULL
 *
 * Return: the client, with a reference and a watched owner, both of which are
 * the caller's to end; or an ERR_PTR().
 */
struct vgpu_client *vgpu_client_create(const struct kvmshare_vgpu_open *arg,
				       const struct vgpu_device_name *device)
{
	struct vgpu_engine *engine;
	struct vgpu_client *client;
	int rc;

	if (arg->memory > KVMSHARE_VGPU_MEMORY_MAX || !PAGE_ALIGNED(arg->memory))
		return ERR_PTR(-EINVAL);
	engine = arg->engine[0] ? vgpu_engine_get(arg->engine) : vgpu_engine_get_idle();
	if (!engine)
		return ERR_PTR(-ENODEV);
	client = new_client(arg, device, engine);
	if (IS_ERR(client)) {
		kobject_put(&engine->kobj);
		return client;
	}
	rc = set_up(client);
	if (!rc)
		return client;
	vgpu_client_end(client);
	vgpu_client_put(client);
	return ERR_PTR(rc);
}

/* -- In between ------------------------------------------------------------- */

/* Returns it with a reference, or NULL. */
struct vgpu_client *vgpu_client_get(u64 id)
{
	struct vgpu_client *client, *found = NULL;

	spin_lock(&vgpu_lock);
	list_for_each_entry(client, &vgpu_clients, node) {
		if (client->id == id && !READ_ONCE(client->ending) &&
		    kobject_get_unless_zero(&client->kobj)) {
			found = client;
			break;
		}
	}
	spin_unlock(&vgpu_lock);
	return found;
}

bool vgpu_client_holds(struct pid *tgid)
{
	struct vgpu_client *client;
	bool holds = false;

	spin_lock(&vgpu_lock);
	list_for_each_entry(client, &vgpu_clients, node) {
		if (client->pid == tgid && !READ_ONCE(client->ending))
			holds = true;
	}
	spin_unlock(&vgpu_lock);
	return holds;
}

/**
 * vgpu_params_change() - what an administrator would have other
 * @params: that
 * @arg: flags are known
 *
 * Return: 0 or -EINVAL, with @params changed in part.
 */
int vgpu_params_change(struct sched_params *params, const struct kvmshare_vgpu_set *arg)
{
	if (arg->minimum_percent > 100 || arg->cap_percent > 100)
		return -EINVAL;
	if (arg->flags & KVMSHARE_VGPU_SET_WEIGHT)
		params->weight = arg->weight;
	if (arg->flags & KVMSHARE_VGPU_SET_MINIMUM)
		params->minimum = arg->minimum_percent * VGPU_PERCENT;
	if (arg->flags & KVMSHARE_VGPU_SET_CAP)
		params->cap = arg->cap_percent * VGPU_PERCENT;
	if (arg->flags & KVMSHARE_VGPU_SET_SLICE)
		params->slice = arg->slice_us * SCHED_US;
	if (arg->flags & KVMSHARE_VGPU_SET_AVERAGING)
		params->averaging = arg->averaging;
	return sched_params_valid(params) ? 0 : -EINVAL;
}

/* What it is forgiven, its user is. */
static void release(struct vgpu_client *client)
{
	client->quarantined = false;
	client->strikes = (struct strikes) { 0 };
	if (client->tab)
		client->tab->strikes = (struct strikes) { 0 };
}

/**
 * vgpu_client_set() - change how it shares its engine, from now on
 * @client: it
 * @arg: what is to change; flags are known
 *
 * Return: 0, or with nothing changed -EINVAL, -ENOSPC, -ENOENT.
 */
int vgpu_client_set(struct vgpu_client *client, const struct kvmshare_vgpu_set *arg)
{
	struct vgpu_engine *engine = client->engine;
	struct sched_params params;
	int rc = -ENOENT;

	spin_lock(&engine->lock);
	if (!client->joined)
		goto unlock;
	params = client->sched.params;
	rc = vgpu_params_change(&params, arg);
	if (rc)
		goto unlock;
	if (!sched_change(&engine->sched, &client->sched, &params, vgpu_time_now(engine))) {
		rc = -ENOSPC;
		goto unlock;
	}
	if (arg->flags & KVMSHARE_VGPU_SET_RELEASE)
		release(client);
	/* A cap that was raised may let it run before the engine would have looked. */
	vgpu_dispatch_kick(engine);
unlock:
	spin_unlock(&engine->lock);
	return rc;
}

int vgpu_client_init(void)
{
	free_wq = alloc_workqueue("kvmshare_vgpu_free", WQ_UNBOUND, 0);
	if (!free_wq)
		return -ENOMEM;
	wake_wq = alloc_workqueue("kvmshare_vgpu_wake", WQ_UNBOUND, 0);
	if (!wake_wq) {
		destroy_workqueue(free_wq);
		return -ENOMEM;
	}
	return 0;
}

/* Nobody refers to any of them; what is to be freed is. */
void vgpu_client_exit(void)
{
	/* Those that are freed see to what is left of their own wakes. */
	destroy_workqueue(free_wq);
	destroy_workqueue(wake_wq);
}
