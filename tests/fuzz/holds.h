/* SPDX-License-Identifier: GPL-2.0 */
/* What must hold between any two steps. */
#ifndef FUZZ_HOLDS_H
#define FUZZ_HOLDS_H

#include "engine.h"
#include "screen.h"

static u64 contexts_of(const struct gpu *gpu)
{
	u64 contexts = 0;
	u32 bit;

	for (bit = 0; bit < GPU_CONTEXTS; bit++)
		contexts |= (u64)!!gpu->contexts[bit].id << bit;
	return contexts;
}

/* Only contexts that are there have a part in it, and no row waits that it does not have. */
static void check_resource(const struct gpu_resource *resource, u64 contexts)
{
	assert(!(resource->contexts & ~contexts));
	if (resource_is_blob(resource)) {
		assert(!resource->pixels && !resource->waits.width);
		assert(backing_bytes(&resource->backing) >= resource->bytes);
		return;
	}
	assert(resource->pixels);
	assert(!resource->waits.width || lies_in(&resource->waits, resource->width, resource->height));
}

static u64 memory_of(const struct gpu_resource *resource)
{
	return sizeof(*resource) + (resource->pixels ? resource->bytes : 0) +
	       (resource->backing.spans ? bytes_of_spans(resource->backing.room) : 0);
}

/* None can be put there a second time, or beyond the last. */
static void check_full(struct resources *resources, struct gpu_resource *one)
{
	struct gpu_resource more = { 0 };

	if (!one)
		return;
	assert(!resources_add(resources, one) && !resources_add(resources, &more));
	for (more.id = 1; resources_find(resources, more.id); more.id++)
		;
	if (resources->nr == RESOURCES_MAX)
		assert(!resources_add(resources, &more));
}

/* All memory that was taken is somebody's. */
static void check_resources(void)
{
	struct gpu *gpu = &d.back.gpu;
	struct resources *resources = &gpu->resources;
	struct gpu_resource *one = NULL;
	u64 contexts = contexts_of(gpu), bytes = gpu->screen.copy ? bytes_of_copy(&gpu->screen) : 0;
	u32 i, nr = 0;

	for (i = 0; i < 2 * RESOURCES_MAX; i++) {
		if (!resources->slots[i])
			continue;
		nr++;
		one = resources->slots[i];
		assert(resources_find(resources, one->id) == one);
		check_resource(one, contexts);
		bytes += memory_of(one);
	}
	assert(nr == resources->nr);
	assert(d.taken == bytes && d.taken <= DEVICE_MEMORY);
	check_full(resources, one);
}

/* One that has not been given back waits for its own jobs, or for one before it. */
static void check_fence(const struct fence *fence)
{
	struct fence *next = find_fence(&d.back.fences, fence->next);

	assert(fence->ended ? !fence->first : is_open(fence->ticket));
	assert(fence->next == FENCE_NONE || (next && !next->first && next->timeline == fence->timeline));
}

/* Each request that was taken is given back, or waits: none is lost, none comes twice. */
static void check_fences(void)
{
	const struct ring *ring = &d.back.rings[DEVICE_CONTROL];
	u32 i, nr = 0, follow = 0, followed = 0;

	if (!(d.back.serves >> DEVICE_CONTROL & 1))
		return;
	for (i = 0; i < FENCES_MAX; i++) {
		const struct fence *fence = &d.back.fences.slots[i];

		if (!fence->ticket)
			continue;
		check_fence(fence);
		nr++;
		follow += !fence->first;
		followed += fence->next != FENCE_NONE;
	}
	assert(nr == (u16)(ring->seen - ring->given) && follow == followed);
}

static void holds(void)
{
	check_resources();
	check_fences();
	/* No sanitizer sees the end of an array that is a struct's last. */
	assert(d.back.chain.outs + d.back.chain.ins <= CHAIN_PIECES);
	check_screen(&d.back.gpu);
	check_cursor(&d.back.gpu);
}

#endif
