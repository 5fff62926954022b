// SPDX-License-Identifier: GPL-2.0
#include "chunk.h"

/* Pages of the next one. */
u32 chunk_pages(const struct chunk *chunk)
{
	return chunk->pages ? chunk->pages : CHUNK_PAGES_MIN;
}

static u32 bounded(u64 pages)
{
	if (pages < CHUNK_PAGES_MIN)
		return CHUNK_PAGES_MIN;
	return pages < CHUNK_PAGES_MAX ? (u32)pages : CHUNK_PAGES_MAX;
}

/**
 * chunk_took() - one was taken apart
 * @chunk: what is known
 * @pages: it had; not 0
 * @took: nanoseconds that the lock was held
 * @bound: that it may be held
 *
 * The next one is for half of that time: pages differ.  It grows to twice of the last
 * one at most.
 */
void chunk_took(struct chunk *chunk, u32 pages, u64 took, u64 bound)
{
	u64 fit = took ? bound / 2 * pages / took : CHUNK_PAGES_MAX;
	u64 most = 2ULL * chunk_pages(chunk);

	if (took > chunk->longest)
		chunk->longest = took;
	chunk->pages = bounded(fit < most ? fit : most);
}

/**
 * chunk_fits() - is there memory for one?
 * @available: bytes
 * @headroom: of them that others need
 * @pages: of the chunk
 * @page: bytes of one
 *
 * Return: whether; else memory stays merged, which is the smaller evil.
 */
bool chunk_fits(u64 available, u64 headroom, u32 pages, u32 page)
{
	return available > headroom && available - headroom >= (u64)pages * page;
}
