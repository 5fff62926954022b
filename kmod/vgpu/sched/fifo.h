/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The policy that does nothing: who has had work for longest runs, a slice at a
 * time.
 */
#ifndef _KVMSHARE_VGPU_FIFO_H
#define _KVMSHARE_VGPU_FIFO_H

#include "tree.h"

/**
 * struct fifo_client - a client's part
 * @place: in the queue, while it waits
 */
struct fifo_client {
	struct tree_node place;
};

/**
 * struct fifo - an engine's part
 * @queue: who waits
 * @came: how many have come into it
 */
struct fifo {
	struct tree queue;
	u64 came;
};

#endif /* _KVMSHARE_VGPU_FIFO_H */
