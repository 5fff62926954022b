/* SPDX-License-Identifier: GPL-2.0 */
/* A driver of the device in such a VMM's memory: queues, commands, and jobs. */
#ifndef MDEV_DRIVER_H
#define MDEV_DRIVER_H

#include <linux/virtio_config.h>
#include <linux/virtio_gpu.h>
#include <linux/virtio_pci.h>
#include <linux/virtio_ring.h>
#include <time.h>

#include "../../../include/uapi/kvmshare_capset.h"
#include "../../../include/uapi/kvmshare_vgpu.h"
#include "mdev_vfio.h"

#ifndef VIRTIO_GPU_F_CONTEXT_INIT
#define VIRTIO_GPU_F_CONTEXT_INIT 4
#endif

/* Where in the memory what is: each queue's rings, commands and answers, and the rest. */
#define RING_SIZE	64U
#define DESC(q)		(0x10000U * (q) + 0x0000U)
#define AVAIL(q)	(0x10000U * (q) + 0x1000U)
#define USED(q)		(0x10000U * (q) + 0x2000U)
#define COMMANDS(q)	(0x100000U + 0x80000U * (q))
#define COMMAND_ROOM	0x2000U
#define ROOM		0x200000U

#define QUEUES		2
#define NOTIFY		0x3000U

/* @base: where in the memory its own begins, for one of several */
struct driver {
	struct vmm *vmm;
	uint64_t base;
	uint16_t made[QUEUES];
	uint16_t used[QUEUES];
};

static inline void *at(struct driver *driver, uint64_t offset)
{
	return driver->vmm->memory + driver->base + offset;
}

/* Where the device finds that. */
static inline uint64_t address(struct driver *driver, uint64_t offset)
{
	return MEMORY_AT + driver->base + offset;
}

static inline uint64_t get(struct driver *driver, uint32_t reg, uint32_t len)
{
	return vmm_read(driver->vmm, driver->vmm->bar + reg, len);
}

static inline void put(struct driver *driver, uint32_t reg, uint32_t len, uint64_t value)
{
	vmm_write(driver->vmm, driver->vmm->bar + reg, len, value);
}

