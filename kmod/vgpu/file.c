// SPDX-License-Identifier: GPL-2.0
/*
 * /dev/kvmshare-vgpu: a descriptor becomes a client.
 *
 * It can be passed on and inherited; who has it may use it, and it means
 * nothing any more once the process that made the client is gone.
 */
#include <linux/fs.h>
#include <linux/miscdevice.h>
#include <linux/mm.h>
#include <linux/mutex.h>
#include <linux/poll.h>
#include <linux/slab.h>
#include <linux/string.h>
#include <linux/uaccess.h>

#include "vgpu.h"

/**
 * struct vgpu_file - a descriptor
 * @lock: one call makes the client
 * @client: it, once it is whole; never changes after that
 */
struct vgpu_file {
	struct mutex lock;
	struct vgpu_client *client;
};

static struct vgpu_client *client_of(struct file *file)
{
	struct vgpu_file *own = file->private_data;

	/* Pairs with the release in make_client(). */
	return smp_load_acquire(&own->client);
}

/* -- Its calls -------------------------------------------------------------- */

static int make_client(struct vgpu_file *own, struct kvmshare_vgpu_open *arg)
{
	struct vgpu_client *client;

	lockdep_assert_held(&own->lock);
	if (own->client)
		return -EBUSY;
	client = vgpu_client_create(arg, NULL);
	if (IS_ERR(client))
		return PTR_ERR(client);
	arg->id = client->id;
	strscpy_pad(arg->engine, client->engine->name, sizeof(arg->engine));
	/* Who sees it sees all of it. */
	smp_store_release(&own->client, client);
	return 0;
}

static long do_open(struct file *file, void __user *to)
{
	struct vgpu_file *own = file->private_data;
	struct kvmshare_vgpu_open arg;
	int rc;

	rc = kvmshare_ctl_get(&arg, sizeof(arg), to);
	if (rc)
		return rc;
	if (arg.flags || arg.id)
		return -EINVAL;
	if (arg.engine[0] && kvmshare_ctl_check_text(arg.engine, sizeof(arg.engine)))
		return -EINVAL;
	if (mutex_lock_killable(&own->lock))
		return -EINTR;
	rc = make_client(own, &arg);
	mutex_unlock(&own->lock);
	/* It is there, whether its number can be told or not: close() ends it. */
	return rc ?: kvmshare_ctl_put(to, &arg, sizeof(arg));
}

/* The uapi's jobs are the engines', field by field. */
static void read_job(struct job *job, const struct kvmshare_job *from)
{
	*job = (struct job) {
		.type = from->type,
		.repeat = from->repeat,
		.cookie = from->cookie,
		.dst = from->dst,
		.a = from->a,
		.b = from->b,
		.count = from->count,
		.rows = from->rows,
		.cols = from->cols,
		.value = from->value,
	};
}

static bool is_fit(const struct vgpu_client *client, const struct job *job)
{
	const struct vgpu_engine *engine = client->engine;

	if (!job_check(job, engine->ops->types, client->bytes))
		return false;
	return !engine->ops->check || engine->ops->check(engine, job);
}

static int read_jobs(const struct vgpu_client *client, const struct kvmshare_vgpu_submit *arg,
		     struct job *jobs)
{
	const struct kvmshare_job __user *from = u64_to_user_ptr(arg->jobs);
	struct kvmshare_job job;
	u32 i;

	for (i = 0; i < arg->count; i++) {
		if (copy_from_user(&job, &from[i], sizeof(job)))
			return -EFAULT;
		read_job(&jobs[i], &job);
		if (!is_fit(client, &jobs[i]))
			return -EINVAL;
	}
	return 0;
}

