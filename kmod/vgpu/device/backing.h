/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Where in a guest's memory a resource is: pieces in their order.  Pure.
 */
#ifndef _KVMSHARE_VGPU_DEVICE_BACKING_H
#define _KVMSHARE_VGPU_DEVICE_BACKING_H

#include "guest.h"

/* Pieces of a backing, at most: 4 GiB in pages of 4 KiB. */
#define BACKING_SPANS_MAX	(1U << 20)
#define BACKING_PAGE		4096U

/**
 * struct span - a piece
 * @start: where in the resource it begins
 * @at: where in the guest's memory
 *
 * It ends where the next one begins.
 */
struct span {
	u64 start;
	u64 at;
};

/**
 * struct backing - all pieces
 * @spans: of them @nr and one more, which begins at the end
 * @nr: how many
 * @room: how many @spans has room for, without that last one
 * @bits: of all places and lengths
 */
struct backing {
	struct span *spans;
	u32 nr;
	u32 room;
	u64 bits;
};

void backing_begin(struct backing *backing, struct span *spans, u32 room);
int backing_add(struct backing *backing, u64 at, u32 len);
int backing_read(const struct backing *backing, struct guest *guest, u64 from, void *to, u64 len);
int backing_read_rows(const struct backing *backing, struct guest *guest, u64 from, u8 *to,
		      u64 row, u64 stride, u32 rows);

/* How many bytes it has. */
static inline u64 backing_bytes(const struct backing *backing)
{
	return backing->spans ? backing->spans[backing->nr].start : 0;
}

#endif /* _KVMSHARE_VGPU_DEVICE_BACKING_H */