static inline double seconds(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

/* -- Setting it up ---------------------------------------------------------- */

static inline void set_queue(struct driver *driver, uint32_t queue)
{
	const uint32_t regs[] = { VIRTIO_PCI_COMMON_Q_DESCLO, VIRTIO_PCI_COMMON_Q_AVAILLO,
				  VIRTIO_PCI_COMMON_Q_USEDLO };
	const uint64_t places[] = { DESC(queue), AVAIL(queue), USED(queue) };

	put(driver, VIRTIO_PCI_COMMON_Q_SELECT, 2, queue);
	put(driver, VIRTIO_PCI_COMMON_Q_SIZE, 2, RING_SIZE);
	for (int i = 0; i < 3; i++) {
		put(driver, regs[i], 4, (uint32_t)address(driver, places[i]));
		put(driver, regs[i] + 4, 4, 0);
	}
	put(driver, VIRTIO_PCI_COMMON_Q_ENABLE, 2, 1);
	memset(at(driver, AVAIL(queue)), 0, 0x1000);
	memset(at(driver, USED(queue)), 0, 0x1000);
	driver->made[queue] = driver->used[queue] = 0;
}

/* Returns whether the device has come to be as in the beginning, in @limit seconds. */
static inline bool driver_reset(struct driver *driver, double limit)
{
	double end = seconds() + limit;

	put(driver, VIRTIO_PCI_COMMON_STATUS, 1, 0);
	while (get(driver, VIRTIO_PCI_COMMON_STATUS, 1)) {
		if (seconds() > end)
			return false;
		usleep(1000);
	}
	return true;
}

static inline bool driver_start(struct driver *driver, struct vmm *vmm)
{
	uint32_t low = 1U << VIRTIO_GPU_F_VIRGL | 1U << VIRTIO_GPU_F_RESOURCE_BLOB |
		       1U << VIRTIO_GPU_F_CONTEXT_INIT;
	uint8_t status = VIRTIO_CONFIG_S_ACKNOWLEDGE | VIRTIO_CONFIG_S_DRIVER;

	driver->vmm = vmm;
	/* It may reach memory: PCI_COMMAND_MASTER and PCI_COMMAND_MEMORY. */
	vmm_write(vmm, vmm->config + 4, 2, 6);
	put(driver, VIRTIO_PCI_COMMON_STATUS, 1, status);
	put(driver, VIRTIO_PCI_COMMON_GFSELECT, 4, 0);
	put(driver, VIRTIO_PCI_COMMON_GF, 4, low);
	put(driver, VIRTIO_PCI_COMMON_GFSELECT, 4, 1);
	put(driver, VIRTIO_PCI_COMMON_GF, 4, 1);
	status |= VIRTIO_CONFIG_S_FEATURES_OK;
	put(driver, VIRTIO_PCI_COMMON_STATUS, 1, status);
	if (get(driver, VIRTIO_PCI_COMMON_STATUS, 1) != status)
		return false;
	for (uint32_t queue = 0; queue < QUEUES; queue++)
		set_queue(driver, queue);
	put(driver, VIRTIO_PCI_COMMON_STATUS, 1, status | VIRTIO_CONFIG_S_DRIVER_OK);
	return true;
}

/* -- Commands --------------------------------------------------------------- */

static inline void put_desc(struct driver *driver, uint32_t queue, uint32_t nr, uint64_t place,
			    uint32_t len, uint16_t flags)
{
	struct vring_desc *desc = at(driver, DESC(queue));

	desc[nr] = (struct vring_desc){
		.addr = address(driver, place), .len = len, .flags = flags, .next = (uint16_t)(nr + 1),
	};
}

static inline void kick(struct driver *driver, uint32_t queue)
{
	put(driver, NOTIFY + 4 * queue, 2, queue);
}

/* A command, what follows it, and room for an answer, in one of the queue's places. */
static inline uint32_t offer(struct driver *driver, uint32_t queue, const void *command,
			     uint32_t len, const void *more, uint32_t more_len)
{
	struct vring_avail *avail = at(driver, AVAIL(queue));
	uint32_t slot = driver->made[queue] % (RING_SIZE / 2), head = 2 * slot;
	uint64_t place = COMMANDS(queue) + slot * COMMAND_ROOM, answer = place + COMMAND_ROOM - 0x600;

	memcpy(at(driver, place), command, len);
	if (more_len)
		memcpy(at(driver, place + len), more, more_len);
	memset(at(driver, answer), 0, 0x600);
	put_desc(driver, queue, head, place, len + more_len, VRING_DESC_F_NEXT);
	put_desc(driver, queue, head + 1, answer, 0x600, VRING_DESC_F_WRITE);
	avail->ring[driver->made[queue] % RING_SIZE] = (uint16_t)head;
	__sync_synchronize();
	avail->idx = ++driver->made[queue];
	__sync_synchronize();
	return slot;
}

static inline bool answered(struct driver *driver, uint32_t queue, double limit)
{
	volatile struct vring_used *used = at(driver, USED(queue));
	double end = seconds() + limit;

	while (used->idx != driver->made[queue]) {
		if (seconds() > end)
			return false;
		usleep(50);
	}
	__sync_synchronize();
	return true;
}

/* VIRTIO_GPU_RESP_*, or 0 where no answer comes. */
static inline uint32_t send(struct driver *driver, const void *command, uint32_t len,
			    const void *more, uint32_t more_len)
{
	uint32_t slot = offer(driver, 0, command, len, more, more_len);
	struct virtio_gpu_ctrl_hdr *answer = at(driver, COMMANDS(0) + (slot + 1) * COMMAND_ROOM - 0x600);

	kick(driver, 0);
	return answered(driver, 0, 20) ? answer->type : 0;
}

#define SEND(driver, kind, word, ...) ({ \
	struct virtio_gpu_##kind command_ = { .hdr.type = VIRTIO_GPU_CMD_##word, __VA_ARGS__ }; \
	send(driver, &command_, sizeof(command_), NULL, 0); \
})

