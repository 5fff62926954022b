/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Merged memory is taken apart in chunks, since that holds the VM's memory lock
 * and cannot be interrupted: how large, and is there memory for one?  Pure.
 *
 * Each page that is taken apart needs one of its own.  A chunk is as large as
 * fits into the time that the lock may be held, by what the last ones took.
 */
#ifndef _KVMSHARE_MEM_CHUNK_H
#define _KVMSHARE_MEM_CHUNK_H

#include "../compat/types.h"

#define CHUNK_PAGES_MIN	16U
#define CHUNK_PAGES_MAX	512U

/**
 * struct chunk - all zeroes has taken nothing apart
 * @pages: of the next one, or 0
 * @longest: nanoseconds that one took, ever
 */
struct chunk {
	u32 pages;
	u64 longest;
};

u32 chunk_pages(const struct chunk *chunk);
void chunk_took(struct chunk *chunk, u32 pages, u64 took, u64 bound);
bool chunk_fits(u64 available, u64 headroom, u32 pages, u32 page);

#endif /* _KVMSHARE_MEM_CHUNK_H */