static long do_submit(struct vgpu_client *client, void __user *to)
{
	const struct place_of_job place = { .memory = client->memory.at };
	struct kvmshare_vgpu_submit arg;
	struct job *jobs;
	int rc;

	rc = kvmshare_ctl_get(&arg, sizeof(arg), to);
	if (rc)
		return rc;
	if (arg.flags || arg.reserved || arg.fence || !arg.count ||
	    arg.count > KVMSHARE_VGPU_SUBMIT_MAX)
		return -EINVAL;
	jobs = kcalloc(arg.count, sizeof(*jobs), GFP_KERNEL_ACCOUNT);
	if (!jobs)
		return -ENOMEM;
	rc = read_jobs(client, &arg, jobs);
	if (!rc)
		rc = vgpu_jobs_submit(client, jobs, &place, arg.count, &arg.fence);
	kfree(jobs);
	if (rc < 0)
		return rc;
	arg.count = rc;
	return kvmshare_ctl_put(to, &arg, sizeof(arg));
}

static long vgpu_ioctl(struct file *file, unsigned int cmd, unsigned long arg)
{
	struct vgpu_client *client = client_of(file);
	void __user *to = (void __user *)arg;

	if (_IOC_TYPE(cmd) != KVMSHARE_IOC)
		return -ENOTTY;
	switch (_IOC_NR(cmd)) {
	case _IOC_NR(KVMSHARE_VGPU_OPEN):
		return do_open(file, to);
	case _IOC_NR(KVMSHARE_VGPU_SUBMIT):
		return client ? do_submit(client, to) : -ENOTCONN;
	default:
		return -ENOTTY;
	}
}

static ssize_t vgpu_read(struct file *file, char __user *to, size_t len, loff_t *at)
{
	struct vgpu_client *client = client_of(file);

	if (!client)
		return -ENOTCONN;
	return vgpu_jobs_read(client, to, len, !(file->f_flags & O_NONBLOCK));
}

static __poll_t vgpu_poll(struct file *file, poll_table *table)
{
	struct vgpu_client *client = client_of(file);
	__poll_t mask = 0;

	if (!client)
		return EPOLLERR;
	poll_wait(file, &client->wait, table);
	spin_lock(&client->engine->lock);
	if (queue_ended(&client->queue))
		mask |= EPOLLIN | EPOLLRDNORM;
	if (queue_room(&client->queue))
		mask |= EPOLLOUT | EPOLLWRNORM;
	if (client->quarantined)
		mask |= EPOLLERR;
	if (client->ending || client->engine->gone)
		mask |= EPOLLHUP;
	spin_unlock(&client->engine->lock);
	return mask;
}

static int vgpu_mmap(struct file *file, struct vm_area_struct *vma)
{
	struct vgpu_client *client = client_of(file);

	if (!client)
		return -ENOTCONN;
	if (READ_ONCE(client->ending))
		return -ESHUTDOWN;
	return vgpu_memory_map(&client->memory, vma);
}

/* -- The device ------------------------------------------------------------- */

static int vgpu_open(struct inode *inode, struct file *file)
{
	struct vgpu_file *own = kzalloc(sizeof(*own), GFP_KERNEL_ACCOUNT);

	if (!own)
		return -ENOMEM;
	mutex_init(&own->lock);
	file->private_data = own;
	return nonseekable_open(inode, file);
}

static int vgpu_release(struct inode *inode, struct file *file)
{
	struct vgpu_file *own = file->private_data;
	struct vgpu_client *client = own->client;

	if (client) {
		vgpu_client_end(client);
		kvmshare_owner_unwatch(&client->owner);
		vgpu_client_put(client);
	}
	mutex_destroy(&own->lock);
	kfree(own);
	return 0;
}

static const struct file_operations vgpu_fops = {
	.owner = THIS_MODULE,
	.open = vgpu_open,
	.release = vgpu_release,
	.unlocked_ioctl = vgpu_ioctl,
	.compat_ioctl = compat_ptr_ioctl,
	.read = vgpu_read,
	.poll = vgpu_poll,
	.mmap = vgpu_mmap,
};

/* What a user may have is asked for at each call: see allow.c. */
static struct miscdevice vgpu_dev = {
	.minor = MISC_DYNAMIC_MINOR,
	.name = "kvmshare-vgpu",
	.fops = &vgpu_fops,
	.mode = 0666,
};

int vgpu_file_init(void)
{
	return misc_register(&vgpu_dev);
}

void vgpu_file_exit(void)
{
	misc_deregister(&vgpu_dev);
}
