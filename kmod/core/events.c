// SPDX-License-Identifier: GPL-2.0
/*
 * The event stream: each reader has a bounded ring of its own, so that a slow
 * one loses its own events, is told how many, and holds nobody up.
 */
#include <linux/anon_inodes.h>
#include <linux/capability.h>
#include <linux/file.h>
#include <linux/fs.h>
#include <linux/list.h>
#include <linux/module.h>
#include <linux/mutex.h>
#include <linux/poll.h>
#include <linux/slab.h>
#include <linux/spinlock.h>
#include <linux/timekeeping.h>
#include <linux/uaccess.h>
#include "core.h"
#include "evring.h"

#define RING_SIZE	1024

/* Who may open the device has so many; an administrator always gets one more. */
#define MAX_READERS	64
#define MAX_READERS_ADMIN 256

struct reader {
	struct list_head list;
	struct evring ring;		/* under @events_lock */
	struct mutex read_lock;		/* one read() at a time */
	wait_queue_head_t wait;
	struct kvmshare_event slots[RING_SIZE];
};

/*
 * Protects @readers, @nr_readers, @last_seq, and the rings with their slots.
 * Taken from any context, inside any other lock; only wait queues nest in it.
 */
static DEFINE_SPINLOCK(events_lock);
static LIST_HEAD(readers);
static unsigned int nr_readers;
static u64 last_seq;

static struct kvmshare_counter event_readers = { .name = "event_readers" };

static void post_to(struct reader *reader, const struct kvmshare_event *event)
{
	u32 slot;

	lockdep_assert_held(&events_lock);
	if (evring_push(&reader->ring, event->seq, &slot))
		reader->slots[slot] = *event;
	wake_up_interruptible_poll(&reader->wait, EPOLLIN | EPOLLRDNORM);
}

/**
 * kvmshare_event_post() - tell every reader
 * @type: what happened
 * @id: see enum kvmshare_event_type
 * @value: see there
 * @bdf: see there
 */
void kvmshare_event_post(enum kvmshare_event_type type, u64 id, u64 value,
			 u32 bdf)
{
	struct kvmshare_event event = {
		.size = sizeof(event),
		.type = type,
		.time_ns = ktime_get_ns(),
		.id = id,
		.value = value,
		.bdf = bdf,
	};
	struct reader *reader;
	unsigned long flags;

	spin_lock_irqsave(&events_lock, flags);
	event.seq = ++last_seq;
	list_for_each_entry(reader, &readers, list)
		post_to(reader, &event);
	spin_unlock_irqrestore(&events_lock, flags);
}
EXPORT_SYMBOL_GPL(kvmshare_event_post);

static int add_reader(struct reader *reader)
{
	unsigned int max = capable(CAP_SYS_ADMIN) ? MAX_READERS_ADMIN :
						    MAX_READERS;
	int err = 0;

	spin_lock_irq(&events_lock);
	if (nr_readers < max) {
		list_add_tail(&reader->list, &readers);
		nr_readers++;
	} else {
		err = -ENOSPC;
	}
	spin_unlock_irq(&events_lock);
	return err;
}

static void remove_reader(struct reader *reader)
{
	spin_lock_irq(&events_lock);
	list_del(&reader->list);
	nr_readers--;
	spin_unlock_irq(&events_lock);
}

static struct reader *make_reader(void)
{
	struct reader *reader;
	int err;

	reader = kvzalloc(sizeof(*reader), GFP_KERNEL_ACCOUNT);
	if (!reader)
		return ERR_PTR(-ENOMEM);
	evring_init(&reader->ring, RING_SIZE);
	mutex_init(&reader->read_lock);
	init_waitqueue_head(&reader->wait);
	err = add_reader(reader);
	if (err) {
		kvfree(reader);
		return ERR_PTR(err);
	}
	atomic_inc(&event_readers.live);
	return reader;
}

static void free_reader(struct reader *reader)
{
	remove_reader(reader);
	kvfree(reader);
	atomic_dec(&event_readers.live);
}

/* -- A reader's descriptor ------------------------------------------------- */

/* What is next for it, in @event; taken out only by drop_next(). */
static enum evring_next peek_next(struct reader *reader,
				  struct kvmshare_event *event)
{
	enum evring_next next;
	u32 slot;