/* -- Jobs ------------------------------------------------------------------- */

#define CONTEXT		1
#define OK		VIRTIO_GPU_RESP_OK_NODATA

/* Resource @id is @bytes of the memory from @place on. */
static inline uint32_t make_blob(struct driver *driver, uint32_t id, uint64_t place, uint32_t bytes)
{
	struct virtio_gpu_resource_create_blob command = {
		.hdr.type = VIRTIO_GPU_CMD_RESOURCE_CREATE_BLOB, .resource_id = id,
		.blob_mem = VIRTIO_GPU_BLOB_MEM_GUEST, .nr_entries = 1, .size = bytes,
	};
	struct virtio_gpu_mem_entry entry = { .addr = address(driver, place), .length = bytes };

	return send(driver, &command, sizeof(command), &entry, sizeof(entry));
}

static inline bool make_context(struct driver *driver, uint32_t resource)
{
	struct virtio_gpu_ctx_create command = {
		.hdr = { .type = VIRTIO_GPU_CMD_CTX_CREATE, .ctx_id = CONTEXT },
		.context_init = KVMSHARE_CAPSET_ID,
	};
	struct virtio_gpu_ctx_resource attach = {
		.hdr = { .type = VIRTIO_GPU_CMD_CTX_ATTACH_RESOURCE, .ctx_id = CONTEXT },
		.resource_id = resource,
	};

	return send(driver, &command, sizeof(command), NULL, 0) == OK &&
	       send(driver, &attach, sizeof(attach), NULL, 0) == OK;
}

struct jobs {
	struct virtio_gpu_cmd_submit command;
	struct kvmshare_buffer buffer;
	struct kvmshare_job jobs[16];
} __attribute__((packed));

/* @nr copies of @words words within a resource, each @repeat times, to behind the first. */
static inline void fill_jobs(struct jobs *jobs, uint32_t resource, uint32_t nr, uint32_t words,
			     uint32_t repeat, uint64_t status)
{
	memset(jobs, 0, sizeof(*jobs));
	jobs->command.hdr.type = VIRTIO_GPU_CMD_SUBMIT_3D;
	jobs->command.hdr.ctx_id = CONTEXT;
	jobs->command.hdr.flags = VIRTIO_GPU_FLAG_FENCE;
	jobs->command.size = sizeof(jobs->buffer) + nr * sizeof(jobs->jobs[0]);
	jobs->buffer.version = KVMSHARE_CAPSET_VERSION;
	jobs->buffer.jobs = nr;
	jobs->buffer.parts = 1;
	jobs->buffer.status = status;
	jobs->buffer.resources[0] = resource;
	for (uint32_t i = 0; i < nr; i++)
		jobs->jobs[i] = (struct kvmshare_job){
			.type = KVMSHARE_JOB_COPY, .repeat = repeat, .count = words,
			.dst = (i + 1) * words * 4ULL,
		};
}

static inline uint32_t bytes_of(const struct jobs *jobs)
{
	return sizeof(jobs->command) + jobs->command.size;
}

/* Is the device well: does a driver get a job done, and right? */
static inline bool is_well(struct vmm *vmm)
{
	enum { WORDS = 4096, ID = 77 };
	struct driver driver = { .vmm = vmm };
	uint32_t *words = (uint32_t *)(vmm->memory + ROOM);
	struct jobs jobs;

	if (!driver_reset(&driver, 30) || !driver_start(&driver, vmm) ||
	    make_blob(&driver, ID, ROOM, 16 * WORDS) != OK || !make_context(&driver, ID))
		return false;
	for (uint32_t i = 0; i < 4 * WORDS; i++)
		words[i] = i < WORDS ? i * 2654435761U : 0;
	words[3 * WORDS] = 1;
	fill_jobs(&jobs, ID, 1, WORDS, 1, 12 * WORDS);
	if (send(&driver, &jobs, bytes_of(&jobs), NULL, 0) != OK)
		return false;
	return !memcmp(words, words + WORDS, 4 * WORDS) && words[3 * WORDS] == 0;
}

#endif
