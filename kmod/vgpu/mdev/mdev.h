/* SPDX-License-Identifier: GPL-2.0 */
/*
 * A guest's device: the pure one of ../device, as a mediated device that a VMM opens by
 * VFIO.
 *
 * Its registers are answered at once, in the VMM's threads.  Its queues are served by a
 * worker of its own, which alone touches the guest's memory, and may wait for that without
 * end: who ends it kills it out of such a wait.
 *
 * Locks, outermost first; none is held while the guest's memory is touched but @pins:
 *
 *   vgpu_device.lock         settings, and whether a VMM has it open
 *   vgpu_device.pins         the images whose pages are pinned.  VFIO takes its own lock
 *                            of all mappings (iommu->lock) below it, to pin and unpin;
 *                            so VFIO's call of dma_unmap does not take it, see loss.c
 *   vgpu_device.front_lock   registers; what needs time does not happen under it
 *   vgpu_open_lock           which devices are open; a spinlock, inside of @pins
 *   takers_lock (loss.c)     who takes memory away; a spinlock, inside of @pins
 *   vgpu_irqs.lock           where interrupts go; a spinlock, under which eventfds are
 *                            told; so it is not taken from the wake-up of one
 *
 * The engine's locks (../vgpu.h) are taken inside of @lock and of none of the others.
 */
#ifndef _KVMSHARE_VGPU_MDEV_MDEV_H
#define _KVMSHARE_VGPU_MDEV_MDEV_H

#include <linux/mdev.h>
#include <linux/mutex.h>
#include <linux/vfio.h>

#include "../../compat/vfio.h"
#include "../device/device.h"
#include "../vgpu.h"

#include <uapi/kvmshare_capset.h>

struct eventfd_ctx;
struct mem_cgroup;
struct virqfd;

/* size.c: how large a device can be */

/**
 * struct vgpu_size - a type of mdev
 * @type: for the kernel
 * @name: as a word of it
 * @bytes: of device memory
 * @weight: of a new one
 */
struct vgpu_size {
	struct mdev_type type;
	const char *name;
	u64 bytes;
	u32 weight;
};

#define VGPU_SIZES	4U

extern struct mdev_type *vgpu_size_types[VGPU_SIZES];
const struct vgpu_size *vgpu_size_of(struct mdev_device *mdev);
ssize_t vgpu_size_describe(struct mdev_type *type, char *buf);

/* irqs.c: what tells the VMM */

/**
 * struct vgpu_irqs - where a device's interrupts go
 * @lock: guards all
 * @msix: the events of its vectors, or NULL
 * @msix_on: the VMM has set up MSI-X
 * @intx: the event of the one that has a pin, or NULL
 * @level: that is asserted
 * @masked: and not told of
 * @unmask: what ends that, by an event
 * @request: the VMM is asked to let go of the device
 */
struct vgpu_irqs {
	spinlock_t lock;
	struct eventfd_ctx *msix[TRANSPORT_VECTORS];
	bool msix_on;
	struct eventfd_ctx *intx;
	bool level;
	bool masked;
	struct virqfd *unmask;
	struct eventfd_ctx *request;
};

void vgpu_irqs_init(struct vgpu_irqs *irqs);
void vgpu_irqs_release(struct vgpu_irqs *irqs);
int vgpu_irqs_info(struct vfio_irq_info *info);
int vgpu_irqs_set(struct vgpu_irqs *irqs, const struct vfio_irq_set *set, void *data);
bool vgpu_irqs_vector(struct vgpu_irqs *irqs, u16 vector);
void vgpu_irqs_level(struct vgpu_irqs *irqs, bool level);
bool vgpu_irqs_request(struct vgpu_irqs *irqs);

/* image.c: memory that jobs are done in */

/**
 * struct vgpu_image - parts of the guest's memory, as one
 * @node: of its device; pins
 * @parts: resources that it is of, in their order; the worker's, as what follows
 * @nr_parts: how many
 * @uses: how many works it has
 * @stale: one of its parts has gone, or its memory: no other work gets it
 * @lost: its memory has been taken away: nothing begins to touch it any more, and who is
 *	  at it stops where it can; written under @pins
 * @pinned: of how many of its pages VFIO's pin is to be given up; pins
 * @held: of how many we have a reference besides
 * @pages: of it
 * @places: likewise, where in the guest's memory
 * @nr: how many pages
 * @at: where the kernel sees them in a row
 */
struct vgpu_image {
	struct list_head node;
	const struct gpu_resource *parts[GPU_PARTS_MAX];
	u32 nr_parts;
	u32 uses;
	bool stale;
	bool lost;
	unsigned long pinned;
	unsigned long held;
	struct page **pages;
	u64 *places;
	unsigned long nr;
	void *at;
};