	spin_lock_irq(&events_lock);
	next = evring_peek(&reader->ring, &slot);
	if (next == EVRING_EVENT)
		*event = reader->slots[slot];
	else if (next == EVRING_LOST)
		*event = (struct kvmshare_event){
			.size = sizeof(*event),
			.type = KVMSHARE_EVENT_LOST,
			.seq = reader->ring.first_lost,
			.time_ns = ktime_get_ns(),
			.value = reader->ring.lost,
		};
	spin_unlock_irq(&events_lock);
	return next;
}

static void drop_next(struct reader *reader, const struct kvmshare_event *event)
{
	spin_lock_irq(&events_lock);
	if (event->type == KVMSHARE_EVENT_LOST)
		evring_pop_lost(&reader->ring, event->value);
	else
		evring_pop(&reader->ring);
	spin_unlock_irq(&events_lock);
}

static bool has_next(struct reader *reader)
{
	struct kvmshare_event event;

	return peek_next(reader, &event) != EVRING_EMPTY;
}

/* Whole records, as many as fit and are there. */
static ssize_t read_records(struct reader *reader, char __user *buf,
			    size_t len)
{
	struct kvmshare_event event;
	ssize_t done = 0;

	lockdep_assert_held(&reader->read_lock);
	while (len - done >= sizeof(event)) {
		if (peek_next(reader, &event) == EVRING_EMPTY)
			break;
		if (copy_to_user(buf + done, &event, sizeof(event)))
			return done ?: -EFAULT;
		drop_next(reader, &event);
		done += sizeof(event);
	}
	return done;
}

static ssize_t events_read(struct file *file, char __user *buf, size_t len,
			   loff_t *pos)
{
	struct reader *reader = file->private_data;
	ssize_t ret;

	if (len < sizeof(struct kvmshare_event))
		return -EINVAL;
	for (;;) {
		if (mutex_lock_interruptible(&reader->read_lock))
			return -ERESTARTSYS;
		ret = read_records(reader, buf, len);
		mutex_unlock(&reader->read_lock);
		if (ret)
			return ret;
		if (file->f_flags & O_NONBLOCK)
			return -EAGAIN;
		if (wait_event_interruptible(reader->wait, has_next(reader)))
			return -ERESTARTSYS;
	}
}

static __poll_t events_poll(struct file *file, struct poll_table_struct *table)
{
	struct reader *reader = file->private_data;

	poll_wait(file, &reader->wait, table);
	return has_next(reader) ? EPOLLIN | EPOLLRDNORM : 0;
}

static int events_release(struct inode *inode, struct file *file)
{
	free_reader(file->private_data);
	return 0;
}

static const struct file_operations events_fops = {
	.owner = THIS_MODULE,
	.read = events_read,
	.poll = events_poll,
	.release = events_release,
	.llseek = noop_llseek,
};

static struct file *make_file(void)
{
	struct reader *reader = make_reader();
	struct file *file;

	if (IS_ERR(reader))
		return ERR_CAST(reader);
	file = anon_inode_getfile("[kvmshare-events]", &events_fops, reader,
				  O_RDONLY);
	if (IS_ERR(file))
		free_reader(reader);
	return file;
}

/* KVMSHARE_EVENTS */
long kvmshare_events_open(void __user *arg)
{
	struct kvmshare_events events;
	struct file *file;
	int err;

	err = kvmshare_ctl_get(&events, sizeof(events), arg);
	if (err)
		return err;
	if (events.flags || events.reserved)
		return -EINVAL;
	events.fd = get_unused_fd_flags(O_CLOEXEC);
	if (events.fd < 0)
		return events.fd;
	file = make_file();
	if (IS_ERR(file)) {
		err = PTR_ERR(file);
		goto put_fd;
	}
	err = kvmshare_ctl_put(arg, &events, sizeof(events));
	if (err)
		goto put_file;
	fd_install(events.fd, file);
	return 0;

put_file:
	fput(file);
put_fd:
	put_unused_fd(events.fd);
	return err;
}

int kvmshare_events_init(void)
{
	return kvmshare_counter_add(&event_readers);
}

void kvmshare_events_exit(void)
{
	kvmshare_counter_remove(&event_readers);
}
