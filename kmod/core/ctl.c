// SPDX-License-Identifier: GPL-2.0
/*
 * /dev/kvmshare: who serves which calls, and how their structs are read.
 *
 * Opening the device is what its mode and group allow. What changes anything
 * for others asks for CAP_SYS_ADMIN in the initial namespace at each call.
 */
#include <linux/fs.h>
#include <linux/miscdevice.h>
#include <linux/mm.h>
#include <linux/module.h>
#include <linux/spinlock.h>
#include <linux/uaccess.h>
#include "core.h"
#include "text.h"

#define MAX_SERVERS	8

/* The least that a call's struct has: its size and its flags. */
#define MIN_SIZE	(2 * sizeof(u32))

struct server {
	const struct kvmshare_ctl_ops *ops;
	unsigned int users;	/* calls that are in it */
};

/* Protects @servers; innermost. */
static DEFINE_SPINLOCK(servers_lock);
static struct server servers[MAX_SERVERS];
static DECLARE_WAIT_QUEUE_HEAD(idle);

/* -- Servers --------------------------------------------------------------- */

static struct server *enter(struct server *server)
{
	lockdep_assert_held(&servers_lock);
	if (!server->ops || !try_module_get(server->ops->owner))
		return NULL;
	server->users++;
	return server;
}

static struct server *enter_by_nr(unsigned int nr)
{
	struct server *found = NULL;
	int i;

	spin_lock(&servers_lock);
	for (i = 0; i < MAX_SERVERS && !found; i++) {
		if (servers[i].ops && nr >= servers[i].ops->first &&
		    nr <= servers[i].ops->last)
			found = enter(&servers[i]);
	}
	spin_unlock(&servers_lock);
	return found;
}

static struct server *enter_by_index(int i)
{
	struct server *found;

	spin_lock(&servers_lock);
	found = enter(&servers[i]);
	spin_unlock(&servers_lock);
	return found;
}

/* Pairs with enter(). */
static void leave(struct server *server)
{
	struct module *owner = server->ops->owner;

	spin_lock(&servers_lock);
	if (!--server->users)
		wake_up_all(&idle);
	spin_unlock(&servers_lock);
	module_put(owner);
}

int kvmshare_ctl_register(const struct kvmshare_ctl_ops *ops)
{
	int i, free = -1;

	spin_lock(&servers_lock);
	for (i = 0; i < MAX_SERVERS; i++) {
		if (!servers[i].ops && !servers[i].users)
			free = i;
	}
	if (free >= 0)
		servers[free].ops = ops;
	spin_unlock(&servers_lock);
	return free < 0 ? -ENOSPC : 0;
}
EXPORT_SYMBOL_GPL(kvmshare_ctl_register);

static bool is_idle(struct server *server)
{
	bool ret;

	spin_lock(&servers_lock);
	ret = !server->users;
	if (ret)
		server->ops = NULL;
	spin_unlock(&servers_lock);
	return ret;
}

void kvmshare_ctl_unregister(const struct kvmshare_ctl_ops *ops)
{
	int i;

	for (i = 0; i < MAX_SERVERS; i++) {
		if (READ_ONCE(servers[i].ops) == ops)
			wait_event(idle, is_idle(&servers[i]));
	}
}
EXPORT_SYMBOL_GPL(kvmshare_ctl_unregister);

/* Does the process hold anything of any module? */
bool kvmshare_ctl_holds(struct pid *tgid)
{
	struct server *server;
	bool holds = false;
	int i;

	for (i = 0; i < MAX_SERVERS && !holds; i++) {
		server = enter_by_index(i);
		if (!server)
			continue;
		holds = server->ops->holds && server->ops->holds(tgid);
		leave(server);
	}
	return holds;
}

static u64 modules_loaded(void)
{
	u64 modules = 0;
	int i;

	spin_lock(&servers_lock);
	for (i = 0; i < MAX_SERVERS; i++)
		modules |= servers[i].ops ? servers[i].ops->module : 0;
	spin_unlock(&servers_lock);
	return modules;
}

/* -- A call's struct ------------------------------------------------------- */

/**
 * kvmshare_ctl_get() - read a call's struct
 * @dst: where to; what the caller's does not have is zero
 * @ksize: how long it is here; its first field is the u32 size
 * @arg: where from
 *
 * Return: 0, with the caller's size in the size field; -EINVAL, -E2BIG,
 * -EFAULT.
 */
