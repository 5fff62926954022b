/* SPDX-License-Identifier: GPL-2.0 */
/*
 * A request in a guest's memory: the pieces that the driver wrote, and after them
 * those that the device writes.  Pure.
 */
#ifndef _KVMSHARE_VGPU_DEVICE_CHAIN_H
#define _KVMSHARE_VGPU_DEVICE_CHAIN_H

#include "guest.h"

/*
 * Pieces of a request: a driver's command, its data in pages of their own, and room
 * for the answer.  With that many pages, a resource of 4 GiB has its backing told.
 */
#define CHAIN_PIECES	4098U

struct piece {
	u64 at;
	u32 len;
};

/**
 * struct chain - a request
 * @head: its number in its ring
 * @outs: how many pieces the driver wrote
 * @ins: how many the device is to write
 * @pieces: first those, then these
 * @piece: which of those is read next
 * @offset: from where in it
 * @left: how many bytes there are in all from there on
 * @room: how many bytes the device may write in all
 */
struct chain {
	u16 head;
	u32 outs;
	u32 ins;
	u32 piece;
	u32 offset;
	u64 left;
	u64 room;
	struct piece pieces[CHAIN_PIECES];
};

void chain_begin(struct chain *chain, u16 head);
int chain_add(struct chain *chain, u64 at, u32 len, bool in);
int chain_read(struct chain *chain, struct guest *guest, void *to, u32 len);
int chain_write(const struct chain *chain, struct guest *guest, const void *from, u32 len);

#endif /* _KVMSHARE_VGPU_DEVICE_CHAIN_H */