/**
 * enum vgpu_todo - what the worker is asked for, by bit
 * @VGPU_KICKED: requests of a queue; and the next bit likewise, of the next queue
 * @VGPU_RESET: the driver has asked for a reset
 * @VGPU_RESET_ALL: the VMM has, of the whole function
 * @VGPU_RESIZED: the screen would rather be another
 * @VGPU_LOOKED_AT: somebody waits for what the screen shows
 * @VGPU_LOST: memory was taken away
 */
enum vgpu_todo {
	VGPU_KICKED,
	VGPU_RESET = TRANSPORT_QUEUES,
	VGPU_RESET_ALL,
	VGPU_RESIZED,
	VGPU_LOOKED_AT,
	VGPU_LOST,
};

/* At most so many bytes of what is shown can be looked at: 4096 by 4096 pixels. */
#define VGPU_PICTURE_BYTES	(64ULL << 20)

/**
 * struct vgpu_wish - something that others wait for
 * @asked: how often somebody has asked
 * @granted: up to which of them it is done; read and written once
 */
struct vgpu_wish {
	atomic_t asked;
	int granted;
};

/**
 * struct vgpu_loss - memory that the VMM takes away
 * @wish: of those threads, for the pins there to be given up; granted by @work
 * @work: gives them up
 */
struct vgpu_loss {
	struct vgpu_wish wish;
	struct work_struct work;
};

/**
 * struct vgpu_picture - what somebody has last seen who looked
 * @lock: guards all
 * @pages: of VGPU_PICTURE_BYTES, as many of them as were needed
 * @width: in pixels; 0 where the screen is off
 * @height: in rows
 */
struct vgpu_picture {
	struct mutex lock;
	struct page **pages;
	u32 width;
	u32 height;
};

/**
 * struct vgpu_device - a guest's device
 * @vfio: what VFIO knows of it
 * @name: its slot and UUID; fixed
 * @size: fixed
 * @lock: see above
 * @engine: that it shall share, or empty for the one with the fewest clients; lock
 * @wanted: how; lock
 * @width: the screen that it would rather have; lock
 * @height: likewise; lock
 * @client: while it is open; written under @lock, and there while the worker is
 * @front_lock: see above
 * @front: registers; front_lock
 * @irqs: where its interrupts go
 * @node: of those that are open; vgpu_open_lock
 * @users: how many others use it while it is open; vgpu_open_lock
 * @worker: its own, while it is open
 * @todo: enum vgpu_todo
 * @busy: it serves, and may be in the guest's memory; may be read without a lock
 * @watch: looks whether the VMM is dying meanwhile
 * @failing: the guest's memory is not to be touched; may be read without a lock
 * @stopping: so it is, and will be until the worker ends; likewise
 * @done: where those wait who wait for the worker, for @users, or for @loss
 * @reset: the whole is to be as it was in the beginning
 * @look: the picture is to be made
 * @back: queues, and what the driver has made; the worker's, as what follows
 * @guest: how @back reaches the guest's memory
 * @used: bytes of device memory; read and written once
 * @pinned: bytes of the guest's memory; likewise
 * @works: whose jobs have not all ended
 * @drawn: since the picture was made
 * @pins: see above
 * @images: all; pins
 * @loss: the memory of it that is taken away
 * @picture: what somebody has last seen
 * @memcg: whom its memory is charged to
 */
struct vgpu_device {
	struct vfio_device vfio;
	struct vgpu_device_name name;
	const struct vgpu_size *size;

	struct mutex lock;
	char engine[KVMSHARE_ENGINE_NAME_LEN];
	struct sched_params wanted;
	u32 width;
	u32 height;
	struct vgpu_client *client;

	struct mutex front_lock;
	struct device_front front;
	struct vgpu_irqs irqs;

	struct list_head node;
	u32 users;
	struct task_struct *worker;
	unsigned long todo;
	bool busy;
	struct delayed_work watch;
	bool failing;
	bool stopping;
	wait_queue_head_t done;
	struct vgpu_wish reset;
	struct vgpu_wish look;

	struct device_back *back;
	struct guest guest;
	u64 used;
	u64 pinned;
	struct list_head works;
	bool drawn;

	struct mutex pins;
	struct list_head images;
	struct vgpu_loss loss;

	struct vgpu_picture picture;
	struct mem_cgroup *memcg;
};

static inline struct vgpu_device *to_vgpu_device(struct vfio_device *vfio)
{
	return container_of(vfio, struct vgpu_device, vfio);
}