int kvmshare_ctl_get(void *dst, size_t ksize, const void __user *arg)
{
	u32 size;
	int err;

	if (get_user(size, (const u32 __user *)arg))
		return -EFAULT;
	if (size < MIN_SIZE)
		return -EINVAL;
	if (size > PAGE_SIZE)
		return -E2BIG;
	err = copy_struct_from_user(dst, ksize, arg, size);
	if (err)
		return err;
	/* The caller may have written another since it was looked at. */
	*(u32 *)dst = size;
	return 0;
}
EXPORT_SYMBOL_GPL(kvmshare_ctl_get);

/**
 * kvmshare_ctl_put() - give a call's struct back
 * @arg: where to
 * @src: as kvmshare_ctl_get() read it, and then filled in
 * @ksize: how long it is here
 */
int kvmshare_ctl_put(void __user *arg, const void *src, size_t ksize)
{
	size_t usize = *(const u32 *)src;

	return copy_to_user(arg, src, min(ksize, usize)) ? -EFAULT : 0;
}
EXPORT_SYMBOL_GPL(kvmshare_ctl_put);

int kvmshare_ctl_check_text(const char *text, size_t len)
{
	return kvmshare_text_valid(text, len) ? 0 : -EINVAL;
}
EXPORT_SYMBOL_GPL(kvmshare_ctl_check_text);

/* -- The core's own calls -------------------------------------------------- */

static long do_version(void __user *arg)
{
	struct kvmshare_version version;
	int err;

	err = kvmshare_ctl_get(&version, sizeof(version), arg);
	if (err)
		return err;
	if (version.flags || version.reserved)
		return -EINVAL;
	version.uapi = KVMSHARE_UAPI_VERSION;
	version.modules = modules_loaded();
	strscpy_pad(version.release, KVMSHARE_RELEASE, sizeof(version.release));
	return kvmshare_ctl_put(arg, &version, sizeof(version));
}

static long core_ioctl(unsigned int nr, void __user *arg)
{
	switch (nr) {
	case _IOC_NR(KVMSHARE_VERSION):
		return do_version(arg);
	case _IOC_NR(KVMSHARE_VM_ATTACH):
		return kvmshare_vm_ctl_attach(arg);
	case _IOC_NR(KVMSHARE_VM_SET):
		return kvmshare_vm_ctl_set(arg);
	case _IOC_NR(KVMSHARE_EVENTS):
		return kvmshare_events_open(arg);
	default:
		return -ENOTTY;
	}
}

static const struct kvmshare_ctl_ops core_ops = {
	.owner = THIS_MODULE,
	.first = 0,
	.last = KVMSHARE_IOC_VF_FIRST - 1,
	.module = KVMSHARE_MODULE_CORE,
	.ioctl = core_ioctl,
};

/* -- The device ------------------------------------------------------------ */

static long ctl_ioctl(struct file *file, unsigned int cmd, unsigned long arg)
{
	struct server *server;
	long ret;

	if (_IOC_TYPE(cmd) != KVMSHARE_IOC)
		return -ENOTTY;
	server = enter_by_nr(_IOC_NR(cmd));
	if (!server)
		return -ENOTTY;
	ret = server->ops->ioctl(_IOC_NR(cmd), (void __user *)arg);
	leave(server);
	return ret;
}

static const struct file_operations ctl_fops = {
	.owner = THIS_MODULE,
	.unlocked_ioctl = ctl_ioctl,
	.compat_ioctl = compat_ptr_ioctl,
	.llseek = noop_llseek,
};

static struct miscdevice ctl_dev = {
	.minor = MISC_DYNAMIC_MINOR,
	.name = "kvmshare",
	.fops = &ctl_fops,
	.mode = 0660,
};

int kvmshare_ctl_init(void)
{
	int err;

	err = kvmshare_ctl_register(&core_ops);
	if (err)
		return err;
	err = misc_register(&ctl_dev);
	if (err)
		kvmshare_ctl_unregister(&core_ops);
	return err;
}

void kvmshare_ctl_exit(void)
{
	misc_deregister(&ctl_dev);
	kvmshare_ctl_unregister(&core_ops);
}
