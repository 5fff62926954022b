/* SPDX-License-Identifier: GPL-2.0 */
/* A guest's memory, and its driver's side of a ring. */
#ifndef VIRTIO_GUEST_H
#define VIRTIO_GUEST_H

#include <linux/virtio_ring.h>
#include "../../kmod/vgpu/device/guest.h"
#include "../../kmod/vgpu/device/le.h"

#define GUEST_BYTES	0x60000U
#define GUEST_BASE	0x100000000ULL

struct memory {
	struct guest guest;
	u8 bytes[GUEST_BYTES];
	int reads, writes;
	/* The last one. */
	u64 wrote_at;
	u32 wrote;
};

static inline bool is_there(u64 at, u32 len)
{
	return at >= GUEST_BASE && at - GUEST_BASE <= GUEST_BYTES && len <= GUEST_BYTES - (at - GUEST_BASE);
}

static inline int memory_read(struct guest *guest, u64 at, void *to, u32 len)
{
	struct memory *memory = (struct memory *)guest;

	memory->reads++;
	if (!is_there(at, len))
		return -EFAULT;
	memcpy(to, memory->bytes + (at - GUEST_BASE), len);
	return 0;
}

static inline int memory_write(struct guest *guest, u64 at, const void *from, u32 len)
{
	struct memory *memory = (struct memory *)guest;

	memory->writes++;
	memory->wrote_at = at;
	memory->wrote = len;
	if (!is_there(at, len))
		return -EFAULT;
	memcpy(memory->bytes + (at - GUEST_BASE), from, len);
	return 0;
}

static inline void memory_open(struct memory *memory)
{
	memset(memory, 0, sizeof(*memory));
	memory->guest = (struct guest) { memory_read, memory_write };
}

static inline u64 memory_get(const struct memory *memory, u64 at, u32 len)
{
	return le_get(memory->bytes + (at - GUEST_BASE), len);
}

static inline void memory_put(struct memory *memory, u64 at, u32 len, u64 value)
{
	le_put(memory->bytes + (at - GUEST_BASE), len, value);
}

/* A descriptor, number @index of the table at @table. */
static inline void put_desc(struct memory *memory, u64 table, u32 index, u64 at, u32 len, u16 flags, u16 next)
{
	u64 to = table + 16 * (u64)index;

	memory_put(memory, to, 8, at);
	memory_put(memory, to + 8, 4, len);
	memory_put(memory, to + 12, 2, flags);
	memory_put(memory, to + 14, 2, next);
}

#endif