/* Is the guest's memory not to be touched, nor waited for? */
static inline bool vgpu_device_fails(const struct vgpu_device *device)
{
	return READ_ONCE(device->failing) || READ_ONCE(device->stopping);
}

/* Until its worker has made it as it was in the beginning; that does not wait for more. */
static inline void vgpu_device_fail(struct vgpu_device *device)
{
	lockdep_assert_held(&device->front_lock);
	WRITE_ONCE(device->failing, true);
	wake_up_all(&device->done);
}

static inline struct vgpu_device *vgpu_device_of(struct gpu *gpu)
{
	return container_of(gpu->guest, struct vgpu_device, guest);
}

/* attrs.c: its settings and statistics */
extern const struct attribute_group *vgpu_device_groups[];

/* open.c: a VMM has it */
int vgpu_device_open(struct vgpu_device *device);
void vgpu_device_close(struct vgpu_device *device);
struct vgpu_device *vgpu_device_get(u64 client);
void vgpu_device_put(struct vgpu_device *device);
void vgpu_devices_of(struct pid *tgid, void (*each)(struct vgpu_device *device, void *arg), void *arg);

/* vfio.c: what it asks for */
extern const struct vfio_device_ops vgpu_vfio_ops;

/* front.c: registers */
ssize_t vgpu_front_access(struct vgpu_device *device, u32 region, u32 at, u8 *bytes, u32 len,
			  bool write);
void vgpu_front_tell(struct vgpu_device *device, u32 queue);
void vgpu_front_break(struct vgpu_device *device);
void vgpu_front_changed(struct vgpu_device *device);
bool vgpu_front_works(struct vgpu_device *device, struct transport *transport);
void vgpu_front_reset(struct vgpu_device *device);

/* worker.c: what is behind them */
int vgpu_worker(void *device);
void vgpu_worker_ask(struct vgpu_device *device, enum vgpu_todo what);
void vgpu_worker_kill(struct vgpu_device *device);
void vgpu_worker_watch(struct work_struct *work);
int vgpu_worker_reset(struct vgpu_device *device);
int vgpu_worker_look(struct vgpu_device *device);

/* back.c: what the pure device does not do itself */
int vgpu_back_alloc(struct vgpu_device *device);
void vgpu_back_free(struct vgpu_device *device);

/* work.c: jobs */
int vgpu_work_submit(struct gpu *gpu, const struct gpu_work *work, u32 ticket);
bool vgpu_works_ended(struct vgpu_device *device);
int vgpu_works_reap(struct vgpu_device *device);
void vgpu_works_drop(struct vgpu_device *device);

/* image.c */
struct vgpu_image *vgpu_image_get(struct vgpu_device *device, const struct gpu_work *work);
void vgpu_image_put(struct vgpu_device *device, struct vgpu_image *image);
void vgpu_image_part_gone(struct vgpu_device *device, const struct gpu_resource *part);
void vgpu_images_free(struct vgpu_device *device);
void vgpu_images_tidy(struct vgpu_device *device);

/* pins.c: its pages */
int vgpu_pins_enter(struct vgpu_device *device, struct vgpu_image *image);
int vgpu_pins_take(struct vgpu_device *device, struct vgpu_image *image);
void vgpu_pins_give_up(struct vgpu_device *device, struct vgpu_image *image);
void vgpu_pins_put(struct vgpu_image *image, unsigned long from);
bool vgpu_image_begin(struct vgpu_device *device, struct vgpu_image *image);
void vgpu_image_end(struct vgpu_device *device);

/* loss.c: memory that is taken away */
int vgpu_losses_init(void);
void vgpu_losses_exit(void);
void vgpu_loss_init(struct vgpu_loss *loss);
void vgpu_loss_exit(struct vgpu_loss *loss);
bool vgpu_loss_goes_on(struct vgpu_device *device);
int vgpu_loss_settle(struct vgpu_device *device);
void vgpu_loss_take(struct vgpu_device *device, u64 at, u64 len);

/* display.c: its screen */
void vgpu_display_init(struct vgpu_picture *picture);
void vgpu_display_free(struct vgpu_picture *picture);
void vgpu_display_make(struct vgpu_device *device);
int vgpu_display_query(struct vgpu_device *device, void __user *to);
int vgpu_display_map(struct vgpu_device *device, struct vm_area_struct *vma);
ssize_t vgpu_display_read(struct vgpu_device *device, char __user *to, size_t count, u64 at);
struct page *vgpu_display_page(struct vgpu_device *device, u64 at);

#endif /* _KVMSHARE_VGPU_MDEV_MDEV_H */
